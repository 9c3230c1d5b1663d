//! The batches of an epoch, chosen by the lengths of the rows.

use std::sync::Arc;

use crate::error::{Error, Result, SequenceFault};
use crate::order::excluded::Excluded;
use crate::order::length::buckets::LengthBuckets;
use crate::order::length::budget::TokenBudget;
use crate::order::length::grouped::LengthGrouped;
use crate::order::state::fnv1a;
use crate::order::{Epoch, EpochIter, EpochState, PlanIdentity, Shard};
use crate::random::SplitMix64;

/// How rows are put into batches.
///
/// ```
/// use burn_prep::order::length::{SampleRule, TokenBudget};
/// let rule = SampleRule::from(TokenBudget::tokens(4096));
/// assert!(matches!(rule, SampleRule::Budget(_)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SampleRule {
    /// Batches of a fixed number of rows, whose lengths are similar.
    Grouped(LengthGrouped),
    /// Batches that cost no more than a number of padded items.
    Budget(TokenBudget),
    /// Batches of rows whose lengths lie in the same bucket.
    Buckets(LengthBuckets),
}

impl SampleRule {
    /// The rule with its parameters, in words that stay the same in every version: they are stored in states.
    fn identity(&self) -> String {
        match self {
            Self::Grouped(rule) => rule.identity(),
            Self::Budget(rule) => rule.identity(),
            Self::Buckets(rule) => rule.identity(),
        }
    }
}

impl From<LengthGrouped> for SampleRule {
    fn from(rule: LengthGrouped) -> Self {
        Self::Grouped(rule)
    }
}

impl From<TokenBudget> for SampleRule {
    fn from(rule: TokenBudget) -> Self {
        Self::Budget(rule)
    }
}

impl From<LengthBuckets> for SampleRule {
    fn from(rule: LengthBuckets) -> Self {
        Self::Buckets(rule)
    }
}

/// The order in which rows are passed to the rule that groups them into batches.
///
/// ```
/// use burn_prep::order::length::{LengthSampler, RowOrder, TokenBudget};
///
/// let sampler = LengthSampler::new([5, 1, 4, 2], TokenBudget::tokens(8));
/// let given = sampler.clone().order(RowOrder::Given).epoch(0)?;
/// assert_eq!(given.batches(), [vec![0], vec![1, 2], vec![3]]);
/// let by_length = sampler.order(RowOrder::ByLength).epoch(0)?;
/// assert_eq!(by_length.len(), 3);               // [1, 3], [2] and [0], in a random order
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "shuffle")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum RowOrder {
    /// The order of the dataset, as for an evaluation; the seed is not used.
    Given,
    /// At random, anew in every epoch.
    #[default]
    Shuffled,
    /// By rising length, equal ones at random, and then the batches at random: the least padding.
    ByLength,
}

/// Plans the batches of every epoch, as lists of row indices, from the lengths of the rows alone: no row is read to
/// plan an epoch.
///
/// Lengths come from wherever they are cheap: the splits of a [`Ragged`](crate::ragged::Ragged), a column of a
/// table, a `.npy` file that an earlier run wrote. An epoch is a function of the seed and its number,
/// on every machine and in every version of this crate: it can be taken up in the middle
/// ([`LengthSampler::resume`]) and cut among ranks ([`LengthSampler::shard`]).
///
/// Together all batches have each row once, but for rows that the rule skips or drops, and for the last batches that
/// [`UnevenShards::Drop`](crate::order::UnevenShards::Drop) leaves out where they do not go round the ranks.
///
/// ```
/// use burn_prep::order::length::{LengthSampler, TokenBudget};
///
/// let lengths = [5, 1, 4, 2, 2, 3];
/// let sampler = LengthSampler::new(lengths, TokenBudget::tokens(8)).seed(42);
/// let epoch = sampler.epoch(0)?;
/// assert!(epoch.batches().iter().all(|batch| {
///     batch.len() * batch.iter().map(|&row| lengths[row]).max().unwrap() <= 8
/// }));
/// let mut rows: Vec<usize> = epoch.batches().concat();
/// rows.sort();
/// assert_eq!(rows, [0, 1, 2, 3, 4, 5]);
/// assert_eq!(sampler.epoch(0)?, epoch);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "BatchSampler")]
#[doc(alias = "LengthGroupedSampler")]
#[doc(alias = "DynamicBatchSampler")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LengthSampler {
    pub(in crate::order) lengths: Arc<[usize]>,
    lengths_hash: u64,
    rule: SampleRule,
    order: RowOrder,
    pub(in crate::order) seed: u64,
    pub(in crate::order) shard: Option<Shard>,
}

impl LengthSampler {
    /// Creates a sampler of rows of these lengths: shuffled, seed 0, all batches on one rank.
    #[doc(alias = "length_column_name")]
    #[doc(alias = "element_length_func")]
    pub fn new(lengths: impl Into<Arc<[usize]>>, rule: impl Into<SampleRule>) -> Self {
        let lengths: Arc<[usize]> = lengths.into();
        let lengths_hash = fnv1a(lengths.iter().flat_map(|&length| (length as u64).to_le_bytes()));
        Self { lengths, lengths_hash, rule: rule.into(), order: RowOrder::default(), seed: 0, shard: None }
    }

    /// Sets the seed of all epochs.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The order in which rows are handed to the rule.
    #[must_use]
    pub fn order(mut self, order: RowOrder) -> Self {
        self.order = order;
        self
    }

    /// Restricts the sampler to the batches of one rank.
    ///
    /// ```
    /// use burn_prep::order::Shard;
    /// use burn_prep::order::length::{LengthGrouped, LengthSampler};
    ///
    /// let rule = LengthGrouped::new(2.try_into().unwrap());
    /// let sampler = LengthSampler::new([3, 1, 4, 1, 5, 9, 2, 6], rule);
    /// let all = sampler.epoch(7)?;
    /// let own = sampler.clone().shard(Shard::new(1, 2)?).epoch(7)?;
    /// assert_eq!(own.batches(), [all.batches()[1].clone(), all.batches()[3].clone()]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn shard(mut self, shard: Shard) -> Self {
        self.shard = Some(shard);
        self
    }

    /// The batches of an epoch.
    ///
    /// # Errors
    ///
    /// A row is longer than the rule allows.
    #[doc(alias = "set_epoch")]
    pub fn epoch(&self, epoch: u64) -> Result<Epoch> {
        let (mut batches, lengths) = (self.planned(epoch, &Excluded::default())?, &self.lengths[..]);
        let mut skipped = vec![true; lengths.len()];
        for &row in batches.iter().flatten() {
            skipped[row] = false;
        }
        let skipped =
            skipped.iter().enumerate().filter_map(|(row, &skipped)| skipped.then_some(row)).collect();
        if let Some(shard) = self.shard {
            batches = shard.of(&batches);
        }
        let state = EpochState { seed: self.seed, epoch, position: 0, plan: self.identity() };
        Ok(Epoch::new(batches, skipped, state))
    }

    /// The batches of an epoch over all ranks, of the rows that are left.
    pub(in crate::order) fn planned(&self, epoch: u64, excluded: &Excluded) -> Result<Vec<Vec<usize>>> {
        let mut random = SplitMix64::of_epoch(self.seed, epoch);
        let lengths = &self.lengths[..];
        let ranks = 0..excluded.left_of(lengths.len());
        let mut order: Vec<usize> = ranks.map(|rank| excluded.index(rank)).collect();
        if self.order != RowOrder::Given {
            random.shuffle(&mut order);
        }
        if self.order == RowOrder::ByLength {
            order.sort_by_key(|&row| lengths[row]);
        }
        let mut batches = match &self.rule {
            SampleRule::Grouped(rule) => {
                let order = rule.grouped(lengths, &order);
                order.chunks(rule.batch_size()).map(<[usize]>::to_vec).collect()
            }
            SampleRule::Budget(rule) => rule.batches(lengths, &order)?,
            SampleRule::Buckets(rule) => rule.batches(lengths, &order)?,
        };
        if self.order == RowOrder::ByLength {
            random.shuffle(&mut batches);
        }
        Ok(batches)
    }

    /// What the batches are made of.
    pub(in crate::order) fn identity(&self) -> PlanIdentity {
        let lengths = format!("{} rows, FNV-1a {:016x}", self.lengths.len(), self.lengths_hash);
        let ranks = self.shard.map_or("1".to_owned(), |shard| shard.ranks_text());
        PlanIdentity::new(lengths, self.rule.identity(), format!("{:?}", self.order), ranks)
    }

    /// Resumes an epoch from a saved state, which has to be of a sampler of the same lengths, rule, order, seed and
    /// number of ranks.
    ///
    /// # Errors
    ///
    /// The state is of another sampler, whose lengths, rule, order, seed or ranks differ: the error names the first of them. Or
    /// its position is beyond the epoch's end.
    ///
    /// ```
    /// use burn_prep::order::length::{LengthSampler, TokenBudget};
    ///
    /// let sampler = LengthSampler::new([5, 1, 4, 2, 2, 3], TokenBudget::tokens(8)).seed(42);
    /// let mut batches = sampler.epoch(1)?.into_iter();
    /// batches.next();
    /// let saved = serde_json::to_string(&batches.state()).unwrap();
    ///
    /// let resumed = sampler.resume(serde_json::from_str(&saved).unwrap())?;
    /// assert_eq!(resumed.collect::<Vec<_>>(), batches.collect::<Vec<_>>());
    ///
    /// let other = LengthSampler::new([5, 1, 4, 2, 2, 3], TokenBudget::tokens(9)).seed(42);
    /// let error = other.resume(serde_json::from_str(&saved).unwrap()).unwrap_err();
    /// assert!(error.to_string().starts_with("state.plan.rule is "), "{error}");
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn resume(&self, state: EpochState) -> Result<EpochIter> {
        state.check(self.seed, &self.identity())?;
        let epoch = self.epoch(state.epoch)?;
        match state.position <= epoch.len() {
            true => Ok(epoch.into_iter_from(state.position)),
            false => {
                let expected = "at most the number of batches of the epoch";
                Err(Error::parameter("state.position", state.position, expected))
            }
        }
    }
}

/// Restores the order of the rows in values that were computed batch by batch: value `i` belongs to row `order[i]`.
///
/// # Errors
///
/// There are more or fewer values than rows, or the order does not have each row once.
///
/// ```
/// use burn_prep::order::length::restore_order;
/// assert_eq!(restore_order(&[2, 0, 1], vec!['c', 'a', 'b'])?, ['a', 'b', 'c']);
/// assert!(restore_order(&[2, 0, 0], vec!['c', 'a', 'b']).is_err());
/// # Ok::<(), burn_prep::Error>(())
/// ```
pub fn restore_order<T>(order: &[usize], values: Vec<T>) -> Result<Vec<T>> {
    let (found, rows) = (values.len(), order.len());
    if found != rows {
        return Err(SequenceFault::CountMismatch { what: "values", found, expected: rows }.into());
    }
    let mut restored: Vec<Option<T>> = std::iter::repeat_with(|| None).take(rows).collect();
    for (at, (&row, value)) in order.iter().zip(values).enumerate() {
        let out_of_range = || SequenceFault::IndexOutOfRange { at, found: row, rows };
        match restored.get_mut(row).ok_or_else(out_of_range)? {
            place @ None => *place = Some(value),
            Some(_) => return Err(Error::parameter(format!("order[{at}]"), row, "each row once")),
        }
    }
    Ok(restored.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::length::budget::OverLong;

    fn lengths() -> Vec<usize> {
        (0..100).map(|row| (row * 37) % 41).collect()
    }

    #[test]
    fn epochs_and_seeds_differ_and_repeat() {
        let sampler = LengthSampler::new(lengths(), TokenBudget::tokens(100));
        let of = |seed, epoch| sampler.clone().seed(seed).epoch(epoch).unwrap().batches().concat();
        assert_eq!(of(1, 2), of(1, 2));
        assert_ne!(of(1, 2), of(2, 1));
        assert_ne!(of(1, 2), of(1, 3));
        let given = sampler.order(RowOrder::Given);
        assert_eq!(given.epoch(0).unwrap().batches(), given.epoch(1).unwrap().batches());
    }

    #[test]
    fn sorted_rows_need_less_padding_than_shuffled_ones() {
        let lengths = lengths();
        let sampler = LengthSampler::new(lengths.clone(), TokenBudget::tokens(100));
        let count = |order| sampler.clone().order(order).epoch(0).unwrap().len();
        assert!(count(RowOrder::ByLength) * 3 < count(RowOrder::Shuffled) * 2);
    }

    #[test]
    fn rows_that_are_skipped_are_listed() {
        let rule = TokenBudget::tokens(30).over_long(OverLong::Skip);
        let epoch = LengthSampler::new(lengths(), rule).epoch(5).unwrap();
        let long = lengths().iter().filter(|&&length| length > 30).count();
        assert_eq!(epoch.skipped().len(), long);
        assert!(epoch.skipped().iter().all(|&row| lengths()[row] > 30));
    }

    #[test]
    fn a_state_of_another_sampler_is_an_error() {
        let sampler =
            |lengths: [usize; 3], tokens| LengthSampler::new(lengths, TokenBudget::tokens(tokens)).seed(9);
        let own = sampler([1, 2, 1], 2);
        let state = |of: &LengthSampler| of.epoch(0).unwrap().into_iter().state();
        let refused = |state: EpochState| own.resume(state).unwrap_err().to_string();
        let ranks = |count| own.clone().shard(Shard::new(0, count).unwrap());
        for (name, other) in [
            ("state.seed", own.clone().seed(8)),
            ("state.plan.lengths", sampler([1, 1, 2], 2)),
            ("state.plan.rule", sampler([1, 2, 1], 3)),
            ("state.plan.order", own.clone().order(RowOrder::ByLength)),
            ("state.plan.ranks", ranks(2)),
        ] {
            let message = refused(state(&other));
            assert!(message.starts_with(&format!("{name} is ")), "{message}");
        }
        assert!(refused(EpochState { position: 4, ..state(&own) }).starts_with("state.position is 4"));
        let end = own.epoch(0).unwrap().len();
        assert_eq!(own.resume(EpochState { position: end, ..state(&own) }).unwrap().count(), 0);
        // Every rank of as many goes on from the same state.
        let second = own.clone().shard(Shard::new(1, 2).unwrap());
        assert!(second.resume(state(&ranks(2))).is_ok());
    }

    #[test]
    fn a_state_is_small_however_many_rows_and_buckets_there_are() {
        let bounds: Vec<usize> = (1..400).collect();
        let sizes = vec![std::num::NonZeroUsize::MIN; bounds.len()];
        let rule = LengthBuckets::new(bounds, sizes).unwrap();
        let state = LengthSampler::new(vec![3; 100_000], rule).epoch(0).unwrap().into_iter().state();
        let text = serde_json::to_string(&state).unwrap();
        assert!(text.len() < 1024, "{} bytes: {text}", text.len());
    }

    #[test]
    fn no_rows_give_no_batches() {
        let one = std::num::NonZeroUsize::MIN;
        let empty = |rule: SampleRule| LengthSampler::new([], rule).epoch(0).unwrap().is_empty();
        assert!(empty(TokenBudget::tokens(2).into()));
        assert!(empty(LengthGrouped::new(one).into()));
        assert!(empty(LengthBuckets::new([2], [one]).unwrap().into()));
    }
}
