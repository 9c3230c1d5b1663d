//! Samples of any kind into batches.

use std::fmt;

use burn::tensor::Device;

use crate::batch::OnError;
use crate::error::{Error, Result};
use crate::loader::batch_maker::{BadSample, BatchMaker};
use crate::order::{OrderedSample, SampleEpoch};

/// A batch with the samples that it is of.
///
/// ```
/// use burn_prep::loader::SampleLoader;
/// use burn_prep::order::SampleOrder;
/// use burn_prep::prelude::*;
///
/// let order = SampleOrder::sequential(5).batch_size(2);
/// let loader = SampleLoader::from_fn(
///     |sample| Ok(sample.index * 10),
///     |items, _: &burn::tensor::Device| Ok(items),
///     order,
///     DeviceSpec::Cpu.init()?,
/// );
/// let last = loader.epoch(0)?.last().unwrap()?;
/// assert_eq!((last.batch, last.samples[0].index, last.skipped.len()), (Some(vec![40]), 4, 0));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LoadedBatch<B> {
    /// The batch; `None` where none of its samples could be used, or a short last batch has no sample for this rank. The function
    /// or batcher that puts samples together is not called then.
    pub batch: Option<B>,
    /// The samples of the order, those among them that could not be used.
    pub samples: Vec<OrderedSample>,
    /// The samples that could not be used.
    pub skipped: Vec<SkippedSample>,
}

/// A sample that could not be used.
///
/// ```
/// use burn_prep::batch::OnError;
/// use burn_prep::loader::SampleLoader;
/// use burn_prep::order::SampleOrder;
/// use burn_prep::prelude::*;
///
/// let folder = ImageFolder::open("assets/hostile")?;
/// let order = SampleOrder::sequential(6).batch_size(6);
/// let load = move |sample: &burn_prep::order::OrderedSample| Decoder::rgb8().decode_sample(&folder, sample.index);
/// let loader = SampleLoader::from_fn(load, |items, _| Ok(items.len()), order, DeviceSpec::Cpu.init()?);
/// let batch = loader.on_error(OnError::Skip).epoch(0)?.next().unwrap()?;
/// assert_eq!((batch.batch, batch.skipped[0].index, batch.skipped[0].error.code()), (Some(5), 5, "limit"));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SkippedSample {
    /// The index in the source.
    pub index: usize,
    /// The reason why it could not be used.
    pub error: Error,
}

type Load<I> = dyn Fn(&OrderedSample) -> Result<I> + Send + Sync;
type Collate<I, B> = dyn Fn(Vec<I>, &Device) -> Result<B> + Send + Sync;

/// Makes batches by two functions.
#[doc(hidden)]
pub struct SampleMaker<I, B> {
    pub(super) samples: usize,
    pub(super) load: std::sync::Arc<Load<I>>,
    pub(super) collate: std::sync::Arc<Collate<I, B>>,
    pub(super) on_error: OnError,
}

impl<I, B> fmt::Debug for SampleMaker<I, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SampleMaker").field("samples", &self.samples).finish_non_exhaustive()
    }
}

/// What was loaded for a place of a batch: a sample, unless it could not be used, and those that could not.
#[doc(hidden)]
#[derive(Debug)]
pub struct Loaded<I, S> {
    pub(super) item: Option<I>,
    pub(super) skipped: Vec<S>,
}

/// Samples that are tried in the stead of one that cannot be used.
const REPLACEMENTS: u32 = 16;

/// Loads a sample, or another one, or none, as the policy says.
pub(super) fn load_by<I, S>(
    policy: OnError,
    sample: &OrderedSample,
    epoch: &SampleEpoch,
    mut load: impl FnMut(&OrderedSample) -> Result<I>,
    mut skip: impl FnMut(usize, Error) -> S,
) -> Result<Loaded<I, S>> {
    let (mut tried, mut skipped) = (*sample, Vec::new());
    for attempt in 0.. {
        match load(&tried) {
            Ok(item) => return Ok(Loaded { item: Some(item), skipped }),
            Err(error) if !policy.passes_over(&error) => {
                return Err(if error.path().is_some() { error } else { error.at_index(tried.index) });
            }
            Err(error) => skipped.push(skip(tried.index, error)),
        }
        let other = epoch.replacement(sample, attempt);
        match other.filter(|_| policy == OnError::Replace && attempt < REPLACEMENTS) {
            Some(other) => tried = other,
            None => break,
        }
    }
    Ok(Loaded { item: None, skipped })
}

impl<I: Send + 'static, B: 'static> BatchMaker for SampleMaker<I, B> {
    type Shared = ();
    type Item = Loaded<I, SkippedSample>;
    type Batch = LoadedBatch<B>;

    const AHEAD: usize = 16;

    fn samples(&self) -> usize {
        self.samples
    }

    fn named(&self, error: Error) -> Error {
        error
    }

    fn begin(&self, _: usize) -> Result<()> {
        Ok(())
    }

    fn load(&self, (): (), _: usize, sample: &OrderedSample, epoch: &SampleEpoch) -> Result<Self::Item> {
        let skip = |index, error| SkippedSample { index, error };
        load_by(self.on_error, sample, epoch, |sample| (self.load)(sample), skip)
    }

    fn bytes(&self, _: &Self::Item) -> u64 {
        size_of::<I>() as u64
    }

    fn finish(
        &self,
        (): (),
        samples: Vec<OrderedSample>,
        items: Vec<Self::Item>,
        device: &Device,
    ) -> Result<LoadedBatch<B>> {
        let (mut loaded, mut skipped) = (Vec::with_capacity(items.len()), Vec::new());
        for item in items {
            loaded.extend(item.item);
            skipped.extend(item.skipped);
        }
        let batch = match loaded.is_empty() {
            true => None,
            false => Some((self.collate)(loaded, device)?),
        };
        Ok(LoadedBatch { batch, samples, skipped })
    }

    fn count(batch: &LoadedBatch<B>) -> usize {
        batch.samples.len()
    }

    fn bad(batch: &LoadedBatch<B>) -> Vec<BadSample<'_>> {
        batch
            .skipped
            .iter()
            .map(|skipped| BadSample { index: skipped.index, uri: None, error: &skipped.error })
            .collect()
    }
}
