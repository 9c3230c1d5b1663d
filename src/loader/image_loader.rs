//! The loader of images.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use burn::data::dataloader::{DataLoader, DataLoaderIterator, Progress};
use burn::data::dataset::{Dataset, DatasetError};
use burn::tensor::Device;

use crate::batch::{ImageBatch, ImageDataset};
use crate::error::{Error, Result};
use crate::loader::image_batches::{ImageBatches, Item};
use crate::loader::workers::Workers;
use crate::order::{OrderState, SampleEpoch, SampleOrder, Shard};

/// Loads the images of a dataset in an order, by threads that read ahead, into batches on a device.
///
/// The batches of an epoch are the same for any number of workers, and their samples are divided among ranks by the order.
/// What is read ahead is bounded by a budget in bytes. A batch is put together and uploaded on the thread that asks for it: workers
/// never touch a device. The policy of the dataset, [`OnError`](crate::batch::OnError), decides about files that cannot be used;
/// a batch from which all are left out is empty, so that ranks stay in step.
///
/// ```
/// use burn_prep::loader::ImageLoader;
/// use burn_prep::order::SampleOrder;
/// use burn_prep::prelude::*;
///
/// let folder = ImageFolder::open("assets/photos")?;
/// let order = SampleOrder::shuffled(folder.len(), 42).batch_size(16);
/// let dataset = ImageDataset::new(folder, Decoder::rgb8()).recipe(Recipe::new().then(Resize::exact(ImageSize::square(8))));
/// let loader = ImageLoader::new(dataset, order, DeviceSpec::Cpu.init()?).workers(2);
///
/// let mut batches = loader.epoch(0)?;
/// let first = batches.next().unwrap()?;
/// assert_eq!(first.images.dims(), [16, 3, 8, 8]);
///
/// // Saved after one batch and resumed elsewhere, with other workers and less memory.
/// let state = batches.state();
/// let other = loader.clone().workers(1).memory_budget(1 << 20).stall_timeout(std::time::Duration::from_secs(60));
/// let second = other.resume(&state)?.next().unwrap()?;
/// let indices = |batch: &ImageBatch| batch.records.iter().map(|record| record.index).collect::<Vec<_>>();
/// assert_eq!(indices(&second), indices(&batches.next().unwrap()?));
/// # Ok::<(), burn_prep::Error>(())
/// ```
///
/// As Burn's `DataLoader`, each `iter` is the next epoch; copies for other devices share the count:
///
/// ```
/// use burn::data::dataloader::DataLoader;
/// use burn_prep::loader::ImageLoader;
/// use burn_prep::order::SampleOrder;
/// use burn_prep::prelude::*;
///
/// let folder = ImageFolder::open("assets/photos")?;
/// let order = SampleOrder::sequential(folder.len()).batch_size(16);
/// let dataset = ImageDataset::new(folder, Decoder::rgb8()).recipe(Recipe::new().then(Resize::exact(ImageSize::square(8))));
/// let loader = ImageLoader::new(dataset, order, DeviceSpec::Cpu.init()?);
/// assert_eq!((loader.num_items(), loader.iter().count()), (40, 3));
/// assert_eq!(loader.slice(0, 20).iter().count(), 2);
/// loader.set_epoch(7);                                                   // the next `iter` is epoch 7
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "DataLoader")]
#[derive(Clone)]
pub struct ImageLoader {
    dataset: ImageDataset,
    order: SampleOrder,
    device: Device,
    shard: Option<Shard>,
    workers: usize,
    budget: u64,
    stall_timeout: Option<Duration>,
    /// The positions that are loaded, where not all are.
    window: Option<(usize, usize)>,
    /// The epoch of the next `iter`.
    next_epoch: Arc<AtomicU64>,
}

/// Bytes that are read ahead unless another budget is set.
const BUDGET: u64 = 256 << 20;

impl ImageLoader {
    /// Creates a loader without workers, which loads each batch when it is asked for. The order's source becomes the
    /// dataset's: its number of samples and a hash of their names.
    pub fn new(dataset: ImageDataset, order: SampleOrder, device: Device) -> Self {
        let order = order.source(dataset.identity());
        Self {
            dataset,
            order,
            device,
            shard: None,
            workers: 0,
            budget: BUDGET,
            stall_timeout: None,
            window: None,
            next_epoch: Arc::default(),
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

    /// Sets how many bytes of decoded and transformed pixels are held ahead of the batch that is asked for; 256 MiB unless
    /// set. The batch itself is loaded whatever it holds, and each worker may be at one more sample.
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

    /// Sets the epoch of the next `iter`, which Burn's loops call; copies of the loader share it.
    pub fn set_epoch(&self, epoch: u64) {
        self.next_epoch.store(epoch, Ordering::SeqCst);
    }

    /// The batches of an epoch.
    ///
    /// # Errors
    ///
    /// The order is of another number of samples, its batch size is 0 or no multiple of the number of ranks, or the system has
    /// no room for the threads.
    pub fn epoch(&self, epoch: u64) -> Result<ImageBatches> {
        self.batches(self.order.epoch(epoch)?)
    }

    /// The batches that are left of the epoch in which a state was saved: by any number of workers and ranks.
    ///
    /// # Errors
    ///
    /// As [`epoch`](Self::epoch), and the state is of another dataset or order; the error names what differs.
    pub fn resume(&self, state: &OrderState) -> Result<ImageBatches> {
        self.batches(self.order.resume(state)?)
    }

    fn batches(&self, epoch: SampleEpoch) -> Result<ImageBatches> {
        let (samples, files) = (self.order.samples(), Dataset::len(&self.dataset));
        if samples != files {
            let found = format!("one of {samples} samples, where the dataset has {files}");
            return Err(Error::parameter("order", found, "an order of the dataset's samples"));
        }
        let epoch = match self.window {
            Some((start, end)) => epoch.within(start, end),
            None => epoch,
        };
        let shard = self.shard.map_or_else(|| Shard::new(0, 1), Ok)?;
        let batches = epoch.batches(shard)?;
        let dataset = self.dataset.clone();
        let load = Arc::new(move |sample: &crate::order::OrderedSample| dataset.item(sample.index));
        let size = |item: &Item| item.as_ref().map_or(0, |loaded| loaded.image.pixels().len() as u64);
        let workers =
            Workers::start(batches.clone(), self.workers, load, size, self.budget, self.stall_timeout)?;
        Ok(ImageBatches::new(workers, batches, self.dataset.clone(), self.device.clone()))
    }
}

impl fmt::Debug for ImageLoader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = f.debug_struct("ImageLoader");
        text.field("order", &self.order).field("workers", &self.workers).finish_non_exhaustive()
    }
}

/// The batches of an epoch as Burn's loops take them.
struct BurnIterator {
    /// An error where the epoch could not begin.
    batches: std::result::Result<ImageBatches, Option<Error>>,
    total: usize,
    done: usize,
}

impl Iterator for BurnIterator {
    type Item = Result<ImageBatch, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = match &mut self.batches {
            Ok(batches) => batches.next()?,
            Err(error) => Err(error.take()?),
        };
        if let Ok(batch) = &batch {
            self.done += batch.records.len() + batch.skipped.len();
        }
        Some(batch.map_err(DatasetError::new))
    }
}

impl DataLoaderIterator<ImageBatch> for BurnIterator {
    fn progress(&self) -> Progress {
        Progress { items_processed: self.done, items_total: self.total, unit: Some("images".to_owned()) }
    }
}

impl DataLoader<ImageBatch> for ImageLoader {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<ImageBatch> + 'a> {
        let epoch = self.next_epoch.fetch_add(1, Ordering::SeqCst);
        let batches = self.epoch(epoch).map_err(Some);
        Box::new(BurnIterator { batches, total: self.num_items(), done: 0 })
    }

    fn num_items(&self) -> usize {
        let all = self.order.len();
        let (start, end) = self.window.unwrap_or((0, all));
        end.min(all).saturating_sub(start)
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<ImageBatch>> {
        Arc::new(Self { device: device.clone(), ..self.clone() })
    }

    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<ImageBatch>> {
        let (from, to) = self.window.unwrap_or((0, self.order.len()));
        let window = (from.saturating_add(start).min(to), from.saturating_add(end).min(to));
        Arc::new(Self { window: Some(window), ..self.clone() })
    }
}
