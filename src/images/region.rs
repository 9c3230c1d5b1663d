//! A part of an image.

use ndarray::{Axis, Slice};

use crate::error::Result;
use crate::images::{Image, ImageSize};

/// A rectangle of pixels within an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Region {
    pub(crate) left: u32,
    pub(crate) top: u32,
    pub(crate) size: ImageSize,
}

impl Region {
    pub(crate) fn whole(size: ImageSize) -> Self {
        Self { left: 0, top: 0, size }
    }

    /// The part of this region that is `inner`, which is counted from its corner and lies within it.
    pub(crate) fn part(self, inner: Self) -> Self {
        Self { left: self.left + inner.left, top: self.top + inner.top, size: inner.size }
    }

    /// The pixels of the region, which lies within the image.
    pub(crate) fn cut(self, image: Image) -> Result<Image> {
        if self == Self::whole(image.size()) {
            return Ok(image);
        }
        let (left, top) = (self.left as usize, self.top as usize);
        let mut part = image.view();
        part.slice_axis_inplace(Axis(0), Slice::from(top..top + self.size.height as usize));
        part.slice_axis_inplace(Axis(1), Slice::from(left..left + self.size.width as usize));
        Image::new(self.size, image.mode(), part.iter().copied().collect())
    }
}
