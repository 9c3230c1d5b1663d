//! The acceptance of findings.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::report::Check;
use crate::report::date::check_date;
use crate::report::glob::glob_matches;
use crate::report::text::printable;

/// Accepts the findings about a subject, of one check or of all checks, with a reason and optionally a last day.
///
/// The subject is the name as it stands in the report, or a pattern, in which `*` stands for any characters,
/// also `/`, and `?` for one. The empty name stands for findings about the dataset as a whole; `*` includes
/// them.
///
/// As JSON or TOML a waiver has the fields `check` (optional), `subject`, `reason` and `until` (optional, a
/// string).
///
/// ```
/// use burn_prep::report::{Check, Waiver};
///
/// let waiver = Waiver::new("night/*", "meant to be dark")?.of_check(Check::Dark).until("2027-06-30")?;
/// let json = r#"{"check":"dark","subject":"night/*","reason":"meant to be dark","until":"2027-06-30"}"#;
/// assert_eq!(serde_json::from_str::<Waiver>(json)?, waiver);
///
/// let error = Waiver::new("night/*", " ").unwrap_err();
/// assert_eq!(error.to_string(), "waiver.reason is empty, expected why the finding is accepted");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Waiver {
    check: Option<Check>,
    subject: String,
    reason: String,
    until: Option<String>,
}

/// As it is stored, before it is checked.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    #[serde(skip_serializing_if = "Option::is_none")]
    check: Option<Check>,
    subject: String,
    reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

impl From<Waiver> for Stored {
    fn from(waiver: Waiver) -> Self {
        let Waiver { check, subject, reason, until } = waiver;
        Self { check, subject, reason, until }
    }
}

impl TryFrom<Stored> for Waiver {
    type Error = Error;

    fn try_from(stored: Stored) -> Result<Self> {
        let waiver = Self { check: stored.check, ..Self::new(stored.subject, stored.reason)? };
        match stored.until {
            Some(date) => waiver.until(date),
            None => Ok(waiver),
        }
    }
}

impl Waiver {
    /// Waives the findings of all checks about a subject, without an end.
    ///
    /// # Errors
    ///
    /// The reason is empty.
    pub fn new(subject: impl Into<String>, reason: impl Into<String>) -> Result<Self> {
        let reason = reason.into();
        if reason.trim().is_empty() {
            return Err(Error::parameter("waiver.reason", "empty", "why the finding is accepted"));
        }
        Ok(Self { check: None, subject: subject.into(), reason, until: None })
    }

    /// Waives only the findings of one check.
    #[must_use]
    pub fn of_check(mut self, check: Check) -> Self {
        self.check = Some(check);
        self
    }

    /// Waives the findings up to a day of the form `YYYY-MM-DD`, and on that day.
    ///
    /// # Errors
    ///
    /// The date has another form, or there is no such day.
    pub fn until(mut self, date: impl Into<String>) -> Result<Self> {
        let date = date.into();
        check_date("waiver.until", &date)?;
        self.until = Some(date);
        Ok(self)
    }

    /// Whether its last day is before today.
    pub(super) fn is_over(&self, today: &str) -> bool {
        self.until.as_deref().is_some_and(|until| until < today)
    }

    /// The subject, where it is a name and no pattern.
    pub(super) fn name(&self) -> Option<&str> {
        if self.subject.contains(['*', '?']) { None } else { Some(&self.subject) }
    }

    /// Whether a finding of the check about the subject is covered, whatever day it is.
    pub(super) fn covers(&self, check: Check, subject: &str) -> bool {
        self.check.is_none_or(|wanted| wanted == check) && glob_matches(&self.subject, subject)
    }

    pub(super) fn reason(&self) -> &str {
        &self.reason
    }

    /// What is to be said of a waiver that did nothing.
    pub(super) fn note(&self, today: &str, used: bool) -> Option<String> {
        let check = self.check.map_or("all checks", Check::name);
        let waiver = format!("waiver of {check} for \"{}\"", printable(&self.subject));
        match &self.until {
            Some(until) if self.is_over(today) => Some(format!("{waiver} expired on {until}")),
            _ if used => None,
            _ => Some(format!("{waiver} matches no finding")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_waiver_is_checked() {
        for (json, complaint) in [
            (r#"{"subject": "a", "reason": ""}"#, "waiver.reason is empty"),
            (r#"{"subject": "a"}"#, "missing field `reason`"),
            (r#"{"subject": "a", "reason": "b", "until": "soon"}"#, "waiver.until is soon, expected a date"),
            (r#"{"subject": "a", "reason": "b", "untill": "2026-01-01"}"#, "unknown field `untill`"),
        ] {
            let error = serde_json::from_str::<Waiver>(json).unwrap_err().to_string();
            assert!(error.contains(complaint), "{error}");
        }
    }
}
