//! What features tell of images: outliers, near duplicates, and labels that the neighbours contradict.

use crate::checks::{FeatureCluster, NearestRows, feature_duplicates, feature_outliers, neighbor_shares};
use crate::error::{Error, Result};
use crate::label_errors::{FilterBy, LabelErrors};
use crate::neighbors::FeatureRows;
use crate::validate::Thresholds;

/// How many neighbours of each image are looked at, as in cleanlab.
pub(super) const NEIGHBORS: usize = 10;

/// With fewer labels the neighbours of an image are a large part of all, and those of a small class mostly of others.
const FEWEST_LABELS: usize = 50;

/// Outliers, near duplicates and label errors by the 10 nearest neighbours of each image's features, with the formulas and the
/// default thresholds of cleanlab's Datalab 2.9.
///
/// Use it for features of images that are in no [`Source`](crate::source::Source);
/// [`Validator::features`](crate::validate::Validator::features) reports findings by the same scores. Features of up to 3 columns
/// are compared by the Euclidean distance, others by the cosine distance. A median by which distances are divided is at least 1e-6.
/// A single image has the distance 0 and scores of 1; no images have no scores.
///
/// ```
/// use burn_prep::neighbors::FeatureRows;
/// use burn_prep::validate::{FeatureScores, Thresholds};
///
/// let rows = [[1.0_f32, 0.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.001], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]];
/// let rows = FeatureRows::new(4, rows.concat())?;
/// let scores = FeatureScores::of(&rows, &[None; 4], 0, &Thresholds::default())?;
/// assert!((scores.duplicate_distance - 0.065).abs() < 1e-6);              // 0.13 times the median
/// assert_eq!((scores.clusters.len(), scores.clusters[0].medoid), (1, 0));
/// assert!(scores.duplicate_scores[0] < 1e-5 && scores.duplicate_scores[2] > 0.8);
/// assert!(!scores.is_outlier(3));                                         // none below 50 images
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "Datalab")]
#[doc(alias = "compute_uniqueness")]
#[doc(alias = "compute_near_duplicates")]
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FeatureScores {
    /// The mean distance of each image to its 10 nearest neighbours, or to all other images where there are fewer (Kuan and Mueller,
    /// "Back to the basics: revisiting out-of-distribution detection baselines", 2022).
    pub distances: Vec<f64>,
    /// The mean distance that outliers exceed: `Q3 + f (Q3 - Q1)` with the quartiles of `distances` and the factor
    /// [`Thresholds::feature_outlier`]; infinite below 50 images.
    pub outlier_distance: f64,
    /// `exp(-d / m)` for each image, with its mean distance `d` and the median `m` of `distances`: 1 where others are close, near 0
    /// for outliers.
    pub outlier_scores: Vec<f64>,
    /// The distance below which images are near duplicates: `r m` with the factor [`Thresholds::feature_duplicate_ratio`] and the
    /// median `m` of the distances to the nearest image. A cosine distance is at least 1e-6, and at most
    /// [`Thresholds::feature_duplicate_distance`].
    pub duplicate_distance: f64,
    /// `1 - exp(-d / m)` for each image, with the distance `d` to the nearest image and the median `m` of these: 0 for a copy, 0.63 at
    /// the median.
    pub duplicate_scores: Vec<f64>,
    /// The near duplicates, in the order of their first members.
    pub clusters: Vec<FeatureCluster>,
    /// The indices of the images whose labels are compared with those of their neighbours: images that have a label, and a neighbour
    /// that has one. Empty where fewer than 50 images have a label, or with fewer than two classes.
    pub labelled: Vec<usize>,
    /// The label errors of the images in `labelled`, in that order, with the share of each class among the neighbours as its
    /// probability; `None` if there are fewer than 50 such images, or fewer than two classes.
    pub label_errors: Option<LabelErrors>,
}

impl FeatureScores {
    /// Computes the scores of images from a row of features and a label for each. A label is `None` where it is not known, and
    /// otherwise less than `classes`, the number of classes; with `classes` 0 or 1 no label errors are looked for.
    ///
    /// # Errors
    ///
    /// The number of labels is not that of the rows, or a label is not less than `classes`; a value is not finite; a row of 4 columns
    /// or more is all zero; memory has no room for what is compared.
    pub fn of(
        rows: &FeatureRows,
        labels: &[Option<usize>],
        classes: usize,
        thresholds: &Thresholds,
    ) -> Result<Self> {
        if labels.len() != rows.len() {
            let expected = format!("[{}] labels, one for each row of features", rows.len());
            return Err(Error::shape("FeatureScores::of", [labels.len()], expected));
        }
        if let Some(label) = labels.iter().flatten().find(|label| **label >= classes) {
            let found = format!("{label} of {classes} classes");
            return Err(Error::parameter("label", found, "the number of a class, counted from 0"));
        }
        let nearest = NearestRows::of(rows, NEIGHBORS)?;
        let outliers = feature_outliers(&nearest, thresholds.feature_outlier);
        let (ratio, most) = (thresholds.feature_duplicate_ratio, thresholds.feature_duplicate_distance);
        let duplicates = feature_duplicates(&nearest, ratio, most);
        let (labelled, label_errors) = match classes {
            0 | 1 => (Vec::new(), None),
            _ => label_errors(&nearest, labels, classes)?,
        };
        Ok(Self {
            distances: outliers.distances,
            outlier_distance: outliers.threshold,
            outlier_scores: outliers.scores,
            duplicate_distance: duplicates.radius,
            duplicate_scores: duplicates.scores,
            clusters: duplicates.clusters,
            labelled,
            label_errors,
        })
    }

    /// Whether an image is an outlier: its mean distance is above `outlier_distance`. `false` for an index beyond the images.
    pub fn is_outlier(&self, index: usize) -> bool {
        self.distances.get(index).is_some_and(|distance| *distance > self.outlier_distance)
    }
}

fn label_errors(
    nearest: &NearestRows,
    labels: &[Option<usize>],
    classes: usize,
) -> Result<(Vec<usize>, Option<LabelErrors>)> {
    if labels.iter().flatten().count() < FEWEST_LABELS {
        return Ok((Vec::new(), None));
    }
    let (labelled, shares) = neighbor_shares(nearest, labels, classes)?;
    if labelled.len() < FEWEST_LABELS {
        return Ok((labelled, None));
    }
    let given: Vec<usize> = labelled.iter().filter_map(|row| labels[*row]).collect();
    let errors = LabelErrors::find(&given, shares.view(), FilterBy::default())?;
    Ok((labelled, Some(errors)))
}
