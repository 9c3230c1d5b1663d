//! What is kept of one picture until all are seen.

use crate::error::Result;
use crate::fingerprint::{ContentHash, Dihedral, PerceptualHashes, PixelHash};
use crate::images::{Decoded, Decoder};
use crate::measure::{CleanvisionMeasures, CleanvisionScores};
use crate::source::Source;

#[derive(Debug, Clone)]
pub(super) struct Look {
    pub(super) scores: CleanvisionScores,
    /// The square root of the number of pixels.
    pub(super) size: f64,
    /// Channels and bits in the file.
    pub(super) color: String,
    /// By which exact duplicates are found.
    pub(super) pixels: u128,
    /// By which near duplicates are found.
    pub(super) phash: u64,
}

impl Look {
    /// Reads, decodes and measures a sample.
    pub(super) fn of(source: &dyn Source, index: usize, decoder: &Decoder) -> Result<Self> {
        let Decoded { image, source: info } = decoder.decode_stored(source, index)?;
        let is_plain = is_plain(&info.color);
        let mut measures = CleanvisionMeasures::of(&image)?;
        measures.is_gray &= is_plain;
        // cleanvision's hash is one of the samples alone: a row and a column of the same samples are duplicates.
        let pixels = match is_plain {
            true => ContentHash::of(image.pixels()).get(),
            false => PixelHash::of(&image).get(),
        };
        Ok(Self {
            scores: measures.scores(),
            size: measures.size,
            color: info.color,
            pixels,
            phash: PerceptualHashes::of(&image).get(Dihedral::Identity),
        })
    }
}

/// Whether Pillow opens such a file in the mode L, RGB or RGBA. It keeps the indices of palettes, single bits, inks and gray of 16
/// bits, and cleanvision counts those.
fn is_plain(color: &str) -> bool {
    matches!(color, "L2" | "L4" | "L8" | "Rgb8" | "Rgb16" | "Rgba8" | "Rgba16")
}
