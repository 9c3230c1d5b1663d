//! The order of the samples of one epoch.

use std::fmt;
use std::ops::Range;

use crate::error::{Error, Result};
use crate::order::rule::Pass;
use crate::order::{EndlessBatches, LastBatch, OrderState, SampleBatches, SampleOrder, Shard};
use crate::transform::SampleKey;

/// The order of the samples in one epoch, or in what is left of it.
///
/// ```
/// let epoch = burn_prep::order::SampleOrder::shuffled(1_000_000_000, 5).epoch(0)?;
/// assert!(epoch.index(700_000_000).unwrap() < 1_000_000_000);
/// assert_eq!(epoch.index(1_000_000_000), None);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Clone)]
pub struct SampleEpoch {
    pub(super) order: SampleOrder,
    pass: Pass,
    epoch: u64,
    /// The positions that are taken of each epoch, where not all are.
    window: Option<(usize, usize)>,
    /// The position of the first sample, before any was taken.
    pub(super) first: usize,
    /// The position of the first sample that is left.
    start: usize,
    /// The position behind the last.
    pub(super) end: usize,
}

impl SampleEpoch {
    pub(super) fn new(order: SampleOrder, pass: Pass, epoch: u64) -> Self {
        let end = pass.length();
        Self { order, pass, epoch, window: None, first: 0, start: 0, end }
    }

    /// The index of the sample at a position of the whole epoch; `None` behind the last.
    pub fn index(&self, position: usize) -> Option<usize> {
        self.pass.index(position)
    }

    /// What is left behind the samples before a position.
    ///
    /// # Errors
    ///
    /// The position is beyond the epoch.
    pub(super) fn behind(self, position: usize) -> Result<Self> {
        if position > self.end {
            let found = format!("{position} of {} samples", self.end);
            return Err(Error::parameter("state.position", found, "a position within the epoch"));
        }
        Ok(Self { start: position, ..self })
    }

    /// The key of a sample's random numbers in this epoch.
    pub(super) fn key(&self, index: usize) -> SampleKey {
        SampleKey { seed: self.order.seed, epoch: self.epoch, index: index as u64 }
    }

    /// The samples at these positions alone, of those that are left; the same of the epochs that follow.
    #[cfg_attr(not(feature = "burn"), allow(dead_code))]
    pub(crate) fn within(self, start: usize, end: usize) -> Self {
        let window = Some((start, end));
        let end = end.min(self.end);
        let first = start.min(end);
        Self { window, first, start: self.start.clamp(first, end), end, ..self }
    }

    /// The number of the epoch.
    #[cfg_attr(not(feature = "burn"), allow(dead_code))]
    pub(crate) fn number(&self) -> u64 {
        self.epoch
    }

    /// The batches that are left, of which this rank takes its part.
    ///
    /// # Errors
    ///
    /// The batch size is no multiple of the number of ranks.
    pub fn batches(&self, shard: Shard) -> Result<SampleBatches> {
        SampleBatches::new(self.clone(), shard)
    }

    /// The batches that are left, and those of all epochs behind this one.
    ///
    /// # Errors
    ///
    /// The batch size is no multiple of the number of ranks.
    ///
    /// ```
    /// use burn_prep::order::{SampleOrder, Shard};
    /// let order = SampleOrder::sequential(3).batch_size(2);
    /// let batches = order.epoch(0)?.endless(Shard::new(0, 1)?)?;
    /// let first: Vec<Vec<usize>> = batches.take(5).map(|batch| batch.indices()).collect();
    /// assert_eq!(first, [vec![0, 1], vec![2], vec![0, 1], vec![2], vec![0, 1]]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "infinite")]
    #[doc(alias = "repeat")]
    pub fn endless(&self, shard: Shard) -> Result<EndlessBatches> {
        Ok(EndlessBatches::new(self.batches(shard)?, shard))
    }

    /// The whole epoch behind this one; `None` behind the last.
    pub(super) fn following(&self) -> Option<Self> {
        let epoch = self.order.epoch(self.epoch.checked_add(1)?).ok()?;
        Some(match self.window {
            Some((start, end)) => epoch.within(start, end),
            None => epoch,
        })
    }

    /// The state of the order before the first batch that is left.
    ///
    /// ```
    /// let state = burn_prep::order::SampleOrder::sequential(3).epoch(7)?.state();
    /// assert_eq!((state.epoch, state.position), (7, 0));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn state(&self) -> OrderState {
        self.state_at(self.start)
    }

    pub(super) fn state_at(&self, position: usize) -> OrderState {
        self.order.state(self.epoch, position)
    }

    /// Whether all batches have one size, but for the last.
    pub(super) fn has_fixed_batches(&self) -> bool {
        self.pass.ends().is_none()
    }

    /// The number of batches that are left.
    pub(super) fn batch_count(&self) -> usize {
        let (left, size) = (self.end - self.start, self.order.size());
        match self.pass.ends() {
            Some(_) if left == 0 => 0,
            Some(ends) => ends.partition_point(|end| *end < self.end) + 1 - self.batches_before(ends),
            None if self.order.unfilled() == LastBatch::Drop => left / size,
            None => left.div_ceil(size),
        }
    }

    /// The positions of a batch, by its number among those that are left. Those of a batch that is filled go beyond the end.
    pub(super) fn positions_of(&self, number: usize) -> Range<usize> {
        if let Some(ends) = self.pass.ends() {
            let behind = self.batches_before(ends).saturating_add(number);
            let end = |batch: usize| ends.get(batch).copied().unwrap_or(self.end).min(self.end);
            let start = if number == 0 { self.start } else { end(behind.saturating_sub(1)) };
            return start..end(behind);
        }
        // At most one batch beyond the epoch's length.
        let size = self.order.size();
        let start = self.start.saturating_add(number.saturating_mul(size));
        let length = match self.order.unfilled() {
            LastBatch::Fill => size,
            _ => size.min(self.end.saturating_sub(start)),
        };
        start..start.saturating_add(length)
    }

    /// How many batches end at or before the first sample that is left.
    fn batches_before(&self, ends: &[usize]) -> usize {
        ends.partition_point(|end| *end <= self.start)
    }

    /// The index at a position, and whether it fills a batch: positions beyond the end repeat the first ones.
    pub(super) fn filled(&self, position: usize) -> Option<(usize, bool)> {
        match position.checked_sub(self.end) {
            None => Some((self.index(position)?, false)),
            Some(beyond) => {
                let repeated = self.first + beyond.checked_rem(self.end - self.first)?;
                Some((self.index(repeated)?, true))
            }
        }
    }

    /// The position behind all batches before this one.
    pub(super) fn taken_before(&self, number: usize) -> usize {
        self.positions_of(number).start.min(self.end)
    }
}

impl fmt::Debug for SampleEpoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = f.debug_struct("SampleEpoch");
        text.field("order", &self.order)
            .field("epoch", &self.epoch)
            .field("left", &(self.start..self.end))
            .finish()
    }
}
