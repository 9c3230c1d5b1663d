//! What a NaN means to a statistic.

/// What to do with NaN among the numbers.
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
    /// A NaN makes the figure NaN, as `np.mean`. A smallest, largest or median is NaN too, and
    /// `argmin` is the index of the first NaN.
    #[default]
    Propagate,
    /// NaN are left out, as `np.nanmean`. Where nothing is left the figure is NaN.
    #[doc(alias = "nanmean")]
    #[doc(alias = "skipna")]
    Ignore,
    /// A NaN is an error that has its index.
    Error,
}
