//! The chunks of a WebP file that hold no pixels.

use crate::images::facts::file_facts::bytes_behind;
use crate::images::facts::{FileFacts, exif};
use crate::images::webp::{chunks, find, number_at};

pub(super) fn facts(bytes: &[u8]) -> FileFacts {
    let frames = chunks(bytes).filter(|(kind, _)| *kind == *b"ANMF").count();
    let facts = FileFacts {
        frames: u32::try_from(frames).unwrap_or(u32::MAX).max(1),
        // The length leaves out the eight bytes up to itself.
        trailing_bytes: number_at(bytes, 4).map_or(0, |length| bytes_behind(bytes, length + 8)),
        ..FileFacts::plain()
    };
    let exif = find(bytes, b"EXIF").and_then(exif::directory);
    facts.with_metadata(exif.as_ref(), find(bytes, b"XMP "), find(bytes, b"ICCP"))
}
