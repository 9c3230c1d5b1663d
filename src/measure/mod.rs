//! What is measured of one image's pixels: brightness, entropy, sharpness, noise, borders, sums of the
//! channels.
//!
//! [`Measures::of`] computes all of it. The numbers say nothing about good or bad; checks compare them with
//! thresholds.

mod blockiness;
mod border;
mod brightness;
mod byte_counts;
mod channel_sums;
mod cleanvision;
mod clipping;
mod color_difference;
mod entropy;
mod luma;
mod measured;
mod measures;
mod noise;
mod pair_counts;
mod reduction;
mod sharpness;
mod sweep;
#[cfg(test)]
mod test_images;

pub use border::Border;
pub use brightness::Brightness;
pub use channel_sums::ChannelSums;
pub use cleanvision::{CleanvisionIssue, CleanvisionMeasures, CleanvisionScores, CleanvisionSizes};
pub use measures::Measures;
pub use sharpness::Sharpness;

pub(crate) use measured::Measured;
