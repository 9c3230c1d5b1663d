//! What exists, unopened: folders of files, and what each file claims to be.

mod folder;
mod format;
mod ignored;
mod listing;
mod sample;

pub use folder::{ImageFolder, SplitLevel};
pub use format::ImageFormat;
pub(crate) use format::{describe_unknown, is_camera_raw};
pub use ignored::{IgnoreReason, Ignored};
pub use sample::Sample;
