//! The chunks of a PNG file: whether it ends, and which way up the picture is.

use std::io::Read;

use image::metadata::Orientation;

use crate::error::Result;
use crate::images::limits::Limits;
use crate::images::opened::Opened;
use crate::images::{WholeRows, image_rs, orientation};
use crate::source::ImageFormat;

pub(crate) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>> {
    let opened =
        image_rs::open(ImageFormat::Png, bytes.into(), limits, orientation(bytes), || missing_end(bytes));
    let mut opened = opened?;
    if let Some(color) = stored_color(bytes) {
        opened.header.color = color;
    }
    Ok(opened)
}

/// Channels and bits as the header states them: the decoder names those that it gives, without palettes and single bits.
fn stored_color(bytes: &[u8]) -> Option<String> {
    let [depth, kind] = *bytes.get(24..)?.first_chunk()?;
    let channels = match kind {
        0 => "L",
        2 => "Rgb",
        3 => "P",
        4 => "La",
        6 => "Rgba",
        _ => return None,
    };
    Some(format!("{channels}{depth}"))
}

/// The longest text or profile that is inflated, in bytes; of a longer one its start.
const MAX_TEXT: u64 = 1 << 20;

/// The type and the contents of each chunk, up to the first that the file cuts short.
pub(super) fn chunks(bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    let mut at = 8;
    std::iter::from_fn(move || {
        let head: &[u8; 8] = bytes.get(at..)?.first_chunk()?;
        let [l0, l1, l2, l3, kind @ ..] = *head;
        let length = usize::try_from(u32::from_be_bytes([l0, l1, l2, l3])).ok()?;
        let start = at + 8;
        let end = start.checked_add(length)?;
        let contents = bytes.get(start..end)?;
        // The checksum stands behind.
        at = end.checked_add(4).filter(|&next| next <= bytes.len())?;
        Some((kind, contents))
    })
}

/// What is missing where there is no IEND chunk.
fn missing_end(bytes: &[u8]) -> Option<String> {
    let ends = chunks(bytes).any(|(kind, _)| kind == *b"IEND");
    (!ends).then(|| format!("no IEND chunk in {} bytes", bytes.len()))
}

/// The rows that a file which is cut short has whole; `None` for an interlaced one, whose rows come in seven passes.
pub(crate) fn whole_rows(bytes: &[u8]) -> Option<WholeRows> {
    let [w0, w1, w2, w3, h0, h1, h2, h3, depth, kind, _, _, interlace] = *bytes.get(16..)?.first_chunk()?;
    let channels = match kind {
        0 | 3 => 1,
        2 => 3,
        4 => 2,
        6 => 4,
        _ => return None,
    };
    if interlace != 0 {
        return None;
    }
    let (width, height) = (u32::from_be_bytes([w0, w1, w2, w3]), u32::from_be_bytes([h0, h1, h2, h3]));
    // The number of its filter stands before each row.
    let row = 1 + (u64::from(width) * channels * u64::from(depth)).div_ceil(8);
    let data = pixel_data(bytes);
    let inflated = inflated_length(&data, row.saturating_mul(height.into()));
    Some(WholeRows { whole: (inflated / row).min(height.into()), all: height.into() })
}

/// The contents of the IDAT chunks; of one that the file cuts short, what is there.
fn pixel_data(bytes: &[u8]) -> Vec<u8> {
    let (mut at, mut data) = (8_usize, Vec::new());
    while let Some(head) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let [l0, l1, l2, l3, kind @ ..] = *head;
        let length = usize::try_from(u32::from_be_bytes([l0, l1, l2, l3])).unwrap_or(usize::MAX);
        let end = (at + 8).saturating_add(length);
        if kind == *b"IDAT" {
            data.extend_from_slice(&bytes[at + 8..end.min(bytes.len())]);
        }
        // The checksum stands behind.
        at = end.saturating_add(4);
    }
    data
}

/// How many bytes can be inflated before the data ends or is damaged, up to `most` and a few.
fn inflated_length(mut data: &[u8], most: u64) -> u64 {
    let mut inflate = flate2::Decompress::new(true);
    let mut buffer = [0; 8192];
    while inflate.total_out() < most {
        let (taken, given) = (inflate.total_in(), inflate.total_out());
        let status = inflate.decompress(data, &mut buffer, flate2::FlushDecompress::None);
        let read = usize::try_from(inflate.total_in() - taken).unwrap_or(usize::MAX);
        let has_gone_on = read > 0 || inflate.total_out() > given;
        if !has_gone_on || !matches!(status, Ok(flate2::Status::Ok | flate2::Status::BufError)) {
            break;
        }
        data = data.get(read..).unwrap_or_default();
    }
    inflate.total_out()
}

/// The orientation of the eXIf chunk, else of a text "Raw profile type exif", else of an XMP text.
fn orientation(bytes: &[u8]) -> Orientation {
    let (exif, xmp) = exif_and_xmp(bytes);
    orientation::of(exif.as_deref(), xmp.as_deref())
}

/// The EXIF block of the eXIf chunk, else of a text "Raw profile type exif"; and the XMP text.
pub(super) fn exif_and_xmp(bytes: &[u8]) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
    let (mut exif, mut profile, mut xmp) = (None, None, None);
    for (kind, contents) in chunks(bytes) {
        match &kind {
            b"eXIf" => exif = Some(contents.to_vec()),
            b"tEXt" | b"zTXt" | b"iTXt" => match text(&kind, contents) {
                Some((b"Raw profile type exif", text)) => profile = raw_profile(&text).or(profile),
                Some((b"XML:com.adobe.xmp", text)) => xmp = Some(text),
                _ => {}
            },
            _ => {}
        }
    }
    (exif.or(profile), xmp)
}

/// The keywords of texts that may hold an orientation.
const KEYWORDS: [&[u8]; 2] = [b"Raw profile type exif", b"XML:com.adobe.xmp"];

/// The keyword and the text of a text chunk that may hold an orientation, inflated where it is compressed.
fn text<'a>(kind: &[u8; 4], contents: &'a [u8]) -> Option<(&'a [u8], Vec<u8>)> {
    let (keyword, rest) = split_at_zero(contents)?;
    if !KEYWORDS.contains(&keyword) {
        return None;
    }
    let (is_compressed, text) = match (kind, rest) {
        (b"tEXt", text) => (false, text),
        (b"zTXt", [0, text @ ..]) => (true, text),
        (b"iTXt", [flag, _, rest @ ..]) => {
            let (_, rest) = split_at_zero(rest)?;
            (*flag == 1, split_at_zero(rest)?.1)
        }
        _ => return None,
    };
    if !is_compressed {
        return Some((keyword, text.to_vec()));
    }
    Some((keyword, inflate(text)?))
}

/// The first MiB of what was compressed; `None` for damaged data.
pub(super) fn inflate(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut inflated = Vec::new();
    flate2::read::ZlibDecoder::new(bytes).take(MAX_TEXT).read_to_end(&mut inflated).ok()?;
    Some(inflated)
}

pub(super) fn split_at_zero(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(0, bytes)?;
    Some((&bytes[..at], &bytes[at + 1..]))
}

/// The block of a raw profile, as ImageMagick writes it: an empty line, a name, a length, and lines of hexadecimal digits.
fn raw_profile(text: &[u8]) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .split(|&byte| byte == b'\n')
        .skip(3)
        .flatten()
        .filter(|byte| !byte.is_ascii_whitespace())
        .map(|&byte| char::from(byte).to_digit(16).map(|digit| digit as u8))
        .collect();
    Some(digits?.as_chunks().0.iter().map(|[high, low]| high << 4 | low).collect())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const EXIF: &[u8] = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";

    fn png(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
        for (kind, contents) in chunks {
            bytes.extend((contents.len() as u32).to_be_bytes());
            bytes.extend(*kind);
            bytes.extend(contents);
            bytes.extend(b"CRC_");
        }
        bytes
    }

    fn deflated(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_png_ends_with_iend() {
        let bytes = png(&[(b"tEXt", b"_".to_vec())]);
        assert!(missing_end(&bytes).is_some());
        let whole = [&bytes[..], b"\0\0\0\0IENDCRC_"].concat();
        assert_eq!(missing_end(&whole), None);
        assert!(missing_end(&whole[..whole.len() - 1]).is_some());
        assert!(missing_end(b"\x89PNG\r\n\x1a\n\xFF\xFF\xFF\xFFIDAT").is_some());
    }

    // Pillow 13, LOAD_TRUNCATED_IMAGES: the rows at the top that are those of the whole file.
    #[test]
    fn a_cut_file_has_the_rows_whole_that_pillow_decodes() {
        let cases = [
            ("assets/hostile/png_named.jpg", [(4, 9), (5, 16), (6, 24), (7, 32)], 40),
            ("assets/hostile/gray16.png", [(4, 18), (5, 23), (6, 29), (7, 34)], 40),
            ("assets/photos/textures/grass_blades.png", [(4, 60), (5, 74), (6, 89), (7, 105)], 120),
        ];
        for (name, parts, all) in cases {
            let whole = std::fs::read(name).unwrap();
            for (eighths, pillow) in parts {
                let cut = &whole[..whole.len() * eighths / 8];
                let rows = whole_rows(cut).unwrap();
                assert_eq!(rows.all, all);
                assert!(rows.whole.abs_diff(pillow) <= 1, "{name}, {eighths} of 8: {rows:?}, {pillow}");
            }
            assert_eq!(whole_rows(&whole), Some(WholeRows { whole: all, all }));
        }
        // Each prefix has as many rows as a shorter one, or more.
        let whole = std::fs::read("assets/hostile/palette.png").unwrap();
        let rows: Vec<u64> =
            (33..=whole.len()).filter_map(|end| Some(whole_rows(&whole[..end])?.whole)).collect();
        assert!(rows.is_sorted() && rows.first() == Some(&0) && rows.last() == Some(&40), "{rows:?}");
    }

    #[test]
    fn of_interlaced_rows_nothing_is_said() {
        let mut whole = std::fs::read("assets/hostile/png_named.jpg").unwrap();
        whole[28] = 1;
        assert_eq!(whole_rows(&whole), None);
    }

    #[test]
    fn the_orientation_is_found_in_every_place() {
        let hex: String = EXIF.iter().map(|byte| format!("{byte:02x}")).collect();
        let profile = format!("\nexif\n      26\n{}\n{}\n", &hex[..30], &hex[30..]).into_bytes();
        let keyed = |keyword: &str, rest: &[u8]| [keyword.as_bytes(), b"\0", rest].concat();
        let plain = png(&[(b"tEXt", keyed("Raw profile type exif", &profile))]);
        let packed = [&[0][..], &deflated(&profile)].concat();
        let packed = png(&[(b"zTXt", keyed("Raw profile type exif", &packed))]);
        let xmp = [b"\0\0\0\0".to_vec(), b"tiff:Orientation=\"6\"".to_vec()].concat();
        let xmp = png(&[(b"iTXt", keyed("XML:com.adobe.xmp", &xmp))]);
        for bytes in [png(&[(b"eXIf", EXIF.to_vec())]), plain, packed, xmp] {
            assert_eq!(orientation(&bytes), Orientation::Rotate90);
        }
        assert_eq!(orientation(&png(&[])), Orientation::NoTransforms);
    }

    #[test]
    fn a_text_is_inflated_up_to_a_bound() {
        let bomb = [&b"XML:com.adobe.xmp\0\0"[..], &deflated(&vec![b'_'; 8 << 20])].concat();
        let (_, text) = text(b"zTXt", &bomb).unwrap();
        assert_eq!(text.len() as u64, MAX_TEXT);
    }
}
