//! How many rows of a picture a JPEG file has that is cut short.

use crate::images::WholeRows;
use crate::images::decode::Damage;
use crate::images::jpeg::coefficients::Coefficients;
use crate::images::jpeg::frame::Frame;
use crate::images::jpeg::headers::Headers;
use crate::images::jpeg::segments::{SOS, segments};

/// The rows whose units (MCUs) the data has whole. `None` where a row of the picture is not at one place in the file: for
/// progressive files, and those with a scan for each component.
pub(crate) fn whole_rows(bytes: &[u8]) -> Option<WholeRows> {
    let headers = Headers::read(bytes);
    let frame = headers.frame().ok()?;
    let components = frame.components.len();
    let is_in_one_scan = headers.scans.first().is_some_and(|count| usize::from(*count) == components);
    if frame.is_progressive() || !is_in_one_scan {
        return None;
    }
    let (_, highest) = frame.largest_factors();
    // The units of a single component are its blocks, whatever its factors.
    let unit = if components == 1 { 8 } else { 8 * u64::from(highest) };
    let height = u64::from(frame.height);
    let (whole, _) = units_of_first_scan(bytes, &headers, frame)?;
    Some(WholeRows { whole: (whole as u64 * unit).min(height), all: height })
}

/// Whether the data of the first scan ends before its codes do, or is damaged.
pub(super) fn first_scan_is_cut(bytes: &[u8], headers: &Headers<'_>, frame: &Frame) -> bool {
    units_of_first_scan(bytes, headers, frame).is_some_and(|(whole, all)| whole < all)
}

/// How many rows of units the data of the first scan has whole, and of how many. `None` where a header is damaged.
fn units_of_first_scan(bytes: &[u8], headers: &Headers<'_>, frame: &Frame) -> Option<(usize, usize)> {
    let (_, highest) = frame.largest_factors();
    // Codes are read, and pixels are not computed: coefficients need room for one row of units.
    let mut row = frame.clone();
    row.height = u16::try_from(8 * highest).ok()?;
    let mut coefficients = Coefficients::new(&row, Damage::Accept);
    if headers.lacks_tables {
        coefficients.define_standard_tables().ok()?;
    }
    for segment in segments(bytes) {
        if segment.marker == SOS {
            let rows = usize::try_from(frame.units(segment.contents).1).ok()?;
            return Some((coefficients.whole_rows(&segment, rows).ok()?, rows));
        }
        coefficients.add(&segment).ok()?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pillow 13, LOAD_TRUNCATED_IMAGES: the rows at the top that are those of the whole file, of parts in eighths of the file. Where
    /// chroma is halved, the last row of a unit is mixed with the one below, which is missing.
    #[test]
    fn a_cut_file_has_the_rows_whole_that_pillow_decodes_to_a_row_of_units() {
        let cases = [
            ("assets/photos/animals/cat.jpg", [15, 31, 47, 63, 79, 95], 128, 16),
            ("assets/photos/space/rocket.jpg", [31, 47, 63, 95, 95, 111], 128, 16),
            ("assets/photos/objects/clock.jpg", [16, 48, 64, 80, 96, 120], 150, 8),
        ];
        for (name, parts, all, unit) in cases {
            let whole = std::fs::read(name).unwrap();
            for (eighths, pillow) in (2..).zip(parts) {
                let rows = whole_rows(&whole[..whole.len() * eighths / 8]).unwrap();
                assert_eq!((rows.all, rows.whole % unit), (all, 0), "{name}");
                assert!(rows.whole.abs_diff(pillow) <= unit, "{name}, {eighths} of 8: {rows:?}, {pillow}");
            }
            assert_eq!(whole_rows(&whole), Some(WholeRows { whole: all, all }), "{name}");
        }
    }

    #[test]
    fn more_data_has_no_fewer_rows_and_progressive_files_do_not_tell() {
        let whole = std::fs::read("assets/hostile/trailing.jpg").unwrap();
        let rows: Vec<u64> =
            (0..whole.len()).filter_map(|end| Some(whole_rows(&whole[..end])?.whole)).collect();
        assert!(rows.is_sorted() && rows.first() == Some(&0) && rows.last() == Some(&40), "{rows:?}");

        let progressive = std::fs::read("assets/hostile/progressive.jpg").unwrap();
        assert_eq!(whole_rows(&progressive[..progressive.len() / 2]), None);
    }
}
