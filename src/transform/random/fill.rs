//! The colour of pixels beyond the edge of an image.

use crate::error::{Error, Result};
use crate::images::ColorMode;

/// A colour: one sample for all channels, or one for each of red, green and blue. Alpha is not part of it.
///
/// ```
/// use burn_prep::transform::Fill;
/// assert_eq!(Fill::from(114), Fill::All(114));
/// assert_eq!(Fill::from([124, 116, 104]), Fill::Rgb([124, 116, 104]));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// The sample of each colour channel.
    All(u8),
    /// The samples of red, green and blue.
    Rgb([u8; 3]),
}

impl From<u8> for Fill {
    fn from(sample: u8) -> Self {
        Self::All(sample)
    }
}

impl From<[u8; 3]> for Fill {
    fn from(samples: [u8; 3]) -> Self {
        Self::Rgb(samples)
    }
}

impl Fill {
    /// The samples of the colour channels of a mode, and 0 behind them, which is the alpha of bars.
    ///
    /// # Errors
    ///
    /// There are three samples, and the image has no colours.
    pub(super) fn pixel(self, op: &'static str, mode: ColorMode) -> Result<[u8; 4]> {
        match (self, mode) {
            (Self::All(sample), ColorMode::L | ColorMode::La) => Ok([sample, 0, 0, 0]),
            (Self::All(sample), _) => Ok([sample, sample, sample, 0]),
            (Self::Rgb([red, green, blue]), ColorMode::Rgb | ColorMode::Rgba) => Ok([red, green, blue, 0]),
            (Self::Rgb(_), _) => {
                Err(Error::shape(op, format_args!("{mode}"), "RGB for a fill of three samples (use one)"))
            }
        }
    }
}
