//! `burn-prep validate DIR`

use burn_prep::error::ErrorKind;
use burn_prep::report::Report;
use burn_prep::validate::{Validation, exclusions};

use crate::args::{FailOn, ValidateArgs};
use crate::config::Config;
use crate::folder::observed;
use crate::outputs::{Outputs, columns, write};
use crate::setup::{of_arrays, validator_of};
use crate::today::today;
use crate::verdict::{fails, most_of, outcome_of};
use crate::{Failure, Outcome, compat, note, paths};

/// The steps of a run: what the arguments say, a look at every file, what of the findings counts, and what is written.
pub(crate) fn run(args: &ValidateArgs) -> Result<Outcome, Failure> {
    paths::check(args)?;
    if let Some(compat) = args.compat {
        return compat::run(args, compat);
    }
    if cfg!(not(feature = "parquet")) && args.parquet.is_some() {
        let hint = "build with `--features parquet`, which is on by default".to_owned();
        return Err(Failure::of_usage(ErrorKind::Unavailable { what: "--parquet".to_owned(), hint }.into()));
    }
    let config = args.config.as_deref().map_or_else(|| Ok(Config::default()), Config::read);
    let config = config.map_err(Failure::of_usage)?;
    let most = most_of(&config, args).map_err(Failure::of_usage)?;
    let baseline = args.baseline.as_ref().map(Report::read_json).transpose().map_err(Failure::of_usage)?;
    let Config { fail_on, thresholds, waiver: waivers, .. } = config;

    let validator = validator_of(args, thresholds)?;
    let validation = observed(&validator, &args.folder).map_err(|error| of_arrays(error, args))?;
    let histograms = validator.histograms(&validation.records).map_err(Failure::of_output)?;
    let Validation { report, records, .. } = validation;

    let today = today();
    // What is known stays excluded, and what is accepted is not. A list of a part would pass for one of the whole.
    let excluded = match &args.exclude {
        Some(_) if !report.interrupted => {
            let (report, _) = waivers.apply(report.clone(), &today).map_err(Failure::of_usage)?;
            Some(exclusions(&report, &records))
        }
        _ => None,
    };
    let report = match &baseline {
        Some(baseline) => report.without_known(baseline),
        None => report,
    };
    let (report, notes) = waivers.apply(report, &today).map_err(Failure::of_usage)?;
    notes.iter().for_each(|text| note(&format!("burn-prep: {text}")));

    let text = if args.all { report.to_string() } else { report.summary(columns()) };
    write(&args.folder, &report, &text)?;
    let outputs = Outputs {
        validator: &validator,
        report: &report,
        records: &records,
        histograms: &histograms,
        excluded: excluded.as_ref(),
    };
    outputs.write(args).map_err(Failure::of_output)?;
    let fail_on = args.fail_on.or(fail_on).unwrap_or(FailOn::Warning);
    Ok(outcome_of(&report, !fails(&report, fail_on, &most)))
}
