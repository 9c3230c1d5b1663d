//! The loader as Burn's `DataLoader`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use burn::data::dataloader::{DataLoader, DataLoaderIterator, Progress};
use burn::data::dataset::DatasetError;
use burn::tensor::Device;

use crate::error::{Error, Result};
use crate::loader::batch_maker::BatchMaker;
use crate::loader::{Batches, Loader};

/// The batches of an epoch as Burn's loops take them.
struct BurnIterator<M: BatchMaker> {
    /// An error where the epoch could not begin.
    batches: Result<Batches<M>, Option<Error>>,
    total: usize,
    done: usize,
}

impl<M: BatchMaker> Iterator for BurnIterator<M> {
    type Item = Result<M::Batch, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = match &mut self.batches {
            Ok(batches) => batches.next()?,
            Err(error) => Err(error.take()?),
        };
        if let Ok(batch) = &batch {
            self.done += M::count(batch);
        }
        Some(batch.map_err(DatasetError::new))
    }
}

impl<M: BatchMaker> DataLoaderIterator<M::Batch> for BurnIterator<M> {
    fn progress(&self) -> Progress {
        Progress { items_processed: self.done, items_total: self.total, unit: Some("samples".to_owned()) }
    }
}

impl<M: BatchMaker> DataLoader<M::Batch> for Loader<M> {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<M::Batch> + 'a> {
        let epoch = self.next_epoch.fetch_add(1, Ordering::SeqCst);
        let batches = self.epoch(epoch).map_err(Some);
        let ranks = self.shard.map_or(1, |shard| shard.ranks());
        Box::new(BurnIterator { batches, total: self.num_items().div_ceil(ranks), done: 0 })
    }

    fn num_items(&self) -> usize {
        self.num_samples()
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<M::Batch>> {
        Arc::new(Self { device: device.clone(), ..self.clone() })
    }

    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<M::Batch>> {
        let (from, to) = self.window.unwrap_or((0, self.order.len()));
        let window = (from.saturating_add(start).min(to), from.saturating_add(end).min(to));
        // A count of its own: the parts for several devices are together one epoch after the other.
        let next_epoch = Arc::new(AtomicU64::new(self.next_epoch.load(Ordering::SeqCst)));
        Arc::new(Self { window: Some(window), next_epoch, ..self.clone() })
    }
}
