//! What a check found: the files concerned, the measured value and the severity.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind};
use crate::report::{Check, Severity};

/// The result of one check for one file, or for several files together.
///
/// ```
/// use burn_prep::report::{Check, Severity};
/// use burn_prep::source::ImageFolder;
/// use burn_prep::validate::Validator;
/// let report = Validator::new(ImageFolder::open("assets/hostile")?).run()?;
/// let corrupt = report.findings.iter().find(|finding| finding.check == Check::Corrupt).unwrap();
/// assert_eq!((corrupt.subject(), corrupt.severity), ("bitflips.jpg", Severity::Warning));
/// assert!(corrupt.message.starts_with("corrupt pixel data"));
///
/// let bomb = report.findings.iter().find(|finding| finding.check == Check::DecompressionBomb).unwrap();
/// assert_eq!((bomb.value, bomb.threshold), (Some(60_000.0), Some(50_000.0)));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Finding {
    /// The check that found it.
    pub check: Check,
    /// The severity of the finding.
    pub severity: Severity,
    /// The files, folders, classes or splits that the finding is about, files and folders relative to the root; none where it is
    /// about the dataset as a whole.
    pub subjects: Vec<String>,
    /// The measured value, if the check measures one.
    pub value: Option<f64>,
    /// The limit that the value crossed.
    pub threshold: Option<f64>,
    /// What was found and what was expected, in a sentence.
    pub message: String,
}

impl Finding {
    pub(crate) fn new(check: Check, subject: impl Into<String>, message: impl fmt::Display) -> Self {
        Self::of_all(check, vec![subject.into()], message)
    }

    /// Of several subjects; of the dataset as a whole where there are none.
    pub(crate) fn of_all(check: Check, subjects: Vec<String>, message: impl fmt::Display) -> Self {
        let severity = check.severity();
        Self { check, severity, subjects, value: None, threshold: None, message: message.to_string() }
    }

    pub(crate) fn graded(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    pub(crate) fn measured(mut self, value: f64, threshold: f64) -> Self {
        (self.value, self.threshold) = (Some(value), Some(threshold));
        self
    }

    /// What the decoder's error is as a finding.
    pub(crate) fn of_error(error: &Error, subject: &str) -> Self {
        let finding = Self::new(Check::of_error(error), subject, error.kind());
        match error.kind() {
            ErrorKind::Limit { found, allowed, .. } => finding.measured(*found as f64, *allowed as f64),
            _ => finding,
        }
    }

    /// The first of the subjects, for most checks the only one; empty where there is none.
    pub fn subject(&self) -> &str {
        self.subjects.first().map_or("", String::as_str)
    }
}
