//! Strips and tiles of a TIFF page that are JPEG files.

use crate::error::{Error, Result};
use crate::images::jpeg;
use crate::images::limits::Limits;
use crate::images::tiff::NAME;
use crate::images::tiff::page::Page;
use crate::images::tiff::planes::parts;

/// Decodes the JPEG data of one plane, whose components are left as they are.
pub(super) fn decode(file: &[u8], page: &Page<'_>, plane: u16, limits: &Limits) -> Result<Vec<u8>> {
    let (_, samples) = page.planes();
    let samples = usize::from(samples);
    let (width, height) = (page.width as usize, page.height as usize);
    let (chunk_width, chunk_height) = (page.chunks.width as usize, page.chunks.height as usize);
    let across = width.div_ceil(chunk_width);
    let mut pixels = vec![0; width * height * samples];
    let (offsets, counts) = parts(page, plane);
    for (index, (&offset, &count)) in offsets.iter().zip(counts).enumerate() {
        let part = jpeg_file(file, page.jpeg_tables, offset, count)?;
        let part = jpeg::decode_components(&part, limits)?;
        let (left, top) = (index % across * chunk_width, index / across * chunk_height);
        let (used_width, used_height) = (chunk_width.min(width - left), chunk_height.min(height - top));
        if part.channels != samples || part.width < used_width || part.height < used_height {
            let found = format!("{}x{} with {} components", part.width, part.height, part.channels);
            let reason = format!("JPEG data of {found}, expected {used_width}x{used_height} with {samples}");
            return Err(Error::decode(NAME, reason));
        }
        for y in 0..used_height {
            let from = y * part.width * samples;
            let to = ((top + y) * width + left) * samples;
            let length = used_width * samples;
            pixels[to..to + length].copy_from_slice(&part.samples[from..from + length]);
        }
    }
    Ok(pixels)
}

/// A part as a JPEG file: the tables of the page without their end, the data without its start.
fn jpeg_file(file: &[u8], tables: Option<&[u8]>, offset: u64, count: u64) -> Result<Vec<u8>> {
    let range = || {
        let start = usize::try_from(offset).ok()?;
        file.get(start..start.checked_add(usize::try_from(count).ok()?)?)
    };
    let data = range().ok_or_else(|| {
        Error::truncated(
            NAME,
            format!("JPEG data ends at byte {} of {}", offset.saturating_add(count), file.len()),
        )
    })?;
    Ok(match tables {
        Some(tables) => {
            let tables = tables.strip_suffix(&[0xFF, 0xD9]).unwrap_or(tables);
            [tables, data.strip_prefix(&[0xFF, 0xD8]).unwrap_or(data)].concat()
        }
        None => data.to_vec(),
    })
}
