//! What EXIF and XMP say of the place where a picture was taken.

use crate::images::ifd::Ifd;
use crate::images::orientation::without_name;

/// The tag whose value is the offset of the directory of GPS (EXIF 2.32, section 4.6.3).
const GPS: u16 = 0x8825;
/// The tag "GPSLatitude" of that directory: degrees, minutes and seconds, a fraction each.
const LATITUDE: u16 = 2;

/// The first directory of an EXIF block, with or without the name that may stand before it.
pub(super) fn directory(block: &[u8]) -> Option<Ifd<'_>> {
    Ifd::first(without_name(block))
}

/// Whether there is a latitude of which one number is neither 0 nor undefined (with a denominator of 0).
pub(super) fn has_latitude(exif: &Ifd<'_>) -> bool {
    let fractions = exif.directory(GPS).and_then(|gps| gps.bytes(LATITUDE));
    let is_set = |fraction: &[u8; 8]| fraction[..4] != [0; 4] && fraction[4..] != [0; 4];
    fractions.unwrap_or_default().as_chunks::<8>().0.iter().take(3).any(is_set)
}

/// Whether an XMP text has a latitude, as an attribute or as an element.
pub(super) fn xmp_has_latitude(xmp: &[u8]) -> bool {
    const NAME: &[u8] = b"exif:GPSLatitude";
    memchr::memmem::find_iter(xmp, NAME)
        .any(|at| xmp.get(at + NAME.len()).is_some_and(|byte| matches!(byte, b'=' | b'>')))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A block with a directory of GPS at offset 26, whose latitude has these three fractions.
    fn block(fractions: [[u8; 8]; 3]) -> Vec<u8> {
        let mut block = b"MM\0*\0\0\0\x08\0\x01\x88\x25\0\x04\0\0\0\x01\0\0\0\x1A\0\0\0\0".to_vec();
        block.extend(b"\0\x01\0\x02\0\x05\0\0\0\x03\0\0\0\x2C\0\0\0\0");
        block.extend(fractions.concat());
        block
    }

    #[test]
    fn a_latitude_of_zeros_or_without_denominators_is_no_position() {
        let (zero, none) = ([0, 0, 0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0, 0, 0]);
        let (undefined, set) = ([0, 0, 0, 52, 0, 0, 0, 0], [0, 0, 0, 52, 0, 0, 0, 1]);
        let found = |fractions| has_latitude(&directory(&block(fractions)).unwrap());
        assert!(found([set, zero, zero]) && found([zero, zero, set]));
        assert!(!found([zero; 3]) && !found([none; 3]) && !found([undefined; 3]));
        let cut = block([set; 3]);
        for length in 26..cut.len() {
            assert!(!directory(&cut[..length]).is_some_and(|exif| has_latitude(&exif)), "{length}");
        }
    }

    #[test]
    fn xmp_has_a_latitude_as_attribute_or_element() {
        assert!(xmp_has_latitude(b"<rdf exif:GPSLatitude=\"52,30.1N\"/>"));
        assert!(xmp_has_latitude(b"<exif:GPSLatitudeRef/><exif:GPSLatitude>52,30.1N"));
        assert!(!xmp_has_latitude(b"exif:GPSLatitudeRef=\"N\"") && !xmp_has_latitude(b"exif:GPSLatitude"));
    }
}
