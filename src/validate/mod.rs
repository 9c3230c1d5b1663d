//! Validation of image datasets: what is wrong with the files, the pictures, the classes and the splits.
//!
//! A [`Validator`] reads each sample once and keeps an [`ImageRecord`] of it; the checks are made from the records, under
//! [`Thresholds`], and their findings are a [`Report`](crate::report::Report).

mod alike;
mod brought;
mod class_checks;
mod dataset;
mod duplicate_checks;
mod feature_checks;
mod feature_scores;
mod features;
mod file_checks;
mod image_row;
mod inspection;
mod listing_checks;
mod pixel_checks;
mod prevalence;
mod properties;
mod record;
mod record_file;
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
pub use feature_scores::FeatureScores;
pub use image_row::ImageRow;
pub use record::{ImageRecord, PictureRecord};
pub use record_file::merge_records;
pub use thresholds::Thresholds;
#[cfg(feature = "png")]
pub use thumbnails::SourceThumbnails;
pub use validation::Validation;
pub use validator::Validator;

use crate::report::Finding;
use usable::Usable;

/// What all checks find in records; without those of classes where the records are not of all samples. Clusters by features are of
/// places among the pictures of which anything is seen.
fn findings(
    records: &[ImageRecord],
    thresholds: &Thresholds,
    is_whole: bool,
    by_features: &[FeatureCluster],
) -> Vec<Finding> {
    let usable = Usable::of(records);
    let mut of_pictures: Vec<Finding> = Vec::new();
    for usable in &usable {
        of_pictures.extend(file_checks::file_findings(usable, thresholds));
    }
    of_pictures.extend(file_checks::minority_findings(&usable));
    let usable: Vec<Usable<'_>> = usable.into_iter().filter(Usable::is_seen).collect();
    for usable in &usable {
        of_pictures.extend(pixel_checks::pixel_findings(usable, thresholds));
    }
    of_pictures.extend(pixel_checks::grayscale_findings(&usable, thresholds));
    of_pictures.extend(size_checks::size_findings(&usable, thresholds));
    let mut findings = prevalence::merge_prevalent(of_pictures, usable.len(), thresholds.prevalence);
    findings.extend(records.iter().filter_map(|record| record.unusable.clone()));
    findings.extend(duplicate_checks::duplicate_findings(&usable, thresholds, by_features));
    if is_whole {
        findings.extend(class_checks::balance_findings(records, thresholds));
    }
    findings.extend(class_checks::property_findings(&usable, thresholds));
    findings
}
