//! The segments of a JPEG file that hold no pixels.

use std::borrow::Cow;

use crate::images::facts::file_facts::bytes_behind;
use crate::images::facts::jpeg_quality::Tables;
use crate::images::facts::{FileFacts, exif};
use crate::images::ifd::Ifd;
use crate::images::jpeg::segments::{APP1, APP2, DQT, EOI, SOS, Segment, segments};

pub(super) fn facts(bytes: &[u8]) -> FileFacts {
    let mut found = Found::default();
    for segment in segments(bytes) {
        found.add(bytes, &segment);
    }
    let end_of_others = found.last_of_others.and_then(|start| end_of_picture(bytes, start));
    let end = found.end.map(|end| end.max(end_of_others.unwrap_or(0)));
    let facts = FileFacts {
        trailing_bytes: end.map_or(0, |end| bytes_behind(bytes, end as u64)),
        jpeg_quality: found.tables.quality(),
        ..FileFacts::plain()
    };
    let exif = found.exif.and_then(exif::directory);
    facts.with_metadata(exif.as_ref(), found.xmp, joined(found.profile).as_deref())
}

/// What the segments say.
#[derive(Debug, Default)]
struct Found<'a> {
    tables: Tables,
    /// The first EXIF block that holds anything, and the last XMP text: those that the orientation is read
    /// from.
    exif: Option<&'a [u8]>,
    xmp: Option<&'a [u8]>,
    /// The parts of an ICC profile and their numbers.
    profile: Vec<(u8, &'a [u8])>,
    has_scan: bool,
    /// The offset behind the end-of-image marker.
    end: Option<usize>,
    /// The offset of the last of the other pictures that an index names.
    last_of_others: Option<usize>,
}

impl<'a> Found<'a> {
    fn add(&mut self, bytes: &[u8], segment: &Segment<'a>) {
        let contents = segment.contents;
        match segment.marker {
            EOI => self.end = Some(segment.end),
            DQT => self.tables.define(contents),
            SOS => self.has_scan = true,
            // What stands behind the first scan is not the picture's own for any reader.
            _ if self.has_scan => {}
            APP1 => self.add_metadata(contents),
            APP2 => {
                if let Some([number, _, part @ ..]) = contents.strip_prefix(b"ICC_PROFILE\0") {
                    self.profile.push((*number, part));
                } else if let Some(index) = contents.strip_prefix(b"MPF\0") {
                    let start = segment.end - index.len();
                    self.last_of_others = self.last_of_others.max(last_picture(bytes, index, start));
                }
            }
            _ => {}
        }
    }

    fn add_metadata(&mut self, contents: &'a [u8]) {
        if let Some(exif) = contents.strip_prefix(b"Exif\0\0") {
            self.exif = self.exif.or(Some(exif).filter(|exif| !exif.is_empty()));
        } else if let Some(xmp) = contents.strip_prefix(b"http://ns.adobe.com/xap/1.0/\0") {
            self.xmp = Some(xmp);
        }
    }
}

/// The parts of a profile in the order of their numbers.
fn joined(mut parts: Vec<(u8, &[u8])>) -> Option<Cow<'_, [u8]>> {
    parts.sort_by_key(|(number, _)| *number);
    match parts[..] {
        [] => None,
        [(_, whole)] => Some(Cow::Borrowed(whole)),
        _ => Some(Cow::Owned(parts.iter().flat_map(|(_, part)| part.iter().copied()).collect())),
    }
}

/// The offset of the last picture that the index of a multi-picture file names (CIPA DC-007), of those that
/// are there. `start` is the offset of the index, from which those of the pictures count.
fn last_picture(bytes: &[u8], index: &[u8], start: usize) -> Option<usize> {
    /// The tag "MPEntry": 16 bytes for each picture.
    const ENTRIES: u16 = 0xB002;
    let ifd = Ifd::first(index)?;
    let place = |entry: &[u8; 16]| {
        let offset = usize::try_from(ifd.endian.number::<4>(&entry[8..])?).ok()?;
        let place = start.checked_add(offset)?;
        bytes.get(place..)?.starts_with(&[0xFF, 0xD8]).then_some(place)
    };
    ifd.bytes(ENTRIES)?.as_chunks::<16>().0.iter().filter_map(place).max()
}

/// The offset behind the picture that starts at one. Its own marker tells it: the length that Pillow 13.0.0
/// puts into an index is wrong from the third picture on.
fn end_of_picture(bytes: &[u8], start: usize) -> Option<usize> {
    let end = segments(bytes.get(start..)?).find(|segment| segment.marker == EOI)?.end;
    Some(start + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file without a picture, of these segments, with `after` behind its end.
    fn file(segments: &[(u8, &[u8])], after: &[u8]) -> Vec<u8> {
        let mut file = vec![0xFF, 0xD8];
        for (marker, contents) in segments {
            file.extend([0xFF, *marker]);
            file.extend((contents.len() as u16 + 2).to_be_bytes());
            file.extend(*contents);
        }
        file.extend([0xFF, EOI]);
        file.extend(after);
        file
    }

    /// An index of one further picture, whose offset counts from the index.
    fn index(offset: u8) -> Vec<u8> {
        let mut index = b"MPF\0MM\0*\0\0\0\x08\0\x01\xB0\x02\0\x07\0\0\0\x10\0\0\0\x1A\0\0\0\0".to_vec();
        index.extend([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, offset, 0, 0, 0, 0]);
        index
    }

    #[test]
    fn pictures_of_an_index_are_not_left_over() {
        // From the index on: 42 bytes of its own, and the marker of the end.
        let behind = b"\xFF\xD8\xFF\xD9tail";
        let trailing = |offset| facts(&file(&[(APP2, &index(offset)[..])], behind)).trailing_bytes;
        assert_eq!(trailing(44), 4);
        // No picture starts there.
        assert_eq!((trailing(45), trailing(0), trailing(255)), (8, 8, 8));
    }

    #[test]
    fn parts_of_a_profile_are_joined_by_their_numbers() {
        let parts: Vec<(u8, &[u8])> = vec![(2, &b"cd"[..]), (1, &b"ab"[..]), (3, &b"e"[..])];
        assert_eq!(joined(parts).as_deref(), Some(&b"abcde"[..]));
        assert_eq!(joined(Vec::new()), None);
    }

    #[test]
    fn no_prefix_panics() {
        let exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x88\x25\0\x04\0\0\0\x01\0\0\0\x1A\0\0\0\0\0\x01\0\x02";
        let profile = [&b"ICC_PROFILE\0\x01\x01"[..], &[0; 40]].concat();
        let index = index(44);
        let segments = [(DQT, &[1; 65][..]), (APP1, &exif[..]), (APP2, &profile[..]), (APP2, &index[..])];
        let whole = file(&segments, b"end");
        assert!(facts(&whole).has_exif);
        for length in 0..whole.len() - 3 {
            assert_eq!(facts(&whole[..length]).trailing_bytes, 0, "{length}");
        }
    }
}
