//! JPEG files of the common layouts, through zune-jpeg's strict mode: `image` uses the same decoder but hides damage.

use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;
use zune_jpeg::zune_core::bytestream::ZByteIoError;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::error::{Error, Result};
use crate::images::Region;
use crate::images::decode::Damage;
use crate::images::jpeg::BLENDED;
use crate::images::jpeg::coefficients::{cut_short, damaged};
use crate::images::jpeg::frame::Frame;
use crate::images::jpeg::guarded::{self, Guarded};
use crate::images::jpeg::headers::{Headers, NAME};
use crate::images::jpeg::watched::Watched;
use crate::images::jpeg::whole_rows::first_scan_is_cut;

/// The one complaint of the strict mode that is no damage: libjpeg passes over such bytes too.
const STRAY_BYTES: &str = "[strict-mode]: Extra bytes between headers";

/// The side from which on pictures with halved chroma are read here, unless their units fill it. In smaller ones,
/// what the decoder does at the right edge (docs/UPSTREAM.md) weighs too much.
const MIN_SIDE: u16 = 48;
/// The side of a unit with halved chroma.
const UNIT: u16 = 16;

/// Whether the layout is one that the decoder is known to read rightly: one component; or three or four with
/// chroma of the same size as luma or half of it, in one scan or progressive.
pub(super) fn reads(headers: &Headers<'_>, frame: &Frame) -> bool {
    let sampling: Vec<_> =
        frame.components.iter().map(|component| (component.across, component.down)).collect();
    let is_large =
        [frame.width, frame.height].iter().all(|side| *side >= MIN_SIDE || side.is_multiple_of(UNIT));
    let sampled = match sampling.split_first() {
        Some((&luma, chroma)) => {
            let luma = luma == (1, 1) || is_large && matches!(luma, (2, 1) | (1, 2) | (2, 2));
            luma && chroma.iter().all(|&factors| factors == (1, 1))
        }
        None => false,
    };
    let scanned = frame.is_progressive() || headers.scans[..] == [frame.components.len() as u8];
    sampled && scanned && !headers.lacks_tables && !headers.has_bad_segment
}

/// What the samples are to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Output {
    Gray,
    Rgb,
    /// The components of the file, not converted.
    AsStored,
}

/// The rows from the top that have to be decoded for a region, whole units: its pixels are then those of the whole picture.
/// Of a progressive picture every row is spread over the file.
pub(super) fn rows_for(region: Region, headers: &Headers<'_>, frame: &Frame) -> u16 {
    let is_in_front = headers.data.first().is_some_and(|data| headers.frame_at < data.at.start);
    if frame.is_progressive() || !is_in_front {
        return frame.height;
    }
    let unit = 8 * frame.largest_factors().1;
    let rows = (region.top + region.size.height + BLENDED).next_multiple_of(unit);
    u16::try_from(rows).map_or(frame.height, |rows| rows.min(frame.height))
}

/// Rows of a picture from the top.
pub(super) struct Rows {
    pub(super) count: u16,
    pub(super) samples: Vec<u8>,
    /// The bytes that were passed over in search of a marker behind data; 0 where rows below were left out.
    pub(super) left_over: usize,
}

/// Decodes so many rows from the top, or all. Of what stands in the file behind the rows only the restart markers are checked.
pub(super) fn decode(
    bytes: &[u8],
    headers: &Headers<'_>,
    frame: &Frame,
    output: Output,
    damage: Damage,
    rows: u16,
) -> Result<Rows> {
    let all = frame.height;
    if damage == Damage::Accept {
        let mut reader = Watched::new(bytes, guarded::start(bytes, headers));
        let samples = decode_with(&mut reader, output, false).map_err(error_of)?;
        return Ok(Rows { count: all, samples, left_over: reader.most_searched() });
    }
    let guarded = Guarded::new(bytes, headers, frame, rows)?;
    let mut reader = guarded.reader();
    let mut samples = decode_with(&mut reader, output, true);
    if let Err(DecodeErrors::FormatStatic(STRAY_BYTES)) = samples {
        // Where the mode is not strict, the decoder stops at damage and tells nobody: it shows by where it stopped in the whole.
        if rows < all {
            return decode(bytes, headers, frame, output, damage, all);
        }
        reader = guarded.reader();
        samples = decode_with(&mut reader, output, false);
    }
    let ran_out = reader.ran_out() || guarded.is_in_guard(reader.position());
    if ran_out {
        return Err(cut_short());
    }
    let samples = samples.map_err(error_of)?;
    if rows < all {
        return Ok(Rows { count: rows, samples, left_over: 0 });
    }
    if reader.position() < guarded.end {
        return Err(damaged("codes that no Huffman table has"));
    }
    if frame.is_progressive() && first_scan_is_cut(bytes, headers, frame) {
        return Err(cut_short());
    }
    Ok(Rows { count: all, samples, left_over: guarded.left_over(&reader) })
}

fn decode_with(reader: &mut Watched<'_>, output: Output, strict: bool) -> Result<Vec<u8>, DecodeErrors> {
    let options = DecoderOptions::default()
        .set_strict_mode(strict)
        .set_max_width(usize::MAX)
        .set_max_height(usize::MAX);
    let mut decoder = JpegDecoder::new_with_options(reader, options);
    decoder.decode_headers()?;
    let output = match output {
        Output::Gray => ColorSpace::Luma,
        Output::Rgb => ColorSpace::RGB,
        Output::AsStored => decoder.input_colorspace().unwrap_or(ColorSpace::Luma),
    };
    decoder.set_options(decoder.options().jpeg_set_out_colorspace(output));
    decoder.decode()
}

fn error_of(error: DecodeErrors) -> Error {
    match error {
        DecodeErrors::ExhaustedData
        | DecodeErrors::IoErrors(ZByteIoError::NotEnoughBytes(..))
        | DecodeErrors::FormatStatic("Premature end of buffer") => cut_short(),
        // The decoder's `Display` is its `Debug`: quotes and variant names are not for users.
        DecodeErrors::Format(reason)
        | DecodeErrors::HuffmanDecode(reason)
        | DecodeErrors::DqtError(reason)
        | DecodeErrors::SosError(reason)
        | DecodeErrors::SofError(reason)
        | DecodeErrors::MCUError(reason) => Error::decode(NAME, reason),
        DecodeErrors::FormatStatic(reason) => Error::decode(NAME, reason),
        other => Error::decode(NAME, format!("{other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::ImageSize;
    use crate::images::jpeg::headers::Colors;
    use crate::random::SplitMix64;

    /// All JPEG files of `assets/`, or of the folder `BURN_PREP_GOLDEN`, that the decoder reads in one scan; each with regions that end at
    /// any row.
    #[test]
    fn rows_from_the_top_are_those_of_the_whole_picture() {
        let assets = || concat!(env!("CARGO_MANIFEST_DIR"), "/assets").into();
        let root = std::env::var_os("BURN_PREP_GOLDEN").unwrap_or_else(assets);
        let entries = walkdir::WalkDir::new(root).sort_by_file_name().into_iter().filter_map(Result::ok);
        let paths = entries.map(walkdir::DirEntry::into_path);
        let mut numbers = SplitMix64::of_epoch(1, 0);
        let (mut files, mut smaller, mut halved) = (0, 0, 0);
        for path in paths.filter(|path| path.extension().is_some_and(|extension| extension == "jpg")) {
            let bytes = std::fs::read(&path).unwrap();
            let headers = Headers::read(&bytes);
            let Ok(frame) = headers.frame() else { continue };
            if !reads(&headers, frame) {
                continue;
            }
            let gray = headers.colors(frame) == Colors::Gray;
            let (output, channels) = if gray { (Output::Gray, 1) } else { (Output::Rgb, 3) };
            let decode = |rows| decode(&bytes, &headers, frame, output, Damage::Refuse, rows);
            let Ok(Rows { samples: whole, .. }) = decode(frame.height) else { continue };
            files += 1;
            for _ in 0..20 {
                let bottom = 1 + numbers.below(frame.height.into()) as u32;
                let size = ImageSize::new(frame.width.into(), bottom);
                let rows = rows_for(Region::whole(size), &headers, frame);
                let part = decode(rows).unwrap();
                let row = usize::from(frame.width) * channels;
                assert_eq!(part.samples.len(), usize::from(part.count) * row);
                let kept = bottom as usize * row;
                assert!(part.samples[..kept] == whole[..kept], "{}: {bottom} of {rows} rows", path.display());
                let is_part = part.count < frame.height;
                smaller += usize::from(is_part);
                halved += usize::from(is_part && frame.largest_factors().1 == 2);
            }
        }
        assert!(
            files > 25 && smaller > 200 && halved > 50,
            "{files} files, {smaller} smaller, {halved} halved"
        );
    }
}
