//! The JSON Schema of a report.

use crate::report::Report;

impl Report {
    /// The JSON Schema (draft 2020-12) of a report as JSON, with a description of each field. Use it to check reports, or to make
    /// types for them in other languages.
    ///
    /// It allows exactly the fields that this version of the crate writes.
    ///
    /// ```
    /// use burn_prep::report::{Check, Report};
    ///
    /// let schema: serde_json::Value = serde_json::from_str(Report::JSON_SCHEMA)?;
    /// assert_eq!(schema["properties"]["schema_version"]["const"], 1);
    /// assert_eq!(schema["$defs"]["Check"]["enum"][0], Check::ALL[0].name());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub const JSON_SCHEMA: &'static str = include_str!("../../schema/report.schema.json");
}
