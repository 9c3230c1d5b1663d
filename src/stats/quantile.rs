//! Medians and quantiles.

use ndarray::{ArrayD, ArrayView, Dimension};

use crate::error::{Error, ErrorKind, Result};
use crate::stats::{Numeric, Reduce};

/// How a quantile that falls between two numbers is computed, as NumPy's `method`.
///
/// The position of the quantile `q` among `n` sorted numbers, counted from 0, is `q (n - 1)`.
///
/// ```
/// use burn_prep::stats::{Interpolation::*, Reduce};
///
/// let values = ndarray::array![1.0, 2.0, 3.0, 9.0];
/// let at_60 = |method| Reduce::all().quantile(values.view(), &[0.6], method).unwrap()[[0]];
/// assert_eq!([Lower, Higher, Nearest, Midpoint].map(at_60), [2.0, 3.0, 3.0, 2.5]);
/// assert!((at_60(Linear) - 2.8).abs() < 1e-12);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Interpolation {
    /// Linear interpolation between the two numbers.
    #[default]
    Linear,
    /// The lower of the two numbers.
    Lower,
    /// The higher of the two numbers.
    Higher,
    /// The nearer of the two numbers; half way between them, the one at the even index.
    Nearest,
    /// The mean of the two numbers.
    Midpoint,
}

impl Reduce<'_> {
    /// The medians; NaN where there are no numbers, or where there is a NaN that is not ignored.
    ///
    /// # Errors
    ///
    /// The array has no such axes; a mask of another shape; a NaN, where those are errors.
    ///
    /// ```
    /// use burn_prep::stats::Reduce;
    /// let values = ndarray::array![[1_u8, 9, 2], [7, 7, 8]];
    /// assert_eq!(Reduce::axes([1]).median(values.view())?, ndarray::array![2.0, 7.0].into_dyn());
    /// assert_eq!(Reduce::all().median(values.view())?.first(), Some(&7.0));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "np.median")]
    pub fn median<E: Numeric, D: Dimension>(&self, array: ArrayView<'_, E, D>) -> Result<ArrayD<f64>> {
        let array = array.into_dyn();
        let reduced = self.checked(&array, "median")?;
        let cells = self.lanes(&array, &reduced)?.map(|lane| {
            if lane.is_empty() || lane.iter().any(|value| value.is_nan()) {
                return Ok(f64::NAN);
            }
            Ok(at_place(lane, (lane.len() - 1) as f64 / 2.0, Interpolation::Midpoint))
        })?;
        self.shaped(cells, &array, &reduced)
    }

    /// Quantiles `q` in 0..=1, 0.95 for the 95th percentile; the first axis of the result runs along `q`. NaN where there is a NaN
    /// that is not ignored, or where all numbers are ignored NaN.
    ///
    /// # Errors
    ///
    /// As [`Reduce::median`]; a `q` outside of 0..=1; there are no numbers.
    ///
    /// ```
    /// use burn_prep::stats::{Interpolation, Reduce};
    /// let values = ndarray::array![[0.0, 10.0, 20.0], [1.0, 2.0, 5.0]];
    /// let quartiles = Reduce::axes([1]).quantile(values.view(), &[0.25, 0.5], Interpolation::Linear)?;
    /// assert_eq!(quartiles, ndarray::array![[5.0, 1.5], [10.0, 2.0]].into_dyn());
    /// assert!(Reduce::all().quantile(values.view(), &[1.01], Interpolation::Linear).is_err());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "np.quantile")]
    #[doc(alias = "np.percentile")]
    pub fn quantile<E: Numeric, D: Dimension>(
        &self,
        array: ArrayView<'_, E, D>,
        q: &[f64],
        interpolation: Interpolation,
    ) -> Result<ArrayD<f64>> {
        if let Some((index, q)) = q.iter().enumerate().find(|(_, q)| !(0.0..=1.0).contains(*q)) {
            return Err(Error::parameter(format!("q[{index}]"), q, "a number in 0..=1"));
        }
        let array = array.into_dyn();
        let reduced = self.checked(&array, "quantile")?;
        let lanes = self.lanes(&array, &reduced)?;
        let nothing = lanes.offered() == 0;
        let cells: Vec<Vec<f64>> = lanes.map(|lane| {
            if nothing {
                return Err(ErrorKind::Empty { what: "set of numbers" }.into());
            }
            if lane.is_empty() || lane.iter().any(|value| value.is_nan()) {
                return Ok(vec![f64::NAN; q.len()]);
            }
            let last = (lane.len() - 1) as f64;
            Ok(q.iter().map(|q| at_place(lane, q * last, interpolation)).collect())
        })?;
        let by_q = (0..q.len()).map(|index| {
            let of_q = cells.iter().map(|cell| cell[index]).collect();
            self.shaped(of_q, &array, &reduced)
        });
        let by_q: Vec<ArrayD<f64>> = by_q.collect::<Result<_>>()?;
        let views: Vec<_> = by_q.iter().map(|statistics| statistics.view()).collect();
        if views.is_empty() {
            let none: ArrayD<f64> = self.shaped(vec![f64::NAN; cells.len()], &array, &reduced)?;
            let mut shape = vec![0];
            shape.extend_from_slice(none.shape());
            return Ok(ArrayD::zeros(shape));
        }
        ndarray::stack(ndarray::Axis(0), &views).map_err(|_| Error::elements("quantile", array.shape()))
    }
}

/// The number at a place of the sorted numbers, which are reordered. There is at least one, and no NaN.
fn at_place<E: Numeric>(numbers: &mut [E], place: f64, interpolation: Interpolation) -> f64 {
    let last = numbers.len() - 1;
    let (below, above) = (place.floor(), place.ceil());
    let share = match interpolation {
        Interpolation::Linear => place - below,
        Interpolation::Lower => 0.0,
        Interpolation::Higher => 1.0,
        Interpolation::Nearest => place.round_ties_even() - below,
        Interpolation::Midpoint => 0.5,
    };
    // A place is within 0..=last, which are exact in f64 for all lengths that fit into memory.
    let (below, above) = ((below as usize).min(last), (above as usize).min(last));
    let order = |a: &E, b: &E| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal);
    let (_, &mut low, rest) = numbers.select_nth_unstable_by(below, order);
    let low_value = low.to_f64();
    let high = match above == below {
        true => low_value,
        false => rest.iter().copied().reduce(|a, b| if b < a { b } else { a }).unwrap_or(low).to_f64(),
    };
    if share == 0.0 || low_value == high {
        return low_value;
    }
    if share == 1.0 {
        return high;
    }
    // From the nearer end, as NumPy does: exact at both.
    let step = high - low_value;
    if !step.is_finite() && share == 0.5 {
        return low_value / 2.0 + high / 2.0; // the mean of an infinity and a number is the infinity
    }
    if share >= 0.5 { high - step * (1.0 - share) } else { low_value + step * share }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_infinity_beside_a_number_is_not_nan() {
        let of = |values: [f64; 2]| Reduce::all().median(ndarray::aview1(&values)).unwrap()[[]];
        assert_eq!(
            (of([1.0, f64::INFINITY]), of([f64::NEG_INFINITY, 1.0])),
            (f64::INFINITY, f64::NEG_INFINITY)
        );
        assert!(of([f64::NEG_INFINITY, f64::INFINITY]).is_nan());
        let values = [f64::NEG_INFINITY, -3.5];
        let of = |q, how| Reduce::all().quantile(ndarray::aview1(&values), &[q], how).unwrap()[[0]];
        assert_eq!((of(0.8, Interpolation::Nearest), of(0.2, Interpolation::Higher)), (-3.5, -3.5));
        assert_eq!(of(0.2, Interpolation::Lower), f64::NEG_INFINITY);
    }
}
