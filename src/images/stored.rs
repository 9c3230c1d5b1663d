//! Pictures as Pillow opens them: in the mode of the file, and not turned.

use std::path::Path;

use image::{DynamicImage, RgbImage, RgbaImage};

use crate::error::{Error, Result};
use crate::images::decode::{guarded, refuse_camera_raw};
use crate::images::{Alpha, ColorMode, Decoded, Decoder, ImageSize, Wanted, convert};
use crate::source::Source;

impl Decoder {
    /// Reads and decodes a sample in the mode of its file and as it is stored, whatever its orientation says; JPEG files to the
    /// pixels of libjpeg-turbo. The mode and the alpha of this decoder do not apply.
    ///
    /// Palettes, inks and other colours that no [`ColorMode`] has become RGB, gray of any depth L.
    pub(crate) fn decode_stored(&self, source: &dyn Source, index: usize) -> Result<Decoded> {
        let sample = source.sample(index).ok_or_else(|| Error::no_sample(index, source.len()))?;
        let read = source.read(index, self.file_limit());
        let bytes = read.map_err(|error| if error.path().is_some() { error } else { sample.name(error) })?;
        let decode = || -> Result<Decoded> {
            refuse_camera_raw(sample.path.as_deref().unwrap_or(Path::new(&sample.uri)), &bytes)?;
            let (mut info, opened) = self.open(&bytes)?;
            info.size = ImageSize::new(opened.header.width, opened.header.height);
            let pixels = guarded(info.format, || (opened.pixels)(Wanted::REFERENCE))?;
            info.warning = pixels.warning;
            let mode = mode_of(&info.color);
            let image =
                convert::to_mode(with_upper_bytes(pixels.image), mode, Alpha::Drop, info.format.name())?;
            Ok(Decoded { image, source: info })
        };
        decode().map_err(|error| sample.name(error))
    }
}

/// The mode for the channels and bits of a file, such as `Rgb8`.
fn mode_of(color: &str) -> ColorMode {
    match color.split(|c: char| c.is_ascii_digit()).next() {
        Some("L") => ColorMode::L,
        Some("La") => ColorMode::La,
        Some("Rgba") => ColorMode::Rgba,
        _ => ColorMode::Rgb,
    }
}

/// Colours of 16 bits by their upper 8, which are all that Pillow reads of them.
fn with_upper_bytes(image: DynamicImage) -> DynamicImage {
    let (width, height) = (image.width(), image.height());
    let narrow = match &image {
        DynamicImage::ImageRgb16(words) => {
            RgbImage::from_raw(width, height, upper_bytes(words.as_raw())).map(DynamicImage::from)
        }
        DynamicImage::ImageRgba16(words) => {
            RgbaImage::from_raw(width, height, upper_bytes(words.as_raw())).map(DynamicImage::from)
        }
        _ => None,
    };
    narrow.unwrap_or(image)
}

fn upper_bytes(words: &[u16]) -> Vec<u8> {
    words.iter().map(|word| word.to_be_bytes()[0]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_colors_has_the_mode_of_its_channels() {
        let names = ["L1", "L8", "L32F", "La8", "Lab8", "P8", "Pa8", "Rgb16", "Rgba8", "Cmyk8"];
        let modes = names.map(|name| mode_of(name).channels());
        assert_eq!(modes, [1, 1, 1, 2, 3, 3, 3, 3, 4, 3]);
    }
}
