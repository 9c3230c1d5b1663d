//! Draws by weight, without replacement.

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::order::SampleOrder;
use crate::order::excluded::Excluded;
use crate::order::rule::{Pass, Rule, set_to_zero, sum_of};
use crate::order::state::hash_of;
use crate::random::Philox;

/// The rule of Efraimidis and Spirakis (2006): each sample has a key, drawn from the exponential distribution with its weight
/// as the rate, and the smallest keys come first.
struct WithoutReplacement {
    weights: Arc<[f64]>,
    draws: usize,
}

/// Steps of other parts that draw for a sample count from 0.
const STEP: u32 = u32::MAX;

impl SampleOrder {
    /// Draws samples by weight, without replacement: an epoch has `draws` different samples, and at each draw the probability of
    /// a sample is its weight divided by the sum of the weights of those not drawn yet. A sample of weight 0 is never drawn. An
    /// epoch holds a list of its draws in memory.
    ///
    /// # Errors
    ///
    /// A weight is negative, not finite, or all are 0; or there are more draws than samples with a weight above 0.
    ///
    /// ```
    /// use burn_prep::order::SampleOrder;
    /// let weights = [1.0, 0.0, 3.0, 2.0];
    /// let epoch = SampleOrder::weighted_without_replacement(&weights, 3, 7)?.epoch(0)?;
    /// let mut drawn: Vec<usize> = (0..3).filter_map(|position| epoch.index(position)).collect();
    /// drawn.sort();
    /// assert_eq!(drawn, [0, 2, 3]);
    /// assert!(SampleOrder::weighted_without_replacement(&weights, 4, 7).is_err());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "WeightedRandomSampler")]
    pub fn weighted_without_replacement(weights: &[f64], draws: usize, seed: u64) -> Result<Self> {
        sum_of(weights)?;
        let rule = WithoutReplacement { weights: weights.into(), draws };
        let most = rule.positive();
        if draws > most {
            let found = format!("{draws}, where {most} samples have a weight above 0");
            return Err(Error::parameter("draws", found, "at most the number of samples with a weight"));
        }
        Ok(Self::of(rule, seed))
    }
}

impl WithoutReplacement {
    /// How many samples may be drawn.
    fn positive(&self) -> usize {
        self.weights.iter().filter(|weight| **weight > 0.0).count()
    }
}

impl Rule for WithoutReplacement {
    fn length(&self) -> usize {
        self.draws
    }

    fn samples(&self) -> usize {
        self.weights.len()
    }

    fn identity(&self) -> String {
        let hash = hash_of(self.weights.iter().map(|weight| weight.to_bits()));
        let (samples, draws) = (self.weights.len(), self.draws);
        format!("weighted without replacement, {samples} samples, FNV-1a {hash:016x}, {draws} draws")
    }

    fn pass(&self, seed: u64, number: u64) -> Result<Pass> {
        let random = Philox::of_epoch(seed, number);
        let key = |(index, weight): (usize, &f64)| {
            let [bits, _] = random.at(index as u64, STEP);
            (*weight > 0.0).then(|| (Philox::exponential(bits) / weight, index))
        };
        let mut keys: Vec<(f64, usize)> = self.weights.iter().enumerate().filter_map(key).collect();
        let order = |a: &(f64, usize), b: &(f64, usize)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
        if self.draws < keys.len() {
            keys.select_nth_unstable_by(self.draws, order);
            keys.truncate(self.draws);
        }
        keys.sort_unstable_by(order);
        let indices: Vec<usize> = keys.into_iter().map(|(_, index)| index).collect();
        Ok(Pass::new(indices.len(), move |position| indices.get(position).copied()))
    }

    /// Where fewer samples are left than there are draws, all that are left are drawn.
    fn without(&self, excluded: &Excluded) -> Result<Arc<dyn Rule>> {
        let weights = set_to_zero(self.weights.to_vec(), excluded);
        sum_of(&weights)?;
        let rule = Self { weights: weights.into(), draws: self.draws };
        Ok(Arc::new(Self { draws: self.draws.min(rule.positive()), ..rule }))
    }
}
