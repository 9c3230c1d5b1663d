//! Reductions over any axes of any array.

use ndarray::{Array, ArrayD, ArrayView, ArrayViewD, Dimension, IxDyn};

use crate::arrays::{ArrayElement, Layout, index_of};
use crate::error::{Error, ErrorKind, Result};
use crate::stats::accumulator::Accumulator;
use crate::stats::axes::Axes;
use crate::stats::lanes::Lanes;
use crate::stats::runs::accumulate;
use crate::stats::sums::Sum;
use crate::stats::{AxisMoments, NanPolicy, Numeric};

/// A reduction of an array over chosen axes, as in `np.mean(batch, axis=...)`: the axes, the treatment of NaN, and an
/// optional mask.
///
/// The result has the axes that are left, in their order; a reduction of all axes has shape `[]`.
/// Arrays and views of any rank and strides are read once, in the order of their memory, by as many
/// threads as rayon has; the results do not depend on their number.
///
/// Where there are no numbers, results are as in NumPy: 0 for a sum, NaN for a mean, deviation and median, and an error
/// for the minimum, the maximum, their indices and quantiles.
///
/// ```
/// use burn_prep::arrays::Layout;
/// use burn_prep::stats::Reduce;
/// use ndarray::{Array4, array};
///
/// let batch = Array4::from_shape_fn([2, 2, 2, 2], |(n, c, y, x)| (n * 100 + c * 10 + y * 2 + x) as f32);
/// assert_eq!(Reduce::per_image().mean(batch.view())?, array![6.5, 106.5].into_dyn());
/// assert_eq!(Reduce::per_channel(Layout::Nchw).mean(batch.view())?, array![51.5, 61.5].into_dyn());
/// assert_eq!(Reduce::across_batch().mean(batch.view())?[[1, 0, 1]], 61.0);
/// assert_eq!(Reduce::all().sum(batch.view())?.first(), Some(&904.0));
/// assert_eq!(Reduce::axes([-1]).max(batch.view())?.shape(), [2, 2, 2]);
/// assert_eq!(Reduce::axes([-1]).keep_dims(true).max(batch.view())?.shape(), [2, 2, 2, 1]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Reduce<'mask> {
    axes: Axes,
    nan: NanPolicy,
    keep_dims: bool,
    valid: Option<ArrayViewD<'mask, bool>>,
}

impl Reduce<'_> {
    /// A reduction to one result per image: over all axes but the first of `[N, ...]`.
    pub fn per_image() -> Self {
        Self::over(Axes::PerImage)
    }

    /// A reduction to one result per position in an image: over the first axis of `[N, ...]`, `axis=0`.
    ///
    /// ```
    /// let batch = ndarray::array![[1.0, 2.0], [3.0, 6.0]];
    /// assert_eq!(burn_prep::stats::Reduce::across_batch().mean(batch.view())?, ndarray::array![2.0, 4.0].into_dyn());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn across_batch() -> Self {
        Self::over(Axes::AcrossBatch)
    }

    /// A reduction to one result per channel: over all other axes of a batch of rank 4.
    pub fn per_channel(layout: Layout) -> Self {
        Self::over(Axes::PerChannel(layout))
    }

    /// A reduction to one result per channel of each image of a batch of rank 4.
    ///
    /// ```
    /// use burn_prep::arrays::Layout;
    /// use burn_prep::stats::Reduce;
    /// let batch = ndarray::Array4::from_shape_fn([2, 3, 2, 2], |(n, c, ..)| (n * 10 + c) as u8);
    /// let means = Reduce::per_image_channel(Layout::Nchw).mean(batch.view())?;
    /// assert_eq!(means, ndarray::array![[0.0, 1.0, 2.0], [10.0, 11.0, 12.0]].into_dyn());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn per_image_channel(layout: Layout) -> Self {
        Self::over(Axes::PerImageChannel(layout))
    }

    /// A reduction of all numbers to one result of shape `[]`.
    pub fn all() -> Self {
        Self::over(Axes::All)
    }

    /// A reduction over the given axes; negative ones count from the end. Without axes, each element is a result.
    #[doc(alias = "axis")]
    #[doc(alias = "dim")]
    pub fn axes(axes: impl IntoIterator<Item = isize>) -> Self {
        Self::over(Axes::Listed(axes.into_iter().collect()))
    }

    fn over(axes: Axes) -> Self {
        Self { axes, nan: NanPolicy::Propagate, keep_dims: false, valid: None }
    }
}

impl<'mask> Reduce<'mask> {
    /// Sets how NaN are treated; the default is [`NanPolicy::Propagate`].
    #[must_use]
    pub fn nan(self, policy: NanPolicy) -> Self {
        Self { nan: policy, ..self }
    }

    /// Sets whether the reduced axes are kept with length 1, so that the result broadcasts against the array.
    #[must_use]
    #[doc(alias = "keepdims")]
    pub fn keep_dims(self, keep: bool) -> Self {
        Self { keep_dims: keep, ..self }
    }

    /// Restricts the reduction to elements where the mask is `true`, as in
    /// [`Padded::mask_valid`](crate::ragged::Padded::mask_valid), so that results do not depend on the width of a
    /// padded batch. The axes of the mask are the first axes of the array; each entry of the mask holds for all
    /// elements along the array's other axes.
    ///
    /// ```
    /// use burn_prep::ragged::{PadTo, Padding, Ragged};
    /// use burn_prep::stats::Reduce;
    ///
    /// let rows = Ragged::from_rows([vec![1.0_f32, 3.0], vec![8.0]]);
    /// for width in [2, 5] {
    ///     let padded = rows.pad(&Padding::new(0.0).to(PadTo::Exactly(width)))?;
    ///     let valid = padded.mask_valid().into_dyn();
    ///     let masked = Reduce::axes([1]).valid(valid.view());
    ///     assert_eq!(masked.mean(padded.data())?, ndarray::array![2.0, 8.0].into_dyn());
    ///     assert_eq!(Reduce::all().valid(valid.view()).mean(padded.data())?.first(), Some(&4.0));
    /// }
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    #[doc(alias = "where")]
    #[doc(alias = "masked")]
    pub fn valid<'other>(self, mask: ArrayViewD<'other, bool>) -> Reduce<'other> {
        Reduce { valid: Some(mask), axes: self.axes, nan: self.nan, keep_dims: self.keep_dims }
    }

    /// Count, sum, mean, variance, minimum and maximum in one pass, to merge with those of other arrays.
    ///
    /// # Errors
    ///
    /// The array has no such axes; a mask of another shape; a NaN, where those are errors.
    ///
    /// ```
    /// use burn_prep::stats::Reduce;
    /// let moments = Reduce::all().moments(ndarray::array![[2_u8, 4], [4, 6]].view())?;
    /// assert_eq!((moments.mean().first(), moments.var(0).first()), (Some(&4.0), Some(&2.0)));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn moments<E: Numeric, D: Dimension>(&self, array: ArrayView<'_, E, D>) -> Result<AxisMoments<E>> {
        let array = array.into_dyn();
        let reduced = self.checked(&array, "moments")?;
        let cells = match &self.valid {
            None => accumulate(array.view(), &reduced, self.skips_nan()),
            Some(_) => self.lanes(&array, &reduced)?.map(|lane| {
                let mut cell = E::Moments::default();
                cell.add_run(lane, false);
                Ok(cell)
            })?,
        };
        let offered = array.len() / cells.len().max(1);
        let skips_nan = E::IS_FLOAT && self.skips_nan();
        Ok(AxisMoments::new(self.shaped(cells, &array, &reduced)?, offered, skips_nan))
    }

    /// The count of numbers for each result, without masked-out elements and ignored NaN.
    ///
    /// # Errors
    ///
    /// As [`Reduce::moments`].
    ///
    /// ```
    /// use burn_prep::stats::{NanPolicy, Reduce};
    /// let values = ndarray::array![[1.0, f64::NAN], [2.0, 3.0]];
    /// assert_eq!(Reduce::axes([1]).nan(NanPolicy::Ignore).count(values.view())?, ndarray::array![1, 2].into_dyn());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn count<E: Numeric, D: Dimension>(&self, array: ArrayView<'_, E, D>) -> Result<ArrayD<u64>> {
        Ok(self.moments(array)?.count())
    }

    /// The sums in f64; for integers exact up to the last rounding
    /// ([`IntegerMoments::sum`](crate::stats::IntegerMoments::sum) has all digits), and 0 where there are no numbers.
    ///
    /// Numbers of f32 are added in f32 in groups of four, and the groups in f64: the sum is within `2^-23 sum(|x|)` of
    /// the true one, and exact for whole numbers up to 2^22. [`Reduce::moments`] adds in f64 alone.
    ///
    /// # Errors
    ///
    /// As [`Reduce::moments`].
    #[doc(alias = "np.sum")]
    #[doc(alias = "nansum")]
    pub fn sum<E: Numeric, D: Dimension>(&self, array: ArrayView<'_, E, D>) -> Result<ArrayD<f64>> {
        self.sums(array, "sum", |_, sum| sum)
    }

    /// The means; NaN where there are no numbers. Sums are rounded as described at [`Reduce::sum`]. In a padded array the
    /// padding counts too, unless [`Reduce::valid`] leaves it out; rows of unequal length have
    /// [`Ragged::reduce`](crate::ragged::Ragged::reduce).
    ///
    /// # Errors
    ///
    /// As [`Reduce::moments`].
    #[doc(alias = "np.mean")]
    #[doc(alias = "reduce_mean")]
    pub fn mean<E: Numeric, D: Dimension>(&self, array: ArrayView<'_, E, D>) -> Result<ArrayD<f64>> {
        self.sums(array, "mean", |count, sum| sum / count as f64)
    }

    /// The variances `sum((x - mean)^2) / (n - ddof)`: `ddof` is 0 for a population, 1 for the estimate from
    /// a sample. Where `n <= ddof`, the results are those of [`AxisMoments::var`].
    ///
    /// # Errors
    ///
    /// As [`Reduce::moments`].
    ///
    /// ```
    /// use burn_prep::stats::Reduce;
    /// let values = ndarray::array![1_i64, 2, 3, 6];
    /// assert_eq!(Reduce::all().var(values.view(), 0)?.first(), Some(&3.5));
    /// assert_eq!(Reduce::all().std(values.view(), 1)?.first(), Some(&(14.0_f64 / 3.0).sqrt()));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "np.var")]
    #[doc(alias = "variance")]
    pub fn var<E: Numeric, D: Dimension>(
        &self,
        array: ArrayView<'_, E, D>,
        ddof: u64,
    ) -> Result<ArrayD<f64>> {
        Ok(self.moments(array)?.var(ddof))
    }

    /// The standard deviations, the roots of [`Reduce::var`].
    ///
    /// # Errors
    ///
    /// As [`Reduce::moments`].
    #[doc(alias = "np.std")]
    pub fn std<E: Numeric, D: Dimension>(
        &self,
        array: ArrayView<'_, E, D>,
        ddof: u64,
    ) -> Result<ArrayD<f64>> {
        Ok(self.moments(array)?.std(ddof))
    }

    /// Standardises the numbers to mean 0 and deviation 1 over the reduced axes: `(x - mean) / std`, in the shape of
    /// the array.
    ///
    /// Numbers that are all equal have deviation 0 and become NaN, as in NumPy.
    ///
    /// # Errors
    ///
    /// As [`Reduce::moments`].
    ///
    /// ```
    /// use burn_prep::stats::Reduce;
    /// let scores = Reduce::axes([0]).standardize(ndarray::array![[1.0, 10.0], [3.0, 30.0]].view(), 0)?;
    /// assert_eq!(scores, ndarray::array![[-1.0, -1.0], [1.0, 1.0]]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "zscore")]
    #[doc(alias = "StandardScaler")]
    pub fn standardize<E: Numeric, D: Dimension>(
        &self,
        array: ArrayView<'_, E, D>,
        ddof: u64,
    ) -> Result<Array<f64, D>> {
        let moments = self.clone().keep_dims(true).moments(array.view())?;
        let (mean, std) = (moments.mean(), moments.std(ddof));
        let spread = |statistic: &ArrayD<f64>| {
            statistic
                .broadcast(array.raw_dim().into_dyn())
                .map(|view| view.to_owned())
                .ok_or_else(|| Error::shape("standardize", statistic.shape(), format!("{:?}", array.shape())))
        };
        let (mean, std) = (spread(&mean)?, spread(&std)?);
        let mut scores = array.mapv(ArrayElement::to_f64);
        for ((score, mean), std) in scores.iter_mut().zip(&mean).zip(&std) {
            *score = (*score - mean) / std;
        }
        Ok(scores)
    }

    fn sums<E: Numeric, D: Dimension>(
        &self,
        array: ArrayView<'_, E, D>,
        op: &'static str,
        statistic: fn(u64, f64) -> f64,
    ) -> Result<ArrayD<f64>> {
        // Integers are summed exactly; what leaves numbers out has to count them.
        if !E::IS_FLOAT || self.valid.is_some() || self.skips_nan() {
            let moments = self.moments(array)?;
            let (counts, sums) = (moments.count(), moments.sum());
            return Ok(ndarray::Zip::from(&counts)
                .and(&sums)
                .map_collect(|&count, &sum| statistic(count, sum)));
        }
        let array = array.into_dyn();
        let reduced = self.checked(&array, op)?;
        let lengths = array.shape().iter().zip(&reduced);
        let count = lengths.map(|(&length, &reduced)| if reduced { length as u64 } else { 1 }).product();
        let cells: Vec<Sum> = accumulate(array.view(), &reduced, false);
        let statistics = cells.into_iter().map(|Sum(sum)| statistic(count, sum)).collect();
        self.shaped(statistics, &array, &reduced)
    }

    fn skips_nan(&self) -> bool {
        self.nan == NanPolicy::Ignore
    }

    /// The axes, and a NaN refused where it is an error.
    pub(crate) fn checked<E: ArrayElement>(
        &self,
        array: &ArrayViewD<'_, E>,
        op: &'static str,
    ) -> Result<Vec<bool>> {
        let reduced = self.axes.resolve(array.ndim())?;
        if self.nan == NanPolicy::Error
            && E::IS_FLOAT
            && let Some(position) = array.iter().position(|value| value.is_nan())
        {
            let found = format!("NaN at index {:?}", index_of(position, array.shape()));
            let expected = "no NaN (NanPolicy::Ignore leaves them out)";
            return Err(ErrorKind::NotFinite { op, found, expected }.into());
        }
        Ok(reduced)
    }

    /// The numbers of each result, one set after the other; the slow way, for what needs them together.
    pub(crate) fn lanes<'a, E: ArrayElement>(
        &'a self,
        array: &'a ArrayViewD<'_, E>,
        reduced: &[bool],
    ) -> Result<Lanes<'a, E>> {
        Lanes::new(array.view(), reduced, self.valid.as_ref(), self.skips_nan())
    }

    #[cfg(feature = "burn")]
    pub(crate) fn nan_policy(&self) -> NanPolicy {
        self.nan
    }

    #[cfg(feature = "burn")]
    pub(crate) fn has_mask(&self) -> bool {
        self.valid.is_some()
    }

    #[cfg(feature = "burn")]
    pub(crate) fn reduced_axes(&self, rank: usize) -> Result<Vec<bool>> {
        self.axes.resolve(rank)
    }

    /// The shape of the results for an array of this shape.
    pub(crate) fn result_shape(&self, shape: &[usize], reduced: &[bool]) -> Vec<usize> {
        let lengths = shape.iter().zip(reduced);
        match self.keep_dims {
            true => lengths.map(|(&length, &reduced)| if reduced { 1 } else { length }).collect(),
            false => lengths.filter(|&(_, &reduced)| !reduced).map(|(&length, _)| length).collect(),
        }
    }

    /// Results in row-major order, in their shape.
    pub(crate) fn shaped<E, T>(
        &self,
        cells: Vec<T>,
        array: &ArrayViewD<'_, E>,
        reduced: &[bool],
    ) -> Result<ArrayD<T>> {
        let shape = self.result_shape(array.shape(), reduced);
        ArrayD::from_shape_vec(IxDyn(&shape), cells).map_err(|_| Error::elements("Reduce", &shape))
    }
}
