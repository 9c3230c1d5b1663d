//! Where images come from: folders of files, with classes and splits, or bytes in memory; what format bytes have. Nothing is
//! decoded here.

mod empty_folder;
mod exclusions;
mod file;
mod folder;
mod format;
mod ignored;
mod in_memory;
mod joined;
mod listing;
mod name;
mod sample;
#[allow(clippy::module_inception)] // the file is named after the trait it holds
mod source;
mod split_level;

pub use empty_folder::EmptyFolder;
pub use exclusions::Exclusions;
pub(crate) use file::{check_length, read_file};
pub use folder::ImageFolder;
pub use format::ImageFormat;
pub(crate) use format::{describe_unknown, is_camera_raw, unread_format};
pub use ignored::{IgnoreReason, Ignored};
pub use in_memory::InMemorySource;
pub use joined::JoinedSource;
pub use listing::is_image_file;
pub use name::{LookAlike, NameDifference};
pub use sample::Sample;
pub use source::Source;
pub use split_level::SplitLevel;
