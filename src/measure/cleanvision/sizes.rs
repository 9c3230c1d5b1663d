//! Which sizes are far from those of the data set.

use serde::{Deserialize, Serialize};

use super::percentile::Place;
use crate::error::{ErrorKind, Result};

/// The range of usual sizes of a data set's pictures, by which cleanvision scores each of them.
///
/// A size is the square root of the number of pixels, [`CleanvisionMeasures::size`](super::CleanvisionMeasures::size). The
/// range reaches beyond the quartiles by three times their distance. Where the quartiles are equal, every other size is odd.
///
/// ```
/// use burn_prep::measure::CleanvisionSizes;
///
/// let sizes = [100.0, 110.0, 120.0, 130.0, 1000.0];
/// let usual = CleanvisionSizes::of(&sizes)?;
/// assert_eq!((usual.lower, usual.upper), (50.0, 190.0));
/// assert_eq!(sizes.map(|size| usual.is_odd(size)), [false, false, false, false, true]);
/// assert_eq!(usual.score(120.0), 1.0);
///
/// let usual = CleanvisionSizes::of(&[100.0, 100.0, 100.0, 101.0])?;
/// assert_eq!(usual.threshold(), 0.5);
/// let usual = CleanvisionSizes::of(&[100.0, 100.0, 100.0, 100.0, 101.0])?;
/// assert_eq!(usual.threshold(), 1.0);
/// assert!(usual.is_odd(101.0));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CleanvisionSizes {
    /// The first quartile less three times the distance of the quartiles.
    pub lower: f64,
    /// The third quartile plus three times the distance of the quartiles.
    pub upper: f64,
}

impl CleanvisionSizes {
    /// The range for the sizes of all pictures of a data set.
    ///
    /// # Errors
    ///
    /// There are no sizes.
    pub fn of(sizes: &[f64]) -> Result<Self> {
        if sizes.is_empty() {
            return Err(ErrorKind::Empty { what: "list of sizes" }.into());
        }
        let mut sorted = sizes.to_vec();
        sorted.sort_by(f64::total_cmp);
        let quartile = |share| {
            let place = Place::of(share, sorted.len() as u64);
            place.between(sorted[place.below as usize], sorted[place.above as usize])
        };
        let (first, third) = (quartile(0.25), quartile(0.75));
        let reach = 3.0 * (third - first);
        Ok(Self { lower: first - reach, upper: third + reach })
    }

    /// The score of a size: 1 in the middle of the range, 0.5 at its ends, down to 0. Where the quartiles are equal it falls with
    /// the distance from them, to 0 at twice their size.
    pub fn score(&self, size: f64) -> f64 {
        let middle = (self.lower + self.upper) / 2.0;
        let whole = if self.is_one_size() { middle } else { self.upper - self.lower };
        1.0 - ((size - middle).abs() / whole).clamp(0.0, 1.0)
    }

    /// The score below which a size is odd: 0.5, or 1 where the quartiles are equal.
    pub fn threshold(&self) -> f64 {
        if self.is_one_size() { 1.0 } else { 0.5 }
    }

    /// Whether the score of a size is below the threshold.
    pub fn is_odd(&self, size: f64) -> bool {
        self.score(size) < self.threshold()
    }

    fn is_one_size(&self) -> bool {
        self.upper == self.lower
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_cleanvisions() {
        // cleanvision 0.3.7: SizeProperty().get_scores(pandas.DataFrame({"size": sizes}), "odd_size")
        let cases: [(&[f64], &[f64]); 3] = [
            (
                &[100.0, 110.0, 120.0, 130.0, 1000.0],
                &[0.8571428571428572, 0.9285714285714286, 1.0, 0.9285714285714286, 0.0],
            ),
            (&[100.0, 100.0, 100.0, 100.0, 101.0], &[1.0, 1.0, 1.0, 1.0, 0.99]),
            (&[100.0, 140.0], &[0.8571428571428572, 0.8571428571428572]),
        ];
        for (sizes, scores) in cases {
            let usual = CleanvisionSizes::of(sizes).unwrap();
            for (&size, score) in sizes.iter().zip(scores) {
                assert!((usual.score(size) - score).abs() < 1e-14, "{size}: {}", usual.score(size));
            }
        }
    }

    #[test]
    fn no_sizes_are_an_error() {
        assert!(CleanvisionSizes::of(&[]).is_err());
    }
}
