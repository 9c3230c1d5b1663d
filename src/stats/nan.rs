//! How statistics treat NaN.

/// How a statistic treats NaN among its numbers.
///
/// ```
/// use burn_prep::stats::{NanPolicy, Reduce};
/// use ndarray::array;
///
/// let values = array![1.0, f64::NAN, 3.0];
/// assert!(Reduce::all().mean(values.view())?.first().unwrap().is_nan());
/// assert_eq!(Reduce::all().nan(NanPolicy::Ignore).mean(values.view())?.first(), Some(&2.0));
/// let error = Reduce::all().nan(NanPolicy::Error).mean(values.view()).unwrap_err();
/// assert_eq!(error.to_string(), "mean: found NaN at index [1], expected no NaN (NanPolicy::Ignore leaves them out)");
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum NanPolicy {
    /// A NaN makes the statistic NaN, as in `np.mean`. Minima, maxima and medians become NaN too, and
    /// `argmin` is the index of the first NaN.
    #[default]
    Propagate,
    /// NaN are left out, as in `np.nanmean`. Where no numbers are left, means, deviations, minima, maxima and
    /// quantiles are NaN.
    #[doc(alias = "nanmean")]
    #[doc(alias = "skipna")]
    Ignore,
    /// A NaN is an error, which names the index of the first one.
    Error,
}
