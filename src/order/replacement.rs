//! Samples in the stead of those that cannot be used.

use crate::order::{OrderedSample, SampleOrder};
use crate::random::Philox;
use crate::transform::SampleKey;

impl SampleOrder {
    /// Another sample in the stead of one that cannot be used, in so many attempts each another one: by the seed, the epoch and the
    /// position, each sample of the source that is not excluded equally likely; `None` where there is none.
    pub(crate) fn replacement(&self, sample: &OrderedSample, attempt: u32) -> Option<OrderedSample> {
        /// Of the steps of a sample's random numbers, those that neither an order nor a recipe uses.
        const STEP: u32 = 0xFFFF_FF00;
        let left = self.excluded.left_of(self.samples());
        let numbers = Philox::of_epoch(sample.key.seed, sample.key.epoch);
        let [drawn, _] = numbers.at(sample.position as u64, STEP.saturating_add(attempt.min(0xF0)));
        let index = self.excluded.index(Philox::below(drawn, left));
        let key = SampleKey { index: index as u64, ..sample.key };
        (left > 0).then_some(OrderedSample { index, key, ..*sample })
    }
}
