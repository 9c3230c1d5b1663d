//! Images into batches.

use std::sync::Arc;

use burn::data::dataloader::batcher::Batcher;
use burn::tensor::{AllocationProperty, Bytes, DType, Device, TensorData};

use crate::batch::{
    ImageBatch, ImageBatcher, ImageDataset, ImageRecord, LoadedImage, SkippedImage, labels_of,
};
use crate::bridge::{upload, upload_data};
use crate::error::{Error, Result};
use crate::images::ImageSize;
use crate::loader::batch_maker::BatchMaker;
use crate::loader::pool::Pool;
use crate::loader::slots::Slots;
use crate::order::OrderedSample;
use crate::transform::{PlaneWriter, Planes};

/// Makes batches of the images of a dataset. Where all come out of the recipe in one size, each is written into its part of
/// the batch by the thread that decodes it.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct ImageMaker {
    pub(super) dataset: ImageDataset,
    pub(super) layout: Option<Layout>,
    pub(super) pool: Arc<Pool>,
    pub(super) reuses_buffers: bool,
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

    /// The bytes of an image.
    fn bytes(&self) -> Option<usize> {
        let samples = usize::try_from(self.size.area()).ok()?.checked_mul(self.channels)?;
        samples.checked_mul(self.dtype.size())
    }
}

/// An image that is loaded, or left out.
#[allow(unreachable_pub)] // a type of a public trait's, which nobody names
#[derive(Debug)]
pub enum Item {
    /// It lies in its part of the batch.
    Written(ImageRecord, usize),
    /// It is put into the batch when all are there.
    Loaded(LoadedImage),
    Skipped(SkippedImage),
}

impl ImageMaker {
    pub(super) fn new(dataset: ImageDataset) -> Self {
        let layout = Layout::of(&dataset);
        Self { dataset, layout, pool: Arc::default(), reuses_buffers: true }
    }

    pub(super) fn identity(&self) -> String {
        self.dataset.identity()
    }

    /// A batch of which the images lie in its memory.
    fn written(
        &self,
        layout: &Layout,
        slots: Slots,
        items: Vec<Item>,
        device: &Device,
    ) -> Result<ImageBatch> {
        let bytes_of_one = layout.bytes().unwrap_or(0);
        let mut words = slots.into_words();
        let bytes = bytemuck::cast_slice_mut::<u32, u8>(&mut words);
        let (mut records, mut skipped) = (Vec::with_capacity(items.len()), Vec::new());
        for (place, item) in items.into_iter().enumerate() {
            match item {
                Item::Written(record, _) => {
                    // Behind what was left out the others move up.
                    if records.len() < place {
                        let start = place * bytes_of_one;
                        bytes.copy_within(start..start + bytes_of_one, records.len() * bytes_of_one);
                    }
                    records.push(record);
                }
                Item::Skipped(left_out) => skipped.push(left_out),
                Item::Loaded(_) => {}
            }
        }
        let dims = match records.len() {
            0 => [0; 4],
            count => [count, layout.channels, layout.size.height as usize, layout.size.width as usize],
        };
        let length = records.len() * bytes_of_one;
        let bytes = match self.reuses_buffers {
            true => Bytes::from_shared(self.pool.lend(words, length), AllocationProperty::Other),
            false => {
                words.truncate(length.div_ceil(4));
                Bytes::from_elems(words)
            }
        };
        let labels = labels_of(&records).map(|labels| upload(labels, [records.len()], device)).transpose()?;
        let images = upload_data(TensorData::from_bytes(bytes, dims, layout.dtype), device)?;
        Ok(ImageBatch { images, labels, records, skipped })
    }
}

impl BatchMaker for ImageMaker {
    type Shared = Option<Arc<Slots>>;
    type Item = Item;
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

    fn load(&self, shared: Self::Shared, place: usize, sample: &OrderedSample) -> Result<Item> {
        let slot = shared.and_then(|slots| slots.slot(place));
        let (Some(mut slot), Some(layout)) = (slot, &self.layout) else {
            let item = self.dataset.item(sample.key, sample.index)?;
            return Ok(item.map_or_else(Item::Skipped, Item::Loaded));
        };
        let bytes = slot.bytes();
        let length = bytes.len();
        let mut planes = match layout.dtype {
            DType::F16 => Planes::F16(bytemuck::cast_slice_mut(bytes)),
            DType::BF16 => Planes::Bf16(bytemuck::cast_slice_mut(bytes)),
            DType::U8 => Planes::U8(bytes),
            _ => Planes::F32(bytemuck::cast_slice_mut(bytes)),
        };
        let record = self.dataset.write(sample.key, sample.index, layout.size, &layout.writer, &mut planes);
        let item = self.dataset.judged(sample.index, record)?;
        Ok(item.map_or_else(Item::Skipped, |record| Item::Written(record, length)))
    }

    fn bytes(&self, item: &Item) -> u64 {
        match item {
            Item::Written(_, bytes) => *bytes as u64,
            Item::Loaded(loaded) => loaded.image.pixels().len() as u64,
            Item::Skipped(_) => 0,
        }
    }

    fn finish(&self, shared: Self::Shared, items: Vec<Item>, device: &Device) -> Result<ImageBatch> {
        if let (Some(slots), Some(layout)) = (shared, &self.layout) {
            let slots = Arc::into_inner(slots).expect("threads let a slot go before they give its item");
            return self.written(layout, slots, items, device);
        }
        let loaded = items.into_iter().filter_map(|item| match item {
            Item::Loaded(loaded) => Some(Ok(loaded)),
            Item::Skipped(skipped) => Some(Err(skipped)),
            Item::Written(..) => None,
        });
        ImageBatcher::new().batch(loaded.collect(), device)
    }

    fn counts(batch: &ImageBatch) -> (usize, usize) {
        (batch.records.len(), batch.skipped.len())
    }
}
