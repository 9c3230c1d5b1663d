//! Images into batches.

use std::sync::Arc;

use burn::data::dataloader::batcher::Batcher;
use burn::tensor::{AllocationProperty, Bytes, DType, Device, Int, Tensor, TensorData};

use crate::batch::{
    ImageBatch, ImageBatcher, ImageDataset, ImageRecord, LoadedImage, SkippedImage, labels_of,
};
use crate::bridge::{upload, upload_data};
use crate::error::{Error, Result};
use crate::images::ImageSize;
use crate::loader::batch_maker::{BadSample, BatchMaker};
use crate::loader::pool::Pool;
use crate::loader::sample_maker::{Loaded, load_by};
use crate::loader::slots::Slots;
use crate::order::{OrderedSample, SampleEpoch};
use crate::source::Source;
use crate::transform::{Normalize, PlaneWriter, Planes};

/// Makes batches of the images of a dataset. Where all come out of the recipe in one size, each is written into its part of
/// the batch by the thread that decodes it.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct ImageMaker {
    dataset: ImageDataset,
    pub(super) layout: Option<Layout>,
    pool: Arc<Pool>,
    reuses_buffers: bool,
}

/// How an image lies in a batch.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    size: ImageSize,
    channels: usize,
    dtype: DType,
    writer: Arc<PlaneWriter>,
}

impl Layout {
    /// Of images that have one size after the recipe, and whose normalisation fits their channels.
    fn of(dataset: &ImageDataset) -> Option<Self> {
        let size = dataset.fixed_size()?;
        let channels = dataset.channels();
        let writer = PlaneWriter::new(dataset.normalization(), channels).ok()?;
        Some(Self { size, channels, dtype: DType::F32, writer: Arc::new(writer) })
    }

    /// The shape of so many images.
    fn dims(&self, count: usize) -> [usize; 4] {
        match count {
            0 => [0; 4],
            count => [count, self.channels, self.size.height as usize, self.size.width as usize],
        }
    }

    /// The bytes of an image.
    fn bytes(&self) -> Option<usize> {
        let samples = usize::try_from(self.size.area()).ok()?.checked_mul(self.channels)?;
        samples.checked_mul(self.dtype.size())
    }
}

/// A loaded image.
#[doc(hidden)]
#[derive(Debug)]
pub enum Item {
    /// It lies in its part of the batch.
    Written(ImageRecord),
    /// It is put into the batch when all are there.
    Loaded(LoadedImage),
}

impl ImageMaker {
    pub(super) fn new(dataset: ImageDataset) -> Self {
        let layout = Layout::of(&dataset);
        Self { dataset, layout, pool: Arc::default(), reuses_buffers: true }
    }

    pub(super) fn source(&self) -> &dyn Source {
        self.dataset.source()
    }

    /// With numbers of another type.
    pub(super) fn with_dtype(self, dtype: crate::arrays::DType) -> Result<Self> {
        use crate::arrays::DType as Ours;
        match dtype {
            Ours::F32 if self.layout.is_none() => Ok(self),
            Ours::F32 => self.with_elements(DType::F32),
            Ours::F16 => self.with_elements(DType::F16),
            Ours::BF16 => self.with_elements(DType::BF16),
            other => Err(Error::dtype("ImageLoader::dtype", other, "f32, f16 or bf16")),
        }
    }

    /// With memory of batches that is used again, or is not.
    pub(super) fn with_reused_buffers(self, reuses_buffers: bool) -> Self {
        Self { reuses_buffers, ..self }
    }

    /// With samples that are not normalised.
    pub(super) fn with_samples(self) -> Result<Self> {
        self.with_elements(DType::U8)
    }

    fn with_elements(mut self, dtype: DType) -> Result<Self> {
        let layout = self.layout.as_mut().ok_or_else(|| {
            let expected = "one whose last steps say the size, such as Resize::exact or CenterCrop";
            Error::parameter("recipe", "one that leaves the size of an image to it", expected)
        })?;
        layout.dtype = dtype;
        Ok(self)
    }

    pub(super) fn normalization(&self) -> Option<&Normalize> {
        self.dataset.normalization()
    }

    pub(super) fn identity(&self) -> String {
        self.dataset.identity()
    }

    /// The images of a batch that lie in its memory, without gaps.
    pub(super) fn gathered(
        &self,
        layout: &Layout,
        slots: Arc<Slots>,
        items: Vec<Loaded<Item, SkippedImage>>,
        device: &Device,
    ) -> Result<Gathered> {
        let slots = Arc::into_inner(slots).expect("threads let a slot go before they give its item");
        let bytes_of_one = layout.bytes().unwrap_or(0);
        let mut words = slots.into_words();
        let bytes = bytemuck::cast_slice_mut::<u32, u8>(&mut words);
        let (mut records, mut skipped) = (Vec::with_capacity(items.len()), Vec::new());
        for (place, loaded) in items.into_iter().enumerate() {
            skipped.extend(loaded.skipped);
            if let Some(Item::Written(record)) = loaded.item {
                // Behind what was left out the others move up.
                if records.len() < place {
                    let start = place * bytes_of_one;
                    bytes.copy_within(start..start + bytes_of_one, records.len() * bytes_of_one);
                }
                records.push(record);
            }
        }
        let length = records.len() * bytes_of_one;
        let pool = if self.reuses_buffers { self.pool.clone() } else { Arc::default() };
        let bytes = match self.reuses_buffers || !length.is_multiple_of(4) {
            true => Bytes::from_shared(pool.lend(words, length), AllocationProperty::Other),
            false => {
                words.truncate(length / 4);
                Bytes::from_elems(words)
            }
        };
        let labels = labels_of(&records).map(|labels| upload(labels, [records.len()], device)).transpose()?;
        Ok(Gathered { bytes, dims: layout.dims(records.len()), labels, records, skipped })
    }
}

/// The images of a batch, one behind the other, before they are uploaded.
pub(super) struct Gathered {
    pub(super) bytes: Bytes,
    /// N, C, H and W.
    pub(super) dims: [usize; 4],
    pub(super) labels: Option<Tensor<1, Int>>,
    pub(super) records: Vec<ImageRecord>,
    pub(super) skipped: Vec<SkippedImage>,
}

impl BatchMaker for ImageMaker {
    type Shared = Option<Arc<Slots>>;
    type Item = Loaded<Item, SkippedImage>;
    type Batch = ImageBatch;

    fn samples(&self) -> usize {
        self.dataset.source().len()
    }

    fn named(&self, error: Error) -> Error {
        self.dataset.named(error)
    }

    fn begin(&self, samples: usize) -> Result<Self::Shared> {
        let Some(layout) = &self.layout else { return Ok(None) };
        let slots = layout.bytes().and_then(|bytes| Slots::new(samples, bytes, &self.pool));
        let found = [samples, layout.channels, layout.size.height as usize, layout.size.width as usize];
        let slots = slots.ok_or_else(|| Error::shape("stack", found, "a batch that fits into memory"))?;
        Ok(Some(Arc::new(slots)))
    }

    fn load(
        &self,
        shared: Self::Shared,
        place: usize,
        sample: &OrderedSample,
        epoch: &SampleEpoch,
    ) -> Result<Self::Item> {
        let mut slot = shared.and_then(|slots| slots.slot(place));
        let load = |sample: &OrderedSample| {
            let (Some(slot), Some(layout)) = (&mut slot, &self.layout) else {
                return self.dataset.load_with(sample.key, sample.index).map(Item::Loaded);
            };
            let bytes = slot.bytes();
            let mut planes = match layout.dtype {
                DType::F16 => Planes::F16(bytemuck::cast_slice_mut(bytes)),
                DType::BF16 => Planes::Bf16(bytemuck::cast_slice_mut(bytes)),
                DType::U8 => Planes::U8(bytes),
                _ => Planes::F32(bytemuck::cast_slice_mut(bytes)),
            };
            let written =
                self.dataset.write(sample.key, sample.index, layout.size, &layout.writer, &mut planes);
            written.map(Item::Written)
        };
        let skip = |index, error| self.dataset.skipped(index, error);
        load_by(self.dataset.policy(), sample, epoch, load, skip)
    }

    fn bytes(&self, loaded: &Self::Item) -> u64 {
        match (&self.layout, &loaded.item) {
            // Its part of the batch is there, whatever lies in it.
            (Some(layout), _) => layout.bytes().unwrap_or(0) as u64,
            (None, Some(Item::Loaded(loaded))) => loaded.image.pixels().len() as u64,
            (None, _) => 0,
        }
    }

    fn finish(
        &self,
        shared: Self::Shared,
        samples: Vec<OrderedSample>,
        items: Vec<Self::Item>,
        device: &Device,
    ) -> Result<ImageBatch> {
        if let (Some(slots), Some(layout)) = (shared, &self.layout) {
            let Gathered { bytes, dims, labels, records, skipped } =
                self.gathered(layout, slots, items, device)?;
            let images = upload_data(TensorData::from_bytes(bytes, dims, layout.dtype), device)?;
            return Ok(ImageBatch { images, labels, records, skipped, samples });
        }
        let loaded = items.into_iter().flat_map(|loaded| {
            let image = match loaded.item {
                Some(Item::Loaded(image)) => Some(Ok(image)),
                Some(Item::Written(..)) | None => None,
            };
            image.into_iter().chain(loaded.skipped.into_iter().map(Err))
        });
        Ok(ImageBatch { samples, ..ImageBatcher::new().batch(loaded.collect(), device)? })
    }

    fn count(batch: &ImageBatch) -> usize {
        batch.samples.len()
    }

    fn bad(batch: &ImageBatch) -> Vec<BadSample<'_>> {
        bad_of(&batch.skipped)
    }
}

/// Images that are left out, as any loader has them.
pub(super) fn bad_of(skipped: &[SkippedImage]) -> Vec<BadSample<'_>> {
    let bad = skipped.iter();
    bad.map(|bad| BadSample { index: bad.index, uri: Some(&bad.sample.uri), error: &bad.error }).collect()
}
