//! The batches of samples of an epoch, of which each rank takes its part.

use std::ops::Range;

use crate::error::{Error, Result};
use crate::order::sample_order::{LastBatch, SampleEpoch};
use crate::order::{OrderState, Shard};

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
        let (size, ranks) = (epoch.order.batch_size, shard.ranks());
        if !size.is_multiple_of(ranks) {
            let found = format!("{size} over {ranks} ranks");
            return Err(Error::parameter(
                "SampleOrder::batch_size",
                found,
                "a multiple of the number of ranks",
            ));
        }
        let left = epoch.end - epoch.start;
        let count = if epoch.order.last_batch == LastBatch::Drop { left / size } else { left.div_ceil(size) };
        Ok(Self { epoch, shard, numbers: 0..count })
    }

    /// The state of the order behind the batches that were taken: the samples of all ranks.
    #[doc(alias = "state_dict")]
    pub fn state(&self) -> OrderState {
        self.epoch.order.state(self.epoch.epoch, self.start_of(self.numbers.start).min(self.epoch.end))
    }

    /// Passes a batch over, without its samples.
    #[cfg(feature = "burn")]
    pub(crate) fn advance(&mut self) {
        self.numbers.next();
    }

    /// The position of a batch's first sample.
    fn start_of(&self, number: usize) -> usize {
        // At most one batch beyond the epoch's length.
        self.epoch.start.saturating_add(number.saturating_mul(self.epoch.order.batch_size))
    }
}

impl Iterator for SampleBatches {
    type Item = SampleBatch;

    fn next(&mut self) -> Option<SampleBatch> {
        let number = self.numbers.next()?;
        let (size, first, end) = (self.epoch.order.batch_size, self.epoch.first, self.epoch.end);
        let start = self.start_of(number);
        let length = match self.epoch.order.last_batch {
            LastBatch::Fill => size,
            _ => size.min(end - start),
        };
        let sample = |position: usize| {
            let is_repeat = position >= end;
            let index = self.epoch.index(if is_repeat {
                first + (position - end) % (end - first)
            } else {
                position
            })?;
            Some(OrderedSample { position, index, is_repeat })
        };
        let own = self.shard.part_of(length);
        Some(SampleBatch {
            number,
            samples: (start + own.start..start + own.end).filter_map(sample).collect(),
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.numbers.size_hint()
    }
}

impl ExactSizeIterator for SampleBatches {}
