//! Images whose features are far from those of all others.

use crate::checks::nearest_rows::NearestRows;
use crate::checks::quantile::{median, quantile};

/// With fewer images the nearest ones are a large part of all.
const FEWEST: usize = 50;

/// The least median by which distances are divided, as in cleanlab.
pub(super) const LEAST_MEDIAN: f64 = 1e-6;

/// How far each image is from its nearest ones, and from where on it is an outlier.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FeatureOutliers {
    /// The mean distance of each image to its nearest ones.
    pub(crate) distances: Vec<f64>,
    /// The distance that outliers exceed; infinite below 50 images.
    pub(crate) threshold: f64,
    /// cleanlab's score of each: 1 where others are close, near 0 for outliers.
    pub(crate) scores: Vec<f64>,
}

/// The mean distances to the nearest rows (Kuan and Mueller, "Back to the basics: revisiting out-of-distribution detection
/// baselines", 2022), with the threshold of cleanlab's Datalab: `fence` interquartile ranges above the upper quartile.
pub(crate) fn feature_outliers(nearest: &NearestRows, fence: f64) -> FeatureOutliers {
    let mean = |row: usize| {
        let (mut sum, mut count) = (0.0, 0.0_f64);
        for (distance, _) in nearest.of_row(row) {
            sum += distance;
            count += 1.0;
        }
        sum / count.max(1.0)
    };
    let distances: Vec<f64> = (0..nearest.len()).map(mean).collect();
    let mut sorted = distances.clone();
    sorted.sort_unstable_by(f64::total_cmp);
    let threshold = match [0.25, 0.75].map(|share| quantile(&sorted, share)) {
        [Some(lower), Some(upper)] if sorted.len() >= FEWEST => upper + fence * (upper - lower),
        _ => f64::INFINITY,
    };
    let scale = median(&mut sorted).unwrap_or(0.0).max(LEAST_MEDIAN);
    // Distances that are rounding alone.
    let none = if nearest.is_cosine { 50.0 * f64::EPSILON } else { (100.0 * f64::EPSILON).sqrt() };
    let score = |&distance: &f64| if distance < none { 1.0 } else { (-distance / scale).exp() };
    let scores = distances.iter().map(score).collect();
    FeatureOutliers { distances, threshold, scores }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::nearest_rows::tests::nearest;

    /// Points in a row at growing steps, of which the eighth is far off.
    fn line(count: u8) -> Vec<[f32; 2]> {
        let place = |at: u8| if at == 7 { 500.0 } else { f32::from(at) + f32::from(at).powi(2) / 200.0 };
        (0..count).map(|at| [place(at), 0.0]).collect()
    }

    #[test]
    fn a_point_far_from_all_is_an_outlier() {
        let found = feature_outliers(&nearest(&line(60), 1), 1.7);
        let is_outlier = |row: &usize| found.distances[*row] > found.threshold;
        assert_eq!((0..60).filter(is_outlier).collect::<Vec<_>>(), [7]);
        // The score of the median is 1 / e.
        assert!(found.scores[7] < 1e-9 && (0.35..0.39).contains(&found.scores[30]), "{:?}", found.scores);
    }

    #[test]
    fn few_images_have_scores_and_no_outliers() {
        let found = feature_outliers(&nearest(&line(49), 1), 1.7);
        assert!(found.threshold.is_infinite() && found.scores[7] < 1e-9);
    }
}
