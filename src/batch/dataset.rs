//! The images of a source, such as a folder, as a Burn dataset.

use std::sync::Arc;

use burn::data::dataset::{Dataset, DatasetError};
use rayon::prelude::*;

use crate::batch::{ImageRecord, SkippedImage};
use crate::error::{Error, Result};
use crate::images::{Decoder, Image, ImageSize, Planned, Wanted};
use crate::order::fnv1a;
use crate::source::{Sample, Source};
use crate::stats::PixelHistogram;
use crate::transform::{Fidelity, Normalize, PlaneWriter, Planes, PlanesPlan, Recipe, SampleKey, numbers_of};

/// What a dataset does with a file that cannot be used.
///
/// ```
/// use burn_prep::prelude::*;
///
/// let hostile = || ImageDataset::new(ImageFolder::open("assets/hostile").unwrap(), Decoder::rgb8());
/// let bomb = |dataset: ImageDataset| burn::data::dataset::Dataset::get(&dataset, 5);
/// assert!(bomb(hostile()).unwrap_err().to_string().contains("bomb.png: max_side is 60000"));
/// assert!(bomb(hostile().on_error(OnError::Skip)).unwrap().unwrap_err().error.is_data());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnError {
    /// The loader yields an error that names the file. End the epoch there: without workers, Burn's
    /// loader would yield the same error again and again.
    #[default]
    Fail,
    /// A file whose content cannot be used is left out of its batch and listed in [`ImageBatch::skipped`](crate::batch::ImageBatch::skipped).
    Skip,
    /// As [`Skip`](Self::Skip), and in a [`Loader`](crate::loader::Loader) another sample of the order takes its place, which the
    /// seed, the epoch and the position choose. Burn's loader leaves the file out.
    Replace,
}

impl OnError {
    /// Whether a sample with this error is left out or replaced. Only what is wrong with its data is: neither the caller's mistake,
    /// nor a disk that is gone.
    pub(crate) fn passes_over(self, error: &Error) -> bool {
        self != Self::Fail && error.is_data()
    }
}

/// A Burn dataset of the images of a source, such as a folder: decoded, transformed by a recipe and ready to be
/// stacked.
///
/// Files are read, decoded and transformed here and not in the batcher, because Burn's `Batcher` has no way to report
/// an error, and a panic in a loader thread ends the epoch without a message. All of rayon's threads decode a batch,
/// even where Burn's `num_workers` is 0. (Not with `.shuffle(seed)`: it fetches one item at a time. Use `num_workers`
/// then, or wrap the dataset in Burn's `SelectionDataset::new_shuffled(dataset, seed)`, which fetches batches.)
///
/// All images of a batch must come out of the recipe in one shape. An image of another shape is an error of the batch
/// that names the file and both shapes, whatever [`OnError`] says; a `Resize` in the recipe avoids it.
///
/// ```
/// use burn::data::dataloader::DataLoaderBuilder;
/// use burn_prep::prelude::*;
///
/// let dataset = ImageDataset::new(ImageFolder::open("assets/photos")?, Decoder::rgb8())
///     .recipe(Recipe::new().then(Resize::exact(ImageSize::square(8))))
///     .on_error(OnError::Skip);
/// let loader = DataLoaderBuilder::new(ImageBatcher::new())
///     .batch_size(4)
///     .set_device(DeviceSpec::Cpu.init()?)
///     .build(dataset);
/// let batch = loader.iter().next().unwrap().unwrap()?;
/// assert_eq!(batch.images.dims(), [4, 3, 8, 8]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "ImageFolderDataset")]
#[derive(Debug, Clone)]
pub struct ImageDataset {
    source: Arc<dyn Source>,
    decoder: Decoder,
    recipe: Recipe,
    on_error: OnError,
    histograms: bool,
    fidelity: Fidelity,
}

/// A decoded and transformed image.
///
/// ```
/// use burn_prep::prelude::*;
///
/// let dataset = ImageDataset::new(ImageFolder::open("assets/photos")?, Decoder::rgb8())
///     .recipe(Recipe::new().then(CenterCrop::square(64)));
/// let loaded = dataset.load(0)?;
/// assert_eq!(loaded.image.size(), ImageSize::square(64));
/// assert_eq!(loaded.record.source.size, ImageSize::new(192, 128));
/// assert_eq!((loaded.record.index, loaded.record.sample.uri.as_str()), (0, "animals/cat.jpg"));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LoadedImage {
    /// Where the image comes from.
    pub record: ImageRecord,
    /// The image after the steps of the recipe.
    pub image: Image,
    /// The normalisation that turns pixels into numbers; `None` for `v / 255`.
    pub normalize: Option<Arc<Normalize>>,
}

impl LoadedImage {
    /// Converts the pixels to f32 numbers `[C, H, W]`: normalised, or `v / 255`.
    ///
    /// # Errors
    ///
    /// The normalisation has another number of channels than the image.
    ///
    /// ```
    /// use burn_prep::prelude::*;
    /// let dataset = ImageDataset::new(ImageFolder::open("assets/photos")?, Decoder::rgb8());
    /// let loaded = dataset.recipe(Recipe::new().then(Resize::exact(ImageSize::new(3, 2)))).load(0)?;
    /// let numbers = loaded.numbers()?;
    /// assert_eq!(numbers.shape(), [3, 2, 3]);
    /// assert_eq!(numbers[[0, 0, 0]], f32::from(loaded.image.pixels()[0]) / 255.0);
    ///
    /// // A field of a record beside others, for a `Collator`.
    /// let record = Record::new().with("image", numbers).with("label", 1_i32);
    /// assert_eq!(record.names().collect::<Vec<_>>(), ["image", "label"]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn numbers(&self) -> Result<ndarray::Array3<f32>> {
        numbers_of(&self.image, self.normalize.as_deref())
    }
}

impl ImageDataset {
    /// The images of a source, such as an [`ImageFolder`](crate::source::ImageFolder), decoded by `decoder`, not
    /// transformed; a bad file is an error.
    pub fn new(source: impl Source + 'static, decoder: Decoder) -> Self {
        Self {
            source: Arc::new(source),
            decoder,
            recipe: Recipe::new(),
            on_error: OnError::default(),
            histograms: false,
            fidelity: Fidelity::default(),
        }
    }

    /// Sets the steps between decoding and stacking, and the normalisation. Batches need images of one size.
    ///
    /// Of a JPEG file no more rows are decoded than the steps need, where possible: damage below them, and damage that shows only at
    /// the end of the data, is not seen, and the sample is used. [`Validator`](crate::validate::Validator) decodes all of each file.
    #[doc(alias = "transform")]
    #[must_use]
    pub fn recipe(mut self, recipe: Recipe) -> Self {
        self.recipe = recipe;
        self
    }

    /// What happens with a file that cannot be used.
    #[must_use]
    pub fn on_error(mut self, on_error: OnError) -> Self {
        self.on_error = on_error;
        self
    }

    /// Sets how exactly an [`ImageLoader`](crate::loader::ImageLoader) makes large JPEG images smaller. Where all comes out of the
    /// recipe in one size it decodes no more of an image than what the recipe needs.
    ///
    /// ```
    /// use burn_prep::prelude::*;
    /// use burn_prep::transform::Fidelity;
    /// let recipe = Recipe::new().then(Resize::exact(ImageSize::square(16)));
    /// let dataset = ImageDataset::new(ImageFolder::open("assets/photos")?, Decoder::rgb8()).recipe(recipe);
    /// let dataset = dataset.fidelity(Fidelity::Fast);
    /// assert_eq!(dataset.load(0)?.image.shape(), [16, 16, 3]);          // by itself an image is exact
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn fidelity(mut self, fidelity: Fidelity) -> Self {
        self.fidelity = fidelity;
        self
    }

    /// Computes the exact histogram of each image's decoded pixels, in the pass that decodes it.
    ///
    /// ```
    /// use burn_prep::prelude::*;
    ///
    /// let folder = ImageFolder::open("assets/photos")?;
    /// let loaded = ImageDataset::new(folder, Decoder::rgb8()).with_histograms().load(0)?;
    /// let pixels = loaded.record.histogram.unwrap().channels()[0].count();
    /// assert_eq!(pixels, 192 * 128);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn with_histograms(mut self) -> Self {
        self.histograms = true;
        self
    }

    /// Loads one file. The random steps of the recipe draw for the epoch 0 and the seed 0, since an index is all that Burn's
    /// loader gives; [`ImageLoader`](crate::loader::ImageLoader) has them draw anew in each epoch.
    ///
    /// # Errors
    ///
    /// The file cannot be read, decoded or transformed, and the error names it; or `index` is not below the number of
    /// files.
    ///
    /// ```
    /// use burn_prep::prelude::*;
    /// let dataset = ImageDataset::new(ImageFolder::open("assets/photos")?, Decoder::rgb8());
    /// assert_eq!(dataset.load(0)?.image.shape()[2], 3);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn load(&self, index: usize) -> Result<LoadedImage> {
        self.load_with(SampleKey { seed: 0, epoch: 0, index: index as u64 }, index)
    }

    pub(crate) fn load_with(&self, key: SampleKey, index: usize) -> Result<LoadedImage> {
        let sample = self.source.sample(index).ok_or_else(|| Error::no_sample(index, self.source.len()))?;
        let plan = |size| Ok((self.recipe.plan_with(size, key)?, Wanted::WHOLE));
        let Planned { plan, decoded, .. } = self.decoder.decode_planned(&*self.source, index, plan)?;
        let histogram = self.histograms.then(|| PixelHistogram::of(&decoded.image));
        let image = plan.run(decoded.image).map_err(|error| sample.name(error))?;
        let record = ImageRecord { index, sample: sample.clone(), source: decoded.source, histogram };
        Ok(LoadedImage { record, image, normalize: self.recipe.shared_normalization() })
    }

    /// The number of samples and a hash of their names, by which a state knows its source.
    pub(crate) fn identity(&self) -> String {
        let count = self.source.len();
        let names = (0..count).filter_map(|index| self.source.sample(index));
        let bytes = names.flat_map(|sample| sample.uri.bytes().chain([0]));
        format!("{count} samples, FNV-1a {:016x}", fnv1a(bytes))
    }

    /// The error with the name of the sample that its index is of, where it names none.
    pub(crate) fn named(&self, error: Error) -> Error {
        match error.index().and_then(|index| self.source.sample(index)) {
            Some(sample) if error.path().is_none() => sample.name(error),
            _ => error,
        }
    }

    /// Decodes one file straight into its planes of a batch of images of the size `to`.
    pub(crate) fn write(
        &self,
        key: SampleKey,
        index: usize,
        to: ImageSize,
        writer: &PlaneWriter,
        planes: &mut Planes<'_>,
    ) -> Result<ImageRecord> {
        let sample = self.source.sample(index).ok_or_else(|| Error::no_sample(index, self.source.len()))?;
        let mode = self.decoder.mode();
        let plan = |size| {
            let plan = self.recipe.plan_with(size, key)?;
            let reduction = self.fidelity.reduction(&plan);
            let planes = PlanesPlan::new(plan, mode, reduction);
            // A histogram is that of the whole picture.
            let wanted = if self.histograms { Wanted::WHOLE } else { planes.wanted(reduction) };
            Ok(((planes, reduction, size), wanted))
        };
        let planned = self.decoder.decode_planned(&*self.source, index, plan)?;
        let Planned { plan: (planes_plan, expected, size), decoded, region, reduction } = planned;
        let plan = match reduction == expected {
            true => planes_plan,
            // It was decoded at full size.
            false => PlanesPlan::new(self.recipe.plan_with(size, key)?, mode, reduction),
        };
        let histogram = self.histograms.then(|| PixelHistogram::of(&decoded.image));
        let written = plan.write(decoded.image, region, to, writer, planes);
        written.map_err(|error| sample.name(error))?;
        Ok(ImageRecord { index, sample: sample.clone(), source: decoded.source, histogram })
    }

    /// The size of all images after the recipe, where it is known without them.
    pub(crate) fn fixed_size(&self) -> Option<ImageSize> {
        self.recipe.fixed_size()
    }

    /// The channels of the images.
    pub(crate) fn channels(&self) -> usize {
        self.decoder.mode().channels()
    }

    /// The normalisation of the recipe.
    pub(crate) fn normalization(&self) -> Option<&Normalize> {
        self.recipe.normalization()
    }

    /// The source of the samples.
    pub(crate) fn source(&self) -> &dyn Source {
        &*self.source
    }

    /// What happens with a file that cannot be used.
    pub(crate) fn policy(&self) -> OnError {
        self.on_error
    }

    /// What is left out of a batch.
    pub(crate) fn skipped(&self, index: usize, error: Error) -> SkippedImage {
        let sample = self.source.sample(index).cloned();
        SkippedImage { index, sample: sample.unwrap_or_else(|| Sample::new(index.to_string())), error }
    }

    /// What was loaded of a sample, or what is left out of its batch, or an error where the policy makes it one.
    fn judged<T>(&self, index: usize, loaded: Result<T>) -> Result<Result<T, SkippedImage>> {
        match (loaded, self.source.sample(index)) {
            (Ok(loaded), _) => Ok(Ok(loaded)),
            (Err(error), Some(_)) if self.on_error.passes_over(&error) => Ok(Err(self.skipped(index, error))),
            (Err(error), _) => Err(error),
        }
    }
}

/// An item is an image, or with [`OnError::Skip`] what is left out of its batch. `get` and `get_many` return an error when an
/// index is not below `len`.
impl Dataset<Result<LoadedImage, SkippedImage>> for ImageDataset {
    fn get(&self, index: usize) -> Result<Result<LoadedImage, SkippedImage>, DatasetError> {
        self.judged(index, self.load(index)).map_err(DatasetError::new)
    }

    fn get_many(&self, indexes: Vec<usize>) -> Result<Vec<Result<LoadedImage, SkippedImage>>, DatasetError> {
        // Decoded in any order, judged in theirs: of several bad files the first is named.
        let items: Vec<_> =
            indexes.into_par_iter().map(|index| self.judged(index, self.load(index))).collect();
        items.into_iter().collect::<Result<_>>().map_err(DatasetError::new)
    }

    fn len(&self) -> usize {
        self.source.len()
    }
}
