//! Cutting a part out of an image.

use crate::error::{Error, Result};
use crate::images::{Image, ImageSize, Region};
use crate::transform::step::StepKind;
use crate::transform::{Step, Transform};

/// Crops the centre of an image. The offset is `round((side - crop) / 2)`, a half rounded to the even
/// number, as in torchvision's `CenterCrop`.
///
/// ```
/// use burn_prep::images::{ColorMode, Image, ImageSize};
/// use burn_prep::transform::{CenterCrop, Transform};
///
/// let row = Image::new(ImageSize::new(5, 1), ColorMode::L, vec![0, 1, 2, 3, 4])?;
/// let middle = CenterCrop::new(ImageSize::new(3, 1)).apply(row.clone())?;
/// assert_eq!(middle.pixels(), [1, 2, 3]);
///
/// let error = CenterCrop::square(3).apply(row).unwrap_err();
/// assert_eq!(error.to_string(), "center crop: found shape 5x1, expected at least 3x3 (resize first)");
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CenterCrop {
    size: ImageSize,
}

impl CenterCrop {
    /// A crop of `size`.
    pub fn new(size: ImageSize) -> Self {
        Self { size }
    }

    /// A crop of `side` by `side`.
    pub fn square(side: u32) -> Self {
        Self::new(ImageSize::square(side))
    }

    #[cfg(feature = "burn")]
    pub(super) fn size(&self) -> ImageSize {
        self.size
    }

    /// The part of an image of this size that is kept.
    pub(super) fn region(&self, from: ImageSize) -> Result<Region> {
        let to = self.size;
        if from.width < to.width || from.height < to.height {
            let found = format_args!("{from}");
            return Err(Error::shape("center crop", found, format!("at least {to} (resize first)")));
        }
        if to.area() == 0 {
            return Err(Error::shape("center crop", format_args!("{to}"), "sides of at least 1"));
        }
        let (left, top) = (half_to_even(from.width - to.width), half_to_even(from.height - to.height));
        Ok(Region { left, top, size: to })
    }
}

impl Transform for CenterCrop {
    /// # Errors
    ///
    /// The image is smaller than the crop in a direction, or the crop has a side of 0.
    fn apply(&self, image: Image) -> Result<Image> {
        self.region(image.size())?.cut(image)
    }

    fn planned(&self) -> Option<Step> {
        Some(Step(StepKind::CenterCrop(*self)))
    }
}

fn half_to_even(n: u32) -> u32 {
    let half = n / 2;
    if n % 2 == 1 { half + half % 2 } else { half }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_rounded_to_even_as_python_does() {
        // [round(n / 2) for n in range(8)]
        let python = [0, 0, 1, 2, 2, 2, 3, 4];
        for (n, expected) in (0..8).zip(python) {
            assert_eq!(half_to_even(n), expected, "{n}");
        }
    }
}
