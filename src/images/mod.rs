//! Decodes image files into pixels in memory (detects the format, checks limits, decodes, orients, converts to one
//! colour mode), and pads images of different sizes into one batch.

// What several formats share is not all used where some of them are left out.
#![cfg_attr(not(feature = "files"), allow(dead_code, unused_imports))]

mod alpha_coverage;
#[cfg(feature = "bmp")]
mod bmp;
mod color;
mod convert;
mod decode;
mod dynamic_image;
#[cfg(feature = "png")]
mod encode;
mod extents;
mod facts;
#[cfg(feature = "gif")]
mod gif;
mod ifd;
mod image;
#[cfg(any(feature = "bmp", feature = "gif", feature = "png", feature = "webp"))]
mod image_rs;
#[cfg(feature = "jpeg")]
mod jpeg;
mod limits;
mod luma;
mod opened;
mod orientation;
mod padded;
mod padding;
#[cfg(feature = "png")]
mod png;
mod region;
#[cfg(feature = "turbojpeg")]
mod spare;
mod stored;
#[cfg(feature = "tiff")]
mod tiff;
mod wanted;
#[cfg(feature = "webp")]
mod webp;
mod whole_rows;

pub use alpha_coverage::{AlphaCoverage, alpha_coverage, composite_on_mean};
pub use color::{Alpha, ColorMode};
#[cfg(feature = "burn")]
pub(crate) use decode::Planned;
pub use decode::{Damage, Decoded, Decoder, SourceInfo};
pub use dynamic_image::{array_to_image, image_to_array};
pub use extents::ImageExtents;
pub use facts::FileFacts;
pub use image::{Image, ImageSize};
pub use limits::Limits;
pub(crate) use luma::{luma, luma_of};
pub use padded::PaddedImages;
pub use padding::{Anchor, ImagePadding};
pub(crate) use region::Region;
#[cfg(all(feature = "burn", feature = "turbojpeg"))]
pub(crate) use spare::recycle;
pub(crate) use wanted::Wanted;
#[cfg(any(feature = "burn", feature = "turbojpeg"))]
pub(crate) use wanted::reduced;
use whole_rows::WholeRows;
