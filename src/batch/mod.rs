//! Datasets and batchers for Burn's loader, which turn samples into batches of tensors on a device.

mod collated;
mod dataset;
mod features;
mod images;
mod planned;
mod sequences;
mod to_images;
mod token_budget;

pub use collated::CollatedBatch;
pub use dataset::{ImageDataset, LoadedImage, OnError};
pub(crate) use images::labels_of;
pub use images::{ImageBatch, ImageBatcher, ImageRecord, SkippedImage};
pub use planned::{PlannedBatcher, PlannedDataset};
pub use sequences::{SequenceBatch, SequenceBatcher};
pub use to_images::batch_to_images;
pub use token_budget::TokenBudgetStrategy;
