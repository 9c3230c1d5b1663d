//! The strips or tiles of a TIFF page.

use crate::error::{Error, Result};
use crate::images::ifd::Ifd;
use crate::images::tiff::page::side;
use crate::images::tiff::{NAME, tag};

/// The parts in which the pixels lie: rows of strips or of tiles, plane by plane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chunks {
    pub(crate) tiled: bool,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) offsets: Vec<u64>,
    pub(crate) counts: Vec<u64>,
}

impl Chunks {
    /// The parts of a page of this size, with so many planes.
    pub(super) fn read(
        ifd: &Ifd<'_>,
        width: u32,
        height: u32,
        planes: u16,
        file_length: u64,
    ) -> Result<Self> {
        let tiled = ifd.bytes(tag::TILE_OFFSETS).is_some();
        let (offsets, counts) = match tiled {
            true => (tag::TILE_OFFSETS, tag::TILE_BYTE_COUNTS),
            false => (tag::STRIP_OFFSETS, tag::STRIP_BYTE_COUNTS),
        };
        let (chunk_width, chunk_height) = match tiled {
            true => (side(ifd, tag::TILE_WIDTH, "TileWidth")?, side(ifd, tag::TILE_LENGTH, "TileLength")?),
            false => {
                let rows = ifd.number(tag::ROWS_PER_STRIP).and_then(|rows| u32::try_from(rows).ok());
                (width, rows.filter(|&rows| rows > 0).unwrap_or(height).min(height))
            }
        };
        let mut offsets =
            ifd.numbers(offsets).ok_or_else(|| Error::decode(NAME, "no offsets of strips or tiles"))?;
        let needed = u64::from(width.div_ceil(chunk_width))
            .saturating_mul(height.div_ceil(chunk_height).into())
            .saturating_mul(planes.into());
        if (offsets.len() as u64) < needed {
            return Err(Error::truncated(NAME, format!("{} strips or tiles of {needed}", offsets.len())));
        }
        offsets.truncate(needed as usize);
        // Early writers leave the lengths out: each part may then reach to the end of the file.
        let counts = ifd
            .numbers(counts)
            .filter(|counts| counts.len() >= offsets.len())
            .unwrap_or_else(|| offsets.iter().map(|offset| file_length.saturating_sub(*offset)).collect());
        Ok(Self { tiled, width: chunk_width, height: chunk_height, offsets, counts })
    }
}
