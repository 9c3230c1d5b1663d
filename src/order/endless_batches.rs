//! The batches of epoch after epoch.

use crate::order::{OrderState, SampleBatch, SampleBatches, Shard};

/// The batches of all epochs from one on, with the state to resume behind those that were taken. It ends only where an epoch
/// has no batch.
///
/// ```
/// use burn_prep::order::{SampleOrder, Shard};
///
/// let order = SampleOrder::shuffled(10, 42).batch_size(5);
/// let shard = Shard::new(0, 1)?;
/// let mut batches = order.epoch(0)?.endless(shard)?;
/// assert_eq!(batches.by_ref().take(7).flat_map(|batch| batch.indices()).count(), 35);
/// let state = batches.state();
/// assert_eq!((state.epoch, state.position), (3, 5));
///
/// let mut resumed = order.resume(&state)?.endless(shard)?;
/// assert_eq!(resumed.next().unwrap().indices(), batches.next().unwrap().indices());
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct EndlessBatches {
    batches: SampleBatches,
    shard: Shard,
}

impl EndlessBatches {
    pub(super) fn new(batches: SampleBatches, shard: Shard) -> Self {
        Self { batches, shard }
    }

    /// The state of the order behind the batches that were taken: the epoch, and the samples of all ranks in it.
    #[doc(alias = "state_dict")]
    pub fn state(&self) -> OrderState {
        self.batches.state()
    }
}

impl Iterator for EndlessBatches {
    type Item = SampleBatch;

    fn next(&mut self) -> Option<SampleBatch> {
        if let Some(batch) = self.batches.next() {
            return Some(batch);
        }
        let mut following = self.batches.epoch().following()?.batches(self.shard).ok()?;
        let batch = following.next()?;
        self.batches = following;
        Some(batch)
    }
}
