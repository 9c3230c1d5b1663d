//! Facts of an image file beside its pixels: how many pictures it holds, how it was saved, and what its
//! metadata says.

mod exif;
mod file_facts;
mod gif;
mod icc;
#[cfg(feature = "jpeg")]
mod jpeg;
#[cfg(feature = "jpeg")]
mod jpeg_quality;
#[cfg(feature = "png")]
mod png;
mod tiff;
#[cfg(feature = "webp")]
mod webp;

pub use file_facts::FileFacts;
