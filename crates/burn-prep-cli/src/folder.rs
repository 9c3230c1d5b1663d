//! The folder of the arguments, and a look at its files.

use burn_prep::Result;
use burn_prep::images::Limits;
use burn_prep::source::ImageFolder;
use burn_prep::validate::{Validation, Validator};

use crate::args::FolderArgs;
use crate::progress::Progress;

/// The validator of the folder, with the limits of the arguments.
pub(crate) fn folder_validator(args: &FolderArgs) -> Result<Validator> {
    let (folder, limits) = opened(args)?;
    Ok(Validator::new(folder).limits(limits))
}

/// The folder and the limits of the arguments.
pub(crate) fn opened(args: &FolderArgs) -> Result<(ImageFolder, Limits)> {
    Ok((ImageFolder::open_with(&args.dir, args.splits.level())?, args.limits.limits()))
}

/// Looks at every file of a validator, with progress, until it is done or Ctrl-C.
pub(crate) fn observed(validator: &Validator, args: &FolderArgs) -> Result<Validation> {
    let mut progress = Progress::new(validator.len(), args.quiet);
    let validation = validator.run_observed(|done, total| progress.observe(done, total));
    progress.finish();
    validation
}
