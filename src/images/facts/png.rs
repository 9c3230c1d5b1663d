//! The chunks of a PNG file that hold no pixels.

use crate::images::facts::file_facts::bytes_behind;
use crate::images::facts::{FileFacts, exif};
use crate::images::png::{chunks, exif_and_xmp, inflate, split_at_zero};

pub(super) fn facts(bytes: &[u8]) -> FileFacts {
    let (mut is_animated, mut frames, mut profile) = (false, 0_u32, None);
    // The signature, then each chunk with a length, a type and a checksum of four bytes each.
    let (mut end, mut ends) = (8, false);
    for (kind, contents) in chunks(bytes) {
        end += contents.len() as u64 + 12;
        match &kind {
            b"acTL" => is_animated = true,
            b"fcTL" => frames = frames.saturating_add(1),
            b"iCCP" => profile = profile.or_else(|| unpack(contents)),
            b"IEND" => {
                ends = true;
                break;
            }
            _ => {}
        }
    }
    let facts = FileFacts {
        frames: if is_animated { frames.max(1) } else { 1 },
        trailing_bytes: if ends { bytes_behind(bytes, end) } else { 0 },
        ..FileFacts::plain()
    };
    let (exif, xmp) = exif_and_xmp(bytes);
    let exif = exif.as_deref().and_then(exif::directory);
    facts.with_metadata(exif.as_ref(), xmp.as_deref(), profile.as_deref())
}

/// The profile of an iCCP chunk, which stands behind a name and the number of the compression.
fn unpack(contents: &[u8]) -> Option<Vec<u8>> {
    match split_at_zero(contents)?.1 {
        [0, packed @ ..] => inflate(packed),
        _ => None,
    }
}
