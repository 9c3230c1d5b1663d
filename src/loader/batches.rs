//! The batches of an epoch.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use burn::tensor::Device;

use crate::error::Result;
use crate::loader::Loader;
use crate::loader::bad_samples::BadSamples;
use crate::loader::batch_maker::BatchMaker;
use crate::loader::feed::Feed;
use crate::loader::image_maker::ImageMaker;
use crate::loader::meter::Meter;
use crate::loader::workers::{Loaded, Workers};
use crate::order::OrderState;

/// The batches of an [`ImageLoader`](crate::loader::ImageLoader).
pub type ImageBatches = Batches<ImageMaker>;

/// An iterator over the batches that are left of an epoch, in their order. It ends after the first error. Dropping it does not
/// wait for the threads: each ends when it has loaded the sample that it is at.
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
pub struct Batches<M: BatchMaker> {
    workers: Workers<M>,
    /// The batches that are not given out yet.
    left: Feed,
    maker: Arc<M>,
    device: Device,
    bad: BadSamples,
    meter: Arc<Meter>,
    has_failed: bool,
}

impl<M: BatchMaker> Batches<M> {
    pub(super) fn new(workers: Workers<M>, left: Feed, loader: &Loader<M>, bad: BadSamples) -> Self {
        let (maker, device, meter) = (loader.maker.clone(), loader.device.clone(), loader.meter.clone());
        Self { workers, left, maker, device, bad, meter, has_failed: false }
    }

    /// The state to resume behind the batches that were given out, over all ranks. A batch that was an error is not among
    /// them.
    #[doc(alias = "state_dict")]
    pub fn state(&self) -> OrderState {
        self.left.state()
    }

    fn batch(&mut self) -> Option<Result<M::Batch>> {
        self.meter.begin();
        let since = Instant::now();
        let loaded = self.workers.next()?;
        let waited = since.elapsed();
        let batch = loaded.and_then(|Loaded { samples, shared, items }| {
            let batch = self.maker.finish(shared, samples, items, &self.device)?;
            let bad = M::bad(&batch);
            self.meter.batch(M::count(&batch), bad.len(), waited);
            tracing::debug!(samples = M::count(&batch), bad = bad.len(), ?waited, "a batch is given out");
            self.bad.add(&bad)?;
            Ok(batch)
        });
        Some(batch.map_err(|error| self.maker.named(error)))
    }
}

impl<M: BatchMaker> Iterator for Batches<M> {
    type Item = Result<M::Batch>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_failed {
            return None;
        }
        let batch = self.batch()?;
        match batch {
            Ok(_) => {
                let epoch = self.left.state().epoch;
                self.left.advance();
                if self.left.state().epoch != epoch {
                    self.bad.begin_epoch();
                }
            }
            Err(_) => {
                self.has_failed = true;
                self.workers.stop();
            }
        }
        Some(batch)
    }
}

impl<M: BatchMaker> fmt::Debug for Batches<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batches").field("state", &self.state()).finish_non_exhaustive()
    }
}
