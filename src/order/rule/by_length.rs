//! Batches of samples of similar length.

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::order::SampleOrder;
use crate::order::excluded::Excluded;
use crate::order::length::LengthSampler;
use crate::order::rule::{Pass, Rule};

struct ByLength {
    sampler: LengthSampler,
    excluded: Excluded,
}

impl SampleOrder {
    /// The batches of a sampler by length, with its seed. Each batch is divided among the ranks, so that a budget of tokens or a
    /// number of rows is that of all ranks together, ranks have rows of similar length in every step, and an epoch goes on under
    /// any number of ranks.
    ///
    /// An epoch holds its list of batches. Rows that the rule skips or drops are in none of them. The sampler makes the batches:
    /// a [`batch_size`](Self::batch_size) or [`steps_per_epoch`](Self::steps_per_epoch) beside it is an error of
    /// [`epoch`](Self::epoch), and [`last_batch`](Self::last_batch) does not apply.
    ///
    /// # Errors
    ///
    /// The sampler is of one rank's batches, see [`LengthSampler::shard`]: the rank goes to
    /// [`SampleEpoch::batches`](crate::order::SampleEpoch::batches).
    ///
    /// ```
    /// use burn_prep::order::length::{LengthSampler, RowOrder, TokenBudget};
    /// use burn_prep::order::{SampleOrder, Shard};
    ///
    /// let lengths = [2, 9, 2, 8, 1, 1];
    /// let sampler = LengthSampler::new(lengths, TokenBudget::tokens(18)).order(RowOrder::ByLength).seed(42);
    /// let epoch = SampleOrder::by_length(sampler.clone())?.epoch(0)?;
    /// let whole: Vec<Vec<usize>> = epoch.batches(Shard::new(0, 1)?)?.map(|batch| batch.indices()).collect();
    /// assert_eq!(whole, sampler.epoch(0)?.batches());
    ///
    /// // Two ranks share each batch.
    /// let first = epoch.batches(Shard::new(0, 2)?)?.next().unwrap();
    /// assert_eq!(first.indices(), whole[0][..whole[0].len() / 2]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "LengthGroupedSampler")]
    #[doc(alias = "BatchSampler")]
    pub fn by_length(sampler: LengthSampler) -> Result<Self> {
        if sampler.shard.is_some() {
            let expected =
                "a sampler of all batches: the shard goes to SampleEpoch::batches or to the loader";
            return Err(Error::parameter("sampler.shard", "set", expected));
        }
        let seed = sampler.seed;
        Ok(Self::of(ByLength { sampler, excluded: Excluded::default() }, seed))
    }
}

impl Rule for ByLength {
    fn length(&self) -> usize {
        self.excluded.left_of(self.samples())
    }

    fn samples(&self) -> usize {
        self.sampler.lengths.len()
    }

    fn identity(&self) -> String {
        let plan = self.sampler.identity();
        format!("by length, {}, {}, {}", plan.lengths, plan.rule, plan.order)
    }

    /// The seed is the sampler's own.
    fn pass(&self, _: u64, number: u64) -> Result<Pass> {
        let mut batches = self.sampler.planned(number, &self.excluded)?;
        batches.retain(|batch| !batch.is_empty());
        Ok(Pass::of_batches(&batches))
    }

    fn without(&self, excluded: &Excluded) -> Result<Arc<dyn Rule>> {
        Ok(Arc::new(Self { sampler: self.sampler.clone(), excluded: excluded.clone() }))
    }

    fn makes_batches(&self) -> bool {
        true
    }
}
