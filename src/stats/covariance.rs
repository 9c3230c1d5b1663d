//! Covariance and correlation along an axis.

use ndarray::{Array1, Array2, ArrayView, ArrayView2, Axis, Dimension, RemoveAxis};

use crate::error::{Error, Result};
use crate::stats::Numeric;

/// The covariance matrix `[C, C]` of the `C` indices along `axis`, over all other axes:
/// `sum((x - mean_x) (y - mean_y)) / (n - ddof)`.
///
/// For a batch of images with `axis` that of the channels it is the covariance of the colours; for
/// `[samples, features]` and `axis` 1 it is `np.cov(data, rowvar=False)`. NaN and infinities go through.
///
/// # Errors
///
/// The array has no such axis; there are not more numbers than `ddof` for each position.
///
/// ```
/// use burn_prep::stats::{correlation, covariance};
///
/// let data = ndarray::array![[1.0, 2.0], [2.0, 4.0], [3.0, 9.0]];
/// assert_eq!(covariance(data.view(), 1, 1)?, ndarray::array![[1.0, 3.5], [3.5, 13.0]]);
/// assert!((correlation(data.view(), 1)?[[0, 1]] - 3.5 / 13.0_f64.sqrt()).abs() < 1e-15);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "np.cov")]
pub fn covariance<E: Numeric, D: Dimension + RemoveAxis>(
    array: ArrayView<'_, E, D>,
    axis: usize,
    ddof: u64,
) -> Result<Array2<f64>> {
    if axis >= array.ndim() {
        let found = format_args!("{axis} of an array of rank {}", array.ndim());
        return Err(Error::parameter("axis", found, "0 to rank - 1"));
    }
    let channels = array.len_of(Axis(axis));
    let count = array.len() / channels.max(1);
    if count as u64 <= ddof {
        let found = format_args!("{ddof} of {count} numbers");
        return Err(Error::parameter("ddof", found, "less than the count of numbers"));
    }
    let (mut seen, mut mean, mut products) =
        (0.0, Array1::zeros(channels), Array2::zeros([channels, channels]));
    // As many positions at a time as fit into the cache, merged by Chan's rule for pairs.
    const PART: usize = 4096;
    let mut rows: Vec<_> = array.axis_iter(Axis(axis)).map(|channel| channel.into_iter()).collect();
    for start in (0..count).step_by(PART) {
        let width = PART.min(count - start);
        let mut part = Array2::<f64>::zeros([channels, width]);
        for (mut target, values) in part.outer_iter_mut().zip(&mut rows) {
            target.iter_mut().zip(values).for_each(|(target, value)| *target = value.to_f64());
        }
        merge_part(part, &mut seen, &mut mean, &mut products);
    }
    Ok(products / (count as u64 - ddof) as f64)
}

fn merge_part(mut part: Array2<f64>, seen: &mut f64, mean: &mut Array1<f64>, products: &mut Array2<f64>) {
    let width = part.ncols() as f64;
    let own = part.sum_axis(Axis(1)) / width;
    for (mut row, mean) in part.outer_iter_mut().zip(&own) {
        row -= *mean;
    }
    let delta = &own - &*mean;
    let count = *seen + width;
    let outer = outer_product(delta.view().insert_axis(Axis(1)));
    *products += &(part.dot(&part.t()) + outer * (*seen * width / count));
    *mean += &(delta * (width / count));
    *seen = count;
}

fn outer_product(column: ArrayView2<'_, f64>) -> Array2<f64> {
    column.dot(&column.t())
}

/// The correlation matrix `[C, C]` of the `C` indices along `axis`: covariances divided by the product of the standard
/// deviations, with 1 on the diagonal. An index whose numbers are all equal has NaN, as in NumPy.
///
/// # Errors
///
/// As [`covariance`].
///
/// ```
/// let data = ndarray::array![[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]];
/// let matrix = burn_prep::stats::correlation(data.view(), 1)?;
/// assert!((matrix[[0, 1]] - 1.0).abs() < 1e-15 && (matrix[[1, 1]] - 1.0).abs() < 1e-15);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "np.corrcoef")]
pub fn correlation<E: Numeric, D: Dimension + RemoveAxis>(
    array: ArrayView<'_, E, D>,
    axis: usize,
) -> Result<Array2<f64>> {
    let mut matrix = covariance(array, axis, 0)?;
    let deviations = matrix.diag().mapv(f64::sqrt);
    for ((a, b), value) in matrix.indexed_iter_mut() {
        *value /= deviations[a] * deviations[b];
    }
    Ok(matrix)
}
