//! Validation of image datasets: what is wrong with the files, the pictures, the classes and the splits.
//!
//! A [`Validator`] reads each sample once and keeps an [`ImageRecord`] of it; the checks are made from the records, under
//! [`Thresholds`], and their findings are a [`Report`](crate::report::Report).

mod class_checks;
mod cleanvision;
mod cross_checks;
mod dataset;
mod duplicate_checks;
mod exclusions;
mod file_checks;
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

pub use cleanvision::{CleanvisionCount, CleanvisionImage, CleanvisionIssueType, CleanvisionReport};
pub use exclusions::exclusions;
pub use image_row::ImageRow;
pub use mean_images::MeanImages;
pub use merge_records::merge_records;
pub use other_dataset::OtherDataset;
pub use read_records::read_records;
#[cfg(all(feature = "csv", feature = "png"))]
pub(crate) use {file_checks::is_plain, image_row::harmless};
pub use record::{ImageRecord, PictureRecord};
pub use thresholds::Thresholds;
#[cfg(feature = "png")]
pub use thumbnails::SourceThumbnails;
pub use validation::Validation;
pub use validator::Validator;

use crate::duplicates::DuplicateCluster;
use crate::report::Finding;
use crate::transform::Recipe;
use usable::Usable;

/// What all checks find in records; without those of classes where the records are not of all samples. `clusters` are those that
/// [`reference_pixels::refine`] found in the same records, if it searched.
fn findings(
    records: &[ImageRecord],
    thresholds: &Thresholds,
    recipe: Option<&Recipe>,
    is_whole: bool,
    clusters: Option<Vec<DuplicateCluster>>,
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
    if let Some(recipe) = recipe {
        findings.extend(recipe_checks::recipe_findings(&usable, recipe, thresholds));
    }
    findings.extend(records.iter().filter_map(|record| record.unusable.clone()));
    findings.extend(name_checks::name_findings(records, thresholds.prevalence));
    findings.extend(duplicate_checks::duplicate_findings(&usable, thresholds, clusters));
    if is_whole {
        findings.extend(class_checks::balance_findings(records, thresholds));
    }
    findings.extend(class_checks::property_findings(&usable, thresholds));
    findings
}
