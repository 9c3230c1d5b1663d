//! The components of a JPEG file to grey or RGB, with libjpeg's integers.

use crate::images::color::{cmyk_to_rgb, ycbcr_to_rgb};
use crate::images::jpeg::headers::Colors;
use crate::simd::{Kernel, widest};

/// Brings the components of all pixels to grey or RGB.
pub(super) fn convert(components: Vec<u8>, colors: Colors) -> Vec<u8> {
    let mut pixels = components;
    match colors {
        Colors::Gray | Colors::Rgb => pixels,
        Colors::YCbCr => {
            widest(ToRgb { pixels: pixels.as_chunks_mut().0 });
            pixels
        }
        // Every writer stores the inverse of its inks, as Adobe does.
        Colors::Cmyk => pixels
            .as_chunks()
            .0
            .iter()
            .flat_map(|&pixel: &[u8; 4]| cmyk_to_rgb(pixel.map(|ink| 255 - ink)))
            .collect(),
        Colors::Ycck => {
            let to_rgb = |&[y, cb, cr, k]: &[u8; 4]| {
                let [c, m, y] = ycbcr_to_rgb([y, cb, cr]);
                cmyk_to_rgb([c, m, y, 255 - k])
            };
            pixels.as_chunks().0.iter().flat_map(to_rgb).collect()
        }
    }
}

struct ToRgb<'a> {
    pixels: &'a mut [[u8; 3]],
}

impl Kernel for ToRgb<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for pixel in self.pixels {
            *pixel = ycbcr_to_rgb(*pixel);
        }
    }
}
