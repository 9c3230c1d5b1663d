//! A decoder's pixels to 8-bit samples of the mode asked for.

use image::DynamicImage;

use crate::error::{Error, Result};
use crate::images::color::byte_of_word;
use crate::images::{Alpha, ColorMode, Image, ImageSize, luma};

/// Brings any depth and any channels to `mode`.
///
/// 16-bit samples become `round(v / 257)`. `format` names the file's format in errors.
pub(crate) fn to_mode(
    image: DynamicImage,
    mode: ColorMode,
    alpha: Alpha,
    format: &'static str,
) -> Result<Image> {
    let size = ImageSize::new(image.width(), image.height());
    let (found, pixels) = to_bytes(image, format)?;
    Image::new(size, mode, to_channels(pixels, found, mode, alpha))
}

fn to_bytes(image: DynamicImage, format: &'static str) -> Result<(ColorMode, Vec<u8>)> {
    use ColorMode::{L, La, Rgb, Rgba};
    Ok(match image {
        DynamicImage::ImageLuma8(image) => (L, image.into_raw()),
        DynamicImage::ImageLumaA8(image) => (La, image.into_raw()),
        DynamicImage::ImageRgb8(image) => (Rgb, image.into_raw()),
        DynamicImage::ImageRgba8(image) => (Rgba, image.into_raw()),
        DynamicImage::ImageLuma16(image) => (L, from_u16(image.as_raw())),
        DynamicImage::ImageLumaA16(image) => (La, from_u16(image.as_raw())),
        DynamicImage::ImageRgb16(image) => (Rgb, from_u16(image.as_raw())),
        DynamicImage::ImageRgba16(image) => (Rgba, from_u16(image.as_raw())),
        other => return Err(Error::unsupported(format, format!("pixels of type {:?}", other.color()))),
    })
}

fn from_u16(samples: &[u16]) -> Vec<u8> {
    samples.iter().copied().map(byte_of_word).collect()
}

fn to_channels(pixels: Vec<u8>, found: ColorMode, mode: ColorMode, alpha: Alpha) -> Vec<u8> {
    if found == mode {
        return pixels;
    }
    let count = pixels.len() / found.channels();
    let mut out = Vec::with_capacity(count * mode.channels());
    for pixel in pixels.chunks_exact(found.channels()) {
        let (mut rgb, a) = match *pixel {
            [l] => ([l; 3], 255),
            [l, a] => ([l; 3], a),
            [r, g, b] => ([r, g, b], 255),
            [r, g, b, a] => ([r, g, b], a),
            _ => unreachable!("a mode has 1 to 4 channels"),
        };
        if let (Alpha::Over(under), false) = (alpha, mode.has_alpha()) {
            rgb = std::array::from_fn(|c| lay_over(rgb[c], under[c], a));
        }
        match mode {
            ColorMode::L => out.push(luma(rgb)),
            ColorMode::La => out.extend([luma(rgb), a]),
            ColorMode::Rgb => out.extend(rgb),
            ColorMode::Rgba => out.extend([rgb[0], rgb[1], rgb[2], a]),
        }
    }
    out
}

/// A sample over another: `(over * alpha + under * (255 - alpha)) / 255`, rounded.
pub(super) fn lay_over(over: u8, under: u8, alpha: u8) -> u8 {
    let (over, under, alpha) = (u32::from(over), u32::from(under), u32::from(alpha));
    ((over * alpha + under * (255 - alpha) + 127) / 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageBuffer, Luma};

    #[test]
    fn channels_follow_pillow() {
        // Pillow 13.0.0: Image.new("RGB", (1, 1), c).convert("L").getpixel((0, 0))
        let pillow = [([255, 0, 0], 76), ([0, 255, 0], 150), ([0, 0, 255], 29), ([12, 200, 77], 130)];
        for (rgb, expected) in pillow {
            assert_eq!(to_channels(rgb.to_vec(), ColorMode::Rgb, ColorMode::L, Alpha::Drop), [expected]);
        }
        let gray = to_channels(vec![9, 100], ColorMode::La, ColorMode::Rgba, Alpha::Drop);
        assert_eq!(gray, [9, 9, 9, 100]);
    }

    #[test]
    fn alpha_is_dropped_or_laid_over() {
        let pixel = || vec![200, 100, 0, 64];
        let to_rgb = |alpha| to_channels(pixel(), ColorMode::Rgba, ColorMode::Rgb, alpha);
        assert_eq!(to_rgb(Alpha::Drop), [200, 100, 0]);
        // 200 * 64/255 + 255 * 191/255 = 241.2; 100 * 64/255 + 191 = 216.1; 191
        assert_eq!(to_rgb(Alpha::Over([255; 3])), [241, 216, 191]);
    }

    #[test]
    fn sixteen_bits_are_divided_by_257() {
        let image = ImageBuffer::<Luma<u16>, _>::from_raw(4, 1, vec![0, 128, 129, 65535]).unwrap();
        let image = to_mode(image.into(), ColorMode::L, Alpha::Drop, "PNG").unwrap();
        assert_eq!(image.pixels(), [0, 0, 1, 255]);
    }
}
