//! The threads that files are read by.

use burn_prep::Error;

use crate::Failure;
use crate::args::Command;

/// Starts the threads that the arguments ask for, or one for each core, before anything uses them: there is no error later.
pub(crate) fn start(command: &Command) -> Result<(), Failure> {
    let asked = match command {
        Command::Validate(args) => args.folder.threads,
        Command::Stats(args) => args.threads,
        _ => None,
    };
    // Zero threads are as many as there are cores.
    let threads = rayon::ThreadPoolBuilder::new().num_threads(asked.map_or(0, usize::from)).build_global();
    threads.map_err(|error| {
        let reason = std::error::Error::source(&error).unwrap_or(&error);
        let text = format!(
            "threads cannot be started: {reason}; name fewer with --threads, or raise the limit of processes"
        );
        Failure::of_output(Error::from(std::io::Error::other(text)))
    })
}
