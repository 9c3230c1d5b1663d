//! The size that an image is resized to, and the filter.

use crate::error::{Error, Result};
use crate::images::{Image, ImageSize};
use crate::transform::step::StepKind;
use crate::transform::{Recipe, Step, Transform};

/// The interpolation filter of a resize, whose kernel weighs source pixels.
///
/// The kernels of all filters but [`Filter::Nearest`] widen with the scale when an image is made smaller (antialiased
/// convolution, as in Pillow's `resize` and in torchvision's with `antialias=True`), unlike the fixed
/// kernels of OpenCV's `INTER_LINEAR` and of Burn's `interpolate`. The results differ from Pillow's
/// by at most one step of 255, as long as it weighs rows before columns, as torchvision does: Pillow 13 begins with the columns
/// for some proportions, where filters that overshoot differ by a few steps at hard edges.
///
/// ```
/// use burn_prep::images::{ColorMode, Image, ImageSize};
/// use burn_prep::transform::{Filter, Resize, Transform};
/// let row = || Image::new(ImageSize::new(4, 1), ColorMode::L, vec![0, 100, 200, 40]).unwrap();
/// let half = |filter| Resize::exact(ImageSize::new(2, 1)).filter(filter).apply(row());
/// assert_eq!(half(Filter::Box)?.pixels(), [50, 120]);
/// assert_eq!(half(Filter::Nearest)?.pixels(), [100, 40]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Filter {
    /// The nearest pixel, no antialiasing. For label maps.
    Nearest,
    /// The mean of the covered area.
    #[doc(alias = "Area")]
    Box,
    /// Bilinear interpolation, a triangle kernel.
    #[default]
    #[doc(alias = "Triangle")]
    Bilinear,
    /// Cubic with a = -0.5, Pillow's `BICUBIC`.
    #[doc(alias = "CatmullRom")]
    Bicubic,
    /// Sinc over three lobes, Pillow's `LANCZOS`.
    Lanczos3,
}

/// Resizes images to an exact size, to a given shorter side, or into a box with bars (letterbox).
///
/// ```
/// use burn_prep::images::{ColorMode, Image, ImageSize};
/// use burn_prep::transform::{Resize, Transform};
///
/// let wide = || Image::new(ImageSize::new(8, 4), ColorMode::L, vec![200; 32]).unwrap();
/// let shape = |resize: Resize| resize.apply(wide()).unwrap().shape();
/// assert_eq!(shape(Resize::exact(ImageSize::new(3, 5))), [5, 3, 1]);
/// assert_eq!(shape(Resize::shorter_side(2)), [2, 4, 1]);
///
/// let boxed = Resize::letterbox(ImageSize::square(4)).fill(0).apply(wide())?;
/// let left: Vec<u8> = (0..4).map(|y| boxed.view()[[y, 0, 0]]).collect();
/// assert_eq!(left, [0, 200, 200, 0]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resize {
    fit: Fit,
    filter: Filter,
    fill: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    Exact(ImageSize),
    ShorterSide(u32),
    Letterbox(ImageSize),
}

impl Resize {
    /// Resizes to exactly `size`, stretching where the proportions differ.
    #[doc(alias = "stretch")]
    pub fn exact(size: ImageSize) -> Self {
        Self::with(Fit::Exact(size))
    }

    /// Resizes the shorter side to `side`, the longer one to `floor(side * longer / shorter)`, as
    /// torchvision's `Resize(side)`.
    pub fn shorter_side(side: u32) -> Self {
        Self::with(Fit::ShorterSide(side))
    }

    /// Resizes to the largest size that fits into `size` without distortion, centred, with bars around the image.
    #[doc(alias = "pad")]
    pub fn letterbox(size: ImageSize) -> Self {
        Self::with(Fit::Letterbox(size))
    }

    fn with(fit: Fit) -> Self {
        Self { fit, filter: Filter::default(), fill: 114 }
    }

    /// Sets the interpolation filter; the default is [`Filter::Bilinear`].
    #[must_use]
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = filter;
        self
    }

    /// Sets the colour samples of a letterbox's bars; the default is 114 (YOLO's grey). Alpha in the bars is 0.
    #[must_use]
    pub fn fill(mut self, fill: u8) -> Self {
        self.fill = fill;
        self
    }
}

impl Resize {
    /// The size of what an image of this size becomes, without bars.
    pub(super) fn inner_size(&self, from: ImageSize) -> Result<ImageSize> {
        if from.area() == 0 {
            return Err(Error::shape("resize", format_args!("{from}"), "sides of at least 1"));
        }
        match self.fit {
            Fit::Exact(to) => Ok(to),
            Fit::ShorterSide(side) => with_shorter_side(from, side),
            Fit::Letterbox(to) => {
                check_size(to)?;
                Ok(largest_within(from, to))
            }
        }
    }

    /// The size with bars, and their colour.
    pub(super) fn bars(&self) -> Option<(ImageSize, u8)> {
        match self.fit {
            Fit::Letterbox(to) => Some((to, self.fill)),
            _ => None,
        }
    }

    /// The size of every result, where it does not depend on the image's.
    #[cfg(feature = "burn")]
    pub(super) fn fixed_size(&self) -> Option<ImageSize> {
        match self.fit {
            Fit::Exact(to) | Fit::Letterbox(to) => Some(to),
            Fit::ShorterSide(_) => None,
        }
    }

    pub(super) fn kernel(&self) -> Filter {
        self.filter
    }
}

impl Transform for Resize {
    /// # Errors
    ///
    /// The result has a side of 0, or it has more than 178,956,970 pixels, or an image as wide as the result and as high as
    /// the source has.
    fn apply(&self, image: Image) -> Result<Image> {
        Recipe::new().then(*self).apply(image)
    }

    fn planned(&self) -> Option<Step> {
        Some(Step(StepKind::Resize(*self)))
    }
}

fn with_shorter_side(from: ImageSize, side: u32) -> Result<ImageSize> {
    let shorter = u64::from(from.width.min(from.height));
    let longer = u64::from(from.width.max(from.height));
    let longer = u64::from(side) * longer / shorter;
    let longer = u32::try_from(longer)
        .map_err(|_| Error::shape("resize", [longer], format!("a longer side of at most {}", u32::MAX)))?;
    Ok(if from.width <= from.height { ImageSize::new(side, longer) } else { ImageSize::new(longer, side) })
}

fn largest_within(from: ImageSize, to: ImageSize) -> ImageSize {
    let scale = |n: u32| f64::from(n);
    let ratio = (scale(to.width) / scale(from.width)).min(scale(to.height) / scale(from.height));
    let side = |n: u32, most: u32| ((f64::from(n) * ratio).round() as u32).clamp(1, most);
    ImageSize::new(side(from.width, to.width), side(from.height, to.height))
}

/// Larger results are no batch's and would only exhaust the memory (the default of `Limits`).
pub(super) const MAX_PIXELS: u64 = 178_956_970;

pub(super) fn check_size(to: ImageSize) -> Result<()> {
    if to.area() == 0 || to.area() > MAX_PIXELS {
        let expected = format!("1 to {MAX_PIXELS} pixels");
        return Err(Error::shape("resize", format_args!("{to}"), expected));
    }
    Ok(())
}

pub(super) fn check_scratch(size: ImageSize) -> Result<()> {
    if size.area() > MAX_PIXELS {
        let expected = format!("at most {MAX_PIXELS} pixels (resize in two steps)");
        return Err(Error::shape("resize, between its passes", format_args!("{size}"), expected));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::ColorMode;

    fn size(width: u32, height: u32) -> ImageSize {
        ImageSize::new(width, height)
    }

    #[test]
    fn sides_follow_torchvision() {
        // torchvision 0.29.2: v2.Resize(256) of an image of this size
        let cases = [
            ((500, 375), (341, 256)),
            ((375, 500), (256, 341)),
            ((100, 3), (8533, 256)),
            ((7, 7), (256, 256)),
        ];
        for ((w, h), (to_w, to_h)) in cases {
            assert_eq!(with_shorter_side(size(w, h), 256).unwrap(), size(to_w, to_h));
        }
    }

    #[test]
    fn a_letterbox_keeps_at_least_one_pixel() {
        assert_eq!(largest_within(size(1000, 1), size(64, 64)), size(64, 1));
        assert_eq!(largest_within(size(1, 1000), size(64, 32)), size(1, 32));
        assert_eq!(largest_within(size(640, 480), size(64, 64)), size(64, 48));
    }

    #[test]
    fn bars_of_a_transparent_image_are_transparent() {
        let image = Image::new(size(2, 1), ColorMode::La, vec![10, 255, 20, 255]).unwrap();
        let boxed = Resize::letterbox(size(2, 3)).apply(image).unwrap();
        assert_eq!(boxed.pixels(), [114, 0, 114, 0, 10, 255, 20, 255, 114, 0, 114, 0]);
    }

    #[test]
    fn sizes_that_make_no_image_are_refused() {
        let image = || Image::new(size(1, 4000), ColorMode::L, vec![0; 4000]).unwrap();
        for resize in [
            Resize::exact(size(0, 4)),
            Resize::shorter_side(0),
            Resize::letterbox(size(4, 0)),
            Resize::shorter_side(300),
        ] {
            let error = resize.apply(image()).unwrap_err();
            assert!(error.is_usage(), "{error}");
        }
    }
}
