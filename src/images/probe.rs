//! What the header of a file says, without its pixels.

use image::metadata::Orientation;

/// What a format's header says, before orientation.
pub(crate) struct Header {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) color: String,
    pub(crate) orientation: Orientation,
}
