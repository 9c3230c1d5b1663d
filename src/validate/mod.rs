//! Validation of image datasets: what is wrong with the files, the pictures, the classes and the splits.
//!
//! A [`Validator`] reads each sample once and keeps an [`ImageRecord`] of it; the checks are made from the records, under
//! [`Thresholds`], and their findings are a [`Report`](crate::report::Report).

mod alike;
mod brought;
mod class_checks;
mod cleanvision;
mod cross_checks;
mod dataset;
mod duplicate_checks;
mod exclusions;
mod feature_checks;
mod feature_scores;
mod features;
mod file_checks;
mod findings;
mod image_row;
mod inspection;
mod listing_checks;
mod mean_images;
mod merge_records;
mod name_checks;
mod other_dataset;
mod pixel_checks;
mod prevalence;
mod properties;
mod read_records;
mod recipe_checks;
mod record;
mod record_file;
mod record_index;
mod record_line;
mod recorded;
mod reference_pixels;
mod run;
mod size_checks;
mod thresholds;
#[cfg(feature = "png")]
mod thumbnails;
mod usable;
mod validation;
mod validator;

pub use crate::checks::FeatureCluster;
pub use cleanvision::{CleanvisionCount, CleanvisionImage, CleanvisionIssueType, CleanvisionReport};
pub use exclusions::exclusions;
pub use feature_scores::FeatureScores;
pub use image_row::ImageRow;
pub use mean_images::MeanImages;
pub use merge_records::merge_records;
pub use other_dataset::OtherDataset;
pub use read_records::read_records;
pub use record::{ImageRecord, PictureRecord};
pub use thresholds::Thresholds;
#[cfg(feature = "png")]
pub use thumbnails::SourceThumbnails;
pub use validation::Validation;
pub use validator::Validator;

#[cfg(all(feature = "csv", feature = "png"))]
pub(crate) use {file_checks::is_plain, image_row::harmless};
