//! Samples in the stead of those that cannot be used.

use crate::order::{OrderedSample, SampleEpoch};
use crate::random::Philox;

impl SampleEpoch {
    /// A sample of this epoch in the stead of one that cannot be used, drawn anew for each attempt: by the seed, the epoch and the
    /// position, each position of the epoch equally likely; `None` where there is none.
    pub(crate) fn replacement(&self, sample: &OrderedSample, attempt: u32) -> Option<OrderedSample> {
        /// Of the steps of a sample's random numbers, those that neither an order nor a recipe uses.
        const STEP: u32 = 0xFFFF_FF00;
        let left = self.end.checked_sub(self.first).filter(|left| *left > 0)?;
        let numbers = Philox::of_epoch(sample.key.seed, sample.key.epoch);
        let [drawn, _] = numbers.at(sample.position as u64, STEP.saturating_add(attempt.min(0xF0)));
        let index = self.index(self.first + Philox::below(drawn, left))?;
        Some(OrderedSample { index, key: self.key(index), ..*sample })
    }
}
