//! How far a run is: a bar on a terminal, a line now and then elsewhere.

use std::io::IsTerminal;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::{counted, note};

/// Between two lines where standard error is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// Whether Ctrl-C was pressed: the handler is set once, and a command may look at several folders.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Shows progress on standard error and asks for a stop once Ctrl-C was pressed.
pub(crate) struct Progress {
    bar: ProgressBar,
    lines: bool,
    last_line: Instant,
}

impl Progress {
    pub(crate) fn new(files: usize, quiet: bool) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let bar = if quiet || !terminal { ProgressBar::hidden() } else { ProgressBar::new(files as u64) };
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} files, {per_sec}, {eta} left") {
            bar.set_style(style);
        }
        // A handler that cannot be set leaves the one that is there: by default Ctrl-C ends the process at once.
        // Pressed again, it ends the process at once: what is computed of the records does not look at it.
        let _ = ctrlc::set_handler(|| {
            if INTERRUPTED.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
            note("burn-prep: stopping; Ctrl-C again ends it at once");
        });
        if !quiet && !terminal {
            note(&format!("{} to look at", counted(files, "file", "files")));
        }
        Self { bar, lines: !quiet && !terminal, last_line: Instant::now() }
    }

    pub(crate) fn observe(&mut self, done: usize, total: usize) -> ControlFlow<()> {
        self.bar.set_position(done as u64);
        if self.lines && self.last_line.elapsed() >= LINE_EVERY {
            note(&format!("{done} of {total} files"));
            self.last_line = Instant::now();
        }
        if INTERRUPTED.load(Ordering::Relaxed) {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
