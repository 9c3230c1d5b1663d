//! `burn-prep validate DIR`

use crate::args::FolderArgs;
use crate::progress::Progress;
use crate::{Failure, Outcome, print};
use burn_prep::Result;
use burn_prep::images::Limits;
use burn_prep::report::{Report, write_json};
use burn_prep::source::ImageFolder;
use burn_prep::validate::Validator;

pub(crate) fn run(args: &FolderArgs) -> Result<Outcome, Failure> {
    let report = report_of(args).map_err(Failure::of_input)?;
    write(args, &report, &report.to_string())?;
    Ok(outcome_of(&report, report.is_clean()))
}

/// Looks at every file of the folder, with progress, until it is done or Ctrl-C.
pub(crate) fn report_of(args: &FolderArgs) -> Result<Report> {
    if let Some(threads) = args.threads {
        // Fails only if the pool is already there, and nothing has used it yet.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads.into()).build_global();
    }
    let folder = ImageFolder::open(&args.dir)?;
    let limits = args.max_pixels.map_or_else(Limits::new, |pixels| Limits::new().max_pixels(pixels));
    let mut progress = Progress::new(folder.len(), args.quiet);
    let report =
        Validator::new().limits(limits).run_observed(&folder, |done, total| progress.observe(done, total));
    progress.finish();
    report
}

/// Prints the text, unless JSON takes its place on standard output, and writes the JSON where it was
/// asked for. The text comes first: a file that cannot be written must not cost the result.
pub(crate) fn write(args: &FolderArgs, report: &Report, text: &str) -> Result<(), Failure> {
    match &args.json {
        Some(path) if path.as_os_str() == "-" => {
            let json = serde_json::to_string_pretty(report).map_err(std::io::Error::from);
            print(&(json.map_err(|error| Failure::of_output(error.into()))? + "\n"))
        }
        json => {
            print(text)?;
            json.as_ref().map_or(Ok(()), |path| write_json(path, report)).map_err(Failure::of_output)
        }
    }
}

pub(crate) fn outcome_of(report: &Report, clean: bool) -> Outcome {
    match (report.interrupted, clean) {
        (true, _) => Outcome::Interrupted,
        (false, true) => Outcome::Clean,
        (false, false) => Outcome::Findings,
    }
}
