//! What exists, unopened: folders of files, and what each file claims to be.

mod folder;
mod format;
mod sample;

pub(crate) use format::describe_unknown;
pub use folder::{IgnoreReason, Ignored, ImageFolder, SplitLevel};
pub use format::ImageFormat;
pub use sample::Sample;
