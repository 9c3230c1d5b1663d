//! Images whose features are closer than those of different pictures.

use crate::checks::feature_outliers::LEAST_MEDIAN;
use crate::checks::nearest_rows::NearestRows;
use crate::checks::quantile::median;
use crate::duplicates::{Star, Stars, divided};

/// A cosine distance below which features are equal but for rounding. Random rows of 8 to 512 columns that are rounded to 16 bits are
/// at most 7e-8 from what they were; rows of 384 and more whose values are each off by a thousandth, as where a GPU rounds otherwise,
/// at most 8e-7. Without it copies would be missed where most images are there twice: the median is then one of copies.
const ROUNDING: f64 = 1e-6;

/// A cluster of near duplicates by features: two or more images, one of which, the medoid, is close to all others.
///
/// ```
/// use burn_prep::neighbors::FeatureRows;
/// use burn_prep::validate::{FeatureScores, Thresholds};
///
/// let rows = vec![0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0];
/// let rows = FeatureRows::new(4, rows)?;
/// let scores = FeatureScores::of(&rows, &[None; 3], 0, &Thresholds::default())?;
/// assert_eq!((scores.clusters[0].medoid, &scores.clusters[0].members), (0, &vec![(0, 0.0), (2, 0.0)]));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FeatureCluster {
    /// The index of the medoid, the image to which the most images are close.
    pub medoid: usize,
    /// The index of each image, the medoid included, and its distance to the medoid, sorted by index. It is the cosine distance, or
    /// the Euclidean one where the features have up to 3 columns.
    pub members: Vec<(usize, f64)>,
    /// Whether the distances are of the cosine, rather than Euclidean.
    pub(crate) is_cosine: bool,
}

/// How close each image is to the next one, and which are close enough to be the same.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FeatureDuplicates {
    /// cleanlab's score of each image: 0 for a copy, above 0.5 for most.
    pub(crate) scores: Vec<f64>,
    /// The distance below which images are near duplicates.
    pub(crate) radius: f64,
    /// Those that are, by their first members.
    pub(crate) clusters: Vec<FeatureCluster>,
}

/// The near duplicates by the rule of cleanlab's Datalab: closer than `ratio` times the median distance of the images to their
/// nearest one. Cosine distances below `1e-6` are near whatever the median, and those of `most` or more never.
///
/// No image is in a cluster because it is close to one that is close to the medoid. An image that is close only to such that are in
/// a cluster of another medoid makes a cluster with the nearest of them.
pub(crate) fn feature_duplicates(nearest: &NearestRows, ratio: f64, most: f64) -> FeatureDuplicates {
    let to_next = |row: usize| nearest.of_row(row).next().map_or(f64::INFINITY, |next| next.0);
    let next: Vec<f64> = (0..nearest.len()).map(to_next).collect();
    // Of a single image there is no distance.
    let middle = median(&mut next.clone()).filter(|middle| middle.is_finite());
    let middle = middle.unwrap_or(0.0).max(LEAST_MEDIAN);
    let radius = match nearest.is_cosine {
        true => (ratio * middle).max(ROUNDING).min(most),
        false => ratio * middle,
    };
    // As of NumPy's isclose.
    let score = |&next: &f64| if next <= 1e-8 { 0.0 } else { 1.0 - (-next / middle).exp() };
    let scores = next.iter().map(score).collect();
    let clusters = clusters(nearest, &links(nearest, radius));
    FeatureDuplicates { scores, radius, clusters }
}

/// The pairs of rows that are closer than a radius, with their distance, in ascending order.
fn links(nearest: &NearestRows, radius: f64) -> Vec<(usize, usize, f64)> {
    let mut links = Vec::new();
    for row in 0..nearest.len() {
        let close = nearest.of_row(row).take_while(|(distance, _)| *distance < radius);
        links.extend(close.map(|(distance, other)| (row.min(other), row.max(other), distance)));
    }
    links.sort_unstable_by_key(|&(a, b, _)| (a, b));
    links.dedup_by_key(|&mut (a, b, _)| (a, b));
    links
}

fn clusters(nearest: &NearestRows, links: &[(usize, usize, f64)]) -> Vec<FeatureCluster> {
    let distance = |a: usize, b: usize| {
        let pair = (a.min(b), a.max(b));
        let at = links.binary_search_by_key(&pair, |&(a, b, _)| (a, b));
        at.map_or(0.0, |at| links[at].2) // of a row and itself
    };
    let cluster = |medoid: usize, mut members: Vec<usize>| {
        members.push(medoid);
        members.sort_unstable();
        let members = members.into_iter().map(|member| (member, distance(medoid, member))).collect();
        FeatureCluster { medoid, members, is_cosine: nearest.is_cosine }
    };
    let pairs: Vec<(usize, usize)> = links.iter().map(|&(a, b, _)| (a, b)).collect();
    let Stars { stars, loose } = divided(&vec![1; nearest.len()], &pairs);
    let mut clusters: Vec<FeatureCluster> =
        stars.into_iter().map(|Star { center, others }| cluster(center, others)).collect();
    clusters.extend(loose.into_iter().filter_map(|Star { center, others }| {
        let by_distance =
            |a: &usize, b: &usize| distance(center, *a).total_cmp(&distance(center, *b)).then(a.cmp(b));
        let other = others.into_iter().min_by(by_distance)?;
        Some(cluster(center.min(other), vec![center.max(other)]))
    }));
    clusters.sort_by_key(|cluster| (cluster.members.first().map(|member| member.0), cluster.medoid));
    clusters
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::nearest_rows::tests::nearest;

    fn members(cluster: &FeatureCluster) -> Vec<usize> {
        cluster.members.iter().map(|member| member.0).collect()
    }

    #[test]
    fn clusters_have_no_chains() {
        // Four points at steps of 1, and others at steps of 10.
        let line = [0.0, 1.0, 2.0, 3.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0].map(|x: f32| [x, 0.0]);
        let found = feature_duplicates(&nearest(&line, 5), 0.13, 0.1);
        // The ceiling is of cosines alone.
        assert!((found.radius - 1.3).abs() < 1e-12, "{}", found.radius);
        let clusters: Vec<_> =
            found.clusters.iter().map(|cluster| (cluster.medoid, members(cluster))).collect();
        assert_eq!(clusters, [(1, vec![0, 1, 2]), (2, vec![2, 3])]);
        assert_eq!(found.clusters[0].members, [(0, 1.0), (1, 0.0), (2, 1.0)]);
        assert!((found.scores[0] - (1.0 - (-0.1_f64).exp())).abs() < 1e-12);
    }

    #[test]
    fn a_dataset_of_copies_has_near_duplicates_all_the_same() {
        let mut rows = Vec::new();
        for at in 0..4 {
            let mut row = [0.0_f32; 4];
            row[at] = 1.0;
            rows.extend([row, row]);
            rows[2 * at + 1][(at + 1) % 4] = 1e-3_f32;
        }
        // Half a millionth apart: above 0.13 times the median, and below the floor.
        let found = feature_duplicates(&nearest(&rows, 3), 0.13, 0.1);
        assert_eq!((found.radius, found.clusters.len()), (1e-6, 4));
        assert_eq!(members(&found.clusters[1]), [2, 3]);
        assert!(feature_duplicates(&nearest(&rows, 3), 0.13, 0.0).clusters.is_empty());
    }

    /// More copies than there are neighbours of each.
    #[test]
    fn many_equal_images_are_one_cluster() {
        let mut rows = vec![[1.0_f32, 2.0, 3.0, 4.0]; 30];
        rows.extend([[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]]);
        let found = feature_duplicates(&nearest(&rows, 10), 0.13, 0.1);
        assert_eq!(found.clusters.len(), 1);
        assert_eq!(members(&found.clusters[0]), (0..30).collect::<Vec<_>>());
        assert_eq!((found.clusters[0].medoid, found.scores[3]), (0, 0.0));
    }
}
