//! What all checks find in records.

pub(super) mod alike;
mod class_checks;
pub(super) mod cross_checks;
mod duplicate_checks;
pub(super) mod feature_checks;
mod file_checks;
pub(super) mod listing_checks;
mod name_checks;
mod pixel_checks;
mod prevalence;
mod recipe_checks;
pub(super) mod reference_pixels;
mod size_checks;
pub(super) mod usable;

#[cfg(all(feature = "csv", feature = "png"))]
pub(crate) use file_checks::is_plain;

use crate::checks::FeatureCluster;
use crate::duplicates::DuplicateCluster;
use crate::report::Finding;
use crate::transform::Recipe;
use crate::validate::findings::usable::Usable;
use crate::validate::{ImageRecord, Thresholds};

/// What the checks are given beside the records.
#[derive(Debug, Default)]
pub(super) struct Given<'a> {
    /// By which pictures are prepared for a model, where it is known.
    pub(super) recipe: Option<&'a Recipe>,
    /// Whether the records are of all samples: only then the classes are looked at.
    pub(super) is_whole: bool,
    /// The clusters that [`refine`](crate::validate::findings::reference_pixels::refine) found in the same records, if it searched.
    pub(super) clusters: Option<Vec<DuplicateCluster>>,
    /// Clusters by features, of places among the pictures of which anything is seen.
    pub(super) by_features: &'a [FeatureCluster],
}

pub(super) fn findings(records: &[ImageRecord], thresholds: &Thresholds, given: Given<'_>) -> Vec<Finding> {
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
    if let Some(recipe) = given.recipe {
        findings.extend(recipe_checks::recipe_findings(&usable, recipe, thresholds));
    }
    findings.extend(records.iter().filter_map(|record| record.unusable.clone()));
    findings.extend(name_checks::name_findings(records, thresholds.prevalence));
    let Given { clusters, by_features, .. } = given;
    findings.extend(duplicate_checks::duplicate_findings(&usable, thresholds, clusters, by_features));
    if given.is_whole {
        findings.extend(class_checks::balance_findings(records, thresholds));
    }
    findings.extend(class_checks::property_findings(&usable, thresholds));
    findings
}
