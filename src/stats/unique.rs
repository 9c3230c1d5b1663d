//! Distinct values and their counts.

use std::cmp::Ordering;

use ndarray::{ArrayView, Dimension};

use crate::stats::Numeric;

/// The distinct values of an array, in ascending order, and how often each occurs; `bool` counts
/// `false` before `true`. All NaN are one value, the last.
///
/// ```
/// use burn_prep::stats::unique;
///
/// let labels = ndarray::array![[3_i64, -1], [3, 7]];
/// assert_eq!(unique(labels.view()), (vec![-1, 3, 7], vec![1, 2, 1]));
/// let (values, counts) = unique(ndarray::array![f32::NAN, 0.0, f32::NAN].view());
/// assert!(values[0] == 0.0 && values[1].is_nan() && counts == [1, 2]);
/// ```
#[doc(alias = "np.unique")]
#[doc(alias = "value_counts")]
pub fn unique<E: Numeric, D: Dimension>(array: ArrayView<'_, E, D>) -> (Vec<E>, Vec<u64>) {
    let mut sorted: Vec<E> = array.iter().copied().collect();
    sorted.sort_unstable_by(nan_last);
    let (mut values, mut counts): (Vec<E>, Vec<u64>) = (Vec::new(), Vec::new());
    for value in sorted {
        match (values.last(), counts.last_mut()) {
            (Some(last), Some(count)) if nan_last(last, &value) == Ordering::Equal => *count += 1,
            _ => {
                values.push(value);
                counts.push(1);
            }
        }
    }
    (values, counts)
}

fn nan_last<E: Numeric>(a: &E, b: &E) -> Ordering {
    a.partial_cmp(b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}
