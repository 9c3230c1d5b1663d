//! The samples of a TIFF page to grey or RGB, with alpha where there is one.

use image::{DynamicImage, ImageBuffer};

use crate::error::{Error, Result};
use crate::images::color::{byte_of_word, cmyk_to_rgb, ycbcr_to_rgb};
use crate::images::tiff::NAME;
use crate::images::tiff::levels::Levels;
use crate::images::tiff::page::{Extra, Page, Photometric};

/// Makes the picture.
pub(super) fn to_image(page: &Page<'_>, levels: Levels) -> Result<DynamicImage> {
    let (width, height) = (page.width, page.height);
    let has_alpha = page.extra != Extra::None;
    let is_gray = matches!(page.photometric, Photometric::WhiteIsZero | Photometric::BlackIsZero);
    let levels = match levels {
        // Colours that have to be calculated are brought to 8 bits first.
        Levels::Words(words) if matches!(page.photometric, Photometric::Cmyk | Photometric::YCbCr) => {
            Levels::Bytes(words.into_iter().map(byte_of_word).collect())
        }
        other => other,
    };
    let image = match levels {
        Levels::Bytes(samples) => {
            let pixels = pixels(page, &samples, 255)?;
            match (is_gray, has_alpha) {
                (true, false) => ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageLuma8),
                (true, true) => ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageLumaA8),
                (false, false) => ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageRgb8),
                (false, true) => ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageRgba8),
            }
        }
        Levels::Words(samples) => {
            let pixels = pixels(page, &samples, 65_535)?;
            match (is_gray, has_alpha) {
                (true, false) => ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageLuma16),
                (true, true) => ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageLumaA16),
                (false, false) => ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageRgb16),
                (false, true) => ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageRgba16),
            }
        }
    };
    image.ok_or_else(|| Error::decode(NAME, "fewer pixels than the directory states"))
}

/// A sample of 8 or 16 bits.
trait Sample: Copy + Into<u32> + TryFrom<u32> {}
impl Sample for u8 {}
impl Sample for u16 {}

/// The pixels as grey or RGB, with alpha behind them where the page has it. `full` is the largest sample.
fn pixels<T: Sample>(page: &Page<'_>, samples: &[T], full: u32) -> Result<Vec<T>> {
    let colors = page.photometric.samples();
    let has_alpha = page.extra != Extra::None;
    let palette = palette(page)?;
    let mut out = Vec::with_capacity(samples.len());
    for pixel in samples.chunks_exact(usize::from(page.samples)) {
        let value = |at: usize| -> u32 { pixel[at].into() };
        let byte = |at: usize| value(at) as u8;
        let mut color = match page.photometric {
            Photometric::WhiteIsZero => [full - value(0); 3],
            Photometric::BlackIsZero => [value(0); 3],
            Photometric::Rgb => [value(0), value(1), value(2)],
            Photometric::Palette => palette.get(value(0) as usize).copied().unwrap_or([0; 3]).map(u32::from),
            Photometric::Cmyk => cmyk_to_rgb([byte(0), byte(1), byte(2), byte(3)]).map(u32::from),
            Photometric::YCbCr => ycbcr_to_rgb([byte(0), byte(1), byte(2)]).map(u32::from),
            Photometric::CieLab => lab_to_rgb(byte(0), byte(1) as i8, byte(2) as i8).map(u32::from),
            Photometric::IccLab => {
                lab_to_rgb(byte(0), (byte(1) ^ 0x80) as i8, (byte(2) ^ 0x80) as i8).map(u32::from)
            }
        };
        let alpha = if has_alpha { value(colors) } else { full };
        if page.extra == Extra::Associated {
            color = color.map(|color| divide_by_alpha(color, alpha, full));
        }
        let gray = colors == 1 && page.photometric != Photometric::Palette;
        let channels = if gray { &color[..1] } else { &color[..] };
        let alpha = has_alpha.then_some(&alpha);
        // Every value is at most `full`, which fits.
        out.extend(channels.iter().chain(alpha).filter_map(|&value| T::try_from(value).ok()));
    }
    Ok(out)
}

/// Takes the multiplication with alpha back, as Pillow does: `min(full, floor(full * color / alpha))`.
fn divide_by_alpha(color: u32, alpha: u32, full: u32) -> u32 {
    match alpha {
        0 => color,
        _ => (u64::from(color) * u64::from(full) / u64::from(alpha)).min(full.into()) as u32,
    }
}

/// The colours of the palette: all reds, all greens, all blues, of 16 bits, of which the upper 8 count: some writers
/// leave the lower ones 0. Where no value is above 255, an early writer meant 8 bits, as for libtiff.
fn palette(page: &Page<'_>) -> Result<Vec<[u8; 3]>> {
    if page.photometric != Photometric::Palette {
        return Ok(Vec::new());
    }
    let count = 1_usize << page.bits;
    let values = page.palette.as_deref().unwrap_or_default();
    if values.len() < 3 * count {
        let reason =
            format!("a palette of {} values, expected {} for {} bits", values.len(), 3 * count, page.bits);
        return Err(Error::decode(NAME, reason));
    }
    let is_wide = values.iter().any(|&value| value > 255);
    let level = |value: u64| (if is_wide { value >> 8 } else { value }) as u8;
    Ok((0..count).map(|at| [0, 1, 2].map(|channel| level(values[channel * count + at]))).collect())
}

/// CIE L*a*b* of the white D50 (L* is `100 l / 255`) to sRGB, cut to its range: CIE 15, Bradford's adaptation to D65,
/// and the curve of IEC 61966-2-1.
fn lab_to_rgb(l: u8, a: i8, b: i8) -> [u8; 3] {
    const WHITE: [f64; 3] = [0.9642, 1.0, 0.8249];
    const TO_LINEAR: [[f64; 3]; 3] = [
        [3.133_856_1, -1.616_866_7, -0.490_614_6],
        [-0.978_768_4, 1.916_141_5, 0.033_454_0],
        [0.071_945_3, -0.228_991_4, 1.405_242_7],
    ];
    let y = (f64::from(l) * 100.0 / 255.0 + 16.0) / 116.0;
    let [x, z] = [y + f64::from(a) / 500.0, y - f64::from(b) / 200.0];
    let linear = |t: f64| if t > 6.0 / 29.0 { t.powi(3) } else { (t - 4.0 / 29.0) * 108.0 / 841.0 };
    let xyz = [linear(x) * WHITE[0], linear(y) * WHITE[1], linear(z) * WHITE[2]];
    TO_LINEAR.map(|row| {
        let light = row.iter().zip(xyz).map(|(weight, value)| weight * value).sum::<f64>().clamp(0.0, 1.0);
        let curved = if light > 0.003_130_8 { 1.055 * light.powf(1.0 / 2.4) - 0.055 } else { 12.92 * light };
        (curved * 255.0).round() as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alpha_is_divided_out_within_the_range() {
        assert_eq!(divide_by_alpha(64, 128, 255), 127);
        assert_eq!(divide_by_alpha(200, 128, 255), 255);
        assert_eq!(divide_by_alpha(9, 0, 255), 9);
        assert_eq!(divide_by_alpha(65_535, 65_535, 65_535), 65_535);
    }

    #[test]
    fn lab_of_the_primaries() {
        // sRGB's white, red and blue in L*a*b* of D50: (100, 0, 0), (54.3, 80.8, 69.9), (29.6, 68.3, -112.0).
        assert_eq!(lab_to_rgb(255, 0, 0), [255; 3]);
        assert_eq!(lab_to_rgb(0, 0, 0), [0; 3]);
        let near = |found: [u8; 3], right: [u8; 3]| found.iter().zip(right).all(|(a, b)| a.abs_diff(b) <= 4);
        assert!(near(lab_to_rgb(138, 81, 70), [255, 0, 0]), "{:?}", lab_to_rgb(138, 81, 70));
        assert!(near(lab_to_rgb(75, 68, -112), [0, 0, 255]), "{:?}", lab_to_rgb(75, 68, -112));
    }
}
