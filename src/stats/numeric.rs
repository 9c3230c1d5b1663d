//! The element types that statistics are computed of, and how each is summed.

use half::{bf16, f16};

use crate::arrays::{ArrayElement, Number};
use crate::error::{Error, ErrorKind, Result};
use crate::stats::accumulator::Accumulator;
use crate::stats::{IntegerMoments, Moments, Summary};

/// An element type that statistics can be computed of: integers and `bool` are summed exactly in integers, floats in
/// f64.
///
/// ```
/// use burn_prep::arrays::ArrayElement;
/// use burn_prep::stats::{IntegerMoments, Numeric};
///
/// fn exact<E: Numeric<Moments = IntegerMoments>>() -> &'static str { E::NAME }
/// assert_eq!((exact::<u8>(), exact::<bool>()), ("u8", "bool"));
/// ```
pub trait Numeric: ArrayElement {
    /// The accumulator of count, mean, deviation, minimum and maximum: [`IntegerMoments`] or [`Moments`].
    type Moments: Accumulator<Self> + Statistics;
}

/// The statistics of what has been collected.
#[doc(hidden)]
pub trait Statistics {
    fn count(&self) -> u64;
    /// NaN of nothing.
    fn mean(&self) -> f64;
    /// `M2 / max(n - ddof, 0)`: where `n <= ddof` infinite, or NaN if all numbers are equal; NaN of nothing.
    fn var_or_nan(&self, ddof: u64) -> f64;
    /// The variance, where there are more numbers than `ddof`.
    fn checked_variance(&self, ddof: u64) -> Result<f64> {
        if self.count() == 0 {
            return Err(ErrorKind::Empty { what: "set of numbers" }.into());
        }
        if self.count() <= ddof {
            return Err(Error::parameter("ddof", ddof, "less than the count of numbers"));
        }
        Ok(self.var_or_nan(ddof))
    }
    fn sum(&self) -> f64;
    /// Smallest and largest; `None` of nothing.
    fn extremes(&self) -> Option<(Number, Number)>;
    fn statistics(&self) -> Result<Summary>;
}

macro_rules! numeric {
    ($moments:ident: $($type:ty),*) => {$(
        impl Numeric for $type {
            type Moments = $moments;
        }
    )*};
}

numeric!(IntegerMoments: bool, u8, u16, u32, u64, i8, i16, i32, i64);
numeric!(Moments: f64, f32, f16, bf16);
