//! Samples to batches on a device: all that can fail stands in the dataset, the batcher only stacks.

mod dataset;
mod image_extents;
mod image_padding;
mod images;
mod padded_images;
mod planned;
mod sequences;
mod token_budget;

pub use dataset::{ImageDataset, ImageItem, LoadedImage, OnError};
pub use image_extents::ImageExtents;
pub use image_padding::{Anchor, ImagePadding};
pub use images::{ImageBatch, ImageBatcher, ImageRecord, SkippedImage};
pub use padded_images::PaddedImages;
pub use planned::{PlannedBatcher, PlannedDataset};
pub use sequences::{SequenceBatch, SequenceBatcher};
pub use token_budget::TokenBudgetStrategy;
