//! `burn-prep stats DIR`

use std::fmt::Write;

use crate::args::FolderArgs;
use crate::folder::{folder_validator, observed};
use crate::outputs::write;
use crate::paths::check_json;
use crate::verdict::outcome_of;
use crate::{Failure, Outcome};

pub(crate) fn run(args: &FolderArgs) -> Result<Outcome, Failure> {
    check_json(args.json.as_ref())?;
    let validator = folder_validator(args).map_err(Failure::of_input)?;
    let report = observed(&validator, args).map_err(Failure::of_input)?.report;
    let mut text = report.dataset.to_string();
    for finding in report.unusable() {
        // Writing to a String does not fail.
        let _ = write!(text, "\nnot in the statistics: {finding}");
    }
    if report.unusable().next().is_some() {
        text.push('\n');
    }
    write(args, &report, &text)?;
    Ok(outcome_of(&report, report.unusable().next().is_none()))
}
