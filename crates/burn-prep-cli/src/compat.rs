//! `burn-prep validate DIR --compat cleanvision`

use burn_prep::validate::CleanvisionReport;

use crate::args::{Compat, ValidateArgs};
use crate::folder::opened;
use crate::outputs::write;
use crate::progress::Progress;
use crate::{Failure, Outcome};

pub(crate) fn run(args: &ValidateArgs, compat: Compat) -> Result<Outcome, Failure> {
    match compat {
        Compat::Cleanvision => cleanvision(args),
    }
}

fn cleanvision(args: &ValidateArgs) -> Result<Outcome, Failure> {
    let (folder, limits) = opened(&args.folder).map_err(Failure::of_input)?;
    let mut progress = Progress::new(folder.len(), args.folder.quiet);
    let report = CleanvisionReport::of(&folder, limits, |done, total| progress.observe(done, total));
    progress.finish();
    let report = report.map_err(Failure::of_input)?;
    write(&args.folder, &report, &report.to_string())?;
    if let Some(path) = &args.csv {
        report.write_csv(path).map_err(Failure::of_output)?;
    }
    Ok(match (report.interrupted, report.has_issues()) {
        (true, _) => Outcome::Interrupted,
        (false, true) => Outcome::Findings,
        (false, false) => Outcome::Clean,
    })
}
