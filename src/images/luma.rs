//! The luma of pixels, as Pillow's `convert("L")`.

use std::borrow::Cow;

use crate::images::{ColorMode, Image};
use crate::simd::{Kernel, widest};

/// Pillow's `L = (19595 R + 38470 G + 7471 B + 32768) >> 16`; the weights add up to 65536.
#[inline(always)]
pub(crate) fn luma([r, g, b]: [u8; 3]) -> u8 {
    ((19595 * u32::from(r) + 38470 * u32::from(g) + 7471 * u32::from(b) + 32768) >> 16) as u8
}

/// The luma of each pixel of an image, row by row; alpha is left out.
pub(crate) fn luma_of(image: &Image) -> Cow<'_, [u8]> {
    let pixels = image.pixels();
    match image.mode() {
        ColorMode::L => Cow::Borrowed(pixels),
        ColorMode::La => Cow::Owned(pixels.as_chunks::<2>().0.iter().map(|[luma, _]| *luma).collect()),
        ColorMode::Rgb => Cow::Owned(of_colors::<3>(pixels)),
        ColorMode::Rgba => Cow::Owned(of_colors::<4>(pixels)),
    }
}

fn of_colors<const C: usize>(pixels: &[u8]) -> Vec<u8> {
    let mut samples = vec![0; pixels.len() / C];
    widest(Weigh::<C> { pixels, samples: &mut samples });
    samples
}

struct Weigh<'a, const C: usize> {
    pixels: &'a [u8],
    samples: &'a mut [u8],
}

impl<const C: usize> Kernel for Weigh<'_, C> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (sample, pixel) in self.samples.iter_mut().zip(self.pixels.as_chunks::<C>().0) {
            *sample = luma([pixel[0], pixel[1], pixel[2]]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::ImageSize;

    #[test]
    fn alpha_is_left_out() {
        let of = |mode, pixels: &[u8]| {
            luma_of(&Image::new(ImageSize::new(2, 1), mode, pixels.to_vec()).unwrap()).into_owned()
        };
        // Pillow 13: Image.fromarray(...).convert("L").
        let expected = [255, 47];
        assert_eq!(of(ColorMode::Rgb, &[255, 255, 255, 10, 60, 80]), expected);
        assert_eq!(of(ColorMode::Rgba, &[255, 255, 255, 0, 10, 60, 80, 9]), expected);
        assert_eq!(of(ColorMode::La, &[255, 1, 47, 2]), expected);
        assert_eq!(of(ColorMode::L, &expected), expected);
    }
}
