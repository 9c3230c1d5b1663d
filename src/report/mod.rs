//! What was found, as plain data: JSON, CSV and text.

mod csv;
mod dataset;
mod issue;
mod json;
#[allow(clippy::module_inception)] // the file is named after the type it holds
mod report;
mod text;

pub use csv::write_csv;
pub(crate) use dataset::unit_channels;
pub use dataset::{ClassCount, DatasetStats};
pub use issue::{Issue, IssueKind, Severity};
pub use json::write_json;
pub use report::Report;
