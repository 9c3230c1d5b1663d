//! What cleanvision 0.3.7 finds in a source of images, under its names.

mod image;
mod issue_type;
mod look;
mod report;
#[cfg(feature = "csv")]
mod table;
mod text;

pub use image::CleanvisionImage;
pub use issue_type::CleanvisionIssueType;
pub use report::{CleanvisionCount, CleanvisionReport};
