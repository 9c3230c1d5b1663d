//! The samples of a TIFF page, before anything is said of colours.
//!
//! The `tiff` crate undoes compression, predictors and byte order. It is shown each plane as a grey picture with a
//! directory of its own: its own idea of colours refuses many pages that it can unpack, and panics on some
//! (docs/UPSTREAM.md). JPEG data goes to this crate's own choice of JPEG decoders.

use tiff::decoder::{Decoder, DecodingResult, Limits as TiffLimits};
use tiff::{TiffError, TiffUnsupportedError};

use crate::error::{Error, Result};
use crate::images::ifd::Endian;
use crate::images::jpeg;
use crate::images::limits::Limits;
use crate::images::tiff::overlay::{HEADER, Overlay};
use crate::images::tiff::page::{JPEG, Page, Photometric, SampleKind};
use crate::images::tiff::{NAME, unsupported};

/// Samples on the full scale of their type, except the indices of a palette, which are kept.
pub(super) enum Levels {
    Bytes(Vec<u8>),
    Words(Vec<u16>),
}

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
        JPEG => jpeg_plane(file, page, plane, limits).map(Levels::Bytes),
        _ => to_levels(page, unpack(file, endian, page, plane, limits)?),
    });
    if !page.planar {
        return planes.next().unwrap_or_else(|| Err(Error::decode(NAME, "no samples")));
    }
    // All planes have one depth, so they are all of one type.
    let planes: Vec<Levels> = planes.collect::<Result<_>>()?;
    let bytes =
        planes.iter().map(|plane| if let Levels::Bytes(plane) = plane { Some(&plane[..]) } else { None });
    let words =
        planes.iter().map(|plane| if let Levels::Words(plane) = plane { Some(&plane[..]) } else { None });
    if let Some(planes) = bytes.collect::<Option<Vec<_>>>() {
        Ok(Levels::Bytes(interleave(&planes)))
    } else if let Some(planes) = words.collect::<Option<Vec<_>>>() {
        Ok(Levels::Words(interleave(&planes)))
    } else {
        Err(Error::decode(NAME, "planes of unequal types"))
    }
}

fn interleave<T: Copy>(planes: &[&[T]]) -> Vec<T> {
    let length = planes.iter().map(|plane| plane.len()).min().unwrap_or(0);
    (0..length).flat_map(|at| planes.iter().map(move |plane| plane[at])).collect()
}

/// The parts of one plane: their offsets and lengths.
fn parts<'p>(page: &'p Page<'_>, plane: u16) -> (&'p [u64], &'p [u64]) {
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
    let [width, height, bits, samples] = [shown.width, shown.height, shown.bits, shown.samples];
    let (chunk_width, chunk_height) = (shown.chunk_width, shown.chunk_height);
    let (compression, predictor) = (u64::from(page.compression), u64::from(page.predictor));
    let [width, height, bits, compression] = [[width], [height], [bits], [compression]];
    let [samples, predictor, format] = [[samples], [predictor], [format]];
    let (chunk_width, chunk_height) = ([chunk_width], [chunk_height]);
    let tiles: [(u16, &[u64]); 4] =
        [(322, &chunk_width), (323, &chunk_height), (324, &offsets), (325, counts)];
    let mut tags: Vec<(u16, &[u64])> = vec![
        (256, &width),
        (257, &height),
        (258, &bits),
        (259, &compression),
        (262, &[1]),
        (277, &samples),
        (284, &[1]),
        (317, &predictor),
        (339, &format),
    ];
    if page.chunks.tiled {
        tags.extend(tiles);
    } else {
        tags.extend([(273, &offsets[..]), (278, &chunk_height[..]), (279, counts)]);
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

/// Decodes the JPEG data of one plane, whose components are left as they are.
fn jpeg_plane(file: &[u8], page: &Page<'_>, plane: u16, limits: &Limits) -> Result<Vec<u8>> {
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

/// Brings samples to the full scale of a byte or of 16 bits: `round(v * full / most)`.
fn to_levels(page: &Page<'_>, result: DecodingResult) -> Result<Levels> {
    let most = |bits: u32| (1_u64 << bits) - 1;
    Ok(match result {
        DecodingResult::U8(bytes) if page.is_subsampled() => Levels::Bytes(spread_chroma(page, &bytes)),
        DecodingResult::U8(bytes) if page.bits == 8 => Levels::Bytes(bytes),
        DecodingResult::U8(bytes) => {
            let bits = u32::from(page.bits);
            let samples = unpack_bits(page, &bytes);
            match bits {
                0..8 if page.photometric == Photometric::Palette => {
                    Levels::Bytes(samples.map(|v| v as u8).collect())
                }
                0..8 => Levels::Bytes(samples.map(|v| scale(v.into(), most(bits), 255) as u8).collect()),
                _ => Levels::Words(samples.map(|v| scale(v.into(), most(bits), 65_535) as u16).collect()),
            }
        }
        DecodingResult::U16(words) => Levels::Words(words),
        DecodingResult::U32(words) => {
            Levels::Words(words.into_iter().map(|v| scale(v.into(), most(32), 65_535) as u16).collect())
        }
        // The lower half decides nothing that 16 bits can show, except on a tie.
        DecodingResult::U64(words) => {
            Levels::Words(words.into_iter().map(|v| scale(v >> 32, most(32), 65_535) as u16).collect())
        }
        DecodingResult::I8(values) => Levels::Bytes(signed(&values, 127, 255)?.map(|v| v as u8).collect()),
        DecodingResult::I16(values) => {
            Levels::Words(signed(&values, 32_767, 65_535)?.map(|v| v as u16).collect())
        }
        DecodingResult::I32(values) => {
            Levels::Words(signed(&values, most(31), 65_535)?.map(|v| v as u16).collect())
        }
        DecodingResult::F16(values) => Levels::Bytes(unit(values.iter().map(|v| f64::from(v.to_f32())))?),
        DecodingResult::F32(values) => Levels::Bytes(unit(values.iter().map(|&v| f64::from(v)))?),
        DecodingResult::F64(values) => Levels::Bytes(unit(values.iter().copied())?),
        _ => return Err(unsupported("samples of this type")),
    })
}

fn scale(value: u64, most: u64, full: u64) -> u64 {
    (value * full + most / 2) / most
}

/// Signed samples, of which none is negative.
fn signed<T: Copy + Into<i64>>(values: &[T], most: u64, full: u64) -> Result<impl Iterator<Item = u64>> {
    if let Some(index) = values.iter().position(|&value| value.into() < 0) {
        let value: i64 = values[index].into();
        return Err(unsupported(format!("negative samples (sample {index} is {value})")));
    }
    Ok(values.iter().map(move |&value| scale(value.into().unsigned_abs(), most, full)))
}

/// Floats in 0..=1 as `round(255 v)`.
fn unit(values: impl Iterator<Item = f64>) -> Result<Vec<u8>> {
    let to_byte = |(index, value): (usize, f64)| {
        if (0.0..=1.0).contains(&value) {
            Ok((value * 255.0).round() as u8)
        } else {
            Err(unsupported(format!("float samples outside of 0..=1 (sample {index} is {value})")))
        }
    };
    values.enumerate().map(to_byte).collect()
}

/// Samples of 1 to 15 bits, the first in the highest bits; each row starts with a new byte.
fn unpack_bits(page: &Page<'_>, bytes: &[u8]) -> impl Iterator<Item = u16> {
    let bits = usize::from(page.bits);
    let row = page.width as usize * usize::from(page.planes().1);
    let mask = (1_u32 << bits) - 1;
    bytes.chunks_exact((row * bits).div_ceil(8)).flat_map(move |bytes| {
        (0..row).map(move |index| {
            let at = index * bits;
            let byte = |offset: usize| u32::from(bytes.get(at / 8 + offset).copied().unwrap_or(0));
            let three = byte(0) << 16 | byte(1) << 8 | byte(2);
            (three >> (24 - at % 8 - bits) & mask) as u16
        })
    })
}

/// Units of luma and one pair of chroma samples to three samples a pixel; each pair serves its whole unit.
fn spread_chroma(page: &Page<'_>, units: &[u8]) -> Vec<u8> {
    let (width, height) = (page.width as usize, page.height as usize);
    let (across, down) = (page.subsampling.0 as usize, page.subsampling.1 as usize);
    let unit = across * down + 2;
    let row = width.div_ceil(across) * unit;
    let mut pixels = Vec::with_capacity(width * height * 3);
    for y in 0..height {
        for x in 0..width {
            let at = y / down * row + x / across * unit;
            let luma = units[at + y % down * across + x % across];
            pixels.extend([luma, units[at + across * down], units[at + across * down + 1]]);
        }
    }
    pixels
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
