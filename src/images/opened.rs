//! A file whose header is read, and whose pixels are not yet decoded.

use image::DynamicImage;
use image::metadata::Orientation;

use crate::error::Result;
use crate::images::{Region, Wanted};

/// A file whose header is within the limits. What it says is known before [`Opened::pixels`] decodes the rest.
pub(crate) struct Opened<'a> {
    pub(crate) header: Header,
    /// Decodes the pixels, or of those at least what is wanted.
    pub(crate) pixels: Box<dyn FnOnce(Wanted) -> Result<Pixels> + 'a>,
}

/// What a format's header says, before orientation.
pub(crate) struct Header {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) color: String,
    pub(crate) orientation: Orientation,
}

/// What a format's decoder gives, before orientation and conversion.
pub(crate) struct Pixels {
    pub(crate) image: DynamicImage,
    pub(crate) warning: Option<String>,
    /// The part of the picture that the image is; `None` for the whole.
    pub(crate) region: Option<Region>,
    /// By how much its sides are smaller than those of the picture.
    pub(crate) reduction: u32,
}

impl Pixels {
    /// Of the whole picture, without a sign of damage.
    #[allow(dead_code)] // where no format but JPEG is read
    pub(crate) fn whole(image: DynamicImage) -> Self {
        Self { image, warning: None, region: None, reduction: 1 }
    }
}

impl<'a> Opened<'a> {
    /// Of a format that is decoded as a whole.
    pub(crate) fn new(header: Header, pixels: impl FnOnce() -> Result<Pixels> + 'a) -> Self {
        Self { header, pixels: Box::new(|_| pixels()) }
    }
}
