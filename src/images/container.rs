//! Whether a file ends where its format says it must, without decoding it.

use crate::source::ImageFormat;

/// What is missing at the end of the file, where the format's own structure tells.
///
/// Decoders forgive a missing end; a training set should not. TIFF has no end to look for and BMP
/// and GIF decoders report missing rows by themselves.
pub(crate) fn missing_end(format: ImageFormat, bytes: &[u8]) -> Option<String> {
    match format {
        ImageFormat::Jpeg => jpeg_missing_end(bytes),
        ImageFormat::Png => png_missing_end(bytes),
        ImageFormat::WebP => webp_missing_end(bytes),
        ImageFormat::Bmp | ImageFormat::Gif | ImageFormat::Tiff => None,
    }
}

/// Walks the segments (ITU-T T.81, annex B) up to the end-of-image marker.
fn jpeg_missing_end(bytes: &[u8]) -> Option<String> {
    const EOI: u8 = 0xD9;
    const SOS: u8 = 0xDA;
    let missing = || Some(format!("no end-of-image marker in {} bytes", bytes.len()));
    let mut at = 2;
    loop {
        let Some(found) = next_marker(bytes, at) else { return missing() };
        let (marker, after) = found;
        match marker {
            EOI => return None,
            // Markers without a segment: TEM, RST0 to RST7, SOI.
            0x01 | 0xD0..=0xD8 => at = after,
            _ => {
                let Some(length) = bytes.get(after..after + 2) else { return missing() };
                let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
                at = after + length.max(2);
                if marker == SOS {
                    at = skip_entropy_coded(bytes, at);
                }
                if at >= bytes.len() {
                    return missing();
                }
            }
        }
    }
}

/// The next marker at or after `at`, and the offset behind it. Stray bytes before it are passed over.
fn next_marker(bytes: &[u8], at: usize) -> Option<(u8, usize)> {
    let mut at = at;
    loop {
        at += memchr::memchr(0xFF, bytes.get(at..)?)?;
        let fill = bytes[at..].iter().take_while(|&&byte| byte == 0xFF).count();
        let marker = *bytes.get(at + fill)?;
        at += fill + 1;
        if marker != 0 {
            return Some((marker, at));
        }
    }
}

/// The offset of the first marker behind entropy-coded data: `FF 00` is data, `FF D0..D7` restarts it.
fn skip_entropy_coded(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(offset) = bytes.get(at..).and_then(|rest| memchr::memchr(0xFF, rest)) {
        match bytes.get(at + offset + 1) {
            Some(0x00 | 0xD0..=0xD7) => at += offset + 2,
            Some(0xFF) => at += offset + 1,
            Some(_) => return at + offset,
            None => break,
        }
    }
    bytes.len()
}

/// Walks the chunks up to IEND.
fn png_missing_end(bytes: &[u8]) -> Option<String> {
    let mut at = 8;
    loop {
        let Some(head) = bytes.get(at..).and_then(|rest| rest.get(..8)) else {
            return Some(format!("no IEND chunk in {} bytes", bytes.len()));
        };
        if &head[4..] == b"IEND" && bytes.len() - at >= 12 {
            return None;
        }
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        at = at.saturating_add(12).saturating_add(length);
    }
}

/// Compares the length in the RIFF header with the file's, and walks the chunks: the length of one
/// must not reach beyond the file, for decoders allocate by it.
fn webp_missing_end(bytes: &[u8]) -> Option<String> {
    let found = bytes.len() as u64;
    let length_at = |at: u64| -> Option<u64> {
        let head = bytes.get(usize::try_from(at).ok()?..)?.get(..4)?;
        Some(u64::from(u32::from_le_bytes([head[0], head[1], head[2], head[3]])))
    };
    let stated = length_at(4)? + 8;
    if found < stated {
        return Some(format!("{found} bytes of {stated}"));
    }
    let mut at = 12;
    while at + 8 <= stated {
        let end = at + 8 + length_at(at + 4)?;
        if end > found {
            return Some(format!("a chunk ends at byte {end} of {found}"));
        }
        at = end + end % 2;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jpeg(tail: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0xFF, 0xD9]; // an EOI inside of APP0
        bytes.extend([0xFF, 0xDA, 0, 3, 0]); // SOS
        bytes.extend([1, 2, 0xFF, 0x00, 3, 0xFF, 0xD0, 4]); // data, a stuffed FF, a restart
        bytes.extend(tail);
        bytes
    }

    #[test]
    fn a_jpeg_ends_with_eoi_outside_of_segments() {
        assert_eq!(jpeg_missing_end(&jpeg(&[0xFF, 0xD9])), None);
        assert_eq!(jpeg_missing_end(&jpeg(&[0xFF, 0xFF, 0xD9, 9, 9])), None);
        assert!(jpeg_missing_end(&jpeg(&[])).is_some());
        assert!(jpeg_missing_end(&jpeg(&[0xFF])).is_some());
        assert!(jpeg_missing_end(&[0xFF, 0xD8, 0xFF]).is_some());
    }

    #[test]
    fn no_prefix_of_a_jpeg_has_an_end_or_breaks_the_walk() {
        let whole = jpeg(&[0xFF, 0xD9]);
        for length in 0..whole.len() {
            assert!(jpeg_missing_end(&whole[..length]).is_some(), "{length}");
        }
    }

    #[test]
    fn a_png_ends_with_iend() {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x01tEXtxCRC_".to_vec();
        assert!(png_missing_end(&bytes).is_some());
        bytes.extend(b"\0\0\0\0IENDCRC");
        assert!(png_missing_end(&bytes).is_some());
        bytes.extend(b"_");
        assert_eq!(png_missing_end(&bytes), None);
        assert!(png_missing_end(b"\x89PNG\r\n\x1a\n\xFF\xFF\xFF\xFFIDAT").is_some());
    }

    #[test]
    fn a_webp_ends_with_its_last_chunk() {
        let webp = |length: u8, chunk: u32| {
            let mut bytes = [b"RIFF", &[length, 0, 0, 0][..], b"WEBPEXIF", &chunk.to_le_bytes()].concat();
            bytes.extend([0; 4]);
            bytes
        };
        assert_eq!(webp_missing_end(&webp(16, 4)), None);
        assert_eq!(webp_missing_end(&webp(17, 4)).unwrap(), "24 bytes of 25");
        assert_eq!(webp_missing_end(&webp(16, u32::MAX)).unwrap(), "a chunk ends at byte 4294967315 of 24");
    }
}
