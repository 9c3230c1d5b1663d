//! The chunks of a WebP file: whether it ends, and which way up the picture is.

use std::borrow::Cow;

use image::metadata::Orientation;

use crate::error::Result;
use crate::images::limits::Limits;
use crate::images::opened::Opened;
use crate::images::{image_rs, orientation};
use crate::source::ImageFormat;

/// Opens a file that is decoded to the picture, or to the first frame of an animation as it is stored.
pub(crate) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>> {
    let file = without_blending(bytes);
    image_rs::open(ImageFormat::WebP, file, limits, orientation(bytes), || missing_end(bytes))
}

/// The file with a first frame that replaces the canvas. Blended with the empty canvas, as the `image` crate does it,
/// a frame loses the colours under its transparent pixels, which libwebp keeps.
fn without_blending(bytes: &[u8]) -> Cow<'_, [u8]> {
    const DO_NOT_BLEND: u8 = 0b10;
    let frame = chunks(bytes).find(|(kind, _)| *kind == b"ANMF");
    let flags = frame.and_then(|(_, contents)| usize::try_from(contents.start).ok()?.checked_add(15));
    match flags.filter(|&at| bytes.get(at).is_some_and(|flags| flags & DO_NOT_BLEND == 0)) {
        Some(at) => {
            let mut file = bytes.to_vec();
            file[at] |= DO_NOT_BLEND;
            Cow::Owned(file)
        }
        None => Cow::Borrowed(bytes),
    }
}

pub(super) fn number_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?).into())
}

/// The type of each chunk, and the offsets of its contents, which may reach beyond the file.
pub(super) fn chunks(bytes: &[u8]) -> impl Iterator<Item = (&[u8], std::ops::Range<u64>)> {
    let stated = number_at(bytes, 4).map_or(0, |length| length + 8);
    let mut at = 12;
    std::iter::from_fn(move || {
        if at + 8 > stated {
            return None;
        }
        let start = usize::try_from(at).ok()?;
        let length = number_at(bytes, start + 4)?;
        let contents = at + 8..at + 8 + length;
        at = contents.end + contents.end % 2;
        Some((&bytes[start..start + 4], contents))
    })
}

/// Compares the length in the RIFF header with the file's, and walks the chunks: the length of one must not reach
/// beyond the file, for decoders allocate by it.
fn missing_end(bytes: &[u8]) -> Option<String> {
    let found = bytes.len() as u64;
    let stated = number_at(bytes, 4)? + 8;
    if found < stated {
        return Some(format!("{found} bytes of {stated}"));
    }
    let (_, beyond) = chunks(bytes).find(|(_, contents)| contents.end > found)?;
    Some(format!("a chunk ends at byte {} of {found}", beyond.end))
}

/// The orientation of the EXIF chunk, else of the XMP text.
fn orientation(bytes: &[u8]) -> Orientation {
    orientation::of(find(bytes, b"EXIF"), find(bytes, b"XMP "))
}

/// The contents of the first chunk of a type, where the file has all of them.
pub(super) fn find<'a>(bytes: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    let (_, contents) = chunks(bytes).find(|(kind, _)| *kind == *name)?;
    bytes.get(usize::try_from(contents.start).ok()?..usize::try_from(contents.end).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn webp(length: u8, chunk: u32) -> Vec<u8> {
        let mut bytes = [b"RIFF", &[length, 0, 0, 0][..], b"WEBPEXIF", &chunk.to_le_bytes()].concat();
        bytes.extend([0; 4]);
        bytes
    }

    #[test]
    fn a_webp_ends_with_its_last_chunk() {
        assert_eq!(missing_end(&webp(16, 4)), None);
        assert_eq!(missing_end(&webp(17, 4)).unwrap(), "24 bytes of 25");
        assert_eq!(missing_end(&webp(16, u32::MAX)).unwrap(), "a chunk ends at byte 4294967315 of 24");
    }

    #[test]
    fn exif_is_read_with_and_without_its_name() {
        let exif = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        for block in [exif.to_vec(), [&b"Exif\0\0"[..], exif].concat()] {
            let length = block.len() as u32;
            let riff = (length + 12).to_le_bytes();
            let bytes = [b"RIFF", &riff[..], b"WEBPEXIF", &length.to_le_bytes(), &block].concat();
            assert_eq!(orientation(&bytes), Orientation::Rotate90);
        }
        assert_eq!(orientation(&webp(16, u32::MAX)), Orientation::NoTransforms);
    }
}
