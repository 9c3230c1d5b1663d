//! Mean and variance of floats in f64, mergeable.

use crate::error::{Error, ErrorKind, Result};
use crate::stats::Summary;

/// Count, mean, sum of squared deviations, minimum and maximum of numbers that come in parts.
///
/// A part is summed in f64 around its own mean and merged by the rule of Chan, Golub and LeVeque
/// (1979): `mean = mean_a + d n_b / n`, `M2 = M2_a + M2_b + d^2 n_a n_b / n` with `d = mean_b - mean_a`.
/// Large offsets therefore cost no digits. NaN and infinities go through to the figures.
///
/// ```
/// use burn_prep::Moments;
///
/// let mut moments = Moments::of(&[1e9_f32, 1e9 + 64.0]);
/// moments.merge(&Moments::of(&[1e9_f32 + 128.0]));
/// let summary = moments.summary()?;
/// assert_eq!(summary.mean, 1e9 + 64.0);
/// assert!((summary.std - (8192.0_f64 / 3.0).sqrt()).abs() < 1e-9);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "Welford")]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    count: u64,
    mean: f64,
    m2: f64,
    min: f64,
    max: f64,
}

impl Default for Moments {
    fn default() -> Self {
        Self { count: 0, mean: 0.0, m2: 0.0, min: f64::INFINITY, max: f64::NEG_INFINITY }
    }
}

/// Numbers summed at a time: small enough for the first level of cache.
const PART: usize = 2048;

impl Moments {
    /// No numbers.
    pub fn new() -> Self {
        Self::default()
    }

    /// The moments of numbers.
    pub fn of<E: Copy + Into<f64>>(values: &[E]) -> Self {
        let mut moments = Self::new();
        moments.extend(values);
        moments
    }

    /// Adds numbers.
    ///
    /// ```
    /// let mut moments = burn_prep::Moments::new();
    /// moments.extend(&[1.0, 2.0]);
    /// moments.extend(&[6.0]);
    /// assert_eq!((moments.count(), moments.summary()?.mean), (3, 3.0));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn extend<E: Copy + Into<f64>>(&mut self, values: &[E]) {
        for part in values.chunks(PART) {
            self.merge(&Self::of_part(part));
        }
    }

    fn of_part<E: Copy + Into<f64>>(part: &[E]) -> Self {
        const LANES: usize = 8;
        let count = part.len() as f64;
        let (whole, rest) = part.as_chunks::<LANES>();
        let (mut sum, mut min, mut max) = ([0.0; LANES], [f64::INFINITY; LANES], [f64::NEG_INFINITY; LANES]);
        for values in whole {
            for lane in 0..LANES {
                let value: f64 = values[lane].into();
                sum[lane] += value;
                min[lane] = if value < min[lane] { value } else { min[lane] };
                max[lane] = if value > max[lane] { value } else { max[lane] };
            }
        }
        for (lane, &value) in rest.iter().enumerate() {
            let value: f64 = value.into();
            sum[lane] += value;
            min[lane] = if value < min[lane] { value } else { min[lane] };
            max[lane] = if value > max[lane] { value } else { max[lane] };
        }
        let mean = sum.iter().sum::<f64>() / count;
        let mut squares = [0.0; LANES];
        for values in whole {
            for lane in 0..LANES {
                let deviation = values[lane].into() - mean;
                squares[lane] += deviation * deviation;
            }
        }
        for (lane, &value) in rest.iter().enumerate() {
            let deviation = value.into() - mean;
            squares[lane] += deviation * deviation;
        }
        // Comparisons pass over NaN; a sum does not (infinities of both signs also end here).
        let has_nan = mean.is_nan() && part.iter().any(|&value| value.into().is_nan());
        let or_nan = |value| if has_nan { f64::NAN } else { value };
        Self {
            count: part.len() as u64,
            mean,
            m2: squares.iter().sum(),
            min: or_nan(min.into_iter().fold(f64::INFINITY, f64::min)),
            max: or_nan(max.into_iter().fold(f64::NEG_INFINITY, f64::max)),
        }
    }

    /// Adds the numbers that another has seen.
    pub fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        if self.count == 0 {
            *self = *other;
            return;
        }
        let count = self.count + other.count;
        let share = other.count as f64 / count as f64;
        let delta = other.mean - self.mean;
        // The difference of two infinities is NaN, their mean need not be.
        self.mean = if delta.is_finite() { self.mean + delta * share } else { self.mean + other.mean };
        self.m2 += other.m2 + delta * delta * (self.count as f64 * share);
        self.count = count;
        self.min = if self.min.is_nan() || other.min.is_nan() { f64::NAN } else { self.min.min(other.min) };
        self.max = if self.max.is_nan() || other.max.is_nan() { f64::NAN } else { self.max.max(other.max) };
    }

    /// The number of numbers.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The variance `M2 / (n - ddof)`: `ddof` 0 for the population, 1 for the sample estimate.
    ///
    /// # Errors
    ///
    /// There are not more numbers than `ddof`.
    ///
    /// ```
    /// let moments = burn_prep::Moments::of(&[1.0, 2.0, 3.0, 6.0]);
    /// assert_eq!(moments.variance(0)?, 3.5);
    /// assert_eq!(moments.variance(1)?, 14.0 / 3.0);
    /// assert!(moments.variance(4).is_err());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "np.var")]
    pub fn variance(&self, ddof: u64) -> Result<f64> {
        if self.count == 0 {
            return Err(ErrorKind::Empty { what: "set of numbers" }.into());
        }
        if self.count <= ddof {
            return Err(Error::parameter("ddof", ddof, "less than the count of numbers"));
        }
        Ok(self.m2 / (self.count - ddof) as f64)
    }

    /// Mean, deviation, minimum and maximum.
    ///
    /// # Errors
    ///
    /// There are no numbers.
    pub fn summary(&self) -> Result<Summary> {
        Ok(Summary {
            count: self.count,
            std: self.variance(0)?.sqrt(),
            mean: self.mean,
            min: self.min,
            max: self.max,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nan_and_infinity_go_through_as_in_numpy() {
        let of = |values: &[f32]| Moments::of(values).summary().unwrap();
        let nan = of(&[1.0, f32::NAN, 3.0]);
        assert!(nan.mean.is_nan() && nan.std.is_nan() && nan.min.is_nan() && nan.max.is_nan());
        let infinite = of(&[1.0, f32::INFINITY]);
        assert_eq!((infinite.mean, infinite.min, infinite.max), (f64::INFINITY, 1.0, f64::INFINITY));
        assert!(infinite.std.is_nan());
        // np.mean([inf, -inf]) is nan, np.min is -inf
        let both = of(&[f32::INFINITY, f32::NEG_INFINITY]);
        assert!(both.mean.is_nan());
        assert_eq!((both.min, both.max), (f64::NEG_INFINITY, f64::INFINITY));
    }

    #[test]
    fn nan_in_a_later_part_is_not_lost() {
        let mut values = vec![1.0_f32; 3 * PART];
        values[PART + 5] = f32::NAN;
        let summary = Moments::of(&values).summary().unwrap();
        assert!(summary.min.is_nan() && summary.max.is_nan() && summary.mean.is_nan());
        let mut infinite = vec![1.0_f32; 3 * PART];
        infinite[PART + 5] = f32::INFINITY;
        assert_eq!(Moments::of(&infinite).summary().unwrap().mean, f64::INFINITY);
        infinite.fill(f32::INFINITY);
        assert_eq!(Moments::of(&infinite).summary().unwrap().mean, f64::INFINITY);
    }

    #[test]
    fn nothing_has_no_mean() {
        assert_eq!(Moments::new().summary().unwrap_err().to_string(), "set of numbers is empty");
    }
}
