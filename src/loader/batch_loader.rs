//! A loader: samples in an order, loaded by threads, into batches on a device.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use burn::tensor::Device;

use crate::batch::ImageDataset;
use crate::error::{Error, Result};
use crate::loader::batch_maker::BatchMaker;
use crate::loader::batches::Batches;
use crate::loader::image_maker::ImageMaker;
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
pub type ImageLoader = Loader<ImageMaker>;

/// Loads samples in an order, by threads that read ahead, into batches on a device: an [`ImageLoader`] those of images.
#[doc(alias = "DataLoader")]
pub struct Loader<M: BatchMaker> {
    pub(super) maker: Arc<M>,
    pub(super) order: SampleOrder,
    pub(super) device: Device,
    pub(super) shard: Option<Shard>,
    pub(super) workers: usize,
    pub(super) budget: u64,
    pub(super) stall_timeout: Option<Duration>,
    /// The positions that are loaded, where not all are.
    pub(super) window: Option<(usize, usize)>,
    /// The epoch of the next `iter`.
    pub(super) next_epoch: Arc<AtomicU64>,
}

/// Bytes that are read ahead unless another budget is set.
const BUDGET: u64 = 256 << 20;

impl Loader<ImageMaker> {
    /// Creates a loader without workers, which loads each batch when it is asked for. The order's source becomes the
    /// dataset's: its number of samples and a hash of their names.
    pub fn new(dataset: ImageDataset, order: SampleOrder, device: Device) -> Self {
        let maker = ImageMaker::new(dataset);
        let order = order.source(maker.identity());
        Self::of(maker, order, device)
    }

    /// Sets whether the memory of a batch is used for another one once it is dropped; it is unless set. Fresh memory costs more
    /// than what is written to it. On Burn's flex backend a batch is then copied when it is read back or changed in place, where
    /// it would be moved.
    #[must_use]
    pub fn reuse_buffers(self, reuse: bool) -> Self {
        let maker = Arc::new(ImageMaker { reuses_buffers: reuse, ..(*self.maker).clone() });
        Self { maker, ..self }
    }
}

impl<M: BatchMaker> Loader<M> {
    fn of(maker: M, order: SampleOrder, device: Device) -> Self {
        Self {
            maker: Arc::new(maker),
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

    fn batches(&self, epoch: SampleEpoch) -> Result<Batches<M>> {
        let (samples, files) = (self.order.samples(), self.maker.samples());
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
        let maker = self.maker.clone();
        let workers =
            Workers::start(batches.clone(), self.workers, maker.clone(), self.budget, self.stall_timeout)?;
        Ok(Batches::new(workers, batches, maker, self.device.clone()))
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
