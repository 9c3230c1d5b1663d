//! Draws by weight, with replacement.

use std::sync::Arc;

use crate::error::Result;
use crate::order::SampleOrder;
use crate::order::excluded::Excluded;
use crate::order::rule::{Pass, Rule, set_to_zero, sum_of};
use crate::order::state::hash_of;
use crate::random::Philox;

struct Weighted {
    /// The sum of the weights up to each sample.
    cumulative: Arc<[f64]>,
    draws: usize,
}

impl SampleOrder {
    /// Draws samples by weight, with replacement: an epoch has `draws` samples, and each is sample `i` with the probability
    /// `weights[i]` divided by the sum of the weights. With 0 draws an epoch is empty.
    ///
    /// # Errors
    ///
    /// There are no weights, a weight is negative or not finite, or their sum is 0 or not finite.
    ///
    /// ```
    /// use burn_prep::order::SampleOrder;
    /// let epoch = SampleOrder::weighted(&[1.0, 0.0, 3.0], 1000, 7)?.epoch(0)?;
    /// let drawn: Vec<usize> = (0..1000).filter_map(|position| epoch.index(position)).collect();
    /// assert!(!drawn.contains(&1) && drawn.iter().filter(|index| **index == 2).count() > 700);
    /// assert!(SampleOrder::weighted(&[0.0], 1, 7).is_err());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "WeightedRandomSampler")]
    pub fn weighted(weights: &[f64], draws: usize, seed: u64) -> Result<Self> {
        Ok(Self::of(Weighted::new(weights, draws)?, seed))
    }
}

impl Weighted {
    fn new(weights: &[f64], draws: usize) -> Result<Self> {
        sum_of(weights)?;
        let mut sum = 0.0;
        let add = |weight: &f64| {
            sum += weight;
            sum
        };
        Ok(Self { cumulative: weights.iter().map(add).collect(), draws })
    }
}

impl Rule for Weighted {
    fn length(&self) -> usize {
        self.draws
    }

    fn samples(&self) -> usize {
        self.cumulative.len()
    }

    fn identity(&self) -> String {
        let hash = hash_of(self.cumulative.iter().map(|weight| weight.to_bits()));
        format!("weighted, {} samples, FNV-1a {hash:016x}, {} draws", self.cumulative.len(), self.draws)
    }

    fn pass(&self, seed: u64, number: u64) -> Result<Pass> {
        let (cumulative, random) = (self.cumulative.clone(), Philox::of_epoch(seed, number));
        Ok(Pass::new(self.draws, move |position| {
            let total = cumulative.last()?;
            let drawn = Philox::unit(random.at(position as u64, 0)[0]) * total;
            let index = cumulative.partition_point(|sum| *sum <= drawn);
            // A product that is rounded up to the total belongs to the last sample that has a weight.
            Some(index.min(cumulative.partition_point(|sum| sum < total)))
        }))
    }

    fn without(&self, excluded: &Excluded) -> Result<Arc<dyn Rule>> {
        // The weights as the sums have them: what was lost to rounding was never drawn.
        let mut before = 0.0;
        let weight = |sum: &f64| sum - std::mem::replace(&mut before, *sum);
        let weights = set_to_zero(self.cumulative.iter().map(weight).collect(), excluded);
        Ok(Arc::new(Self::new(&weights, self.draws)?))
    }
}
