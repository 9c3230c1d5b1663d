//! Statistics as tensor operations, for batches that live on a GPU and are not wanted on the host.

mod moments;

pub use moments::{DeviceMoments, across_batch_on_device, per_image_on_device};
