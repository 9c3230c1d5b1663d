//! Decodes image files into pixels in memory (detects the format, checks limits, decodes, orients, converts to one
//! colour mode), and pads images of different sizes into one batch.

mod bmp;
mod color;
mod convert;
mod decode;
mod dynamic_image;
mod encode;
mod extents;
mod gif;
mod ifd;
mod image;
mod image_rs;
mod jpeg;
mod limits;
mod opened;
mod orientation;
mod padded;
mod padding;
mod png;
mod tiff;
mod webp;

pub use color::{Alpha, ColorMode};
pub use decode::{Damage, Decoded, Decoder, SourceInfo};
pub use dynamic_image::{array_to_image, image_to_array};
pub use extents::ImageExtents;
pub use image::{Image, ImageSize};
pub use limits::Limits;
pub use padded::PaddedImages;
pub use padding::{Anchor, ImagePadding};
