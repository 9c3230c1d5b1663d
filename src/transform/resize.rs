//! Changing the size of an image, antialiased.

use std::cell::RefCell;

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8, U8x2, U8x3, U8x4};
use fast_image_resize::{FilterType, PixelTrait, ResizeAlg, ResizeOptions, Resizer};

use crate::error::{Error, Result};
use crate::images::{ColorMode, Image, ImageSize, Region};
use crate::transform::convolution::{Part, RegionResize};
use crate::transform::weights::{BOX, CUBIC, Kernel, LANCZOS, TRIANGLE};
use crate::transform::{Geometry, Recipe, Transform};

/// The interpolation filter of a resize, whose kernel weighs source pixels.
///
/// The kernels of all filters but [`Filter::Nearest`] widen with the scale when an image is made smaller (antialiased
/// convolution, as in Pillow's `resize` and in torchvision's with `antialias=True`), unlike the fixed
/// kernels of OpenCV's `INTER_LINEAR` and of Burn's `interpolate`. The results of [`Filter::Box`] and
/// [`Filter::Bilinear`] differ from Pillow's by at most one step of 255. Those of the other filters overshoot at hard
/// edges; where the overshoot is clipped, less than one value in a hundred differs from Pillow's by a few steps.
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
    /// The result has a side of 0, or it has more than 178,956,970 pixels, or an image as wide as the source and as high as
    /// the result has.
    fn apply(&self, image: Image) -> Result<Image> {
        Recipe::new().then(*self).apply(image)
    }

    fn geometry(&self) -> Option<Geometry> {
        Some(Geometry::Resize(*self))
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
const MAX_PIXELS: u64 = 178_956_970;

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

thread_local! {
    /// The resizer keeps its scratch memory between images.
    static RESIZER: RefCell<Resizer> = RefCell::new(Resizer::new());
}

/// The region that is computed of an image resized to `to`, of which `keep` is wanted: that region, or the whole.
///
/// The fast resizer computes the whole, which is cut; where the crop keeps a quarter or less, as of thin pictures, or the
/// machine has vectors for it, loops of our own compute what is kept, bit for bit the same. The nearest pixels are copied.
pub(super) fn computed(to: ImageSize, keep: Region, filter: Filter) -> Region {
    let is_small = keep.size.area().saturating_mul(4) <= to.area();
    match kernels(filter) {
        None => keep,
        Some(_) if is_small => keep,
        _ => Region::whole(to),
    }
}

/// The loops of a region, where they are as fast as the fast resizer: for RGB on a machine with vectors for it.
pub(super) fn fast_region(
    from: ImageSize,
    to: ImageSize,
    region: Region,
    filter: Filter,
    mode: ColorMode,
) -> Option<RegionResize> {
    let (_, kernel) = kernels(filter)?;
    Some(RegionResize::new(from, to, region, kernel, mode)).filter(RegionResize::has_vectors)
}

/// The kernel by the fast resizer's name, and for the plain loops; the nearest pixels have none.
fn kernels(filter: Filter) -> Option<(FilterType, Kernel)> {
    match filter {
        Filter::Nearest => None,
        Filter::Box => Some((FilterType::Box, BOX)),
        Filter::Bilinear => Some((FilterType::Bilinear, TRIANGLE)),
        Filter::Bicubic => Some((FilterType::CatmullRom, CUBIC)),
        Filter::Lanczos3 => Some((FilterType::Lanczos3, LANCZOS)),
    }
}

/// The region `keep` of what the image becomes at the size `to`.
pub(super) fn resized(image: Image, to: ImageSize, keep: Region, filter: Filter) -> Result<Image> {
    if image.size() == to {
        return keep.cut(image);
    }
    if let Some(resize) = fast_region(image.size(), to, keep, filter, image.mode()) {
        return Image::new(keep.size, image.mode(), resize.pixels(Part::whole(&image)));
    }
    let region = computed(to, keep, filter);
    match kernels(filter) {
        None => nearest(&image, to, region),
        Some((_, kernel)) if region != Region::whole(to) => {
            let resize = RegionResize::new(image.size(), to, region, kernel, image.mode());
            Image::new(region.size, image.mode(), resize.pixels(Part::whole(&image)))
        }
        Some((kernel, _)) => keep.cut(convolve(&image, to, kernel)?),
    }
}

fn convolve(image: &Image, to: ImageSize, kernel: FilterType) -> Result<Image> {
    let (from, mode) = (image.size(), image.mode());
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(kernel));
    let mut pixels = vec![0; to.width as usize * to.height as usize * mode.channels()];
    let (source, target) = ((from, image.pixels()), (to, &mut pixels[..]));
    let done = match mode {
        ColorMode::L => convolve_pixels::<U8>(source, target, &options),
        ColorMode::La => convolve_pixels::<U8x2>(source, target, &options),
        ColorMode::Rgb => convolve_pixels::<U8x3>(source, target, &options),
        ColorMode::Rgba => convolve_pixels::<U8x4>(source, target, &options),
    };
    done.map_err(|reason| Error::shape("resize", format_args!("{from} {mode}"), reason))?;
    Image::new(to, mode, pixels)
}

/// The nearest pixels, at the places that they have in the whole.
fn nearest(image: &Image, to: ImageSize, region: Region) -> Result<Image> {
    let places = |from: u32, to: u32, first: u32, count: u32| -> Vec<usize> {
        let scale = f64::from(from) / f64::from(to);
        let place = |pixel: u32| (scale * 0.5 + scale * f64::from(pixel)) as usize;
        (first..first + count).map(|pixel| place(pixel).min(from as usize - 1)).collect()
    };
    let from = image.size();
    let columns = places(from.width, to.width, region.left, region.size.width);
    let rows = places(from.height, to.height, region.top, region.size.height);
    let (channels, view) = (image.mode().channels(), image.view());
    let mut pixels = Vec::with_capacity(rows.len() * columns.len() * channels);
    for row in rows {
        for &column in &columns {
            pixels.extend((0..channels).map(|channel| view[[row, column, channel]]));
        }
    }
    Image::new(region.size, image.mode(), pixels)
}

/// Of one type of pixels, since the resizer for any type would be compiled for 13 of them.
fn convolve_pixels<P: PixelTrait + Default + Copy + std::fmt::Debug>(
    (from, source): (ImageSize, &[u8]),
    (to, target): (ImageSize, &mut [u8]),
    options: &ResizeOptions,
) -> Result<(), String> {
    let source =
        TypedImageRef::<P>::from_buffer(from.width, from.height, source).map_err(|e| e.to_string())?;
    let mut target = TypedImage::<P>::from_buffer(to.width, to.height, target).map_err(|e| e.to_string())?;
    RESIZER
        .with_borrow_mut(|resizer| resizer.resize_typed(&source, &mut target, options))
        .map_err(|error| error.to_string())
}

pub(super) fn place_in_middle(inner: &Image, to: ImageSize, fill: u8) -> Result<Image> {
    let mode = inner.mode();
    let channels = mode.channels();
    let mut pixel = vec![fill; channels];
    if mode.has_alpha() {
        pixel[channels - 1] = 0;
    }
    let mut pixels = pixel.repeat(to.width as usize * to.height as usize);
    let left = (to.width - inner.size().width) as usize / 2;
    let top = (to.height - inner.size().height) as usize / 2;
    let (row, inner_row) = (to.width as usize * channels, inner.size().width as usize * channels);
    for (y, line) in inner.pixels().chunks_exact(inner_row).enumerate() {
        let start = (top + y) * row + left * channels;
        pixels[start..start + inner_row].copy_from_slice(line);
    }
    Image::new(to, mode, pixels)
}

#[cfg(test)]
mod tests {
    use super::*;

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

    /// The loops of this library and those of the fast resizer, whose pixels are the reference.
    #[test]
    fn all_pixels_are_those_of_the_fast_resizer() {
        let mut numbers = crate::random::SplitMix64::of_epoch(3, 0);
        let mut below = |bound: u32| numbers.below(bound.into()) as u32;
        let filters = [Filter::Box, Filter::Bilinear, Filter::Bicubic, Filter::Lanczos3];
        for case in 0..2_000 {
            // A few of them much larger than their results.
            let most = if case % 50 == 0 { 900 } else { 90 };
            let (from, to) = (size(1 + below(most), 1 + below(most)), size(1 + below(70), 1 + below(70)));
            if from == to {
                continue;
            }
            let filter = filters[case % 4];
            let pixels = (0..from.area() * 3).map(|_| below(256) as u8).collect();
            let image = Image::new(from, ColorMode::Rgb, pixels).unwrap();
            let (fast, kernel) = kernels(filter).unwrap();
            let own = RegionResize::new(from, to, Region::whole(to), kernel, ColorMode::Rgb);
            let reference = convolve(&image, to, fast).unwrap();
            assert!(own.pixels(Part::whole(&image)) == reference.pixels(), "{from} to {to}, {filter:?}");
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
