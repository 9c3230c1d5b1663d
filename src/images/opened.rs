//! A file whose header is read, and whose pixels are not yet decoded.

use image::DynamicImage;
use image::metadata::Orientation;

use crate::error::Result;

/// A file whose header is within the limits. What it says is known before [`Opened::pixels`] decodes the rest.
pub(crate) struct Opened<'a> {
    pub(crate) header: Header,
    pub(crate) pixels: Box<dyn FnOnce() -> Result<Pixels> + 'a>,
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
}

impl<'a> Opened<'a> {
    pub(crate) fn new(header: Header, pixels: impl FnOnce() -> Result<Pixels> + 'a) -> Self {
        Self { header, pixels: Box::new(pixels) }
    }
}
