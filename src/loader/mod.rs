//! Feeds a training loop: batches in an order that neither workers nor ranks change, resumable in the middle of an epoch, in
//! bounded memory.
//!
//! [`ImageLoader`] loads the images of an [`ImageDataset`](crate::batch::ImageDataset), [`PackedImageLoader`] the same as packed
//! bytes, and [`SampleLoader`] samples of any kind, each in a [`SampleOrder`](crate::order::SampleOrder). [`Loader::epoch`] and
//! [`Loader::resume`] give an iterator over batches, for a training loop of one's own. A loader is also a `DataLoader` of Burn,
//! which a `Learner` takes.

mod bad_samples;
mod batch_loader;
mod batch_maker;
mod batches;
mod burn_loader;
mod feed;
mod image_loader;
mod image_maker;
mod max_bad;
mod meter;
#[cfg(feature = "train")]
mod metric;
mod packed;
mod pool;
mod quarantine;
mod sample_loader;
mod sample_maker;
mod slots;
mod workers;

pub use batch_loader::Loader;
#[doc(hidden)]
pub use batch_maker::BatchMaker;
pub use batches::{Batches, ImageBatches};
pub use image_loader::ImageLoader;
#[doc(hidden)]
pub use image_maker::ImageMaker;
pub use max_bad::MaxBad;
pub use meter::LoaderMetrics;
#[cfg(feature = "train")]
pub use metric::LoaderMetric;
#[doc(hidden)]
pub use packed::PackedMaker;
pub use packed::{PackedBatch, PackedImageLoader};
pub use sample_loader::SampleLoader;
#[doc(hidden)]
pub use sample_maker::SampleMaker;
pub use sample_maker::{LoadedBatch, SkippedSample};
