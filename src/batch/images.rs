//! Images to one tensor.

use std::sync::Arc;

use burn::data::dataloader::batcher::Batcher;
use burn::tensor::{Device, Int, Tensor};
use rayon::prelude::*;

use crate::batch::LoadedImage;
use crate::bridge::upload;
use crate::error::{Error, Result};
use crate::images::{Image, SourceInfo};
use crate::memory;
use crate::order::OrderedSample;
use crate::source::Sample;
use crate::stats::PixelHistogram;
use crate::transform::{Normalize, PlaneWriter, Planes};

/// Stacks images into one `[N, C, H, W]` tensor of f32: one buffer, one transfer.
///
/// Samples become `v / 255`, in 0..=1, or what the recipe's [`Normalize`] makes of them.
///
/// ```
/// use burn::data::dataloader::batcher::Batcher;
/// use burn_prep::prelude::*;
///
/// let dataset = ImageDataset::new(ImageFolder::open("assets/photos")?, Decoder::rgb8())
///     .recipe(Recipe::new().then(Resize::exact(ImageSize::new(6, 4))));
/// let items = burn::data::dataset::Dataset::get_many(&dataset, vec![0, 1]).unwrap();
/// let batch = ImageBatcher::new().batch(items, &DeviceSpec::Cpu.init()?)?;
/// assert_eq!(batch.images.dims(), [2, 3, 4, 6]);
/// assert_eq!(batch.labels.unwrap().into_ndarray::<i32>()?, ndarray::array![0, 0]);
/// assert_eq!(batch.records[1].index, 1);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "collate_fn")]
#[doc(alias = "default_collate")]
#[derive(Debug, Clone, Copy, Default)]
pub struct ImageBatcher {}

/// A batch of images on a device, with their labels and source files.
///
/// ```
/// use burn::data::dataloader::batcher::Batcher;
/// use burn_prep::prelude::*;
///
/// let dataset = ImageDataset::new(ImageFolder::open("assets/photos")?, Decoder::rgb8())
///     .recipe(Recipe::new().then(CenterCrop::square(64)));
/// let items = burn::data::dataset::Dataset::get_many(&dataset, vec![0, 7]).unwrap();
/// let batch = ImageBatcher::new().batch(items, &DeviceSpec::Cpu.init()?)?;
/// assert_eq!(batch.images.dims(), [2, 3, 64, 64]);
/// assert_eq!(batch.labels.unwrap().into_ndarray::<i32>()?, ndarray::array![0, 1]);
/// assert!(batch.skipped.is_empty());
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ImageBatch {
    /// `[N, C, H, W]`, f32 unless an [`ImageLoader`](crate::loader::ImageLoader) was set to another type; `[0, 0, 0, 0]` where no file
    /// of the batch could be used.
    pub images: Tensor<4>,
    /// The labels of the samples, `[N]`, i32: of a folder, the indices of the classes. `None` if an image has no label
    /// or `N` is 0.
    pub labels: Option<Tensor<1, Int>>,
    /// The source of each image, in the order of the tensor.
    pub records: Vec<ImageRecord>,
    /// The files that could not be used, with [`OnError::Skip`](crate::batch::OnError::Skip) or
    /// [`OnError::Replace`](crate::batch::OnError::Replace).
    pub skipped: Vec<SkippedImage>,
    /// The samples of the order of which a [`Loader`](crate::loader::Loader) made the batch, with their positions in the epoch;
    /// those among them that could not be used. Empty in other loaders.
    pub samples: Vec<OrderedSample>,
}

/// Where an image of a batch comes from.
///
/// ```
/// use burn::data::dataloader::batcher::Batcher;
/// use burn_prep::prelude::*;
///
/// let dataset = ImageDataset::new(ImageFolder::open("assets/photos")?, Decoder::rgb8())
///     .recipe(Recipe::new().then(CenterCrop::square(64)));
/// let items = burn::data::dataset::Dataset::get_many(&dataset, vec![0, 7]).unwrap();
/// let batch = ImageBatcher::new().batch(items, &DeviceSpec::Cpu.init()?)?;
/// assert_eq!(batch.records[1].sample.uri, "objects/clock.jpg");
/// assert_eq!(batch.records[1].source.color, "L8");
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ImageRecord {
    /// The index in the dataset.
    pub index: usize,
    /// The file.
    pub sample: Sample,
    /// The properties of the file, before any conversion.
    pub source: SourceInfo,
    /// The histogram of the decoded pixels, where the dataset was asked for it.
    pub histogram: Option<PixelHistogram>,
}

/// A file that could not be used.
///
/// ```
/// use burn::data::dataloader::batcher::Batcher;
/// use burn_prep::prelude::*;
///
/// let dataset = ImageDataset::new(ImageFolder::open("assets/hostile")?, Decoder::rgb8()).on_error(OnError::Skip);
/// let items = burn::data::dataset::Dataset::get_many(&dataset, vec![5]).unwrap();
/// let batch = ImageBatcher::new().batch(items, &DeviceSpec::Cpu.init()?)?;
/// assert_eq!(batch.images.dims(), [0; 4]);
/// assert_eq!((batch.skipped[0].index, batch.skipped[0].sample.uri.as_str()), (5, "bomb.png"));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SkippedImage {
    /// The index in the dataset.
    pub index: usize,
    /// The file.
    pub sample: Sample,
    /// The reason why the file could not be used.
    pub error: Error,
}

impl ImageBatcher {
    /// Creates a batcher of transformed images.
    pub fn new() -> Self {
        Self::default()
    }
}

/// One buffer `[N, C, H, W]`; an error comes with the position of the image that does not fit.
fn stack(images: &[Normalized]) -> Result<(Vec<f32>, [usize; 4]), (usize, Error)> {
    let Some((first, normalize)) = images.first() else { return Ok((Vec::new(), [0; 4])) };
    let [height, width, channels] = first.shape();
    let expected = format!("{:?} like the first (add a Resize to the dataset)", first.shape());
    if let Some(at) = images.iter().position(|(image, _)| image.shape() != first.shape()) {
        return Err((at, Error::shape("stack", images[at].0.shape(), expected)));
    }
    if let Some(at) = images.iter().position(|(_, other)| other != normalize) {
        return Err((at, Error::parameter("recipe", "another normalisation", "the one of the first image")));
    }
    let writer = PlaneWriter::new(normalize.as_deref(), channels).map_err(|error| (0, error))?;
    let plane = height * width;
    let count = plane.checked_mul(channels).and_then(|image| image.checked_mul(images.len()));
    let pixels = count.and_then(|count| memory::repeated(&0.0, count));
    let mut pixels = pixels.ok_or_else(|| {
        let found = [images.len(), channels, height, width];
        (0, Error::shape("stack", found, "a batch that fits into memory"))
    })?;
    let slots = pixels.par_chunks_exact_mut(channels * plane);
    slots.zip(images).for_each(|(slot, (image, _))| writer.write_image(image, &mut Planes::F32(slot)));
    Ok((pixels, [images.len(), channels, height, width]))
}

/// Pixels, and how they become numbers.
type Normalized = (Image, Option<Arc<Normalize>>);

pub(crate) fn labels_of(records: &[ImageRecord]) -> Option<Vec<i32>> {
    if records.is_empty() {
        return None;
    }
    records.iter().map(|record| i32::try_from(record.sample.label?).ok()).collect()
}

/// Stacks the images of the items; items without an image go into `skipped`. An error is that of images that differ in shape
/// (both shapes and the file are named: add a `Resize` to the dataset), or whose channels are not those of the normalisation.
impl Batcher<Result<LoadedImage, SkippedImage>, Result<ImageBatch>> for ImageBatcher {
    fn batch(&self, items: Vec<Result<LoadedImage, SkippedImage>>, device: &Device) -> Result<ImageBatch> {
        let (mut images, mut records, mut skipped) = (Vec::new(), Vec::new(), Vec::new());
        for item in items {
            match item {
                Ok(LoadedImage { record, image, normalize }) => {
                    images.push((image, normalize));
                    records.push(record);
                }
                Err(left_out) => skipped.push(left_out),
            }
        }
        let (pixels, dims) = stack(&images).map_err(|(at, error)| {
            let record: &ImageRecord = &records[at];
            record.sample.name(error.at_index(record.index))
        })?;
        Ok(ImageBatch {
            images: upload(pixels, dims, device)?,
            labels: labels_of(&records).map(|labels| upload(labels, [records.len()], device)).transpose()?,
            records,
            skipped,
            samples: Vec::new(),
        })
    }
}
