//! The order of samples, as a function of the seed, the epoch and the position.

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::order::permutation::Permutation;
use crate::order::sample_batches::SampleBatches;
use crate::order::state::fnv1a;
use crate::order::{OrderState, Shard};
use crate::random::Philox;

/// Which sample comes when, epoch after epoch: in order, shuffled, by weight or by class, in batches over all ranks.
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
#[doc(alias = "Sampler")]
#[doc(alias = "RandomSampler")]
#[doc(alias = "SequentialSampler")]
#[doc(alias = "DistributedSampler")]
#[derive(Debug, Clone)]
pub struct SampleOrder {
    rule: Rule,
    seed: u64,
    pub(super) batch_size: usize,
    pub(super) last_batch: LastBatch,
    source: String,
}

/// What happens to the last batch of an epoch where the samples do not fill it.
///
/// ```
/// use burn_prep::order::{LastBatch, SampleOrder, Shard};
/// let lengths = |last| -> burn_prep::Result<Vec<usize>> {
///     let epoch = SampleOrder::sequential(5).batch_size(4).last_batch(last).epoch(0)?;
///     Ok(epoch.batches(Shard::new(0, 1)?)?.map(|batch| batch.samples.len()).collect())
/// };
/// assert_eq!((lengths(LastBatch::Keep)?, lengths(LastBatch::Drop)?, lengths(LastBatch::Fill)?), (vec![4, 1], vec![4], vec![4, 4]));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "drop_last")]
#[doc(alias = "drop_remainder")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum LastBatch {
    /// It stays short, and is divided among the ranks; some may have nothing of it.
    #[default]
    Keep,
    /// It is left out.
    Drop,
    /// It is filled with samples from the start of the epoch, which are marked as repeats.
    Fill,
}

#[derive(Debug, Clone)]
enum Rule {
    Sequential { samples: usize },
    Shuffled { samples: usize },
    Weighted { cumulative: Arc<[f64]>, draws: usize },
    ClassBalanced { classes: Arc<[Vec<usize>]>, samples: usize, draws: usize },
}

impl SampleOrder {
    /// All samples in their order, the same in every epoch.
    pub fn sequential(samples: usize) -> Self {
        Self::of(Rule::Sequential { samples }, 0)
    }

    /// All samples in a random order, another one in every epoch; every order is equally likely. It holds no list: 10^9 samples
    /// take 4 KB.
    pub fn shuffled(samples: usize, seed: u64) -> Self {
        Self::of(Rule::Shuffled { samples }, seed)
    }

    /// So many draws an epoch, with replacement, in which a sample is as likely as its weight says.
    ///
    /// # Errors
    ///
    /// A weight is negative, not finite, or all are 0.
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
        let bad = |weight: &f64| !weight.is_finite() || *weight < 0.0;
        if let Some(at) = weights.iter().position(bad) {
            return Err(Error::parameter(
                format!("weights[{at}]"),
                weights[at],
                "a finite number of at least 0",
            ));
        }
        let mut sum = 0.0;
        let add = |weight: &f64| {
            sum += weight;
            sum
        };
        let cumulative: Arc<[f64]> = weights.iter().map(add).collect();
        match cumulative.last() {
            Some(sum) if *sum > 0.0 && sum.is_finite() => {
                Ok(Self::of(Rule::Weighted { cumulative, draws }, seed))
            }
            found => {
                let found = found.map_or("nothing".to_owned(), |sum| format!("a sum of {sum}"));
                Err(Error::parameter("weights", found, "a finite sum above 0"))
            }
        }
    }

    /// So many draws an epoch, with replacement: each class is equally likely, and so is each sample of a class. `labels` has
    /// the class of each sample; `None` is never drawn.
    ///
    /// # Errors
    ///
    /// No sample has a class.
    ///
    /// ```
    /// use burn_prep::order::SampleOrder;
    /// let labels = [Some(0), Some(0), Some(0), Some(5), None];
    /// let epoch = SampleOrder::class_balanced(&labels, 1000, 7)?.epoch(0)?;
    /// let drawn: Vec<usize> = (0..1000).filter_map(|position| epoch.index(position)).collect();
    /// let rare = drawn.iter().filter(|index| **index == 3).count();
    /// assert!((400..600).contains(&rare) && !drawn.contains(&4));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn class_balanced(labels: &[Option<usize>], draws: usize, seed: u64) -> Result<Self> {
        let mut classes = std::collections::BTreeMap::<usize, Vec<usize>>::new();
        for (index, label) in labels.iter().enumerate() {
            if let Some(label) = label {
                classes.entry(*label).or_default().push(index);
            }
        }
        if classes.is_empty() {
            return Err(Error::parameter("labels", "no class", "a class for at least one sample"));
        }
        Ok(Self::of(
            Rule::ClassBalanced { classes: classes.into_values().collect(), samples: labels.len(), draws },
            seed,
        ))
    }

    fn of(rule: Rule, seed: u64) -> Self {
        Self { rule, seed, batch_size: 1, last_batch: LastBatch::default(), source: String::new() }
    }

    /// Sets the number of samples in a batch over all ranks; 1 unless set. 0 is an error of [`epoch`](Self::epoch).
    #[must_use]
    pub fn batch_size(mut self, samples: usize) -> Self {
        self.batch_size = samples;
        self
    }

    /// Sets what happens to the last batch where the samples do not fill it.
    #[must_use]
    pub fn last_batch(mut self, last_batch: LastBatch) -> Self {
        self.last_batch = last_batch;
        self
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

    /// The number of samples in an epoch.
    pub fn len(&self) -> usize {
        match &self.rule {
            Rule::Sequential { samples } | Rule::Shuffled { samples } => *samples,
            Rule::Weighted { draws, .. } | Rule::ClassBalanced { draws, .. } => *draws,
        }
    }

    /// The number of samples of the source; draws may be more or fewer.
    ///
    /// ```
    /// let order = burn_prep::order::SampleOrder::weighted(&[1.0, 2.0], 100, 7)?;
    /// assert_eq!((order.samples(), order.len()), (2, 100));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn samples(&self) -> usize {
        match &self.rule {
            Rule::Sequential { samples } | Rule::Shuffled { samples } => *samples,
            Rule::Weighted { cumulative, .. } => cumulative.len(),
            Rule::ClassBalanced { samples, .. } => *samples,
        }
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
    /// The batch size is 0.
    pub fn epoch(&self, epoch: u64) -> Result<SampleEpoch> {
        if self.batch_size == 0 {
            return Err(Error::parameter("SampleOrder::batch_size", 0, "1 or more"));
        }
        let permutation = match self.rule {
            Rule::Shuffled { samples } => Some(Permutation::new(samples, self.seed, epoch)),
            _ => None,
        };
        Ok(SampleEpoch { order: self.clone(), permutation, epoch, first: 0, start: 0, end: self.len() })
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
        let own = self.state(state.epoch, state.position);
        state.check(&own)?;
        if state.position > self.len() {
            let found = format!("{} of {} samples", state.position, self.len());
            return Err(Error::parameter("state.position", found, "a position within the epoch"));
        }
        Ok(SampleEpoch { start: state.position, ..self.epoch(state.epoch)? })
    }

    pub(super) fn state(&self, epoch: u64, position: usize) -> OrderState {
        let hashed = |bytes: Vec<[u8; 8]>| fnv1a(bytes.into_iter().flatten());
        let rule = match &self.rule {
            Rule::Sequential { samples } => format!("sequential, {samples} samples"),
            Rule::Shuffled { samples } => format!("shuffled, {samples} samples"),
            Rule::Weighted { cumulative, draws } => {
                let hash = hashed(cumulative.iter().map(|weight| weight.to_bits().to_le_bytes()).collect());
                format!("weighted, {} samples, FNV-1a {hash:016x}, {draws} draws", cumulative.len())
            }
            Rule::ClassBalanced { classes, draws, .. } => {
                // The length of each class goes before its samples, so that no two lists have one sequence.
                let class = |samples: &Vec<usize>| [&[samples.len()], &samples[..]].concat();
                let numbers = classes.iter().flat_map(class);
                let hash = hashed(numbers.map(|number| (number as u64).to_le_bytes()).collect());
                format!("class-balanced, {} classes, FNV-1a {hash:016x}, {draws} draws", classes.len())
            }
        };
        OrderState { source: self.source.clone(), rule, seed: self.seed, epoch, position }
    }
}

/// The order of the samples in one epoch, or in what is left of it.
///
/// ```
/// let epoch = burn_prep::order::SampleOrder::shuffled(1_000_000_000, 5).epoch(0)?;
/// assert!(epoch.index(700_000_000).unwrap() < 1_000_000_000);
/// assert_eq!(epoch.index(1_000_000_000), None);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct SampleEpoch {
    pub(super) order: SampleOrder,
    permutation: Option<Permutation>,
    pub(super) epoch: u64,
    /// The position of the first sample, before any was taken.
    pub(super) first: usize,
    /// The position of the first sample that is left.
    pub(super) start: usize,
    /// The position behind the last.
    pub(super) end: usize,
}

impl SampleEpoch {
    /// The index of the sample at a position of the whole epoch; `None` behind the last.
    pub fn index(&self, position: usize) -> Option<usize> {
        if position >= self.order.len() {
            return None;
        }
        let drawn = || Philox::of_epoch(self.order.seed, self.epoch).at(position as u64, 0);
        Some(match &self.order.rule {
            Rule::Sequential { .. } => position,
            Rule::Shuffled { .. } => self.permutation.as_ref()?.at(position),
            Rule::Weighted { cumulative, .. } => {
                let total = cumulative.last()?;
                let drawn = Philox::unit(drawn()[0]) * total;
                let index = cumulative.partition_point(|sum| *sum <= drawn);
                // A product that is rounded up to the total belongs to the last sample that has a weight.
                index.min(cumulative.partition_point(|sum| sum < total))
            }
            Rule::ClassBalanced { classes, .. } => {
                let [class, sample] = drawn();
                let class = &classes[Philox::below(class, classes.len())];
                class[Philox::below(sample, class.len())]
            }
        })
    }

    /// The samples at these positions alone, of those that are left.
    #[cfg(feature = "burn")]
    pub(crate) fn within(self, start: usize, end: usize) -> Self {
        let end = end.min(self.end);
        let first = start.min(end);
        Self { first, start: self.start.clamp(first, end), end, ..self }
    }

    /// The batches that are left, of which this rank takes its part.
    ///
    /// # Errors
    ///
    /// The batch size is no multiple of the number of ranks.
    pub fn batches(&self, shard: Shard) -> Result<SampleBatches> {
        SampleBatches::new(self.clone(), shard)
    }

    /// The state of the order before the first batch that is left.
    pub fn state(&self) -> OrderState {
        self.order.state(self.epoch, self.start)
    }
}
