//! Checks and their findings: the files concerned, the measured value and the severity.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind};

/// The severity of a finding: whether the file can still be used.
///
/// ```
/// use burn_prep::report::{Check, Severity};
/// assert_eq!(Check::ExtensionMismatch.severity(), Severity::Warning);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The file cannot be used.
    Error,
    /// The file can be used; somebody should look at it.
    Warning,
}

/// A validation check, with a stable name in reports: `Check::OddSize` is `odd_size`.
///
/// ```
/// use burn_prep::report::{Check, Severity};
/// assert_eq!(Check::OddSize.to_string(), "odd_size");
/// assert_eq!(Check::Truncated.severity(), Severity::Error);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Check {
    /// The operating system does not let the file be read.
    Unreadable,
    /// The file has no bytes.
    Empty,
    /// The content is no image, or a damaged one.
    Undecodable,
    /// The file may be sound, but has a property that the decoder does not support, which the message names: do not
    /// delete it.
    Unsupported,
    /// The file ends before the image does.
    Truncated,
    /// The image could be decoded, but its data is suspect: see
    /// [`SourceInfo::warning`](crate::images::SourceInfo::warning).
    Corrupt,
    /// The image is larger than the limits allow; it was not decoded.
    DecompressionBomb,
    /// The extension names another format than the content has, or there is none.
    ExtensionMismatch,
    /// The image is at least twice as large or half as large as the median, and an outlier:
    /// `s = sqrt(w h)` is outside of `Q1 - 3 IQR ..= Q3 + 3 IQR` of the dataset.
    OddSize,
    /// Two classes, or two splits, have names that look alike: see
    /// [`ImageFolder::look_alikes`](crate::source::ImageFolder::look_alikes).
    SimilarNames,
}

impl Check {
    /// The severity of the check's findings: whether the file can still be used.
    pub fn severity(self) -> Severity {
        match self {
            Self::Corrupt | Self::ExtensionMismatch | Self::OddSize | Self::SimilarNames => Severity::Warning,
            _ => Severity::Error,
        }
    }

    /// The check that an error of the decoder belongs to.
    fn of_error(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::Empty { .. } => Self::Empty,
            // A format whose feature is off is not read either, and nothing is wrong with the file.
            ErrorKind::Unsupported { .. } | ErrorKind::Unavailable { .. } => Self::Unsupported,
            ErrorKind::Truncated { .. } => Self::Truncated,
            ErrorKind::Limit { .. } => Self::DecompressionBomb,
            ErrorKind::Io(_) => Self::Unreadable,
            _ => Self::Undecodable,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Empty => "empty",
            Self::Undecodable => "undecodable",
            Self::Unsupported => "unsupported",
            Self::Truncated => "truncated",
            Self::Corrupt => "corrupt",
            Self::DecompressionBomb => "decompression_bomb",
            Self::ExtensionMismatch => "extension_mismatch",
            Self::OddSize => "odd_size",
            Self::SimilarNames => "similar_names",
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The result of one check for one file, or for several files together.
///
/// ```
/// use burn_prep::report::{Check, Severity};
/// use burn_prep::source::ImageFolder;
/// use burn_prep::validate::Validator;
/// let report = Validator::new().run(&ImageFolder::open("assets/hostile")?)?;
/// let first = &report.findings[0];
/// assert_eq!((first.subject(), first.severity), ("bitflips.jpg", Severity::Warning));
/// assert!(first.message.starts_with("corrupt pixel data"));
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
    /// The files, classes or splits that the finding is about: at least one, each relative to the folder's root.
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
        Self {
            check,
            severity: check.severity(),
            subjects: vec![subject.into()],
            value: None,
            threshold: None,
            message: message.to_string(),
        }
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

    /// The first of the subjects; for most checks the only one.
    pub fn subject(&self) -> &str {
        self.subjects.first().map_or("", String::as_str)
    }
}
