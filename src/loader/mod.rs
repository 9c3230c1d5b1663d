//! Feeds a training loop: batches in an order that neither workers nor ranks change, resumable in the middle of an epoch, in
//! bounded memory.
//!
//! [`ImageLoader`] loads the images of an [`ImageDataset`](crate::batch::ImageDataset) in a
//! [`SampleOrder`](crate::order::SampleOrder). It is an iterator over an epoch, and Burn's `DataLoader`, so that a `Learner`
//! takes it.

mod batch_loader;
mod batch_maker;
mod batches;
mod burn_loader;
mod image_maker;
mod pool;
mod slots;
mod workers;

pub use batch_loader::{ImageLoader, Loader};
#[doc(hidden)]
pub use batch_maker::BatchMaker;
pub use batches::{Batches, ImageBatches};
#[doc(hidden)]
pub use image_maker::ImageMaker;
