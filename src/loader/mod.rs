//! Feeds a training loop: batches in an order that neither workers nor ranks change, resumable in the middle of an epoch, in
//! bounded memory.
//!
//! [`ImageLoader`] loads the images of an [`ImageDataset`](crate::batch::ImageDataset) in a
//! [`SampleOrder`](crate::order::SampleOrder). It is an iterator over an epoch, and Burn's `DataLoader`, so that a `Learner`
//! takes it.

mod image_batches;
mod image_loader;
mod workers;

pub use image_batches::ImageBatches;
pub use image_loader::ImageLoader;
