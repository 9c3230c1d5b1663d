//! What is wanted of a picture before it is decoded.

#[cfg(any(feature = "burn", feature = "turbojpeg"))]
use crate::images::ImageSize;
use crate::images::Region;

/// What is wanted of a picture's pixels. A decoder may give more: the whole, and at full size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// The part, where not the whole; of the reduced picture.
    pub(crate) region: Option<Region>,
    /// By how much the sides are to be smaller: 1, 2, 4 or 8.
    pub(crate) reduction: u32,
    /// Whether the pixels have to be those of libjpeg-turbo to the last bit, however long that takes.
    pub(crate) reference: bool,
}

impl Wanted {
    /// All of it.
    pub(crate) const WHOLE: Self = Self { region: None, reduction: 1, reference: false };

    /// All of it, with the pixels that other programs have.
    pub(crate) const REFERENCE: Self = Self { reference: true, ..Self::WHOLE };
}

/// The size of a picture whose sides are smaller by so much, rounded up.
#[cfg(any(feature = "burn", feature = "turbojpeg"))]
pub(crate) fn reduced(size: ImageSize, reduction: u32) -> ImageSize {
    ImageSize::new(size.width.div_ceil(reduction), size.height.div_ceil(reduction))
}
