//! `burn-prep schema`

use burn_prep::report::Report;

use crate::{Failure, Outcome, print};

pub(crate) fn run() -> Result<Outcome, Failure> {
    print(Report::JSON_SCHEMA)?;
    Ok(Outcome::Clean)
}
