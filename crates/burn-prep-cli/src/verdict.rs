//! What `validate` ends with: the findings against `--fail-on` and `--max`.

use std::collections::BTreeMap;

use burn_prep::Result;
use burn_prep::error::ErrorKind;
use burn_prep::report::{Check, Report, Severity};

use crate::Outcome;
use crate::args::{FailOn, ValidateArgs};
use crate::config::{Config, Most};

/// How many findings there may be of a check: what the arguments say goes before what the file says.
pub(crate) fn most_of(config: &Config, args: &ValidateArgs) -> Result<BTreeMap<Check, Most>> {
    let mut most = config.max.clone();
    for text in &args.max {
        let (check, number) = text.split_once('=').ok_or_else(|| ErrorKind::Parameter {
            name: "--max".to_owned(),
            found: text.clone(),
            expected: "CHECK=N, such as blurry=20 or near_duplicate=1%",
        })?;
        most.insert(check.parse()?, Most::Text(number.to_owned()));
    }
    // What cannot be read is refused before any file is looked at.
    most.values().try_for_each(|most| most.of(0).map(drop))?;
    Ok(most)
}

/// Whether the findings make the exit code 1.
pub(crate) fn fails(report: &Report, fail_on: FailOn, most: &BTreeMap<Check, Most>) -> bool {
    let is_over = |(check, most): (&Check, &Most)| {
        let allowed = most.of(report.dataset.images).unwrap_or(0);
        report.affected(*check) as u64 > allowed
    };
    let gravest = match fail_on {
        FailOn::Error => Some(Severity::Error),
        FailOn::Warning => Some(Severity::Warning),
        FailOn::Never => None,
    };
    let is_grave = |severity| gravest.is_some_and(|gravest| severity <= gravest);
    most.iter().any(is_over)
        || report
            .findings
            .iter()
            .any(|finding| is_grave(finding.severity) && !most.contains_key(&finding.check))
}

/// The outcome of a run; of one that was interrupted, whatever it found.
pub(crate) fn outcome_of(report: &Report, clean: bool) -> Outcome {
    match (report.interrupted, clean) {
        (true, _) => Outcome::Interrupted,
        (false, true) => Outcome::Clean,
        (false, false) => Outcome::Findings,
    }
}
