//! Bytes of a file to pixels in memory: sniff, check limits, decode, orient, bring to one mode.

mod color;
mod container;
mod convert;
mod decode;
mod encode;
mod image;
mod jpeg;
mod limits;
mod watched;

pub use color::{Alpha, ColorMode};
pub use decode::{Damage, Decoded, Decoder, SourceInfo};
pub use image::{Image, ImageSize};
pub use limits::Limits;
