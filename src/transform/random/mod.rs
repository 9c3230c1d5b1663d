//! Random steps: what they draw depends on the key of a sample, and pixels follow from what was drawn.

#[cfg(test)]
mod chi_square;
mod color_jitter;
mod draws;
mod erasing;
mod erasure;
mod fill;
#[cfg(test)]
mod golden;
mod horizontal_flip;
mod hue;
mod jitter;
mod jitter_range;
mod key;
mod noise;
mod planes;
mod random_crop;
mod range;
mod resized_crop;
mod window;

pub use color_jitter::ColorJitter;
pub(crate) use draws::Draws;
pub use erasing::{EraseValue, RandomErasing};
pub(crate) use erasure::Erasure;
pub use fill::Fill;
pub use horizontal_flip::RandomHorizontalFlip;
pub(crate) use horizontal_flip::flip_rows;
pub(crate) use jitter::Jitter;
pub use jitter_range::JitterRange;
pub use key::SampleKey;
pub use random_crop::RandomCrop;
pub use resized_crop::RandomResizedCrop;
pub(crate) use window::Window;
