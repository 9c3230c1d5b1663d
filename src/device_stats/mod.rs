//! Statistics computed with tensor operations, for batches on a GPU that are not needed on the host.

mod moments;

pub use moments::{DeviceMoments, across_batch_on_device, per_image_on_device};
