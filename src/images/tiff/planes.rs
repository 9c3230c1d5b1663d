//! The planes of a TIFF page, unpacked.
//!
//! The `tiff` crate undoes compression, predictors and byte order. It is shown each plane as a grey picture with a
//! directory of its own: its own idea of colours refuses many pages that it can unpack, and panics on some
//! (docs/UPSTREAM.md). JPEG data goes to this crate's own choice of JPEG decoders.

use tiff::decoder::{Decoder, DecodingResult, Limits as TiffLimits};
use tiff::{TiffError, TiffUnsupportedError};

use crate::error::{Error, Result};
use crate::images::ifd::Endian;
use crate::images::limits::Limits;
use crate::images::tiff::jpeg_parts;
use crate::images::tiff::levels::Levels;
use crate::images::tiff::overlay::{HEADER, Overlay};
use crate::images::tiff::page::{JPEG, Page, SampleKind};
use crate::images::tiff::tag;
use crate::images::tiff::{NAME, unsupported};

/// All samples of the page, those of a pixel side by side.
pub(super) fn read(file: &[u8], endian: Endian, page: &Page<'_>, limits: &Limits) -> Result<Levels> {
    let reversed: Vec<u8>;
    let file = if page.lowest_bit_first && page.compression != JPEG {
        reversed = file.iter().map(|byte| byte.reverse_bits()).collect();
        &reversed[..]
    } else {
        file
    };
    let (planes, _) = page.planes();
    let mut planes = (0..planes).map(|plane| match page.compression {
        JPEG => jpeg_parts::decode(file, page, plane, limits).map(Levels::Bytes),
        _ => Levels::of(page, unpack(file, endian, page, plane, limits)?),
    });
    if !page.planar {
        return planes.next().unwrap_or_else(|| Err(Error::decode(NAME, "no samples")));
    }
    Levels::interleave(&planes.collect::<Result<Vec<_>>>()?)
}

/// The parts of one plane: their offsets and lengths.
pub(super) fn parts<'p>(page: &'p Page<'_>, plane: u16) -> (&'p [u64], &'p [u64]) {
    let count = page.chunks.offsets.len() / usize::from(page.planes().0);
    let range = usize::from(plane) * count..(usize::from(plane) + 1) * count;
    (&page.chunks.offsets[range.clone()], &page.chunks.counts[range])
}

/// A picture of `bits` bits a sample, as the `tiff` crate is shown it.
struct Shown {
    width: u64,
    height: u64,
    chunk_width: u64,
    chunk_height: u64,
    bits: u64,
    samples: u64,
}

impl Shown {
    /// Samples that do not fill whole bytes, except where the crate unpacks them, are shown as rows of bytes; so are
    /// the units of luma and chroma of a subsampled page.
    fn of(page: &Page<'_>) -> Result<Self> {
        let [width, height, chunk_width, chunk_height] =
            [page.width, page.height, page.chunks.width, page.chunks.height].map(u64::from);
        let (bits, samples) = (u64::from(page.bits), u64::from(page.planes().1));
        let plain = Self { width, height, chunk_width, chunk_height, bits, samples };
        if page.is_subsampled() {
            let (across, down) = (u64::from(page.subsampling.0), u64::from(page.subsampling.1));
            if page.planar || page.bits != 8 || page.predictor != 1 {
                return Err(unsupported("subsampled YCbCr in planes, of 16 bits or with a predictor"));
            }
            let unit = across * down + 2;
            return Ok(Self {
                width: width.div_ceil(across) * unit,
                height: height.div_ceil(down),
                chunk_width: chunk_width.div_ceil(across) * unit,
                chunk_height: chunk_height.div_ceil(down),
                bits: 8,
                samples: 1,
            });
        }
        if page.is_packed() && !(matches!(page.bits, 1 | 2 | 4) && samples == 1) {
            let bytes = |pixels: u64| (pixels * bits * samples).div_ceil(8);
            return Ok(Self {
                width: bytes(width),
                chunk_width: bytes(chunk_width),
                bits: 8,
                samples: 1,
                ..plain
            });
        }
        Ok(plain)
    }
}

/// Undoes the compression of one plane.
fn unpack(
    file: &[u8],
    endian: Endian,
    page: &Page<'_>,
    plane: u16,
    limits: &Limits,
) -> Result<DecodingResult> {
    let shown = Shown::of(page)?;
    let (offsets, counts) = parts(page, plane);
    check_ends(file, page, &shown, offsets, counts)?;
    let offsets: Vec<u64> = offsets.iter().map(|offset| offset + HEADER as u64).collect();
    let format = match page.kind {
        SampleKind::Unsigned => 1,
        SampleKind::Signed => 2,
        SampleKind::Float => 3,
    };
    let one = |number: u64| vec![number];
    let mut tags = vec![
        (tag::IMAGE_WIDTH, one(shown.width)),
        (tag::IMAGE_LENGTH, one(shown.height)),
        (tag::BITS_PER_SAMPLE, one(shown.bits)),
        (tag::COMPRESSION, one(page.compression.into())),
        (tag::PHOTOMETRIC, one(1)),
        (tag::SAMPLES_PER_PIXEL, one(shown.samples)),
        (tag::PLANAR_CONFIGURATION, one(1)),
        (tag::PREDICTOR, one(page.predictor.into())),
        (tag::SAMPLE_FORMAT, one(format)),
    ];
    if page.chunks.tiled {
        tags.push((tag::TILE_WIDTH, one(shown.chunk_width)));
        tags.push((tag::TILE_LENGTH, one(shown.chunk_height)));
        tags.push((tag::TILE_OFFSETS, offsets));
        tags.push((tag::TILE_BYTE_COUNTS, counts.to_vec()));
    } else {
        tags.push((tag::ROWS_PER_STRIP, one(shown.chunk_height)));
        tags.push((tag::STRIP_OFFSETS, offsets));
        tags.push((tag::STRIP_BYTE_COUNTS, counts.to_vec()));
    }
    tags.sort_by_key(|(tag, _)| *tag);

    let mut decoder =
        Decoder::new(Overlay::new(file, endian, &tags)).map_err(error_of)?.with_limits(tiff_limits(limits));
    decoder.read_image().map_err(error_of)
}

fn tiff_limits(limits: &Limits) -> TiffLimits {
    let bytes = usize::try_from(limits.decoder_bytes()).unwrap_or(usize::MAX);
    let mut limits = TiffLimits::default();
    limits.decoding_buffer_size = bytes;
    limits.intermediate_buffer_size = bytes;
    limits.ifd_value_size = bytes;
    limits
}

/// Whether every part lies in the file. An uncompressed part needs its pixels only, whatever length is stated.
fn check_ends(file: &[u8], page: &Page<'_>, shown: &Shown, offsets: &[u64], counts: &[u64]) -> Result<()> {
    let found = file.len() as u64;
    let row = (shown.chunk_width * shown.bits * shown.samples).div_ceil(8);
    for (index, (&offset, &count)) in offsets.iter().zip(counts).enumerate() {
        let rows = match page.chunks.tiled {
            true => shown.chunk_height,
            false => shown.chunk_height.min(shown.height.saturating_sub(index as u64 * shown.chunk_height)),
        };
        let needed = if page.compression == 1 { row.saturating_mul(rows) } else { count };
        let end = offset.saturating_add(needed);
        if end > found {
            let part = if page.chunks.tiled { "tile" } else { "strip" };
            return Err(Error::truncated(NAME, format!("{part} {index} ends at byte {end} of {found}")));
        }
    }
    Ok(())
}

fn error_of(error: TiffError) -> Error {
    match error {
        TiffError::IoError(io) if io.kind() == std::io::ErrorKind::UnexpectedEof => {
            Error::truncated(NAME, "the data ends early")
        }
        TiffError::IoError(io) => Error::decode(NAME, io),
        TiffError::LimitsExceeded => {
            Error::decode(NAME, "the decoder needs more memory than Limits::max_decoder_bytes allows")
        }
        TiffError::UnsupportedError(TiffUnsupportedError::HorizontalPredictor(_)) => {
            unsupported("a horizontal predictor with these samples")
        }
        TiffError::UnsupportedError(TiffUnsupportedError::FloatingPointPredictor(_)) => {
            unsupported("a floating-point predictor with these samples")
        }
        TiffError::UnsupportedError(TiffUnsupportedError::MisalignedTileBoundaries) => {
            unsupported("tiles that do not end with whole bytes")
        }
        other => Error::decode(NAME, other),
    }
}
