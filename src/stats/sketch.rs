//! Percentiles of a stream, in little memory.

use ndarray::{ArrayView, Dimension};
use serde::{Deserialize, Serialize};
use sketches_ddsketch::{Config, DDSketch};

use crate::arrays::ArrayElement;
use crate::error::{Error, ErrorKind, Result};
use crate::stats::version::Version;

/// Percentiles of more numbers than fit into memory, with a known error: a DDSketch (Masson, Rim and
/// Lee, 2019).
///
/// A quantile is off by at most `accuracy` of its own magnitude, whatever the numbers: with 0.01 a true 200 is returned
/// as a value between 198 and 202. The sketch holds up to 4096 counters for positive and 4096 for negative numbers,
/// which at an accuracy of 0.01 cover about 35 orders of magnitude; beyond that the counters of the smallest numbers
/// are merged. The position of `q` is that of [`Interpolation::Lower`](crate::stats::Interpolation::Lower). Merging in
/// any order gives the same counters. NaN is an error.
///
/// ```
/// use burn_prep::stats::QuantileSketch;
/// use ndarray::Array1;
///
/// let mut sketch = QuantileSketch::new(0.01)?;
/// sketch.extend(Array1::from_iter((1..=500).map(f64::from)).view())?;
/// let mut other = QuantileSketch::new(0.01)?;
/// other.extend(Array1::from_iter((501..=1000).map(f64::from)).view())?;
/// sketch.merge(&other)?;
/// assert!((sketch.quantile(0.5)? - 500.0).abs() <= 5.0);
/// assert_eq!((sketch.count(), sketch.quantile(0.0)?, sketch.quantile(1.0)?), (1000, 1.0, 1000.0));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "DDSketch")]
#[doc(alias = "t-digest")]
#[derive(Clone, Serialize, Deserialize)]
pub struct QuantileSketch {
    version: Version<1>,
    accuracy: f64,
    sketch: DDSketch,
}

impl std::fmt::Debug for QuantileSketch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (accuracy, count) = (self.accuracy, self.count());
        write!(f, "QuantileSketch {{ accuracy: {accuracy}, count: {count}, .. }}")
    }
}

/// Counters of each sign.
const COUNTERS: u32 = 4096;
/// Magnitudes below are counted as 0.
const LEAST: f64 = 1e-12;

impl QuantileSketch {
    /// An empty sketch whose quantiles are off by at most `accuracy` of their magnitude, or by
    /// 1e-12 where they are smaller.
    ///
    /// # Errors
    ///
    /// `accuracy` is not within 1e-4 and 0.5.
    pub fn new(accuracy: f64) -> Result<Self> {
        if !(1e-4..=0.5).contains(&accuracy) {
            return Err(Error::parameter("accuracy", accuracy, "1e-4 to 0.5"));
        }
        Ok(Self { version: Version, accuracy, sketch: DDSketch::new(Config::new(accuracy, COUNTERS, LEAST)) })
    }

    /// Adds the numbers of an array.
    ///
    /// # Errors
    ///
    /// There is a NaN or an infinity; the numbers before it have been added.
    pub fn extend<E: ArrayElement, D: Dimension>(&mut self, array: ArrayView<'_, E, D>) -> Result<()> {
        for &value in &array {
            let value = value.to_f64();
            if !value.is_finite() {
                let found = value.to_string();
                return Err(
                    ErrorKind::NotFinite { op: "QuantileSketch", found, expected: "finite numbers" }.into()
                );
            }
            self.sketch.add(value);
        }
        Ok(())
    }

    /// Adds the numbers of another sketch.
    ///
    /// # Errors
    ///
    /// The other has another accuracy.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        let misfit =
            || Error::parameter("accuracy", other.accuracy, "that of the sketch which it is merged into");
        if self.accuracy != other.accuracy {
            return Err(misfit());
        }
        self.sketch.merge(&other.sketch).map_err(|_| misfit())
    }

    /// The number of numbers.
    pub fn count(&self) -> u64 {
        self.sketch.count() as u64
    }

    /// The quantile `q` in 0..=1, 0.95 for the 95th percentile; 0 and 1 are exact.
    ///
    /// # Errors
    ///
    /// `q` is outside of 0..=1, or there are no numbers.
    pub fn quantile(&self, q: f64) -> Result<f64> {
        let outside = || Error::parameter("q", q, "a number in 0..=1");
        if !(0.0..=1.0).contains(&q) {
            return Err(outside());
        }
        let found = self.sketch.quantile(q).map_err(|_| outside())?;
        found.ok_or_else(|| ErrorKind::Empty { what: "sketch" }.into())
    }
}
