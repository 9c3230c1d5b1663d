//! Which way up a picture is stored: from its EXIF block or, where that says nothing, from its XMP text.

use image::metadata::Orientation;

use crate::images::ifd::Ifd;

/// The tag "Orientation" of TIFF and EXIF.
const TAG: u16 = 0x0112;

/// The orientation by Pillow's rules: EXIF has the first word; where it does not have the tag, XMP is asked.
/// A value outside of 1 to 8 turns nothing.
pub(crate) fn of(exif: Option<&[u8]>, xmp: Option<&[u8]>) -> Orientation {
    let exif = exif.map(without_name).and_then(Ifd::first);
    of_ifd(exif.as_ref(), xmp)
}

/// The orientation of a TIFF page, whose own directory takes the place of the EXIF block.
pub(crate) fn of_ifd(ifd: Option<&Ifd<'_>>, xmp: Option<&[u8]>) -> Orientation {
    let value = match ifd.filter(|ifd| ifd.bytes(TAG).is_some()) {
        Some(ifd) => ifd.single(TAG).and_then(whole_number),
        None => xmp.and_then(in_xmp),
    };
    value.and_then(Orientation::from_exif).unwrap_or(Orientation::NoTransforms)
}

/// The block without the name `Exif\0\0`, which some writers put before it where the format needs none.
pub(super) fn without_name(mut exif: &[u8]) -> &[u8] {
    while let Some(rest) = exif.strip_prefix(b"Exif\0\0") {
        exif = rest;
    }
    exif
}

fn whole_number(value: f64) -> Option<u8> {
    (1.0..=8.0).contains(&value).then_some(value as u8).filter(|&whole| f64::from(whole) == value)
}

/// The digit behind the first `tiff:Orientation="` or `tiff:Orientation>` of an XMP text.
fn in_xmp(xmp: &[u8]) -> Option<u8> {
    const NAME: &[u8] = b"tiff:Orientation";
    memchr::memmem::find_iter(xmp, NAME).find_map(|at| {
        let rest = &xmp[at + NAME.len()..];
        let value = rest.strip_prefix(b"=\"").or(rest.strip_prefix(b">"))?;
        value.first().filter(|byte| byte.is_ascii_digit()).map(|digit| digit - b'0')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exif(kind: u8, value: [u8; 4]) -> Vec<u8> {
        let mut block = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0".to_vec();
        block.push(kind);
        block.extend([0, 0, 0, 1]);
        block.extend(value);
        block.extend([0; 4]);
        block
    }

    #[test]
    fn exif_of_any_integer_type_is_read_with_and_without_its_name() {
        let named = [b"Exif\0\0", &exif(3, [0, 6, 0, 0])[..]].concat();
        for block in [exif(3, [0, 6, 0, 0]), exif(4, [0, 0, 0, 6]), exif(9, [0, 0, 0, 6]), named] {
            assert_eq!(of(Some(&block), None), Orientation::Rotate90);
        }
        // One byte is a text of one letter for Pillow, and no number.
        assert_eq!(of(Some(&exif(1, [6, 0, 0, 0])), None), Orientation::NoTransforms);
    }

    #[test]
    fn xmp_is_asked_only_where_exif_does_not_have_the_tag() {
        let xmp: &[u8] = b"<x tiff:Orientation='3' tiff:Orientation=\"8\"/>";
        assert_eq!(of(None, Some(xmp)), Orientation::Rotate270);
        assert_eq!(of(None, Some(b"<tiff:Orientation>3</tiff:Orientation>")), Orientation::Rotate180);
        assert_eq!(of(Some(&exif(3, [0, 1, 0, 0])), Some(xmp)), Orientation::NoTransforms);
        assert_eq!(of(Some(&exif(3, [0, 9, 0, 0])), Some(xmp)), Orientation::NoTransforms);
        assert_eq!(of(Some(b"no directory"), Some(xmp)), Orientation::Rotate270);
        assert_eq!(of(None, Some(b"tiff:Orientation=\"9\"")), Orientation::NoTransforms);
        assert_eq!(of(None, Some(b"tiff:Orientation=\"")), Orientation::NoTransforms);
    }
}
