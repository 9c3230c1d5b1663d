//! What happens to the last batch of an epoch.

/// What happens to the last batch of an epoch where the samples do not fill it.
///
/// ```
/// use burn_prep::order::{LastBatch, SampleOrder, Shard};
/// let lengths = |last| -> burn_prep::Result<Vec<usize>> {
///     let epoch = SampleOrder::sequential(5).batch_size(4).last_batch(last).epoch(0)?;
///     Ok(epoch.batches(Shard::new(0, 1)?)?.map(|batch| batch.samples.len()).collect())
/// };
/// assert_eq!((lengths(LastBatch::Keep)?, lengths(LastBatch::Drop)?, lengths(LastBatch::Fill)?), (vec![4, 1], vec![4], vec![4, 4]));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "drop_last")]
#[doc(alias = "drop_remainder")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum LastBatch {
    /// It stays short, and is divided among the ranks; some may have nothing of it.
    #[default]
    Keep,
    /// It is left out.
    Drop,
    /// It is filled with samples from the start of the epoch, which are marked as repeats.
    Fill,
}
