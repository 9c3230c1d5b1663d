//! The smallest and largest numbers, and where they are.

use ndarray::{ArrayD, ArrayView, Dimension};

use crate::error::{ErrorKind, Result};
use crate::stats::{Numeric, Reduce};

impl Reduce<'_> {
    /// The minima; NaN where there is a NaN that is not ignored, or where all numbers are ignored NaN.
    ///
    /// # Errors
    ///
    /// As [`Reduce::moments`], and there are no numbers.
    ///
    /// ```
    /// use burn_prep::stats::Reduce;
    /// let values = ndarray::array![[4_u16, 1], [2, 9]];
    /// assert_eq!(Reduce::axes([0]).min(values.view())?, ndarray::array![2, 1].into_dyn());
    /// assert_eq!(Reduce::axes([0]).argmin(values.view())?, ndarray::array![1, 0].into_dyn());
    /// assert_eq!(Reduce::all().argmax(values.view())?.first(), Some(&3));
    /// assert!(Reduce::all().min(values.slice_axis(ndarray::Axis(0), (0..0).into())).is_err());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "np.amin")]
    pub fn min<E: Numeric, D: Dimension>(&self, array: ArrayView<'_, E, D>) -> Result<ArrayD<E>> {
        self.moments(array)?.min()
    }

    /// The maxima; NaN as in [`Reduce::min`].
    ///
    /// # Errors
    ///
    /// As [`Reduce::min`].
    ///
    /// ```
    /// use burn_prep::stats::Reduce;
    /// assert_eq!(Reduce::axes([0]).max(ndarray::array![[4_u16, 1], [2, 9]].view())?, ndarray::array![4, 9].into_dyn());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "np.amax")]
    pub fn max<E: Numeric, D: Dimension>(&self, array: ArrayView<'_, E, D>) -> Result<ArrayD<E>> {
        self.moments(array)?.max()
    }

    /// The index of the first minimum, counted in row-major order over the reduced axes. The first NaN
    /// counts as the minimum, as in NumPy, unless NaN are ignored.
    ///
    /// # Errors
    ///
    /// As [`Reduce::min`]; also where all numbers are ignored NaN.
    pub fn argmin<E: Numeric, D: Dimension>(&self, array: ArrayView<'_, E, D>) -> Result<ArrayD<usize>> {
        self.arg(array, "argmin", |candidate, best| candidate < best)
    }

    /// The index of the first maximum, counted as in [`Reduce::argmin`].
    ///
    /// # Errors
    ///
    /// As [`Reduce::argmin`].
    pub fn argmax<E: Numeric, D: Dimension>(&self, array: ArrayView<'_, E, D>) -> Result<ArrayD<usize>> {
        self.arg(array, "argmax", |candidate, best| candidate > best)
    }

    fn arg<E: Numeric, D: Dimension>(
        &self,
        array: ArrayView<'_, E, D>,
        op: &'static str,
        better: fn(E, E) -> bool,
    ) -> Result<ArrayD<usize>> {
        let array = array.into_dyn();
        let reduced = self.checked(&array, op)?;
        let lanes = self.lanes(&array, &reduced)?;
        let cells = lanes.map_indexed(|lane| {
            let mut best: Option<(usize, E)> = None;
            for (index, value) in lane {
                match best {
                    Some((_, found)) if found.is_nan() || !(better(value, found) || value.is_nan()) => {}
                    _ => best = Some((index, value)),
                }
            }
            best.map(|(index, _)| index).ok_or_else(|| ErrorKind::Empty { what: "set of numbers" }.into())
        })?;
        self.shaped(cells, &array, &reduced)
    }
}
