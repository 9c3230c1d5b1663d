//! Summary statistics of a set of numbers.

use serde::{Deserialize, Serialize};

/// Count, mean, standard deviation, minimum and maximum of a set of numbers.
///
/// The deviation is the population's: `std = sqrt(sum((x - mean)^2) / n)`, NumPy's default
/// (`ddof = 0`). A NaN among the numbers makes every statistic but the count NaN, as in NumPy.
///
/// ```
/// use burn_prep::stats::Moments;
///
/// let summary = Moments::of(&[1.0_f32, 2.0, 3.0, 6.0]).summary()?;
/// assert_eq!((summary.count, summary.mean, summary.min, summary.max), (4, 3.0, 1.0, 6.0));
/// assert_eq!(summary.std, 3.5_f64.sqrt());       // np.std([1, 2, 3, 6]) = 1.8708286933869707
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Summary {
    /// How many numbers.
    pub count: u64,
    /// `sum(x) / n`.
    pub mean: f64,
    /// `sqrt(sum((x - mean)^2) / n)`.
    #[doc(alias = "ddof")]
    pub std: f64,
    /// The minimum.
    pub min: f64,
    /// The maximum.
    pub max: f64,
}

impl Summary {
    /// The statistics of the numbers multiplied by `factor`, which is above 0; for instance `1.0 / 255.0`
    /// for 8-bit samples in units of 0..=1.
    ///
    /// ```
    /// let bytes = burn_prep::stats::ByteHistogram::of(&[0, 255]).summary()?;
    /// let unit = bytes.scaled(1.0 / 255.0);
    /// assert_eq!((unit.mean, unit.std, unit.max), (0.5, 0.5, 1.0));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        Self {
            count: self.count,
            mean: self.mean * factor,
            std: self.std * factor,
            min: self.min * factor,
            max: self.max * factor,
        }
    }
}
