//! The threads that files are read by.

use burn_prep::Error;

use crate::Failure;
use crate::args::Command;

/// Starts the threads that the arguments ask for, or as many as there are cores, before a command that reads images uses them: without
/// this, a limit of processes would end the command by a panic.
pub(crate) fn start(command: &Command) -> Result<(), Failure> {
    let asked = match command {
        Command::Validate(args) => args.folder.threads,
        Command::Stats(args) => args.threads,
        Command::Config(_) | Command::Schema | Command::Devices | Command::Merge(_) => return Ok(()),
        Command::Dedup(_) | Command::Fix(_) | Command::Apply(_) | Command::Explain(_) => None,
    };
    // Zero are as many as RAYON_NUM_THREADS says, or as there are cores.
    let threads = rayon::ThreadPoolBuilder::new().num_threads(asked.map_or(0, usize::from)).build_global();
    threads.map_err(|error| {
        let reason = std::error::Error::source(&error).unwrap_or(&error);
        let fewer =
            if asked.is_some() { "ask for fewer by --threads" } else { "set RAYON_NUM_THREADS to fewer" };
        let text = format!("threads cannot be started: {reason}; {fewer}, or raise the limit of processes");
        Failure::of_output(Error::from(std::io::Error::other(text)))
    })
}
