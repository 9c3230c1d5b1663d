//! What exists, unopened: folders of files, and what each file claims to be.

mod folder;
mod format;
mod sample;

pub use folder::{IgnoreReason, Ignored, ImageFolder, SplitLevel};
pub use format::ImageFormat;
pub(crate) use format::{describe_unknown, is_camera_raw};
pub use sample::Sample;
