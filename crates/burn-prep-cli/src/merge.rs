//! `burn-prep merge INTO FILES...`

use burn_prep::validate::merge_records;

use crate::args::MergeArgs;
use crate::{Failure, Outcome};

pub(crate) fn run(args: &MergeArgs) -> Result<Outcome, Failure> {
    merge_records(&args.into, &args.files).map_err(Failure::of_input)?;
    Ok(Outcome::Clean)
}
