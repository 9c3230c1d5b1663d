//! The directories of a TIFF file.

use crate::images::facts::FileFacts;
use crate::images::ifd::{Ifd, count_directories};

/// The tag "XMP" of Adobe.
const XMP: u16 = 700;
/// The tag "InterColorProfile" (ICC.1:2022, annex B.4).
const PROFILE: u16 = 34_675;
/// The tag whose value is the offset of the directory of EXIF.
const EXIF: u16 = 34_665;

/// The first page's own directory takes the place of the EXIF block.
pub(super) fn facts(bytes: &[u8]) -> FileFacts {
    let frames = u32::try_from(count_directories(bytes)).unwrap_or(u32::MAX).max(1);
    let Some(page) = Ifd::first(bytes) else { return FileFacts::plain() };
    let facts = FileFacts { frames, ..FileFacts::plain() };
    let facts = facts.with_metadata(Some(&page), page.bytes(XMP), page.bytes(PROFILE));
    FileFacts { has_exif: page.directory(EXIF).is_some(), ..facts }
}
