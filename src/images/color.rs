//! The channels of a decoded image.

use std::fmt;

use serde::Serialize;

/// The channels of an [`Image`](crate::images::Image), 8 bits each, interleaved in this order.
///
/// ```
/// use burn_prep::images::ColorMode;
/// assert_eq!(ColorMode::Rgba.channels(), 4);
/// assert_eq!(ColorMode::Rgb.to_string(), "RGB");
/// ```
#[doc(alias = "PIL mode")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ColorMode {
    /// Luma, one channel. From colour: `L = (19595 R + 38470 G + 7471 B + 32768) >> 16`
    /// (ITU-R 601-2, Pillow's `convert("L")`).
    L,
    /// Luma and alpha.
    La,
    /// Red, green, blue.
    Rgb,
    /// Red, green, blue, alpha (not premultiplied).
    Rgba,
}

impl ColorMode {
    /// The number of channels, 1 to 4.
    pub fn channels(self) -> usize {
        match self {
            Self::L => 1,
            Self::La => 2,
            Self::Rgb => 3,
            Self::Rgba => 4,
        }
    }

    /// The mode of so many channels; `None` where there are none or more than 4.
    ///
    /// ```
    /// use burn_prep::images::ColorMode;
    /// assert_eq!([2, 3, 5].map(ColorMode::of_channels), [Some(ColorMode::La), Some(ColorMode::Rgb), None]);
    /// ```
    pub fn of_channels(channels: usize) -> Option<Self> {
        Some(match channels {
            1 => Self::L,
            2 => Self::La,
            3 => Self::Rgb,
            4 => Self::Rgba,
            _ => return None,
        })
    }

    /// Whether the last channel is alpha.
    ///
    /// ```
    /// assert!(burn_prep::images::ColorMode::La.has_alpha());
    /// assert!(!burn_prep::images::ColorMode::Rgb.has_alpha());
    /// ```
    pub fn has_alpha(self) -> bool {
        matches!(self, Self::La | Self::Rgba)
    }
}

impl fmt::Display for ColorMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::L => "L",
            Self::La => "LA",
            Self::Rgb => "RGB",
            Self::Rgba => "RGBA",
        })
    }
}

/// What happens to transparency when the mode asked for has no alpha channel.
///
/// ```
/// use burn_prep::images::{Alpha, ColorMode, Decoder};
///
/// let file = std::fs::read("assets/hostile/transparent.png").unwrap();   // red, alpha 0
/// let dropped = Decoder::rgb8().decode(&file).unwrap().image;
/// assert_eq!(dropped.pixels()[..3], [255, 0, 0]);
/// let on_white = Decoder::new(ColorMode::Rgb).alpha(Alpha::Over([255; 3])).decode(&file).unwrap().image;
/// assert_eq!(on_white.pixels()[..3], [255, 255, 255]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Alpha {
    /// The alpha channel is left out and the colours stay, as in Pillow's `convert("RGB")`.
    #[default]
    Drop,
    /// The picture is laid over this colour: `c = (c * a + over * (255 - a)) / 255`, rounded.
    Over([u8; 3]),
}

/// Pillow's conversion of inks (0 is no ink) to light: `r = w - c * w / 255` with `w = 255 - k`.
pub(crate) fn cmyk_to_rgb([c, m, y, k]: [u8; 4]) -> [u8; 3] {
    let white = u32::from(255 - k);
    [c, m, y].map(|ink| {
        // The division by 255, rounded, of a product of two bytes.
        let product = u32::from(ink) * white + 128;
        (white - (((product >> 8) + product) >> 8)) as u8
    })
}

/// A sample of 16 bits as one of 8: `round(word / 257)`. 65535 / 257 = 255 exactly, so that it always fits.
pub(crate) fn byte_of_word(word: u16) -> u8 {
    ((u32::from(word) + 128) / 257) as u8
}

/// JFIF's conversion in 16 bits of fraction, each of the two products rounded as in libjpeg.
#[inline(always)]
pub(crate) fn ycbcr_to_rgb([y, cb, cr]: [u8; 3]) -> [u8; 3] {
    const HALF: i32 = 1 << 15;
    let (y, cb, cr) = (i32::from(y), i32::from(cb) - 128, i32::from(cr) - 128);
    let red = y + ((91_881 * cr + HALF) >> 16);
    let green = y + ((-22_554 * cb - 46_802 * cr + HALF) >> 16);
    let blue = y + ((116_130 * cb + HALF) >> 16);
    [red, green, blue].map(|value| value.clamp(0, 255) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ycbcr_of_the_primaries() {
        // Pillow 13: Image.new("YCbCr", (1, 1), c).convert("RGB")
        assert_eq!(ycbcr_to_rgb([76, 85, 255]), [254, 0, 0]);
        assert_eq!(ycbcr_to_rgb([128, 128, 128]), [128; 3]);
        assert_eq!(ycbcr_to_rgb([255, 0, 0]), [76, 255, 28]);
    }
}
