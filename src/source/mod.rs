//! Folders of image files: lists the files with their classes and splits, and detects image formats; decodes nothing.

mod folder;
mod format;
mod ignored;
mod listing;
mod name;
mod sample;

pub use folder::{ImageFolder, SplitLevel};
pub use format::ImageFormat;
pub(crate) use format::{describe_unknown, is_camera_raw, unread_format};
pub use ignored::{IgnoreReason, Ignored};
pub use name::{LookAlike, NameDifference};
pub use sample::Sample;
