//! From the arguments of `validate` to the validator.

use std::path::Path;

use burn_prep::error::ErrorKind;
use burn_prep::neighbors::FeatureRows;
use burn_prep::source::Source;
use burn_prep::transform::{CenterCrop, Recipe, Resize};
use burn_prep::validate::{Thresholds, Validator};
use burn_prep::{Error, Result, npy};
use regex::Regex;

use crate::against::others_of;
use crate::args::ValidateArgs;
use crate::folder::folder_validator;
use crate::{Failure, note};

/// The validator of the folder, with all that the arguments say of the run. Other datasets are read here, with progress.
pub(crate) fn validator_of(args: &ValidateArgs, thresholds: Thresholds) -> Result<Validator, Failure> {
    let mut validator = folder_validator(&args.folder).map_err(Failure::of_input)?.thresholds(thresholds);
    if let Some(samples) = args.sample {
        validator = validator.sample(samples.get());
    }
    if let Some(pattern) = &args.group {
        check_group(pattern, validator.source()).map_err(Failure::of_usage)?;
        let source = validator.source();
        let mut samples = (0..source.len()).filter_map(|index| source.sample(index));
        if samples.all(|sample| sample.split.is_none()) {
            note(
                "burn-prep: --group: there are no splits, so that no group can be in several (see --splits)",
            );
        }
        validator = validator.group_by(group_of(pattern.clone()));
    }
    if let Some(recipe) = recipe_of(args) {
        validator = validator.recipe(recipe);
    }
    if let Some(shard) = args.shard {
        validator = validator.shard(shard);
    }
    if let Some(path) = &args.cache {
        validator = validator.records(path);
    }
    // The short work first: what is wrong with an array is not said after hours.
    let validator = with_arrays(validator, args).map_err(Failure::of_usage)?;
    Ok(others_of(args)?.into_iter().fold(validator, Validator::against))
}

/// Refuses a pattern of `--group` that matches no name. Names outside the sample or the shard count.
fn check_group(pattern: &Regex, source: &dyn Source) -> Result<()> {
    let mut names = (0..source.len()).filter_map(|index| source.sample(index)).map(|sample| &sample.uri);
    if source.is_empty() || names.any(|name| pattern.is_match(name)) {
        return Ok(());
    }
    let found = format!("{pattern}, which matches none of {} names", source.len());
    let expected = "a regular expression that matches names of files";
    Err(ErrorKind::Parameter { name: "--group".to_owned(), found, expected }.into())
}

/// What the pattern matches in a name: its first parentheses, or all of it.
fn group_of(pattern: Regex) -> impl Fn(&str) -> Option<String> + Send + Sync + 'static {
    move |name| {
        let captures = pattern.captures(name)?;
        captures.get(1).or_else(|| captures.get(0)).map(|group| group.as_str().to_owned())
    }
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
pub(crate) fn of_arrays(error: Error, args: &ValidateArgs) -> Failure {
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
