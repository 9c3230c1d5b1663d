//! Samples to batches on a device: all that can fail stands in the dataset, the batcher only stacks.

mod dataset;
mod images;
mod sequences;

pub use dataset::{ImageDataset, ImageItem, LoadedImage, OnError};
pub use images::{ImageBatch, ImageBatcher, ImageRecord, SkippedImage};
pub use sequences::{SequenceBatch, SequenceBatcher};
