//! Bytes of a file to pixels in memory: sniff, check limits, decode, orient, bring to one mode.

mod bmp;
mod color;
mod convert;
mod decode;
mod encode;
mod gif;
mod ifd;
mod image;
mod image_rs;
mod jpeg;
mod limits;
mod orientation;
mod png;
mod tiff;
mod webp;

pub use color::{Alpha, ColorMode};
pub use decode::{Damage, Decoded, Decoder, SourceInfo};
pub use image::{Image, ImageSize};
pub use limits::Limits;
