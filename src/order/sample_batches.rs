//! The batches of samples of an epoch, of which each rank takes its part.

use std::ops::Range;

use crate::error::{Error, Result};
use crate::order::{OrderState, SampleEpoch, Shard};
use crate::transform::SampleKey;

/// One rank's part of a batch.
///
/// ```
/// use burn_prep::order::{SampleOrder, Shard};
/// let mut batches = SampleOrder::sequential(10).batch_size(4).epoch(0)?.batches(Shard::new(1, 2)?)?;
/// let batch = batches.next().unwrap();
/// assert_eq!((batch.number, batch.indices()), (0, vec![2, 3]));
/// assert_eq!((batch.samples[1].position, batch.samples[1].is_repeat), (3, false));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SampleBatch {
    /// The number of the batch among those that are left of the epoch, the same on all ranks.
    pub number: usize,
    /// The samples of this rank.
    pub samples: Vec<OrderedSample>,
}

/// A sample with its position in the order.
///
/// ```
/// use burn_prep::order::{LastBatch, SampleOrder, Shard};
/// let order = SampleOrder::sequential(3).batch_size(2).last_batch(LastBatch::Fill);
/// let last = order.epoch(0)?.batches(Shard::new(0, 1)?)?.last().unwrap();
/// let repeats: Vec<bool> = last.samples.iter().map(|sample| sample.is_repeat).collect();
/// assert_eq!((last.indices(), repeats), (vec![2, 0], vec![false, true]));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct OrderedSample {
    /// The position in the epoch, over all ranks.
    pub position: usize,
    /// The index in the source.
    pub index: usize,
    /// Whether the sample fills the last batch, and was there before.
    pub is_repeat: bool,
    /// The key of the random numbers of the sample: the order's seed, the epoch, the index. A sample that comes several times in
    /// an epoch, as in draws with replacement, has the same key each time: random steps make the same image of it.
    pub key: SampleKey,
}

impl SampleBatch {
    /// The indices of the samples in the source.
    pub fn indices(&self) -> Vec<usize> {
        self.samples.iter().map(|sample| sample.index).collect()
    }
}

/// The batches that are left of an epoch, with the state to resume behind those that were taken.
///
/// ```
/// use burn_prep::order::{SampleOrder, Shard};
/// let mut batches = SampleOrder::sequential(10).batch_size(4).epoch(0)?.batches(Shard::new(0, 1)?)?;
/// batches.next();
/// assert_eq!((batches.len(), batches.state().position), (2, 4));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct SampleBatches {
    epoch: SampleEpoch,
    shard: Shard,
    /// Numbers of the batches that are left.
    numbers: Range<usize>,
}

impl SampleBatches {
    pub(super) fn new(epoch: SampleEpoch, shard: Shard) -> Result<Self> {
        let (size, ranks) = (epoch.order.size(), shard.ranks());
        if epoch.has_fixed_batches() && !size.is_multiple_of(ranks) {
            let found = format!("{size} over {ranks} ranks");
            return Err(Error::parameter(
                "SampleOrder::batch_size",
                found,
                "a multiple of the number of ranks",
            ));
        }
        let numbers = 0..epoch.batch_count();
        Ok(Self { epoch, shard, numbers })
    }

    pub(crate) fn epoch(&self) -> &SampleEpoch {
        &self.epoch
    }

    /// The state of the order behind the batches that were taken: the samples of all ranks.
    #[doc(alias = "state_dict")]
    pub fn state(&self) -> OrderState {
        self.epoch.state_at(self.epoch.taken_before(self.numbers.start))
    }

    /// Passes a batch over, without its samples.
    #[cfg(feature = "burn")]
    pub(crate) fn advance(&mut self) {
        self.numbers.next();
    }
}

impl Iterator for SampleBatches {
    type Item = SampleBatch;

    fn next(&mut self) -> Option<SampleBatch> {
        let number = self.numbers.next()?;
        let positions = self.epoch.positions_of(number);
        let own = self.shard.part_of(positions.len());
        let sample = |position: usize| {
            let (index, is_repeat) = self.epoch.filled(position)?;
            Some(OrderedSample { position, index, is_repeat, key: self.epoch.key(index) })
        };
        let start = positions.start;
        let samples = (start + own.start..start + own.end).filter_map(sample).collect();
        Some(SampleBatch { number, samples })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.numbers.size_hint()
    }
}

impl ExactSizeIterator for SampleBatches {}
