//! Numbers of images and batches: exact for 8-bit samples, f64 for floats, mergeable.

mod across_batch;
mod histogram;
mod moments;
mod on_device;
mod per_image;
mod pixel;
mod summary;

pub use across_batch::{AcrossBatch, BatchStats};
pub use histogram::{ByteHistogram, PixelHistogram};
pub use moments::Moments;
pub use on_device::{across_batch_on_device, per_image_on_device};
pub use per_image::{ImageStats, per_image};
pub use pixel::Pixel;
pub use summary::Summary;
