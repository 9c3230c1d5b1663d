//! How much of a picture is transparent, and the picture without transparency.

use serde::{Deserialize, Serialize};

use crate::images::convert::lay_over;
use crate::images::{ColorMode, Image};

/// How much of a picture with an alpha channel can be seen through.
///
/// ```
/// use burn_prep::images::{ColorMode, Image, ImageSize, alpha_coverage};
///
/// let image = Image::new(ImageSize::new(4, 1), ColorMode::La, vec![9, 255, 9, 255, 9, 254, 9, 0])?;
/// let coverage = alpha_coverage(&image).unwrap();
/// assert_eq!((coverage.transparent, coverage.fully), (0.5, false));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AlphaCoverage {
    /// The share of pixels whose alpha is below 255, 0 to 1.
    pub transparent: f64,
    /// Whether the alpha of every pixel is 0: nothing of the picture is seen.
    pub fully: bool,
}

/// Measures the alpha channel of an image; `None` where it has none.
///
/// ```
/// use burn_prep::images::{ColorMode, Image, ImageSize, alpha_coverage};
/// let image = Image::new(ImageSize::new(4, 1), ColorMode::La, vec![9, 255, 9, 255, 9, 254, 9, 255])?;
/// let coverage = alpha_coverage(&image).unwrap();
/// assert_eq!((coverage.transparent, coverage.fully), (0.25, false));
/// assert!(alpha_coverage(&Image::new(ImageSize::square(1), ColorMode::L, vec![9])?).is_none());
/// # Ok::<(), burn_prep::Error>(())
/// ```
pub fn alpha_coverage(image: &Image) -> Option<AlphaCoverage> {
    match image.mode() {
        ColorMode::L | ColorMode::Rgb => None,
        ColorMode::La => Some(coverage(image.pixels().as_chunks::<2>().0)),
        ColorMode::Rgba => Some(coverage(image.pixels().as_chunks::<4>().0)),
    }
}

fn coverage<const N: usize>(pixels: &[[u8; N]]) -> AlphaCoverage {
    let (mut transparent, mut largest) = (0_u64, 0);
    for pixel in pixels {
        let alpha = pixel[N - 1];
        transparent += u64::from(alpha < 255);
        largest = alpha.max(largest);
    }
    // An image has at least one pixel.
    AlphaCoverage { transparent: transparent as f64 / pixels.len() as f64, fully: largest == 0 }
}

/// Lays an image over the mean colour of what is seen of it, and so removes its alpha channel.
///
/// The mean weighs each pixel by its alpha and is rounded; where nothing is seen, it is grey (128). A sample
/// is `(c * a + mean * (255 - a)) / 255`, rounded. Measures of the result do not depend on colours that an
/// alpha of 0 hides. An image without alpha is copied.
///
/// ```
/// use burn_prep::images::{ColorMode, Image, ImageSize, composite_on_mean};
///
/// // The mean is (255 * 200 + 85 * 100) / 340 = 175; 100 with a third of opacity becomes 150.
/// let image = Image::new(ImageSize::new(3, 1), ColorMode::La, vec![200, 255, 100, 85, 7, 0])?;
/// let composite = composite_on_mean(&image);
/// assert_eq!((composite.mode(), composite.pixels()), (ColorMode::L, &[200, 150, 175][..]));
/// # Ok::<(), burn_prep::Error>(())
/// ```
pub fn composite_on_mean(image: &Image) -> Image {
    let (mode, pixels) = match image.mode() {
        ColorMode::L | ColorMode::Rgb => return image.clone(),
        ColorMode::La => (ColorMode::L, over_mean::<2, 1>(image.pixels().as_chunks().0)),
        ColorMode::Rgba => (ColorMode::Rgb, over_mean::<4, 3>(image.pixels().as_chunks().0)),
    };
    // There is a sample for each channel of each pixel, so that this is no error.
    Image::new(image.size(), mode, pixels).unwrap_or_else(|_| image.clone())
}

/// The colours of `N - 1 = C` channels over their mean.
fn over_mean<const N: usize, const C: usize>(pixels: &[[u8; N]]) -> Vec<u8> {
    let mean = mean::<N, C>(pixels);
    let mut out = vec![0_u8; pixels.len() * C];
    for (to, pixel) in out.as_chunks_mut::<C>().0.iter_mut().zip(pixels) {
        let alpha = pixel[N - 1];
        for ((to, &over), &under) in to.iter_mut().zip(pixel).zip(&mean) {
            *to = lay_over(over, under, alpha);
        }
    }
    out
}

/// The mean of each colour, weighted by alpha and rounded.
fn mean<const N: usize, const C: usize>(pixels: &[[u8; N]]) -> [u8; C] {
    /// As many products of two bytes as 32 bits have room for.
    const PART: usize = 1 << 16;
    const GREY: u8 = 128;
    let (mut sums, mut weight) = ([0_u64; C], 0_u64);
    for part in pixels.chunks(PART) {
        let (mut part_sums, mut part_weight) = ([0_u32; C], 0_u32);
        for pixel in part {
            let alpha = u32::from(pixel[N - 1]);
            part_weight += alpha;
            for (sum, &sample) in part_sums.iter_mut().zip(pixel) {
                *sum += u32::from(sample) * alpha;
            }
        }
        weight += u64::from(part_weight);
        sums.iter_mut().zip(part_sums).for_each(|(sum, part)| *sum += u64::from(part));
    }
    // A mean of bytes is a byte.
    sums.map(|sum| (sum + weight / 2).checked_div(weight).map_or(GREY, |mean| mean as u8))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::ImageSize;

    fn image(mode: ColorMode, pixels: &[u8]) -> Image {
        let width = (pixels.len() / mode.channels()) as u32;
        Image::new(ImageSize::new(width, 1), mode, pixels.to_vec()).unwrap()
    }

    #[test]
    fn images_without_alpha_have_no_coverage_and_stay() {
        let gray = image(ColorMode::L, &[1, 2]);
        assert_eq!(alpha_coverage(&gray), None);
        assert_eq!(composite_on_mean(&gray), gray);
    }

    #[test]
    fn a_picture_of_which_nothing_is_seen_is_grey() {
        let clear = image(ColorMode::Rgba, &[255, 0, 0, 0, 0, 255, 0, 0]);
        assert_eq!(alpha_coverage(&clear), Some(AlphaCoverage { transparent: 1.0, fully: true }));
        assert_eq!(composite_on_mean(&clear).pixels(), [128; 6]);
        let hint = image(ColorMode::Rgba, &[255, 0, 0, 0, 10, 20, 30, 1]);
        assert!(!alpha_coverage(&hint).unwrap().fully);
        assert_eq!(composite_on_mean(&hint).pixels(), [10, 20, 30, 10, 20, 30]);
    }

    #[test]
    fn opaque_colours_stay_and_clear_ones_become_their_mean() {
        let mixed = image(ColorMode::Rgba, &[10, 20, 31, 255, 20, 40, 60, 255, 99, 99, 99, 0]);
        // The means are 15, 30 and 45.5.
        assert_eq!(composite_on_mean(&mixed).pixels(), [10, 20, 31, 20, 40, 60, 15, 30, 46]);
    }

    /// More pixels than one part of the sums, of the largest samples.
    #[test]
    fn sums_do_not_overflow() {
        let white = image(ColorMode::Rgba, &[255; 4 * 200_000]);
        assert!(composite_on_mean(&white).pixels().iter().all(|&sample| sample == 255));
        assert_eq!(alpha_coverage(&white), Some(AlphaCoverage { transparent: 0.0, fully: false }));
    }
}
