//! Images as packed bytes, which become numbers on the device.

use burn::tensor::{Bytes, DType, Device, Float, Int, Tensor, TensorData};

use crate::batch::{ImageRecord, SkippedImage};
use crate::bridge::upload_data;
use crate::error::{Error, Result};
use crate::loader::Loader;
use crate::loader::batch_maker::{BadSample, BatchMaker};
use crate::loader::image_maker::{Gathered, ImageMaker, bad_of};
use crate::order::{OrderedSample, SampleEpoch};
use crate::transform::Normalize;

/// Loads images as packed bytes: a quarter of what is uploaded as f32. The device unpacks and normalises them.
///
/// ```
/// use burn_prep::loader::ImageLoader;
/// use burn_prep::prelude::*;
///
/// let folder = ImageFolder::open("assets/photos")?;
/// let order = SampleOrder::sequential(folder.len()).batch_size(16);
/// let recipe = Recipe::new().then(CenterCrop::square(8)).normalize(Normalize::imagenet());
/// let dataset = ImageDataset::new(folder, Decoder::rgb8()).recipe(recipe);
/// let loader = ImageLoader::new(dataset, order, DeviceSpec::Cpu.init()?);
/// let packed = loader.clone().packed()?.epoch(0)?.next().unwrap()?;
/// assert_eq!((packed.pixels.dims(), packed.dims), ([16 * 3 * 8 * 8 / 4], [16, 3, 8, 8]));
///
/// let numbers = packed.images().into_ndarray::<f32>()?;
/// let expected = loader.epoch(0)?.next().unwrap()?.images.into_ndarray::<f32>()?;
/// assert!(numbers.iter().zip(&expected).all(|(a, b)| (a - b).abs() <= 1e-6 * b.abs().max(1.0)));
/// # Ok::<(), burn_prep::Error>(())
/// ```
pub type PackedImageLoader = Loader<PackedMaker>;

/// A batch of images as packed bytes, with their labels and source files.
///
/// ```
/// use burn_prep::loader::ImageLoader;
/// use burn_prep::prelude::*;
///
/// let folder = ImageFolder::open("assets/photos")?;
/// let order = SampleOrder::sequential(folder.len()).batch_size(40);
/// let dataset = ImageDataset::new(folder, Decoder::rgb8()).recipe(Recipe::new().then(CenterCrop::square(5)));
/// let packed = ImageLoader::new(dataset, order, DeviceSpec::Cpu.init()?).packed()?.epoch(0)?.next().unwrap()?;
/// assert_eq!(packed.images().dims(), [40, 3, 5, 5]);
/// assert_eq!((packed.records.len(), packed.labels.unwrap().dims()), (40, [40]));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PackedBatch {
    /// The 8-bit samples of `[N, C, H, W]` in this order, four to an i32, the first in the lowest bits: `[ceil(N C H W / 4)]`. The
    /// rest of the last i32 is 0.
    pub pixels: Tensor<1, Int>,
    /// N, C, H and W; all are 0 where the batch has no image.
    pub dims: [usize; 4],
    /// The normalisation that turns samples into numbers; `None` for `v / 255`.
    pub normalize: Option<Normalize>,
    /// The labels of the samples, `[N]`, i32; as in [`ImageBatch`](crate::batch::ImageBatch::labels).
    pub labels: Option<Tensor<1, Int>>,
    /// The source of each image.
    pub records: Vec<ImageRecord>,
    /// The files that are not in the batch.
    pub skipped: Vec<SkippedImage>,
    /// The samples of the order of which the batch is.
    pub samples: Vec<OrderedSample>,
}

impl PackedBatch {
    /// The images as numbers `[N, C, H, W]`, f32: unpacked and normalised on their device. They differ from those of an
    /// [`ImageLoader`](crate::loader::ImageLoader) by the device's rounding, 1e-6 of the larger of 1 and their magnitude.
    pub fn images(&self) -> Tensor<4> {
        let [count, channels, height, width] = self.dims;
        let device = self.pixels.device();
        let total: usize = self.dims.iter().product();
        if total == 0 {
            return Tensor::empty(self.dims, &device);
        }
        let byte =
            |place: u32| self.pixels.clone().bitwise_right_shift_scalar(8 * place).bitwise_and_scalar(255);
        let bytes = Tensor::stack::<2>((0..4).map(byte).collect::<Vec<_>>(), 1);
        let bytes = bytes.reshape([4 * self.pixels.dims()[0]]).narrow(0, 0, total);
        let units = bytes.reshape([count, channels, height, width]).float() / 255.0;
        match &self.normalize {
            None => units,
            Some(normalize) => {
                let constants = |values: &[f32]| {
                    Tensor::<1, Float>::from_floats(values, &device).reshape([1, channels, 1, 1])
                };
                (units - constants(normalize.mean())) / constants(normalize.std())
            }
        }
    }
}

/// Makes batches of packed bytes.
#[doc(hidden)]
#[derive(Debug)]
pub struct PackedMaker {
    images: ImageMaker,
}

impl Loader<ImageMaker> {
    /// Loads the same images as packed bytes, which the device unpacks and normalises.
    ///
    /// # Errors
    ///
    /// The images do not come out of the recipe in one size that is known without them.
    pub fn packed(self) -> Result<PackedImageLoader> {
        let images = (*self.maker).clone().with_samples()?;
        Ok(self.with_maker(PackedMaker { images }))
    }
}

impl BatchMaker for PackedMaker {
    type Shared = <ImageMaker as BatchMaker>::Shared;
    type Item = <ImageMaker as BatchMaker>::Item;
    type Batch = PackedBatch;

    fn samples(&self) -> usize {
        self.images.samples()
    }

    fn named(&self, error: Error) -> Error {
        self.images.named(error)
    }

    fn begin(&self, samples: usize) -> Result<Self::Shared> {
        self.images.begin(samples)
    }

    fn load(
        &self,
        shared: Self::Shared,
        place: usize,
        sample: &OrderedSample,
        epoch: &SampleEpoch,
    ) -> Result<Self::Item> {
        self.images.load(shared, place, sample, epoch)
    }

    fn bytes(&self, item: &Self::Item) -> u64 {
        self.images.bytes(item)
    }

    fn finish(
        &self,
        shared: Self::Shared,
        samples: Vec<OrderedSample>,
        items: Vec<Self::Item>,
        device: &Device,
    ) -> Result<PackedBatch> {
        let (slots, layout) =
            shared.zip(self.images.layout.as_ref()).expect("a maker of samples has a layout");
        let Gathered { bytes, dims, labels, records, skipped } =
            self.images.gathered(layout, slots, items, device)?;
        let words = bytes.len().div_ceil(4);
        let bytes = match bytes.len().is_multiple_of(4) {
            true => bytes,
            false => Bytes::from_bytes_vec([&bytes[..], &[0; 3][..words * 4 - bytes.len()]].concat()),
        };
        let pixels = upload_data(TensorData::from_bytes(bytes, [words], DType::I32), device)?;
        let normalize = self.images.normalization().cloned();
        Ok(PackedBatch { pixels, dims, normalize, labels, records, skipped, samples })
    }

    fn count(batch: &PackedBatch) -> usize {
        batch.samples.len()
    }

    fn bad(batch: &PackedBatch) -> Vec<BadSample<'_>> {
        bad_of(&batch.skipped)
    }
}
