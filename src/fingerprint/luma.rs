//! The luma of a picture's pixels.

use std::borrow::Cow;

use crate::images::{ColorMode, Image};
use crate::simd::{Kernel, widest};

/// The luma of each pixel, row by row, as Pillow's `convert("L")`; alpha is left out.
pub(super) fn luma(image: &Image) -> Cow<'_, [u8]> {
    let pixels = image.pixels();
    match image.mode() {
        ColorMode::L => Cow::Borrowed(pixels),
        ColorMode::La => Cow::Owned(pixels.as_chunks::<2>().0.iter().map(|[luma, _]| *luma).collect()),
        ColorMode::Rgb => Cow::Owned(of_colors::<3>(pixels)),
        ColorMode::Rgba => Cow::Owned(of_colors::<4>(pixels)),
    }
}

fn of_colors<const C: usize>(pixels: &[u8]) -> Vec<u8> {
    let mut luma = vec![0; pixels.len() / C];
    widest(Weigh::<C> { pixels, luma: &mut luma });
    luma
}

struct Weigh<'a, const C: usize> {
    pixels: &'a [u8],
    luma: &'a mut [u8],
}

impl<const C: usize> Kernel for Weigh<'_, C> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (luma, pixel) in self.luma.iter_mut().zip(self.pixels.as_chunks::<C>().0) {
            let (r, g, b) = (u32::from(pixel[0]), u32::from(pixel[1]), u32::from(pixel[2]));
            // The weights add up to 65536.
            *luma = ((19595 * r + 38470 * g + 7471 * b + 32768) >> 16) as u8;
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
            luma(&Image::new(ImageSize::new(2, 1), mode, pixels.to_vec()).unwrap()).into_owned()
        };
        // Pillow 13: Image.fromarray(...).convert("L").
        let expected = [255, 47];
        assert_eq!(of(ColorMode::Rgb, &[255, 255, 255, 10, 60, 80]), expected);
        assert_eq!(of(ColorMode::Rgba, &[255, 255, 255, 0, 10, 60, 80, 9]), expected);
        assert_eq!(of(ColorMode::La, &[255, 1, 47, 2]), expected);
        assert_eq!(of(ColorMode::L, &expected), expected);
    }
}
