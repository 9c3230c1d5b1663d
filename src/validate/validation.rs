//! What a validation gives: the report, and the records that it was made from.

use crate::report::Report;
use crate::validate::ImageRecord;

/// The outcome of [`Validator::run_observed`](crate::validate::Validator::run_observed).
///
/// ```
/// use std::ops::ControlFlow;
/// use burn_prep::source::ImageFolder;
/// use burn_prep::validate::Validator;
///
/// let validator = Validator::new(ImageFolder::open("assets/photos")?);
/// let validation = validator.run_observed(|_, _| ControlFlow::Continue(()))?;
/// assert_eq!(validation.records.len(), 40);
/// assert_eq!(validation.report.files_seen, 40);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Validation {
    /// The findings, and the statistics of the dataset.
    pub report: Report,
    /// Of each sample that was looked at what was measured, in the order of the source.
    pub records: Vec<ImageRecord>,
}
