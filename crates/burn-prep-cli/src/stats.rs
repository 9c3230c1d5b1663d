//! `burn-prep stats DIR`

use std::fmt::Write;

use crate::args::FolderArgs;
use crate::validate::{outcome_of, report_of, write};
use crate::{Failure, Outcome};

pub(crate) fn run(args: &FolderArgs) -> Result<Outcome, Failure> {
    let report = report_of(args).map_err(Failure::of_input)?;
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
