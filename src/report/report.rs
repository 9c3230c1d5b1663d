//! The outcome of a validation.

use serde::Serialize;

use crate::report::{DatasetStats, Issue, IssueKind, Severity};

/// The version of the report's form; it grows when a field changes its meaning or goes away.
const SCHEMA_VERSION: u32 = 1;

/// What was found in a folder of images.
///
/// The same folder gives the same report, byte for byte, with any number of threads.
///
/// ```
/// use burn_prep::report::IssueKind;
/// use burn_prep::source::ImageFolder;
/// use burn_prep::validate::Validator;
///
/// let report = Validator::new().run(&ImageFolder::open("assets/hostile")?)?;
/// assert!(!report.is_clean());
/// assert_eq!(report.count(IssueKind::DecompressionBomb), 1);
///
/// let json: serde_json::Value = serde_json::to_value(&report).unwrap();
/// assert_eq!(json["schema_version"], 1);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The version of this form.
    pub schema_version: u32,
    /// The crate's version.
    pub version: &'static str,
    /// The folder, as it was given.
    pub root: String,
    /// Whether the run was stopped before the last file; the figures are then of the files seen.
    pub interrupted: bool,
    /// The image files in the folder.
    pub files: u64,
    /// The image files looked at.
    pub files_seen: u64,
    /// The entries that are no image files: hidden, of the system, of another kind.
    pub files_ignored: u64,
    /// The figures of the usable images.
    pub dataset: DatasetStats,
    /// The findings, by file, then by check.
    pub findings: Vec<Issue>,
}

impl Report {
    pub(crate) fn new(root: String, dataset: DatasetStats, mut findings: Vec<Issue>) -> Self {
        findings.sort_by(|a, b| (&a.file, a.kind).cmp(&(&b.file, b.kind)));
        Self {
            schema_version: SCHEMA_VERSION,
            version: env!("CARGO_PKG_VERSION"),
            root,
            interrupted: false,
            files: 0,
            files_seen: 0,
            files_ignored: 0,
            dataset,
            findings,
        }
    }

    /// Whether there is no finding.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// The number of findings of a kind.
    pub fn count(&self, kind: IssueKind) -> usize {
        self.findings.iter().filter(|issue| issue.kind == kind).count()
    }

    /// The files that cannot be used, each with its finding.
    ///
    /// ```
    /// # use burn_prep::source::ImageFolder;
    /// # use burn_prep::validate::Validator;
    /// let report = Validator::new().run(&ImageFolder::open("assets/hostile")?)?;
    /// assert!(report.unusable().any(|issue| issue.file == "truncated.jpg"));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn unusable(&self) -> impl Iterator<Item = &Issue> {
        self.findings.iter().filter(|issue| issue.severity == Severity::Error)
    }
}
