//! The batches of an epoch of images.

use std::fmt;

use burn::data::dataloader::batcher::Batcher;
use burn::tensor::Device;

use crate::batch::{ImageBatch, ImageBatcher, ImageDataset, LoadedImage, SkippedImage};
use crate::error::Result;
use crate::loader::workers::Workers;
use crate::order::{OrderState, SampleBatches};

/// An image, or what is left out of its batch.
pub(super) type Item = Result<LoadedImage, SkippedImage>;

/// The batches that are left of an epoch, in their order. Behind an error nothing more comes. Dropping it returns at once; threads
/// end at their next step.
///
/// ```
/// use burn_prep::loader::ImageLoader;
/// use burn_prep::order::SampleOrder;
/// use burn_prep::prelude::*;
///
/// let folder = ImageFolder::open("assets/photos")?;
/// let order = SampleOrder::sequential(folder.len()).batch_size(16);
/// let dataset = ImageDataset::new(folder, Decoder::rgb8()).recipe(Recipe::new().then(CenterCrop::square(8)));
/// let mut batches = ImageLoader::new(dataset, order, DeviceSpec::Cpu.init()?).workers(1).epoch(3)?;
/// batches.next().unwrap()?;
/// let state = batches.state();
/// assert_eq!((state.epoch, state.position), (3, 16));
/// # Ok::<(), burn_prep::Error>(())
/// ```
pub struct ImageBatches {
    workers: Workers<Item>,
    /// The batches that are not given out yet.
    left: SampleBatches,
    dataset: ImageDataset,
    device: Device,
    has_failed: bool,
}

impl ImageBatches {
    pub(super) fn new(
        workers: Workers<Item>,
        left: SampleBatches,
        dataset: ImageDataset,
        device: Device,
    ) -> Self {
        Self { workers, left, dataset, device, has_failed: false }
    }

    /// The state to resume behind the batches that were given out, over all ranks. A batch that was an error is not among
    /// them.
    #[doc(alias = "state_dict")]
    pub fn state(&self) -> OrderState {
        self.left.state()
    }

    fn batch(&mut self) -> Option<Result<ImageBatch>> {
        let items = match self.workers.next()? {
            Ok(items) => items.into_iter().collect::<Result<Vec<_>>>(),
            Err(error) => Err(error),
        };
        let named = items.map_err(|error| self.dataset.named(error));
        Some(named.and_then(|items| ImageBatcher::new().batch(items, &self.device)))
    }
}

impl Iterator for ImageBatches {
    type Item = Result<ImageBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_failed {
            return None;
        }
        let batch = self.batch()?;
        match batch {
            Ok(_) => self.left.advance(),
            Err(_) => {
                self.has_failed = true;
                self.workers.stop();
            }
        }
        Some(batch)
    }
}

impl fmt::Debug for ImageBatches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImageBatches").field("state", &self.state()).finish_non_exhaustive()
    }
}
