//! The moments of each cell of a reduction.

use ndarray::{ArrayD, Zip};
use serde::{Deserialize, Serialize};

use crate::arrays::Number;
use crate::error::{Error, ErrorKind, Result};
use crate::stats::numeric::Statistics;
use crate::stats::version::Version;
use crate::stats::{Numeric, accumulator::Accumulator};

/// Count, sum, mean, variance, minimum and maximum for each output element of a reduction, computed in one pass by
/// [`Reduce::moments`](crate::stats::Reduce::moments).
///
/// Batches that come one after the other merge into it. For integers any order and any split give
/// the same bits; for floats they agree to rounding. It can be stored with `serde` and merged elsewhere.
///
/// ```
/// use burn_prep::stats::{AxisMoments, Reduce};
/// use ndarray::{Axis, array};
///
/// let batch = array![[1_u8, 10], [3, 30], [8, 20]];
/// let columns = Reduce::across_batch();
/// let whole = columns.moments(batch.view())?;
/// assert_eq!(whole.mean(), array![4.0, 20.0].into_dyn());                  // np.mean(batch, axis=0)
/// assert_eq!(whole.var(1), array![13.0, 100.0].into_dyn());
/// assert_eq!(whole.max()?, array![8, 30].into_dyn());
///
/// let (head, tail) = batch.view().split_at(Axis(0), 2);
/// let mut merged = columns.moments(tail)?;
/// merged.merge(&columns.moments(head)?)?;
/// assert_eq!(merged, whole);
/// let stored = serde_json::to_string(&merged)?;
/// assert_eq!(serde_json::from_str::<AxisMoments<u8>>(&stored)?, whole);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound = "E::Moments: Serialize + serde::de::DeserializeOwned")]
pub struct AxisMoments<E: Numeric> {
    version: Version<1>,
    dtype: DTypeName<E>,
    /// How many numbers there were for each cell, with those that were left out.
    offered: u64,
    /// Whether NaN are left out.
    skips_nan: bool,
    #[serde(with = "crate::stats::cells")]
    cells: ArrayD<E::Moments>,
}

/// The element type's name in what is stored, so that moments of another type are not read as these.
#[derive(Debug, Clone, Copy, PartialEq)]
struct DTypeName<E>(std::marker::PhantomData<E>);

impl<E: Numeric> Serialize for DTypeName<E> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(E::NAME)
    }
}

impl<'de, E: Numeric> Deserialize<'de> for DTypeName<E> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        if name == E::NAME {
            return Ok(Self(std::marker::PhantomData));
        }
        Err(serde::de::Error::custom(format_args!("found moments of {name}, expected {}", E::NAME)))
    }
}

impl<E: Numeric> AxisMoments<E> {
    pub(crate) fn new(cells: ArrayD<E::Moments>, offered: usize, skips_nan: bool) -> Self {
        Self {
            version: Version,
            dtype: DTypeName(std::marker::PhantomData),
            offered: offered as u64,
            skips_nan,
            cells,
        }
    }

    pub(crate) fn cells(&self) -> &ArrayD<E::Moments> {
        &self.cells
    }

    /// Adds the numbers of other moments, output element by output element.
    ///
    /// # Errors
    ///
    /// The other moments have another shape.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        if self.cells.shape() != other.cells.shape() {
            let expected = format!("{:?}", self.cells.shape());
            return Err(Error::shape("AxisMoments::merge", other.cells.shape(), expected));
        }
        self.offered += other.offered;
        self.skips_nan |= other.skips_nan;
        Zip::from(&mut self.cells).and(&other.cells).for_each(Accumulator::absorb);
        Ok(())
    }

    /// The shape of the results.
    ///
    /// ```
    /// let moments = burn_prep::stats::Reduce::per_image().moments(ndarray::Array3::<f32>::zeros([4, 2, 2]).view())?;
    /// assert_eq!(moments.shape(), [4]);
    /// assert_eq!(moments.count()[[0]], 4);
    /// assert_eq!((moments.sum()[[0]], moments.std(0)[[0]], moments.min()?[[0]]), (0.0, 0.0, 0.0));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn shape(&self) -> &[usize] {
        self.cells.shape()
    }

    /// The counts of numbers, without ignored NaN.
    pub fn count(&self) -> ArrayD<u64> {
        self.cells.map(Statistics::count)
    }

    /// The sums; for integers exact up to the last rounding to f64, and 0 where there are no numbers.
    pub fn sum(&self) -> ArrayD<f64> {
        self.cells.map(Statistics::sum)
    }

    /// The means; NaN where there are no numbers.
    pub fn mean(&self) -> ArrayD<f64> {
        self.cells.map(Statistics::mean)
    }

    /// The variances `sum((x - mean)^2) / (n - ddof)`. Where `n <= ddof` they are as in NumPy: NaN for floats with
    /// ignored NaN; otherwise infinite, or NaN where all numbers are equal.
    #[doc(alias = "variance")]
    pub fn var(&self, ddof: u64) -> ArrayD<f64> {
        self.cells.map(|cell| match self.skips_nan && cell.count() <= ddof {
            true => f64::NAN,
            false => cell.var_or_nan(ddof),
        })
    }

    /// The standard deviations, the roots of [`AxisMoments::var`].
    pub fn std(&self, ddof: u64) -> ArrayD<f64> {
        self.var(ddof).mapv_into(f64::sqrt)
    }

    /// The minima; NaN where there is a NaN that is not ignored, or where all numbers are ignored NaN.
    ///
    /// # Errors
    ///
    /// A cell has no numbers.
    pub fn min(&self) -> Result<ArrayD<E>> {
        self.extremes(|(min, _)| min)
    }

    /// The maxima; NaN as in [`AxisMoments::min`].
    ///
    /// # Errors
    ///
    /// A cell has no numbers.
    pub fn max(&self) -> Result<ArrayD<E>> {
        self.extremes(|(_, max)| max)
    }

    fn extremes(&self, pick: fn((Number, Number)) -> Number) -> Result<ArrayD<E>> {
        let all_left_out = Some(Number::Float(f64::NAN)).filter(|_| self.offered > 0);
        let of_cell = |cell: &E::Moments| {
            let number = cell.extremes().map(pick).or(all_left_out);
            number.and_then(E::from_number).ok_or_else(|| ErrorKind::Empty { what: "set of numbers" }.into())
        };
        let values: Vec<E> = self.cells.iter().map(of_cell).collect::<Result<_>>()?;
        ArrayD::from_shape_vec(self.cells.raw_dim(), values)
            .map_err(|_| Error::elements("AxisMoments", self.cells.shape()))
    }
}
