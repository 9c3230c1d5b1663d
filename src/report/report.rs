//! The outcome of a validation.

use std::collections::HashSet;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::report::{Check, DatasetStats, Finding, Severity, WaivedFinding};

/// The version of the report's form; it grows when a field changes its meaning or goes away.
const SCHEMA_VERSION: u32 = 1;

/// The report on a folder of images: the findings of all checks, and the statistics of the usable images.
///
/// The same folder gives the same report, byte for byte, with any number of threads.
///
/// ```
/// use burn_prep::report::Check;
/// use burn_prep::source::ImageFolder;
/// use burn_prep::validate::Validator;
///
/// let report = Validator::new(ImageFolder::open("assets/hostile")?).run()?;
/// assert!(!report.is_clean());
/// assert_eq!(report.count(Check::DecompressionBomb), 1);
///
/// let json: serde_json::Value = serde_json::to_value(&report).unwrap();
/// assert_eq!(json["schema_version"], 1);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Report {
    /// The version of the report's schema, [`Report::JSON_SCHEMA`]; it grows when a field changes its meaning or goes away.
    pub schema_version: u32,
    /// The crate's version.
    pub version: String,
    /// The folder, as it was given.
    pub root: String,
    /// Whether the run was stopped before the last file; the statistics then cover only the files seen.
    pub interrupted: bool,
    /// The number of image files in the folder.
    pub files: u64,
    /// The number of image files that were checked.
    pub files_seen: u64,
    /// The number of entries that are no image files: hidden, of the system, of another kind.
    pub files_ignored: u64,
    /// The statistics of the usable images.
    pub dataset: DatasetStats,
    /// The findings, sorted by subjects, then by check.
    pub findings: Vec<Finding>,
    /// The findings that were waived, each with the reason: see [`Waivers`](crate::report::Waivers).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waived: Vec<WaivedFinding>,
}

impl Report {
    pub(crate) fn new(root: String, dataset: DatasetStats, mut findings: Vec<Finding>) -> Self {
        findings.sort_by(|a, b| (&a.subjects, a.check).cmp(&(&b.subjects, b.check)));
        Self {
            schema_version: SCHEMA_VERSION,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            root,
            interrupted: false,
            files: 0,
            files_seen: 0,
            files_ignored: 0,
            dataset,
            findings,
            waived: Vec::new(),
        }
    }

    /// Reads a report that [`write_json`](crate::report::write_json) wrote.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is no report, or has another `schema_version`.
    ///
    /// ```
    /// use burn_prep::report::{Report, write_json};
    /// use burn_prep::source::ImageFolder;
    /// use burn_prep::validate::Validator;
    ///
    /// let report = Validator::new(ImageFolder::open("assets/hostile")?).run()?;
    /// let folder = tempfile::tempdir()?;
    /// let path = folder.path().join("report.json");
    /// write_json(&path, &report)?;
    /// assert_eq!(Report::read_json(&path)?, report);
    ///
    /// std::fs::write(&path, r#"{"schema_version": 99}"#)?;
    /// let error = Report::read_json(&path).unwrap_err();
    /// assert!(error.to_string().ends_with("not a valid report: schema_version is 99, expected 1"), "{error}");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read_json(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let read = || -> Result<Self> {
            let bytes = std::fs::read(path)?;
            let invalid = |reason: String| Error::from(ErrorKind::Invalid { what: "report", reason });
            let json: serde_json::Value =
                serde_json::from_slice(&bytes).map_err(|error| invalid(error.to_string()))?;
            match json.get("schema_version").and_then(serde_json::Value::as_u64) {
                Some(version) if version == u64::from(SCHEMA_VERSION) => {}
                Some(version) => {
                    return Err(invalid(format!("schema_version is {version}, expected {SCHEMA_VERSION}")));
                }
                None => return Err(invalid("found no schema_version".to_owned())),
            }
            serde_json::from_value(json).map_err(|error| invalid(error.to_string()))
        };
        read().map_err(|error| error.at_path(path))
    }

    /// Whether there is no error and no warning.
    pub fn is_clean(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity == Severity::Info)
    }

    /// The number of findings of a check.
    pub fn count(&self, check: Check) -> usize {
        self.findings.iter().filter(|finding| finding.check == check).count()
    }

    /// The number of files, classes or other subjects that a check finds fault with; a finding without subjects counts as one.
    ///
    /// ```
    /// # use burn_prep::source::ImageFolder;
    /// # use burn_prep::validate::Validator;
    /// use burn_prep::report::Check;
    /// let report = Validator::new(ImageFolder::open("assets/photos")?).run()?;
    /// assert_eq!((report.count(Check::NearDuplicate), report.affected(Check::NearDuplicate)), (1, 2));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn affected(&self, check: Check) -> usize {
        let findings = || self.findings.iter().filter(|finding| finding.check == check);
        let subjects: HashSet<&String> = findings().flat_map(|finding| &finding.subjects).collect();
        subjects.len() + findings().filter(|finding| finding.subjects.is_empty()).count()
    }

    /// The findings of files that cannot be used.
    ///
    /// ```
    /// # use burn_prep::source::ImageFolder;
    /// # use burn_prep::validate::Validator;
    /// let report = Validator::new(ImageFolder::open("assets/hostile")?).run()?;
    /// assert!(report.unusable().any(|finding| finding.subject() == "truncated.jpg"));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn unusable(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.check.is_unusable())
    }
}
