//! Validation of image datasets: what is wrong with the files, the pictures, the classes and the splits.
//!
//! A [`Validator`] reads each sample once and keeps an [`ImageRecord`] of it; the checks are made from the records, under
//! [`Thresholds`], and their findings are a [`Report`](crate::report::Report). An [`ImageValidator`] does the
//! same with pictures in memory: arrays, or those of a batch. [`Check`](crate::report::Check) lists all checks.
//!
//! | task | item |
//! |---|---|
//! | check a folder | [`Validator::run`]; with progress, and with the records, [`Validator::run_observed`] |
//! | check arrays, or the pictures of a batch | [`ImageValidator`] |
//! | check again without reading the files | [`Validator::records`], [`Validation::of_records`] |
//! | divide the work among machines | [`Validator::shard`], [`merge_records`] |
//! | find pictures that another dataset has too | [`Validator::against`], [`OtherDataset`] |
//! | check sizes against the preprocessing of training | [`Validator::recipe`] |
//! | outliers, near duplicates and wrong classes by embeddings | [`Validator::features`], [`FeatureScores`] |
//! | wrong classes by predicted probabilities | [`Validator::predictions`] |
//! | leave files out of training | [`exclusions()`] |
//! | a table, average pictures | [`ImageRow`], [`MeanImages`] |
//! | the results of cleanvision | [`CleanvisionReport`] |

mod brought;
mod cleanvision;
mod dataset;
mod exclusions;
mod feature_scores;
mod features;
mod findings;
mod image_row;
mod image_validator;
mod inspection;
mod mean_images;
mod named_image;
mod other_dataset;
mod properties;
mod records;
mod run;
mod thresholds;
#[cfg(feature = "png")]
mod thumbnails;
mod validation;
mod validator;

pub use crate::checks::FeatureCluster;
pub use cleanvision::{CleanvisionCount, CleanvisionImage, CleanvisionIssueType, CleanvisionReport};
pub use exclusions::exclusions;
pub use feature_scores::FeatureScores;
pub use image_row::ImageRow;
pub use image_validator::ImageValidator;
pub use mean_images::MeanImages;
pub use named_image::NamedImage;
pub use other_dataset::OtherDataset;
pub use records::{ImageRecord, PictureRecord, merge_records, read_records};
pub use thresholds::Thresholds;
#[cfg(feature = "png")]
pub use thumbnails::SourceThumbnails;
pub use validation::Validation;
pub use validator::Validator;

#[cfg(all(feature = "csv", feature = "png"))]
pub(crate) use {
    findings::{SAME_BYTES, is_plain},
    image_row::harmless,
};
