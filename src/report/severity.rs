//! How grave a finding is.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How grave a finding is, the gravest first.
///
/// ```
/// use burn_prep::report::{Check, Severity};
/// assert_eq!(Check::ExtensionMismatch.severity(), Severity::Warning);
/// assert!(Severity::Error < Severity::Warning && Severity::Warning < Severity::Info);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A file cannot be used, or training on the dataset gives wrong results.
    Error,
    /// Everything can be used; somebody should look at it.
    Warning,
    /// Good to know. It does not make a report unclean.
    Info,
}

impl Severity {
    /// The name in reports: `error`, `warning` or `info`.
    ///
    /// ```
    /// assert_eq!(burn_prep::report::Severity::Info.name(), "info");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
