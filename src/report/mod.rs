//! Validation reports and dataset statistics as plain data, written as JSON, HTML, CSV, JUnit XML, SARIF, annotations of
//! GitHub's workflows, or text.

mod baseline;
mod by_check;
mod check;
mod constants;
#[cfg(feature = "csv")]
mod csv;
mod dataset;
mod date;
mod finding;
mod github;
mod glob;
mod html;
mod json;
mod junit;
#[allow(clippy::module_inception)] // the file is named after the type it holds
mod report;
mod sarif;
mod sarif_objects;
mod schema;
mod severity;
mod subjects;
mod summary;
mod text;
mod uri;
mod waiver;
mod waivers;

pub use check::Check;
pub(crate) use constants::unit_quantiles;
pub use constants::{ChannelConstants, GroupStats};
#[cfg(feature = "csv")]
pub use csv::write_csv;
pub(crate) use dataset::unit_channels;
pub use dataset::{ClassCount, DatasetStats};
pub use finding::Finding;
pub use github::write_github_annotations;
pub use html::{HtmlReport, PropertyHistogram, Thumbnails};
pub use json::write_json;
pub use junit::write_junit;
pub use report::Report;
pub use sarif::write_sarif;
pub use severity::Severity;
pub(crate) use text::printable;
pub use waiver::Waiver;
pub use waivers::{WaivedFinding, Waivers};

pub use crate::output::write_whole;
