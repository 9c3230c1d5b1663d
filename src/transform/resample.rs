//! The pixels of an image at another size, antialiased.

use std::cell::RefCell;

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8, U8x2, U8x3, U8x4};
use fast_image_resize::{FilterType, PixelTrait, ResizeAlg, ResizeOptions, Resizer};

use crate::error::{Error, Result};
use crate::images::{ColorMode, Image, ImageSize, Region};
use crate::transform::Filter;
use crate::transform::convolution::{Part, RegionResize, divide_by_alpha, times_alpha};
use crate::transform::weights::{BOX, CUBIC, Kernel, LANCZOS, TRIANGLE};

thread_local! {
    /// The resizer keeps its scratch memory between images.
    static RESIZER: RefCell<Resizer> = RefCell::new(Resizer::new());
}

/// The region that is computed of an image resized to `to`, of which `keep` is wanted: that region, or the whole.
///
/// The fast resizer computes the whole, which is cut; where the crop keeps a quarter or less, as of thin pictures, loops of our
/// own compute what is kept, bit for bit the same. The nearest pixels are copied. What [`fast_region`] takes is within it.
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
    RegionResize::has_vectors(mode).then(|| RegionResize::new(from, to, region, kernel, mode))
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
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(kernel)).use_alpha(false);
    let convolved = |from: ImageSize, samples: &[u8], to: ImageSize| {
        let mut pixels = vec![0; to.width as usize * to.height as usize * mode.channels()];
        let (source, target) = ((from, samples), (to, &mut pixels[..]));
        match mode {
            ColorMode::L => convolve_pixels::<U8>(source, target, &options),
            ColorMode::La => convolve_pixels::<U8x2>(source, target, &options),
            ColorMode::Rgb => convolve_pixels::<U8x3>(source, target, &options),
            ColorMode::Rgba => convolve_pixels::<U8x4>(source, target, &options),
        }
        .map_err(|reason| Error::shape("resize", format_args!("{from} {mode}"), reason))?;
        Ok::<_, Error>(pixels)
    };
    // Along the rows first, as Pillow: by itself the resizer begins with the columns.
    let between = ImageSize::new(to.width, from.height);
    let weighed = mode.has_alpha().then(|| times_alpha(image.pixels(), mode.channels()));
    let narrow = convolved(from, weighed.as_deref().unwrap_or(image.pixels()), between)?;
    let mut pixels = convolved(between, &narrow, to)?;
    if mode.has_alpha() {
        divide_by_alpha(&mut pixels, mode.channels());
    }
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
}
