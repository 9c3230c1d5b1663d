//! A loader: samples in an order, loaded by threads, into batches on a device.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use burn::tensor::Device;

use crate::error::{Error, Result};
use crate::loader::bad_samples::BadSamples;
use crate::loader::batch_maker::BatchMaker;
use crate::loader::batches::Batches;
use crate::loader::feed::Feed;
use crate::loader::max_bad::MaxBad;
use crate::loader::meter::{LoaderMetrics, Meter};
use crate::loader::quarantine::Quarantine;
use crate::loader::workers::Workers;
use crate::order::{OrderState, SampleEpoch, SampleOrder, Shard};

/// Loads samples in an order, by threads that read ahead, into batches on a device: an
/// [`ImageLoader`](crate::loader::ImageLoader) images, a [`SampleLoader`](crate::loader::SampleLoader) anything else.
///
/// ```
/// use burn_prep::loader::SampleLoader;
/// use burn_prep::order::SampleOrder;
/// use burn_prep::prelude::*;
///
/// let order = SampleOrder::shuffled(1000, 42).batch_size(8);
/// let square = |sample: &burn_prep::order::OrderedSample| Ok(sample.index * sample.index);
/// let loader = SampleLoader::from_fn(square, |items, _| Ok(items), order, DeviceSpec::Cpu.init()?);
/// let loader = loader.workers(2).memory_budget(1 << 20).stall_timeout(std::time::Duration::from_secs(60));
/// let mut batches = loader.epoch(0)?;
/// let first = batches.next().unwrap()?;
/// assert_eq!(first.batch.unwrap()[0], first.samples[0].index.pow(2));
/// assert_eq!(loader.metrics().batches, 1);
///
/// let rest = loader.clone().workers(0).resume(&batches.state())?;
/// assert_eq!(rest.count(), 124);
/// loader.set_epoch(7);                                       // the epoch of the next `iter` of Burn's `DataLoader`
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "DataLoader")]
pub struct Loader<M: BatchMaker> {
    pub(super) maker: Arc<M>,
    pub(super) order: SampleOrder,
    pub(super) device: Device,
    pub(super) shard: Option<Shard>,
    pub(super) workers: usize,
    pub(super) budget: u64,
    pub(super) stall_timeout: Option<Duration>,
    pub(super) max_bad: Option<MaxBad>,
    pub(super) quarantine: Option<Arc<Quarantine>>,
    pub(super) meter: Arc<Meter>,
    /// The positions that are loaded, where not all are.
    pub(super) window: Option<(usize, usize)>,
    /// Whether the epochs behind the one that is asked for follow.
    pub(super) endless: bool,
    /// The epoch of the next `iter`.
    pub(super) next_epoch: Arc<AtomicU64>,
}

/// Bytes that are read ahead unless another budget is set.
const BUDGET: u64 = 256 << 20;

impl<M: BatchMaker> Loader<M> {
    pub(super) fn of(maker: M, order: SampleOrder, device: Device) -> Self {
        Self {
            maker: Arc::new(maker),
            order,
            device,
            shard: None,
            workers: 0,
            budget: BUDGET,
            stall_timeout: None,
            max_bad: None,
            quarantine: None,
            meter: Arc::default(),
            window: None,
            endless: false,
            next_epoch: Arc::default(),
        }
    }

    /// The loader with what makes its batches exchanged.
    pub(super) fn with_maker<N: BatchMaker>(self, maker: N) -> Loader<N> {
        Loader {
            maker: Arc::new(maker),
            order: self.order,
            device: self.device,
            shard: self.shard,
            workers: self.workers,
            budget: self.budget,
            stall_timeout: self.stall_timeout,
            max_bad: self.max_bad,
            quarantine: self.quarantine,
            meter: self.meter,
            window: self.window,
            endless: self.endless,
            next_epoch: self.next_epoch,
        }
    }

    /// Sets the number of threads that load samples ahead; 0 for none.
    #[doc(alias = "num_workers")]
    #[must_use]
    pub fn workers(mut self, threads: usize) -> Self {
        self.workers = threads;
        self
    }

    /// Sets this process's part of each batch.
    ///
    /// ```
    /// use burn_prep::loader::ImageLoader;
    /// use burn_prep::order::{SampleOrder, Shard};
    /// use burn_prep::prelude::*;
    ///
    /// let folder = ImageFolder::open("assets/photos")?;
    /// let order = SampleOrder::sequential(folder.len()).batch_size(4);
    /// let dataset = ImageDataset::new(folder, Decoder::rgb8()).recipe(Recipe::new().then(CenterCrop::square(8)));
    /// let loader = ImageLoader::new(dataset, order, DeviceSpec::Cpu.init()?).shard(Shard::new(1, 2)?);
    /// let batch = loader.epoch(0)?.next().unwrap()?;
    /// assert_eq!((batch.records[0].index, batch.records[1].index), (2, 3));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn shard(mut self, shard: Shard) -> Self {
        self.shard = Some(shard);
        self
    }

    /// Sets how many bytes of loaded samples are held before workers stop reading ahead; 256 MiB unless set. The batch that is
    /// asked for next is loaded whatever its size, and each worker may be at one more sample.
    ///
    /// An image counts as what it takes in the batch, `C * H * W` numbers of its dtype; where the recipe does not give all images
    /// one size, as its transformed 8-bit pixels. A sample of a [`SampleLoader`](crate::loader::SampleLoader) counts as the
    /// `size_of` its type, without memory that it points to; there, workers also read no more than 16 batches ahead.
    #[must_use]
    pub fn memory_budget(mut self, bytes: u64) -> Self {
        self.budget = bytes;
        self
    }

    /// Sets after how long without a loaded sample a batch that is waited for becomes an error, which names a sample; never
    /// unless set, and never without workers.
    #[must_use]
    pub fn stall_timeout(mut self, timeout: Duration) -> Self {
        self.stall_timeout = Some(timeout);
        self
    }

    /// Sets how many samples of an epoch may be bad, as a number (`usize`) or as a part of the samples (`f64` in 0..=1); any number
    /// unless set. The batch in which there are more is an error, `too_many_bad`.
    ///
    /// Each rank counts the samples that it loads, and a part is one of those. It applies where the policy,
    /// [`OnError`](crate::batch::OnError), leaves bad samples out or replaces them. Samples before a [`resume`](Self::resume) are
    /// not counted; a bad sample that is drawn twice counts twice. A part outside 0..=1 is an error of [`epoch`](Self::epoch).
    ///
    /// ```
    /// use burn_prep::loader::ImageLoader;
    /// use burn_prep::prelude::*;
    ///
    /// let folder = ImageFolder::open("assets/hostile")?;
    /// let order = SampleOrder::sequential(folder.len()).batch_size(4);
    /// let dataset = ImageDataset::new(folder, Decoder::rgb8()).on_error(OnError::Skip);
    /// let dataset = dataset.recipe(Recipe::new().then(Resize::exact(ImageSize::square(8))));
    /// let loader = ImageLoader::new(dataset, order, DeviceSpec::Cpu.init()?);
    /// assert!(loader.clone().max_bad(0.5).epoch(0)?.all(|batch| batch.is_ok()));
    /// let error = loader.max_bad(2).epoch(0)?.find_map(|batch| batch.err()).unwrap();
    /// assert_eq!(error.code(), "too_many_bad");
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn max_bad(mut self, most: impl Into<MaxBad>) -> Self {
        self.max_bad = Some(most.into());
        self
    }

    /// Sets a file to which the samples that are left out or replaced are appended, each once, as lines of JSON: `uri`, `index`,
    /// `code`, `message`. [`Exclusions::read`](crate::source::Exclusions::read) reads it.
    ///
    /// The file is made with the first such sample; without one there is no file. With
    /// [`OnError::Fail`](crate::batch::OnError::Fail), the default, the error ends the epoch and nothing is written. A file that
    /// cannot be read or written is the error of the batch that has the bad sample. Each rank needs a file of its own. A sample
    /// of a [`SampleLoader`](crate::loader::SampleLoader) has no name: its `uri` is its index as text, and the field `index` is
    /// what [`SampleOrder::without`] takes.
    ///
    /// ```
    /// use burn_prep::loader::ImageLoader;
    /// use burn_prep::prelude::*;
    /// use burn_prep::source::Exclusions;
    ///
    /// let folder = ImageFolder::open("assets/hostile")?;
    /// let order = SampleOrder::sequential(folder.len()).batch_size(16);
    /// let dataset = ImageDataset::new(folder, Decoder::rgb8()).on_error(OnError::Skip);
    /// let dataset = dataset.recipe(Recipe::new().then(Resize::exact(ImageSize::square(8))));
    /// let bad = tempfile::tempdir()?.path().join("bad.jsonl");
    /// let loader = ImageLoader::new(dataset, order, DeviceSpec::Cpu.init()?);
    /// loader.clone().quarantine(&bad).epoch(0)?.for_each(|batch| drop(batch.unwrap()));
    ///
    /// let exclusions = Exclusions::read(&bad)?;
    /// assert!(exclusions.contains("bomb.png") && !exclusions.contains("bilevel.png"));
    /// let sound = loader.without(&exclusions)?;
    /// assert!(sound.epoch(0)?.all(|batch| batch.unwrap().skipped.is_empty()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn quarantine(mut self, path: impl Into<PathBuf>) -> Self {
        self.quarantine = Some(Arc::new(Quarantine::new(path.into())));
        self
    }

    /// Makes [`epoch`](Self::epoch) and [`resume`](Self::resume) give batches without an end: after the last batch of an epoch the
    /// next epoch follows, and workers read ahead into it. Use it for loops that count steps; Burn's `Learner` waits for the end of an
    /// epoch, for which [`SampleOrder::steps_per_epoch`] is.
    ///
    /// ```
    /// use burn_prep::loader::SampleLoader;
    /// use burn_prep::order::SampleOrder;
    /// use burn_prep::prelude::*;
    ///
    /// let order = SampleOrder::shuffled(6, 42).batch_size(4);
    /// let index = |sample: &burn_prep::order::OrderedSample| Ok(sample.index);
    /// let loader = SampleLoader::from_fn(index, |items, _| Ok(items), order, DeviceSpec::Cpu.init()?).workers(2);
    /// let mut batches = loader.endless().epoch(0)?;
    /// let steps = batches.by_ref().take(5).map(|batch| Ok(batch?.batch.unwrap().len())).collect::<burn_prep::Result<Vec<_>>>()?;
    /// assert_eq!(steps, [4, 2, 4, 2, 4]);
    /// assert_eq!((batches.state().epoch, batches.state().position), (2, 4));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "repeat")]
    #[doc(alias = "infinite")]
    #[must_use]
    pub fn endless(mut self) -> Self {
        self.endless = true;
        self
    }

    /// What this loader and its copies have done, and how long others waited for it.
    #[doc(alias = "stats")]
    pub fn metrics(&self) -> LoaderMetrics {
        self.meter.metrics()
    }

    /// Sets the epoch of the next `iter`, which Burn's loops call; copies of the loader share it. A part that `slice` makes begins
    /// with it and counts by itself.
    pub fn set_epoch(&self, epoch: u64) {
        self.next_epoch.store(epoch, Ordering::SeqCst);
    }

    /// The batches of an epoch.
    ///
    /// # Errors
    ///
    /// As [`SampleOrder::epoch`]; or the order is of another number of samples than the dataset, its batch size is no multiple of
    /// the number of ranks, [`max_bad`](Self::max_bad) is a part outside 0..=1, or the system cannot start the threads.
    pub fn epoch(&self, epoch: u64) -> Result<Batches<M>> {
        self.batches(self.order.epoch(epoch)?)
    }

    /// The batches that are left of the epoch in which a state was saved: by any number of workers and ranks.
    ///
    /// # Errors
    ///
    /// As [`epoch`](Self::epoch), and the state is of another dataset or order; the error names what differs.
    pub fn resume(&self, state: &OrderState) -> Result<Batches<M>> {
        self.batches(self.order.resume(state)?)
    }

    /// The samples of an epoch, over all ranks.
    pub(super) fn num_samples(&self) -> usize {
        let all = self.order.len();
        let (start, end) = self.window.unwrap_or((0, all));
        end.min(all).saturating_sub(start)
    }

    fn batches(&self, epoch: SampleEpoch) -> Result<Batches<M>> {
        let (samples, files) = (self.order.samples(), self.maker.samples());
        if samples != files {
            let found = format!("one of {samples} samples, where the dataset has {files}");
            return Err(Error::parameter("order", found, "an order of the dataset's samples"));
        }
        if let Some(MaxBad::Rate(rate)) = self.max_bad
            && !(0.0..=1.0).contains(&rate)
        {
            return Err(Error::parameter("Loader::max_bad", rate, "a part of the samples in 0..=1"));
        }
        let epoch = match self.window {
            Some((start, end)) => epoch.within(start, end),
            None => epoch,
        };
        let shard = self.shard.map_or_else(|| Shard::new(0, 1), Ok)?;
        let feed = match self.endless {
            true => Feed::endless(epoch.endless(shard)?),
            false => Feed::of_epoch(epoch.batches(shard)?),
        };
        let of_epoch = self.num_samples() / shard.ranks();
        let bad = BadSamples::new(self.max_bad.map(|most| most.of(of_epoch)), self.quarantine.clone());
        Ok(Batches::new(Workers::start(feed.clone(), self)?, feed, self, bad))
    }
}

// Derived, it would ask for makers that can be cloned.
impl<M: BatchMaker> Clone for Loader<M> {
    fn clone(&self) -> Self {
        Self {
            maker: self.maker.clone(),
            order: self.order.clone(),
            device: self.device.clone(),
            next_epoch: self.next_epoch.clone(),
            quarantine: self.quarantine.clone(),
            meter: self.meter.clone(),
            ..*self
        }
    }
}

impl<M: BatchMaker> fmt::Debug for Loader<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = f.debug_struct("Loader");
        text.field("order", &self.order).field("workers", &self.workers).finish_non_exhaustive()
    }
}
