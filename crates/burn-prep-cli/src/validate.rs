//! `burn-prep validate DIR`

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use burn_prep::error::ErrorKind;
use burn_prep::images::Limits;
use burn_prep::neighbors::FeatureRows;
use burn_prep::report::{
    Check, HtmlReport, Report, Severity, write_csv, write_github_annotations, write_json, write_junit,
    write_sarif,
};
use burn_prep::source::ImageFolder;
use burn_prep::transform::{CenterCrop, Recipe, Resize};
use burn_prep::validate::{ImageRow, MeanImages, SourceThumbnails, Validation, Validator, exclusions};
use burn_prep::{Error, Result, npy};

use crate::against::others_of;
use crate::args::{FailOn, FolderArgs, ValidateArgs};
use crate::config::{Config, Most};
use crate::progress::Progress;
use crate::{Failure, Outcome, compat, note, print};

pub(crate) fn run(args: &ValidateArgs) -> Result<Outcome, Failure> {
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
    let waivers = config.waiver;

    let validator = validator_of(&args.folder).map_err(Failure::of_input)?.thresholds(config.thresholds);
    let validator = match args.sample {
        Some(samples) => validator.sample(samples.get()),
        None => validator,
    };
    let validator = match args.group.clone() {
        Some(pattern) => validator.group_by(move |name| {
            let captures = pattern.captures(name)?;
            captures.get(1).or_else(|| captures.get(0)).map(|group| group.as_str().to_owned())
        }),
        None => validator,
    };
    let validator = match recipe_of(args) {
        Some(recipe) => validator.recipe(recipe),
        None => validator,
    };
    let validator = match args.shard {
        Some(shard) => validator.shard(shard),
        None => validator,
    };
    let validator = match &args.cache {
        Some(path) => validator.records(path),
        None => validator,
    };
    // The short work first: what is wrong with an array is not said after hours.
    let validator = with_arrays(validator, args).map_err(Failure::of_usage)?;
    let validator = others_of(args)?.into_iter().fold(validator, Validator::against);
    let validation = observed(&validator, &args.folder).map_err(|error| of_arrays(error, args))?;
    let histograms = validator.histograms(&validation.records).map_err(Failure::of_output)?;
    let Validation { report, records, .. } = validation;
    if let Some(pattern) = args.group.as_ref().filter(|_| records.iter().all(|record| record.group.is_none()))
    {
        let found = format!("{pattern}, which matches none of {} names", records.len());
        let expected = "a regular expression that matches names of files";
        return Err(Failure::of_usage(
            ErrorKind::Parameter { name: "--group".to_owned(), found, expected }.into(),
        ));
    }
    // What is known stays excluded, and what is accepted is not. A list of a part would pass for one of the whole.
    let excluded = match &args.exclude {
        Some(_) if !report.interrupted => {
            let (report, _) = waivers.apply(report.clone(), &today()).map_err(Failure::of_usage)?;
            Some(exclusions(&report, &records))
        }
        _ => None,
    };
    let report = match &baseline {
        Some(baseline) => report.without_known(baseline),
        None => report,
    };
    let (report, notes) = waivers.apply(report, &today()).map_err(Failure::of_usage)?;
    notes.iter().for_each(|text| note(&format!("burn-prep: {text}")));

    let text = if args.all { report.to_string() } else { report.summary(columns()) };
    write(&args.folder, &report, &text)?;
    let html = || -> Result<()> {
        let Some(path) = &args.html else { return Ok(()) };
        let thumbnails = SourceThumbnails::new(&validator);
        let images = MeanImages::of(&records)?;
        let page = HtmlReport::new(&report).thumbnails(&thumbnails).histograms(&histograms);
        page.mean_images(&images.means).deviation_images(&images.deviations).write(path)
    };
    let csv = || args.csv.as_ref().map_or(Ok(()), |path| write_csv(path, &ImageRow::all(&records, &report)));
    let exclude = || match (&args.exclude, &excluded) {
        (Some(path), Some(excluded)) => excluded.write(path),
        (Some(path), None) => {
            note(&format!("burn-prep: interrupted, {path:?} was not written"));
            Ok(())
        }
        (None, _) => Ok(()),
    };
    #[cfg(feature = "parquet")]
    let parquet = || match &args.parquet {
        Some(path) => crate::table::write_parquet(path, &ImageRow::all(&records, &report)),
        None => Ok(()),
    };
    #[cfg(not(feature = "parquet"))]
    let parquet = || Ok(());
    let junit = || args.junit.as_ref().map_or(Ok(()), |path| write_junit(path, &report));
    let sarif = || args.sarif.as_ref().map_or(Ok(()), |path| write_sarif(path, &report));
    let github = || match args.github {
        true => write_github_annotations(&mut std::io::stderr().lock(), &report),
        false => Ok(()),
    };
    html()
        .and_then(|()| csv())
        .and_then(|()| exclude())
        .and_then(|()| parquet())
        .and_then(|()| junit())
        .and_then(|()| sarif())
        .and_then(|()| github())
        .map_err(Failure::of_output)?;
    let fail_on = args.fail_on.or(config.fail_on).unwrap_or(FailOn::Warning);
    Ok(outcome_of(&report, !fails(&report, fail_on, &most)))
}

/// The recipe of `--resize` and `--crop`.
fn recipe_of(args: &ValidateArgs) -> Option<Recipe> {
    let resize = args.resize.map(|side| Recipe::new().then(Resize::shorter_side(side.get())));
    match args.crop {
        Some(side) => Some(resize.unwrap_or_default().then(CenterCrop::square(side.get()))),
        None => resize,
    }
}

/// The validator with what the arguments bring along.
fn with_arrays(mut validator: Validator, args: &ValidateArgs) -> Result<Validator> {
    if let Some(path) = &args.features {
        validator = validator.features(FeatureRows::read_npy(path)?);
    }
    if let Some(path) = &args.pred_probs {
        validator = validator.predictions(npy::read_file(path)?);
    }
    Ok(validator)
}

/// An error of a run; where one of the arrays is at fault, with its file.
fn of_arrays(error: Error, args: &ValidateArgs) -> Failure {
    let path: Option<&Path> = match error.kind() {
        ErrorKind::Invalid { what: "array of features", .. } => args.features.as_deref(),
        ErrorKind::Invalid { what: "array of predicted probabilities", .. } => args.pred_probs.as_deref(),
        _ => None,
    };
    match path {
        Some(path) => Failure::of_usage(error.at_path(path)),
        None => Failure::of_input(error),
    }
}

/// How many findings there may be of a check: what the arguments say goes before what the file says.
fn most_of(config: &Config, args: &ValidateArgs) -> Result<BTreeMap<Check, Most>> {
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
fn fails(report: &Report, fail_on: FailOn, most: &BTreeMap<Check, Most>) -> bool {
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

/// The validator of the folder, with the threads and limits of the arguments.
fn validator_of(args: &FolderArgs) -> Result<Validator> {
    let (folder, limits) = opened(args)?;
    Ok(Validator::new(folder).limits(limits))
}

/// The folder and the limits of the arguments, once their number of threads is set.
pub(crate) fn opened(args: &FolderArgs) -> Result<(ImageFolder, Limits)> {
    if let Some(threads) = args.threads {
        // Fails only if the pool is already there, and nothing has used it yet.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads.into()).build_global();
    }
    Ok((ImageFolder::open(&args.dir)?, limits_of(args)))
}

pub(crate) fn limits_of(args: &FolderArgs) -> Limits {
    args.max_pixels.map_or_else(Limits::new, |pixels| Limits::new().max_pixels(pixels))
}

/// Looks at every file of the folder, with progress, until it is done or Ctrl-C.
pub(crate) fn report_of(args: &FolderArgs) -> Result<Report> {
    Ok(observed(&validator_of(args)?, args)?.report)
}

pub(crate) fn observed(validator: &Validator, args: &FolderArgs) -> Result<Validation> {
    let mut progress = Progress::new(validator.len(), args.quiet);
    let validation = validator.run_observed(|done, total| progress.observe(done, total));
    progress.finish();
    validation
}

/// Prints the text, unless JSON takes its place on standard output, and writes the JSON where it was
/// asked for. The text comes first: a file that cannot be written must not cost the result.
pub(crate) fn write(args: &FolderArgs, report: &impl serde::Serialize, text: &str) -> Result<(), Failure> {
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

/// The width of the terminal, as the shell says it.
fn columns() -> usize {
    let of_shell = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    if std::io::stdout().is_terminal() { of_shell.unwrap_or(100) } else { 120 }
}

/// The date in UTC, as `2026-11-26`.
fn today() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    date_of(seconds / 86_400)
}

/// The date so many days behind 1970-01-01, counted in years that begin in March: a leap day is then the last of its year (Hinnant,
/// "chrono-compatible low-level date algorithms", 2013).
fn date_of(days: u64) -> String {
    /// The days of 400 years.
    const ERA: u64 = 146_097;
    // From 0000-03-01 on.
    let days = days + 719_468;
    let (era, day) = (days / ERA, days % ERA);
    let year = (day - day / 1460 + day / 36_524 - day / (ERA - 1)) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // March to July have 153 days, and so have August to December.
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, later) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    format!("{}-{month:02}-{day:02}", 400 * era + year + later)
}

#[cfg(test)]
mod tests {
    use super::date_of;

    #[test]
    fn days_are_dates() {
        // date -u -d @$((days * 86400)) +%F
        let dates = [0, 59, 11_016, 11_017, 20_783, 47_540].map(date_of);
        assert_eq!(
            dates,
            ["1970-01-01", "1970-03-01", "2000-02-29", "2000-03-01", "2026-11-26", "2100-02-28"]
        );
    }
}
