//! `burn-prep merge INTO FILES...`

use std::path::PathBuf;

use burn_prep::validate::merge_records;

use crate::args::MergeArgs;
use crate::paths::check_output;
use crate::{Failure, Outcome};

pub(crate) fn run(args: &MergeArgs) -> Result<Outcome, Failure> {
    check_output("INTO", &args.into)?;
    // What the file has stays: where its name was forgotten, it is one of the shards' files.
    let has_records = std::fs::metadata(&args.into).is_ok_and(|found| found.is_file() && found.len() > 0);
    let into = Some(&args.into).filter(|into| has_records && !args.files.contains(into));
    let files: Vec<PathBuf> = into.into_iter().chain(&args.files).cloned().collect();
    merge_records(&args.into, &files).map_err(Failure::of_file)?;
    Ok(Outcome::Clean)
}
