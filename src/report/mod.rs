//! Validation reports and dataset statistics as plain data, written as JSON, CSV or text.

#[cfg(feature = "csv")]
mod csv;
mod dataset;
mod finding;
mod json;
#[allow(clippy::module_inception)] // the file is named after the type it holds
mod report;
mod text;

#[cfg(feature = "csv")]
pub use csv::write_csv;
pub(crate) use dataset::unit_channels;
pub use dataset::{ClassCount, DatasetStats};
pub use finding::{Check, Finding, Severity};
pub use json::write_json;
pub use report::Report;
