//! One finding about one file.

use std::fmt;

use serde::Serialize;

use crate::error::{Error, ErrorKind};

/// How much a finding matters.
///
/// ```
/// use burn_prep::report::{IssueKind, Severity};
/// assert_eq!(IssueKind::ExtensionMismatch.severity(), Severity::Warning);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The file cannot be used.
    Error,
    /// The file can be used; somebody should look at it.
    Warning,
}

/// What is wrong with a file.
///
/// ```
/// use burn_prep::report::{IssueKind, Severity};
/// assert_eq!(IssueKind::OddSize.to_string(), "odd_size");
/// assert_eq!(IssueKind::Truncated.severity(), Severity::Error);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum IssueKind {
    /// The operating system does not let the file be read.
    Unreadable,
    /// The file has no bytes.
    Empty,
    /// The content is no image, or a damaged one.
    Undecodable,
    /// The file may be sound, but it has a property that is not read, which the message names: nothing to delete.
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

impl IssueKind {
    /// Whether the file can be used all the same.
    pub fn severity(self) -> Severity {
        match self {
            Self::Corrupt | Self::ExtensionMismatch | Self::OddSize | Self::SimilarNames => Severity::Warning,
            _ => Severity::Error,
        }
    }

    /// What an error of the decoder is as a finding.
    pub(crate) fn of_error(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::Empty { .. } => Self::Empty,
            ErrorKind::Unsupported { .. } => Self::Unsupported,
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

impl fmt::Display for IssueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// One finding about one file.
///
/// ```
/// use burn_prep::report::Severity;
/// use burn_prep::source::ImageFolder;
/// use burn_prep::validate::Validator;
/// let report = Validator::new().run(&ImageFolder::open("assets/hostile")?)?;
/// let first = &report.findings[0];
/// assert_eq!((first.file.as_str(), first.severity), ("bitflips.jpg", Severity::Warning));
/// assert!(first.message.starts_with("corrupt pixel data"));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Issue {
    /// What is wrong.
    #[serde(rename = "check")]
    pub kind: IssueKind,
    /// How much it matters.
    pub severity: Severity,
    /// The file, below the folder's root.
    pub file: String,
    /// What was found and what was expected.
    pub message: String,
}

impl Issue {
    pub(crate) fn new(kind: IssueKind, file: impl Into<String>, message: impl fmt::Display) -> Self {
        Self { kind, severity: kind.severity(), file: file.into(), message: message.to_string() }
    }
}
