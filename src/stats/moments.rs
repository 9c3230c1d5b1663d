//! Mean and variance of floats in f64, mergeable.

use serde::{Deserialize, Serialize};

use crate::arrays::{ArrayElement, Number};
use crate::error::Result;
use crate::stats::Summary;
use crate::stats::accumulator::Accumulator;
use crate::stats::moment_blocks::{add_block, add_interleaved, of_pixels};
use crate::stats::numeric::Statistics;
use crate::stats::version::Version;

/// Count, mean, sum of squared deviations, minimum and maximum of numbers, accumulated part by part.
///
/// A part is summed in f64 as deviations `d` from its first number, `M2 = sum(d^2) - sum(d)^2 / n`,
/// and merged by the rule of Chan, Golub and LeVeque (1979): `mean = mean_a + d n_b / n`,
/// `M2 = M2_a + M2_b + d^2 n_a n_b / n` with `d = mean_b - mean_a`. Large offsets therefore cost no
/// digits. NaN and infinities propagate to the statistics, as in NumPy.
///
/// ```
/// use burn_prep::stats::Moments;
///
/// let mut moments = Moments::of(&[1e9_f32, 1e9 + 64.0]);
/// moments.merge(&Moments::of(&[1e9_f32 + 128.0]));
/// let summary = moments.summary()?;
/// assert_eq!(summary.mean, 1e9 + 64.0);
/// assert!((summary.std - (8192.0_f64 / 3.0).sqrt()).abs() < 1e-9);
///
/// let stored = serde_json::to_string(&moments)?;                   // to merge on another machine
/// assert_eq!(serde_json::from_str::<Moments>(&stored)?, moments);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "Welford")]
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Moments {
    version: Version<1>,
    count: u64,
    #[serde(with = "crate::stats::float")]
    mean: f64,
    #[serde(with = "crate::stats::float")]
    m2: f64,
    #[serde(with = "crate::stats::float")]
    min: f64,
    #[serde(with = "crate::stats::float")]
    max: f64,
}

impl Default for Moments {
    fn default() -> Self {
        Self { version: Version, count: 0, mean: 0.0, m2: 0.0, min: f64::INFINITY, max: f64::NEG_INFINITY }
    }
}

/// Numbers summed at a time: small enough for the first level of cache, and for `sum(d^2)` to lose
/// at most `PART` units of the last place where the first number is far from all others.
pub(super) const PART: usize = 16384;
/// Numbers that are worth being summed side by side.
const SHORT: usize = 8;
/// Numbers added side by side.
const WIDTH: usize = 64;
/// Columns summed at a time: their sums stay in the first level of cache.
const COLUMNS: usize = 256;
/// As many where fewer are left.
const FEW_COLUMNS: usize = 32;

impl Moments {
    /// Creates moments without numbers.
    pub fn new() -> Self {
        Self::default()
    }

    /// The moments of numbers.
    pub fn of<E: ArrayElement>(values: &[E]) -> Self {
        let mut moments = Self::new();
        moments.extend(values);
        moments
    }

    /// Adds numbers.
    ///
    /// ```
    /// let mut moments = burn_prep::stats::Moments::new();
    /// moments.extend(&[1.0, 2.0]);
    /// moments.extend(&[6.0]);
    /// assert_eq!((moments.count(), moments.summary()?.mean), (3, 3.0));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn extend<E: ArrayElement>(&mut self, values: &[E]) {
        self.add_run(values, false);
    }

    /// One pass over a part that fits into the cache.
    fn of_part<E: ArrayElement>(part: &[E]) -> Self {
        let [moments] = of_pixels::<1, WIDTH, E>(part.as_chunks().0);
        moments.unwrap_or_else(|| Self::of_not_finite(part))
    }

    /// The moments of `count` numbers with these sums of `value - shift` and of its square.
    pub(super) fn of_shifted(count: usize, shift: f64, sum: f64, squares: f64, min: f64, max: f64) -> Self {
        let n = count as f64;
        let mean = sum / n;
        let m2 = (squares - sum * mean).max(0.0);
        Self { version: Version, count: count as u64, mean: shift + mean, m2, min, max }
    }

    /// The rare way: there is a NaN or an infinity, or the sum overflows.
    #[cold]
    fn of_not_finite<E: ArrayElement>(part: &[E]) -> Self {
        let values = || part.iter().map(|value| value.to_f64());
        let mean = values().sum::<f64>() / part.len() as f64;
        let has_nan = part.iter().any(|&value| value.is_nan());
        let or_nan = |value| if has_nan { f64::NAN } else { value };
        Self {
            version: Version,
            count: part.len() as u64,
            mean,
            m2: values().map(|value| (value - mean) * (value - mean)).sum(),
            min: or_nan(values().fold(f64::INFINITY, f64::min)),
            max: or_nan(values().fold(f64::NEG_INFINITY, f64::max)),
        }
    }

    fn of_part_without_nan<E: ArrayElement>(part: &[E]) -> Self {
        let moments = Self::of_part(part);
        if !moments.mean.is_nan() {
            return moments;
        }
        Self::of_part(&part.iter().copied().filter(|value| !value.is_nan()).collect::<Vec<_>>())
    }

    /// Adds the numbers of other moments.
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
        self.mean = match delta.is_finite() {
            true => self.mean + delta * share,
            // The difference of numbers may be infinite, and that of two infinities NaN: their mean need not be.
            false if self.mean.is_finite() && other.mean.is_finite() => {
                self.mean * (1.0 - share) + other.mean * share
            }
            false => self.mean + other.mean,
        };
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
    /// let moments = burn_prep::stats::Moments::of(&[1.0, 2.0, 3.0, 6.0]);
    /// assert_eq!(moments.var(0)?, 3.5);
    /// assert_eq!(moments.var(1)?, 14.0 / 3.0);
    /// assert!(moments.var(4).is_err());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "np.var")]
    pub fn var(&self, ddof: u64) -> Result<f64> {
        self.checked_variance(ddof)
    }

    /// Mean, deviation, minimum and maximum.
    ///
    /// # Errors
    ///
    /// There are no numbers.
    pub fn summary(&self) -> Result<Summary> {
        Ok(Summary {
            count: self.count,
            std: self.var(0)?.sqrt(),
            mean: self.mean,
            min: self.min,
            max: self.max,
        })
    }
}

impl Statistics for Moments {
    fn count(&self) -> u64 {
        self.count
    }

    fn mean(&self) -> f64 {
        if self.count == 0 { f64::NAN } else { self.mean }
    }

    fn var_or_nan(&self, ddof: u64) -> f64 {
        if self.count == 0 { f64::NAN } else { self.m2 / self.count.saturating_sub(ddof) as f64 }
    }

    fn sum(&self) -> f64 {
        self.mean * self.count as f64
    }

    fn extremes(&self) -> Option<(Number, Number)> {
        (self.count > 0).then_some((Number::Float(self.min), Number::Float(self.max)))
    }

    fn statistics(&self) -> Result<Summary> {
        self.summary()
    }
}

impl<E: ArrayElement> Accumulator<E> for Moments {
    fn add_run(&mut self, run: &[E], skip_nan: bool) {
        let of_part = if skip_nan { Self::of_part_without_nan } else { Self::of_part };
        if run.len() < SHORT {
            for value in run {
                match value.to_f64() {
                    number if number.is_finite() => {
                        self.merge(&Self::of_shifted(1, number, 0.0, 0.0, number, number));
                    }
                    _ => self.merge(&of_part(std::slice::from_ref(value))),
                }
            }
            return;
        }
        for part in run.chunks(PART) {
            self.merge(&of_part(part));
        }
    }

    fn absorb(&mut self, other: &Self) {
        self.merge(other);
    }

    fn add_columns(cells: &mut [Self], rows: &[&[E]], skip_nan: bool) {
        for rows in rows.chunks(PART) {
            let (mut rest, mut start) = (&mut *cells, 0);
            while !rest.is_empty() {
                let width = match rest.len() {
                    COLUMNS.. => add_block::<COLUMNS, E>(rest, rows, start, skip_nan),
                    FEW_COLUMNS.. => add_block::<FEW_COLUMNS, E>(rest, rows, start, skip_nan),
                    _ => add_block::<1, E>(rest, rows, start, skip_nan),
                };
                (rest, start) = (&mut rest[width..], start + width);
            }
        }
    }

    fn add_interleaved(cells: &mut [Self], run: &[E], skip_nan: bool) {
        match cells.len() {
            1 => cells[0].add_run(run, skip_nan),
            2 => add_interleaved::<2, WIDTH, E>(cells, run, skip_nan),
            3 => add_interleaved::<3, 48, E>(cells, run, skip_nan),
            4 => add_interleaved::<4, WIDTH, E>(cells, run, skip_nan),
            width => Self::add_columns(cells, &run.chunks_exact(width).collect::<Vec<_>>(), skip_nan),
        }
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
    fn a_single_row_of_nan_is_seen() {
        let mut cells = [Moments::new(); 40];
        let row = [f32::NAN; 40];
        Moments::add_columns(&mut cells, &[&row[..]], true);
        assert!(cells.iter().all(|cell| cell.count() == 0));
        Moments::add_columns(&mut cells, &[&row[..]], false);
        assert!(cells.iter().all(|cell| cell.count() == 1 && cell.min.is_nan()));
    }

    #[test]
    fn squares_that_overflow_are_infinite_as_in_numpy() {
        // np.var([1e160, -1e160, 0]) is inf
        let values = [1e160, -1e160, 0.0];
        assert_eq!(Moments::of(&values).var(0).unwrap(), f64::INFINITY);
        let rows: Vec<&[f64]> = values.chunks(1).collect();
        let mut cells = [Moments::new()];
        Moments::add_columns(&mut cells, &rows, false);
        assert_eq!(cells[0].var(0).unwrap(), f64::INFINITY);
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
    fn columns_and_interleaved_channels_agree_with_one_by_one() {
        for width in [1, 2, 3, 4, 5, 300] {
            let count = 37;
            let mut values: Vec<f32> =
                (0..width * count).map(|i| ((i * 7919) % 1013) as f32 / 7.0 + 1e6).collect();
            values[width] = f32::NAN;
            values[2 * width - 1] = f32::INFINITY;
            for skip_nan in [false, true] {
                let mut expected = vec![Moments::new(); width];
                for (k, cell) in expected.iter_mut().enumerate() {
                    let column: Vec<f32> = values.iter().skip(k).step_by(width).copied().collect();
                    cell.add_run(&column, skip_nan);
                }
                let rows: Vec<&[f32]> = values.chunks(width).collect();
                let mut columns = vec![Moments::new(); width];
                Moments::add_columns(&mut columns, &rows, skip_nan);
                let mut interleaved = vec![Moments::new(); width];
                Moments::add_interleaved(&mut interleaved, &values, skip_nan);
                for (k, expected) in expected.iter().enumerate() {
                    for found in [&columns[k], &interleaved[k]] {
                        let close =
                            |a: f64, b: f64| a == b || a.is_nan() && b.is_nan() || (a - b).abs() < 1e-9;
                        assert_eq!(found.count, expected.count, "{width} {k} {skip_nan}");
                        assert!(close(found.mean, expected.mean), "{width} {k}: {found:?} {expected:?}");
                        assert!(close(found.m2, expected.m2), "{width} {k}: {found:?} {expected:?}");
                        assert!(
                            close(found.min, expected.min) && close(found.max, expected.max),
                            "{width} {k}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn nothing_has_no_mean() {
        assert_eq!(Moments::new().summary().unwrap_err().to_string(), "set of numbers is empty");
    }

    #[test]
    fn another_version_is_refused() {
        let stored = serde_json::to_string(&Moments::of(&[1.0])).unwrap();
        let other = stored.replace("\"version\":1", "\"version\":2");
        let error = serde_json::from_str::<Moments>(&other).unwrap_err().to_string();
        assert!(error.starts_with("found version 2, expected 1"), "{error}");
        let empty = serde_json::to_string(&Moments::new()).unwrap();
        assert_eq!(serde_json::from_str::<Moments>(&empty).unwrap(), Moments::new(), "{empty}");
    }
}
