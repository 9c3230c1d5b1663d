//! The command `burn-prep`: arguments in, exit code out.

mod against;
mod apply;
mod args;
mod compat;
mod config;
mod dedup;
mod devices;
mod explain;
mod fix;
mod folder;
mod merge;
mod outputs;
mod paths;
mod plan_args;
mod plan_files;
mod progress;
mod schema;
mod setup;
mod stats;
#[cfg(feature = "parquet")]
mod table;
mod terminal;
mod threads;
mod today;
mod validate;
mod verdict;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};
use burn_prep::Error;
use burn_prep::error::ErrorKind;

/// What a run ends with; the number is the process's exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Clean = 0,
    Findings = 1,
    Usage = 2,
    InputUnreadable = 3,
    Internal = 4,
    Interrupted = 130,
}

/// Exit codes: 0 clean, 1 findings, 2 usage, 3 the input cannot be read or holds no images,
/// 4 internal error or output that cannot be written, 130 interrupted (what was seen is reported).
fn main() -> ExitCode {
    let command = Args::parse().command;
    let run = || match &command {
        Command::Validate(args) => validate::run(args),
        Command::Dedup(args) => dedup::run(args),
        Command::Fix(args) => fix::run(args),
        Command::Apply(args) => apply::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Merge(args) => merge::run(args),
        Command::Config(_) => config::run(),
        Command::Schema => schema::run(),
        Command::Stats(args) => stats::run(args),
        Command::Devices => devices::run(),
    };
    let outcome = threads::start(&command).and_then(|()| run()).unwrap_or_else(|failure| {
        note(&format!("burn-prep: {}", failure.error));
        failure.outcome
    });
    ExitCode::from(outcome as u8)
}

/// Prints to standard output. A reader that has seen enough (`| head`) is no error.
fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::of_output(Error::from(error).at_path("standard output")))
        }
        _ => Ok(()),
    }
}

/// Prints a line to standard error. That it cannot be written, as to a log on a full disk, must not end a run.
fn note(line: &str) {
    let _ = std::io::stderr().lock().write_all(format!("{line}\n").as_bytes());
}

/// How many of something there are: `1 file`, `2 files`.
fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// An error and the exit code it leads to.
struct Failure {
    error: Error,
    outcome: Outcome,
}

impl Failure {
    /// The folder cannot be listed, or there is nothing in it; or a file that was named for what is measured is another one.
    fn of_input(error: Error) -> Self {
        let outcome = match error.kind() {
            ErrorKind::Io(_) | ErrorKind::Empty { .. } => Outcome::InputUnreadable,
            ErrorKind::Invalid { .. } => Outcome::Usage,
            _ => Outcome::Internal,
        };
        Self { error, outcome }
    }

    /// An argument, or a file that is named by one, makes no sense.
    fn of_usage(error: Error) -> Self {
        Self { error, outcome: Outcome::Usage }
    }

    /// A file that is named by an argument, or by a report, cannot be read, or is not what it should be.
    fn of_file(error: Error) -> Self {
        match error.kind() {
            ErrorKind::Io(_) => Self::of_input(error),
            _ => Self::of_usage(error),
        }
    }

    /// A report cannot be written.
    fn of_output(error: Error) -> Self {
        Self { error, outcome: Outcome::Internal }
    }
}
