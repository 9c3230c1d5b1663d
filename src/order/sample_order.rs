//! The order of samples, as a function of the seed, the epoch and the position.

use std::fmt;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::order::excluded::Excluded;
use crate::order::rule::{Pass, Rule};
use crate::order::state::short;
use crate::order::stream::{Stream, first_of};
use crate::order::{LastBatch, OrderState, SampleEpoch};

/// Which sample comes when, epoch after epoch: in order, shuffled, by weight, by class, by length or mixed, in batches over all
/// ranks.
///
/// The sample at a position of an epoch is computed from the seed, the epoch and the position alone, so that neither workers
/// nor ranks decide the order, and an epoch is resumed at any position under any number of them. The batch size is that of all
/// ranks together: of each batch every rank takes its part.
///
/// ```
/// use burn_prep::order::{SampleOrder, Shard};
///
/// let order = SampleOrder::shuffled(10, 42).batch_size(4);
/// let epoch = order.epoch(0)?;
/// let batches: Vec<Vec<usize>> = epoch.batches(Shard::new(0, 1)?)?.map(|batch| batch.indices()).collect();
/// assert_eq!(batches.iter().map(Vec::len).collect::<Vec<_>>(), [4, 4, 2]);
///
/// // Two ranks share each batch, and another epoch has another order.
/// let second = epoch.batches(Shard::new(1, 2)?)?.next().unwrap();
/// assert_eq!(second.indices(), batches[0][2..]);
/// assert_ne!(order.epoch(1)?.index(0), order.epoch(0)?.index(0));
/// # Ok::<(), burn_prep::Error>(())
/// ```
///
/// | rule | in an epoch |
/// |---|---|
/// | [`sequential`](Self::sequential), [`shuffled`](Self::shuffled) | every sample once |
/// | [`weighted`](Self::weighted), [`class_balanced`](Self::class_balanced) | draws, each independent of the others |
/// | [`weighted_without_replacement`](Self::weighted_without_replacement) | draws of different samples |
/// | [`by_length`](Self::by_length) | batches of samples of similar length |
/// | [`mixed`](Self::mixed) | other orders, each with its share |
#[doc(alias = "Sampler")]
#[doc(alias = "RandomSampler")]
#[doc(alias = "SequentialSampler")]
#[doc(alias = "DistributedSampler")]
#[derive(Clone)]
pub struct SampleOrder {
    /// The rule over all samples, and what is left out of them.
    whole: Arc<dyn Rule>,
    excluded: Excluded,
    /// The rule over the samples that are left.
    pub(super) rule: Arc<dyn Rule>,
    /// The rule and what is left out, in words.
    pub(super) identity: Arc<str>,
    pub(super) seed: u64,
    batch_size: Option<usize>,
    steps: Option<usize>,
    last_batch: LastBatch,
    pub(super) source: String,
}

impl SampleOrder {
    pub(super) fn of(rule: impl Rule + 'static, seed: u64) -> Self {
        let identity = short(rule.identity()).into();
        let rule: Arc<dyn Rule> = Arc::new(rule);
        Self {
            whole: rule.clone(),
            excluded: Excluded::default(),
            rule,
            identity,
            seed,
            batch_size: None,
            steps: None,
            last_batch: LastBatch::default(),
            source: String::new(),
        }
    }

    /// Sets the seed, in place of that of the constructor. For [`sequential`](Self::sequential), which draws nothing, it is the
    /// seed of the samples' keys: of random steps of a recipe. 0 there unless set. An order [`by_length`](Self::by_length) keeps the
    /// order of its sampler's seed.
    ///
    /// ```
    /// use burn_prep::order::{SampleOrder, Shard};
    /// let batches = SampleOrder::sequential(3).seed(7).epoch(0)?.batches(Shard::new(0, 1)?)?;
    /// assert_eq!(batches.map(|batch| (batch.samples[0].index, batch.samples[0].key.seed)).last(), Some((2, 7)));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "manual_seed")]
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets the number of samples in a batch over all ranks; 1 unless set. 0 is an error of [`epoch`](Self::epoch).
    #[must_use]
    pub fn batch_size(mut self, samples: usize) -> Self {
        self.batch_size = Some(samples);
        self
    }

    /// Sets what happens to the last batch where the samples do not fill it.
    ///
    /// ```
    /// use burn_prep::order::{LastBatch, SampleOrder, Shard};
    /// let epoch = SampleOrder::sequential(5).batch_size(2).last_batch(LastBatch::Drop).epoch(0)?;
    /// assert_eq!(epoch.batches(Shard::new(0, 1)?)?.len(), 2);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn last_batch(mut self, last_batch: LastBatch) -> Self {
        self.last_batch = last_batch;
        self
    }

    /// Makes each epoch so many batches, whatever the number of samples. The rule goes on where the epoch before ended: its
    /// shuffles or draws follow one another in one endless sequence, of which epoch `e` takes the batches from `e * batches` on.
    /// All batches are full, and [`last_batch`](Self::last_batch) does not apply. 0 is an error of [`epoch`](Self::epoch). A state
    /// holds the number of samples of such an epoch: [`resume`](Self::resume) refuses it under another batch size, unless the
    /// number of steps changes with it.
    ///
    /// ```
    /// use burn_prep::order::{SampleOrder, Shard};
    /// let order = SampleOrder::sequential(5).batch_size(4).steps_per_epoch(2);
    /// let batches = |epoch| -> burn_prep::Result<Vec<Vec<usize>>> {
    ///     Ok(order.epoch(epoch)?.batches(Shard::new(0, 1)?)?.map(|batch| batch.indices()).collect())
    /// };
    /// assert_eq!(batches(0)?, [[0, 1, 2, 3], [4, 0, 1, 2]]);
    /// assert_eq!(batches(1)?, [[3, 4, 0, 1], [2, 3, 4, 0]]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "epoch_size")]
    #[doc(alias = "max_steps")]
    #[must_use]
    pub fn steps_per_epoch(mut self, batches: usize) -> Self {
        self.steps = Some(batches);
        self
    }

    /// Leaves samples out, such as those that a report names. Positions are those of the samples that are left, and a state
    /// knows what is left out. Draws with replacement stay as many; without replacement they are at most as many as the samples
    /// that are left. It holds the list in memory, and adds to what was left out before.
    ///
    /// # Errors
    ///
    /// The source has no such sample, or no sample is left to be drawn or to be mixed.
    ///
    /// ```
    /// use burn_prep::order::SampleOrder;
    /// let order = SampleOrder::sequential(6).without([4, 0])?;
    /// let epoch = order.epoch(0)?;
    /// let indices: Vec<usize> = (0..order.len()).filter_map(|position| epoch.index(position)).collect();
    /// assert_eq!((indices, order.samples()), (vec![1, 2, 3, 5], 6));
    ///
    /// let error = SampleOrder::sequential(6).resume(&epoch.state()).unwrap_err();
    /// assert!(error.to_string().starts_with("state.rule is sequential, 6 samples, without 2 of them, FNV-1a "));
    /// assert!(SampleOrder::sequential(6).without([6]).is_err());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "exclude")]
    pub fn without(self, excluded: impl IntoIterator<Item = usize>) -> Result<Self> {
        let all = self.excluded.indices().chain(excluded);
        let excluded = Excluded::new(all, self.whole.samples())?;
        let rule = if excluded.is_empty() { self.whole.clone() } else { self.whole.without(&excluded)? };
        let identity = short(self.whole.identity()) + &excluded.identity();
        Ok(Self { rule, excluded, identity: identity.into(), ..self })
    }

    /// Sets the identity of the source, such as its name and a hash of its samples: the state of an order of another source
    /// is refused.
    ///
    /// ```
    /// use burn_prep::order::SampleOrder;
    /// let state = SampleOrder::sequential(3).source("photos, version 2").epoch(0)?.state();
    /// let error = SampleOrder::sequential(3).source("photos, version 3").resume(&state).unwrap_err();
    /// assert!(error.to_string().starts_with("state.source is photos, version 2, where the order's is photos, version 3"));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn source(mut self, identity: impl Into<String>) -> Self {
        self.source = identity.into();
        self
    }

    /// The number of samples in an epoch; of an order by length the most that there can be, because its rule may leave some out.
    pub fn len(&self) -> usize {
        match self.steps {
            Some(steps) => steps.saturating_mul(self.size()),
            None => self.rule.length(),
        }
    }

    /// The number of samples of the source; an epoch may have more or fewer.
    ///
    /// ```
    /// let order = burn_prep::order::SampleOrder::weighted(&[1.0, 2.0], 100, 7)?;
    /// assert_eq!((order.samples(), order.len()), (2, 100));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn samples(&self) -> usize {
        self.whole.samples()
    }

    /// Whether an epoch has no samples.
    ///
    /// ```
    /// let order = burn_prep::order::SampleOrder::sequential(0);
    /// assert!(order.is_empty() && order.len() == 0);
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The order of one epoch.
    ///
    /// # Errors
    ///
    /// The batch size or the number of steps is 0, or an order by length has one of them; an epoch of steps has no samples; or
    /// the rule makes no such epoch, such as by length where a row is too long.
    pub fn epoch(&self, epoch: u64) -> Result<SampleEpoch> {
        let set =
            [("SampleOrder::batch_size", self.batch_size), ("SampleOrder::steps_per_epoch", self.steps)];
        for (name, number) in set {
            match number {
                Some(0) => return Err(Error::parameter(name, 0, "1 or more")),
                Some(number) if self.rule.makes_batches() => {
                    let expected = "nothing beside a sampler by length, which makes the batches";
                    return Err(Error::parameter(name, number, expected));
                }
                _ => {}
            }
        }
        Ok(SampleEpoch::new(self.clone(), self.pass(epoch)?, epoch))
    }

    /// What comes at each position of an epoch.
    fn pass(&self, epoch: u64) -> Result<Pass> {
        if self.steps.is_none() {
            return self.rule.pass(self.seed, epoch);
        }
        if self.rule.length() == 0 {
            return Err(Error::parameter(
                "SampleOrder::steps_per_epoch",
                "of no samples",
                "at least one sample",
            ));
        }
        let length = self.len();
        let (first, stream) = (first_of(epoch, length)?, Stream::new(self.rule.clone(), self.seed));
        // Below the end of the epoch, which is below 2^64.
        Ok(Pass::new(length, move |position| stream.index(first + position as u64)))
    }

    /// The rest of the epoch in which a state was saved.
    ///
    /// # Errors
    ///
    /// The state is of another source, rule or seed, or its position is beyond the epoch; the error names what differs.
    ///
    /// ```
    /// use burn_prep::order::{SampleOrder, Shard};
    ///
    /// let order = SampleOrder::shuffled(100, 42).batch_size(12);
    /// let mut batches = order.epoch(3)?.batches(Shard::new(0, 1)?)?;
    /// batches.next();
    /// let state = batches.state();                                       // less than 1 KB with serde
    ///
    /// // Elsewhere, on three ranks.
    /// let rest = order.resume(&state)?;
    /// let ranks: Vec<_> = (0..3).map(|rank| rest.batches(Shard::new(rank, 3)?)).collect::<burn_prep::Result<_>>()?;
    /// let second: Vec<usize> = ranks.into_iter().flat_map(|mut batches| batches.next().unwrap().indices()).collect();
    /// assert_eq!(second, batches.next().unwrap().indices());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "load_state_dict")]
    pub fn resume(&self, state: &OrderState) -> Result<SampleEpoch> {
        state.check(&self.state(state.epoch, state.position))?;
        self.epoch(state.epoch)?.behind(state.position)
    }

    pub(super) fn state(&self, epoch: u64, position: usize) -> OrderState {
        let mut rule = self.identity.to_string();
        if self.steps.is_some() {
            rule = format!("{rule}, epochs of {} samples", self.len());
        }
        OrderState { source: self.source.clone(), rule, seed: self.seed, epoch, position }
    }

    /// The number of samples in a batch.
    pub(super) fn size(&self) -> usize {
        self.batch_size.unwrap_or(1)
    }

    /// What happens to a batch that is not filled. Epochs of steps go on in the next one.
    pub(super) fn unfilled(&self) -> LastBatch {
        if self.steps.is_some() { LastBatch::Keep } else { self.last_batch }
    }
}

impl fmt::Debug for SampleOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = f.debug_struct("SampleOrder");
        text.field("rule", &self.identity).field("seed", &self.seed).field("batch_size", &self.batch_size);
        text.field("steps_per_epoch", &self.steps).field("last_batch", &self.last_batch);
        text.field("source", &self.source).finish()
    }
}
