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
pub(crate) use {duplicate_checks::SAME_BYTES, file_checks::is_plain};

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
    let mut of_files: Vec<Finding> = Vec::new();
    for usable in &usable {
        of_files.extend(file_checks::file_findings(usable, thresholds));
    }
    of_files.extend(file_checks::minority_findings(&usable));
    let mut findings = prevalence::merge_prevalent(of_files, usable.len(), thresholds.prevalence);
    let mut of_pictures: Vec<Finding> = Vec::new();
    let usable: Vec<Usable<'_>> = usable.into_iter().filter(Usable::is_seen).collect();
    for usable in &usable {
        of_pictures.extend(pixel_checks::pixel_findings(usable, thresholds));
    }
    of_pictures.extend(pixel_checks::grayscale_findings(&usable, thresholds));
    of_pictures.extend(size_checks::size_findings(&usable, thresholds));
    findings.extend(prevalence::merge_prevalent(of_pictures, usable.len(), thresholds.prevalence));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::AlphaCoverage;
    use crate::report::Check;
    use crate::validate::inspection::tests::record_of;

    /// Of pictures without anything to see, what the files have is known still.
    #[test]
    fn what_files_have_is_compared_with_all_files() {
        let transparent = |index: usize| {
            let mut record = record_of(&format!("{index}.png"), 8, 8);
            if let Some(picture) = &mut record.picture {
                picture.alpha = Some(AlphaCoverage { transparent: 1.0, fully: true });
            }
            record
        };
        let plain = (0..10).map(|index| record_of(&format!("plain {index}.png"), 8, 8));
        let found = |count: usize| {
            let records: Vec<ImageRecord> = plain.clone().chain((0..count).map(transparent)).collect();
            let all = findings(&records, &Thresholds::default(), Given::default());
            let of_check = all.into_iter().filter(|finding| finding.check == Check::FullyTransparent);
            of_check.map(|finding| (finding.subjects.len(), finding.message)).collect::<Vec<_>>()
        };
        // 6 of 16 are fewer than half, though more than half of the 10 of which something is seen.
        assert_eq!(found(6).len(), 6);
        let message = "11 of 21 pictures, such as 0.png: every pixel is transparent";
        assert_eq!(found(11), [(11, message.to_owned())]);
    }
}
