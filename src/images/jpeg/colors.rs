//! The components of a JPEG file to grey or RGB, with libjpeg's integers.

use crate::images::color::cmyk_to_rgb;
use crate::images::jpeg::headers::Colors;

/// Brings the components of all pixels to grey or RGB.
pub(super) fn convert(components: Vec<u8>, colors: Colors) -> Vec<u8> {
    let mut pixels = components;
    match colors {
        Colors::Gray | Colors::Rgb => pixels,
        Colors::YCbCr => {
            for pixel in pixels.as_chunks_mut().0 {
                *pixel = ycbcr_to_rgb(*pixel);
            }
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

/// JFIF's conversion in 16 bits of fraction, each of the two products rounded as in libjpeg.
fn ycbcr_to_rgb([y, cb, cr]: [u8; 3]) -> [u8; 3] {
    const HALF: i32 = 1 << 15;
    let (y, cb, cr) = (i32::from(y), i32::from(cb) - 128, i32::from(cr) - 128);
    let red = y + ((91_881 * cr + HALF) >> 16);
    let green = y + ((-22_554 * cb - 46_802 * cr + HALF) >> 16);
    let blue = y + ((116_130 * cb + HALF) >> 16);
    [red, green, blue].map(|value| value.clamp(0, 255) as u8)
}
