//! How far two rows are apart.

/// The distance between two rows of features. Sums are computed in `f64`, and the distance is rounded to `f32`; equal rows have
/// a distance of exactly 0.
///
/// ```
/// use burn_prep::neighbors::{FeatureRows, Metric, NeighborSearch};
///
/// let rows = FeatureRows::new(2, vec![1.0, 0.0, 0.0, 2.0])?;
/// let distance = |metric| NeighborSearch::new(1).metric(metric).find(&rows).map(|found| found.distances(0)[0]);
/// assert_eq!((distance(Metric::Cosine)?, distance(Metric::Euclidean)?), (1.0, 5_f32.sqrt()));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Metric {
    /// The cosine distance `1 - a.b / (|a| |b|)`, 0 to 2: for embeddings of networks, of which the direction counts and the
    /// length says little. A row of zeros has no direction, and is an error.
    #[doc(alias = "cosine_distances")]
    #[default]
    Cosine,
    /// The Euclidean distance `sqrt(sum((a - b)^2))`, 0 or more: for features that have a unit, such as coordinates. A distance
    /// beyond the range of `f32` is `f32::MAX`.
    #[doc(alias = "euclidean_distances")]
    Euclidean,
}

impl Metric {
    /// The distance of two rows of one length, from sums in `f64` in one order. Equal rows have a distance of exactly 0.
    pub(super) fn distance(self, a: &[f32], b: &[f32]) -> f32 {
        match self {
            // The root of a squared number is that number, so equal rows have a quotient of 1.
            Self::Cosine => {
                let [aa, ab, bb] = summed(a, b, |a, b| [a * a, a * b, b * b]);
                (1.0 - ab / (aa * bb).sqrt()).clamp(0.0, 2.0) as f32
            }
            // Above what an f32 holds it would be infinite.
            Self::Euclidean => {
                let [sum] = summed(a, b, |a, b| [(a - b) * (a - b)]);
                sum.sqrt().min(f64::from(f32::MAX)) as f32
            }
        }
    }
}

/// The length of a row.
pub(super) fn length(row: &[f32]) -> f64 {
    let [sum] = summed(row, row, |a, b| [a * b]);
    sum.sqrt()
}

const LANES: usize = 8;

/// Sums of terms over two rows: eight sums beside each other, which are then added up in order.
fn summed<const N: usize>(a: &[f32], b: &[f32], terms: impl Fn(f64, f64) -> [f64; N]) -> [f64; N] {
    let mut lanes = [[0.0_f64; LANES]; N];
    let (a_runs, a_rest) = a.as_chunks::<LANES>();
    let (b_runs, b_rest) = b.as_chunks::<LANES>();
    for (a, b) in a_runs.iter().zip(b_runs) {
        for (lane, (&a, &b)) in a.iter().zip(b).enumerate() {
            for (sums, term) in lanes.iter_mut().zip(terms(f64::from(a), f64::from(b))) {
                sums[lane] += term;
            }
        }
    }
    let mut sums = lanes.map(|lanes| lanes.iter().fold(0.0, |sum, lane| sum + lane));
    for (&a, &b) in a_rest.iter().zip(b_rest) {
        for (sum, term) in sums.iter_mut().zip(terms(f64::from(a), f64::from(b))) {
            *sum += term;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_rows_are_at_no_distance_and_opposite_ones_at_two() {
        let row: Vec<f32> = (0..77_u16).map(|at| f32::from(at * 31 % 17) / 7.0 - 1.0).collect();
        let opposite: Vec<f32> = row.iter().map(|value| -value).collect();
        assert_eq!((Metric::Cosine.distance(&row, &row), Metric::Euclidean.distance(&row, &row)), (0.0, 0.0));
        assert_eq!(Metric::Cosine.distance(&row, &opposite), 2.0);
        let twice = Metric::Euclidean.distance(&row, &opposite);
        assert!((f64::from(twice) - 2.0 * length(&row)).abs() < 1e-5);
    }

    #[test]
    fn the_largest_and_the_smallest_numbers_have_distances() {
        let (large, small) = ([f32::MAX; 9], [f32::from_bits(1); 9]);
        assert_eq!(Metric::Cosine.distance(&large, &small), 0.0);
        assert_eq!(Metric::Euclidean.distance(&large, &small), f32::MAX);
        assert!(Metric::Euclidean.distance(&small, &[0.0; 9]) > 0.0);
    }
}
