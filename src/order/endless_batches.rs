//! The batches of epoch after epoch.

use crate::order::{OrderState, SampleBatch, SampleBatches, SampleEpoch, Shard};

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

    /// The epoch of the batch that was taken last.
    #[cfg_attr(not(feature = "burn"), allow(dead_code))]
    pub(crate) fn epoch(&self) -> &SampleEpoch {
        self.batches.epoch()
    }

    /// Passes a batch over, without its samples.
    #[cfg(feature = "burn")]
    pub(crate) fn advance(&mut self) {
        if self.begin_epoch().is_some() {
            self.batches.advance();
        }
    }

    /// Goes to the next epoch where none of this one's batches is left; `None` where that has no batch.
    fn begin_epoch(&mut self) -> Option<()> {
        if self.batches.len() > 0 {
            return Some(());
        }
        let following = self.batches.epoch().following()?.batches(self.shard).ok()?;
        if following.len() == 0 {
            return None;
        }
        self.batches = following;
        Some(())
    }
}

impl Iterator for EndlessBatches {
    type Item = SampleBatch;

    fn next(&mut self) -> Option<SampleBatch> {
        self.begin_epoch()?;
        self.batches.next()
    }
}
