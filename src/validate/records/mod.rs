//! What is kept of each sample, and the files that hold it.

mod merge_records;
mod read_records;
mod record;
pub(super) mod record_file;
pub(super) mod record_index;
pub(super) mod record_line;
mod recorded;

pub use merge_records::merge_records;
pub use read_records::read_records;
pub use record::{ImageRecord, PictureRecord};
