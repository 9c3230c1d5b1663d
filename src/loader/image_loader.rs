//! The loader of images.

use std::sync::Arc;

use burn::tensor::Device;

use crate::arrays::DType;
use crate::batch::ImageDataset;
use crate::error::Result;
use crate::loader::Loader;
use crate::loader::image_maker::ImageMaker;
use crate::order::SampleOrder;
use crate::source::Exclusions;

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

impl Loader<ImageMaker> {
    /// Creates a loader without workers, which loads each batch when it is asked for. The order's source becomes the
    /// dataset's: its number of samples and a hash of their names.
    pub fn new(dataset: ImageDataset, order: SampleOrder, device: Device) -> Self {
        let maker = ImageMaker::new(dataset);
        let order = order.source(maker.identity());
        Self::of(maker, order, device)
    }

    /// Leaves samples out of the order by their names, which come from a quarantine file or a list. Names that the dataset does
    /// not have are passed over.
    ///
    /// # Errors
    ///
    /// As [`SampleOrder::without`]. A sequential or shuffled order of which nothing is left is no error: it has no batches.
    ///
    /// ```
    /// use burn_prep::loader::ImageLoader;
    /// use burn_prep::prelude::*;
    /// use burn_prep::source::Exclusions;
    ///
    /// let folder = ImageFolder::open("assets/photos")?;
    /// let order = SampleOrder::shuffled(folder.len(), 42).batch_size(16);
    /// let dataset = ImageDataset::new(folder, Decoder::rgb8()).recipe(Recipe::new().then(CenterCrop::square(8)));
    /// let loader = ImageLoader::new(dataset, order, DeviceSpec::Cpu.init()?);
    /// let without = loader.without(&Exclusions::new(["animals/cat.jpg"]))?;
    /// let batches = without.epoch(0)?.collect::<burn_prep::Result<Vec<_>>>()?;
    /// let mut names = batches.iter().flat_map(|batch| &batch.records).map(|record| record.sample.uri.as_str());
    /// assert!(names.all(|name| name != "animals/cat.jpg") && without.metrics().samples == 39);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "exclude")]
    pub fn without(mut self, exclusions: &Exclusions) -> Result<Self> {
        self.order = self.order.without(exclusions.indices(self.maker.source()))?;
        Ok(self)
    }

    /// Sets the dtype of the batches: f32 unless set, or f16 or bf16, to which the f32 numbers are rounded.
    ///
    /// # Errors
    ///
    /// The dtype is another one; or it is f16 or bf16, and the recipe has a step of one's own or leaves the size to the image.
    /// `CenterCrop` and `Resize::exact`, for instance, give all images one size.
    ///
    /// ```
    /// use burn_prep::arrays::DType;
    /// use burn_prep::loader::ImageLoader;
    /// use burn_prep::prelude::*;
    ///
    /// let folder = ImageFolder::open("assets/photos")?;
    /// let order = SampleOrder::sequential(folder.len()).batch_size(16);
    /// let dataset = ImageDataset::new(folder, Decoder::rgb8()).recipe(Recipe::new().then(CenterCrop::square(8)));
    /// let loader = ImageLoader::new(dataset, order, DeviceSpec::Flex.init()?).dtype(DType::F16)?;
    /// assert_eq!(loader.epoch(0)?.next().unwrap()?.images.dtype(), burn::tensor::DType::F16);
    /// assert!(loader.dtype(DType::U8).is_err());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn dtype(self, dtype: DType) -> Result<Self> {
        let maker = Arc::new((*self.maker).clone().with_dtype(dtype)?);
        Ok(Self { maker, ..self })
    }

    /// Sets whether the memory of a batch is used for a later batch once the first is dropped; the default is `true`, because to
    /// get fresh memory from the system takes longer than to write the batch to it. On Burn's flex backend reading a batch back,
    /// or changing it in place, then copies it; with `false` its memory is moved or changed without a copy.
    ///
    /// ```
    /// use burn_prep::loader::ImageLoader;
    /// use burn_prep::prelude::*;
    ///
    /// let folder = ImageFolder::open("assets/photos")?;
    /// let order = SampleOrder::sequential(folder.len()).batch_size(16);
    /// let dataset = ImageDataset::new(folder, Decoder::rgb8()).recipe(Recipe::new().then(CenterCrop::square(8)));
    /// let loader = ImageLoader::new(dataset, order, DeviceSpec::Cpu.init()?).reuse_buffers(false);
    /// assert_eq!(loader.epoch(0)?.next().unwrap()?.images.into_ndarray::<f32>()?.shape(), [16, 3, 8, 8]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn reuse_buffers(self, reuse: bool) -> Self {
        let maker = Arc::new((*self.maker).clone().with_reused_buffers(reuse));
        Self { maker, ..self }
    }
}
