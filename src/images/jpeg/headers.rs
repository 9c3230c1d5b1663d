//! What the marker segments of a JPEG file say, read in one walk without decoding (ITU-T T.81, annex B).

use std::ops::Range;

use crate::error::{Error, Result};
use crate::images::jpeg::frame::Frame;
use crate::images::jpeg::segments::{APP0, APP1, APP14, DHT, DRI, EOI, SOS, Segment, segments};

/// The name of the format in errors.
pub(crate) const NAME: &str = "JPEG";

/// What the components of the file are, by libjpeg's rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colors {
    Gray,
    YCbCr,
    Rgb,
    Cmyk,
    Ycck,
}

/// The entropy-coded data of a scan.
#[derive(Debug)]
pub(crate) struct ScanData {
    /// Where in the file it stands.
    pub(crate) at: Range<usize>,
    /// Into how many stretches restart markers divide it; 0 where no restart interval is in force.
    pub(crate) stretches: u64,
}

/// The headers of a JPEG file.
#[derive(Debug)]
pub(crate) struct Headers<'a> {
    frame: Option<Frame>,
    /// The offset of the frame header's contents.
    pub(crate) frame_at: usize,
    /// For each scan the number of its components.
    pub(crate) scans: Vec<u8>,
    /// The entropy-coded data of each scan.
    pub(crate) data: Vec<ScanData>,
    restart_interval: u64,
    /// Whether a scan of first or of further bits of its coefficients names a Huffman table for them that no segment
    /// before it defines.
    pub(crate) lacks_tables: bool,
    /// Whether an application's segment that decoders look into is cut short.
    pub(crate) has_bad_segment: bool,
    is_jfif: bool,
    adobe_transform: Option<u8>,
    /// The EXIF block, without its name.
    pub(crate) exif: Option<&'a [u8]>,
    /// The XMP text.
    pub(crate) xmp: Option<&'a [u8]>,
    /// Whether there is an end-of-image marker.
    pub(crate) ends: bool,
    /// The offset behind the last segment.
    pub(crate) end: usize,
}

impl<'a> Headers<'a> {
    /// Walks all segments up to the end-of-image marker.
    pub(crate) fn read(bytes: &'a [u8]) -> Self {
        let mut headers = Self {
            frame: None,
            frame_at: 0,
            scans: Vec::new(),
            data: Vec::new(),
            restart_interval: 0,
            lacks_tables: false,
            has_bad_segment: false,
            is_jfif: false,
            adobe_transform: None,
            exif: None,
            xmp: None,
            ends: false,
            end: 0,
        };
        let mut tables = Tables::default();
        for segment in segments(bytes) {
            headers.add(&segment, &mut tables);
        }
        headers
    }

    fn add(&mut self, segment: &Segment<'a>, tables: &mut Tables) {
        let contents = segment.contents;
        self.end = segment.end;
        match segment.marker {
            EOI => self.ends = true,
            DHT => tables.define(contents),
            DRI => {
                let interval = contents.first_chunk().map_or(0, |interval| u16::from_be_bytes(*interval));
                self.restart_interval = interval.into();
            }
            SOS => {
                let count = contents.first().copied().unwrap_or(0);
                self.lacks_tables |=
                    tables.lack(contents, self.frame.as_ref().is_some_and(Frame::is_progressive));
                self.scans.push(count);
                let (across, down) = self.frame.as_ref().map_or((0, 0), |frame| frame.units(contents));
                let units = u64::from(across) * u64::from(down);
                let stretches = match self.restart_interval {
                    0 => 0,
                    interval => units.div_ceil(interval),
                };
                self.data.push(ScanData { at: segment.end - segment.data.len()..segment.end, stretches });
            }
            0xC0..=0xCF if segment.marker != 0xC8 && segment.marker != 0xCC && self.frame.is_none() => {
                self.frame = Frame::of(segment.marker, contents);
                self.frame_at = segment.end - contents.len();
            }
            // What stands behind the first scan is not the picture's own for any reader.
            _ if !self.scans.is_empty() => {}
            APP0 => {
                self.is_jfif |= is_jfif(contents);
                self.has_bad_segment |= contents.starts_with(b"JFIF") && !is_jfif(contents);
            }
            APP1 => self.add_metadata(contents),
            APP14 => {
                let transform = adobe_transform(contents);
                self.adobe_transform = transform.or(self.adobe_transform);
                self.has_bad_segment |= contents.starts_with(b"Ado") && transform.is_none();
            }
            _ => {}
        }
    }

    /// EXIF: the first block that holds anything. XMP: the last text, as in Pillow.
    fn add_metadata(&mut self, contents: &'a [u8]) {
        if let Some(exif) = contents.strip_prefix(b"Exif\0\0") {
            if !exif.is_empty() && self.exif.is_none() {
                self.exif = Some(exif);
            }
        } else if let Some(xmp) = contents.strip_prefix(b"http://ns.adobe.com/xap/1.0/\0") {
            self.xmp = Some(xmp);
        }
    }

    /// The frame header.
    ///
    /// # Errors
    ///
    /// There is none, or the file has a property that no decoder stands ready for.
    pub(crate) fn frame(&self) -> Result<&Frame> {
        let frame = self.frame.as_ref().ok_or_else(|| Error::decode(NAME, "no frame header"))?;
        let factors = || frame.components.iter().flat_map(|component| [component.across, component.down]);
        if let Some(factor) = factors().find(|factor| !(1..=4).contains(factor)) {
            return Err(Error::decode(NAME, format!("a sampling factor of {factor}, expected 1 to 4")));
        }
        if frame.width == 0 {
            return Err(Error::decode(NAME, "the width is 0"));
        }
        match frame.unsupported() {
            Some(property) => Err(Error::unsupported(NAME, property)),
            None => Ok(frame),
        }
    }

    /// What the components are: libjpeg looks for JFIF first, then for Adobe's segment, then at the identifiers.
    pub(crate) fn colors(&self, frame: &Frame) -> Colors {
        let ids: Vec<u8> = frame.components.iter().map(|component| component.id).collect();
        match (ids.len(), self.adobe_transform) {
            (1, _) => Colors::Gray,
            (4, Some(2)) => Colors::Ycck,
            (4, _) => Colors::Cmyk,
            _ if self.is_jfif => Colors::YCbCr,
            (_, Some(0)) => Colors::Rgb,
            (_, None) if ids == *b"RGB" => Colors::Rgb,
            _ => Colors::YCbCr,
        }
    }
}

/// The Huffman tables defined so far, a bit each.
#[derive(Debug, Default)]
struct Tables {
    dc: u8,
    ac: u8,
}

impl Tables {
    fn define(&mut self, mut contents: &[u8]) {
        while let [class, rest @ ..] = contents {
            let bit = 1_u8.checked_shl(u32::from(class & 0x0F)).unwrap_or(0);
            match class >> 4 {
                0 => self.dc |= bit,
                _ => self.ac |= bit,
            }
            let values: usize = rest.iter().take(16).map(|&count| usize::from(count)).sum();
            contents = rest.get(16 + values..).unwrap_or_default();
        }
    }

    /// Whether a scan names a table that is not defined, for the kind of coefficients that it has.
    fn lack(&self, scan: &[u8], is_progressive: bool) -> bool {
        let defined =
            |set: u8, table: u8| 1_u8.checked_shl(u32::from(table)).is_some_and(|bit| set & bit != 0);
        let count = scan.first().copied().unwrap_or(0);
        let start = scan.get(1 + 2 * usize::from(count)).copied().unwrap_or(0);
        let (uses_dc, uses_ac) = if is_progressive { (start == 0, start > 0) } else { (true, true) };
        let specs = scan.get(1..).unwrap_or_default().chunks_exact(2).take(usize::from(count));
        let mut names = specs.map(|spec| (spec[1] >> 4, spec[1] & 0x0F));
        names.any(|(dc, ac)| uses_dc && !defined(self.dc, dc) || uses_ac && !defined(self.ac, ac))
    }
}

fn is_jfif(contents: &[u8]) -> bool {
    contents.len() >= 14 && contents.starts_with(b"JFIF\0")
}

/// The colour transform of Adobe's segment: 0 for none, 1 for YCbCr, 2 for YCCK.
fn adobe_transform(contents: &[u8]) -> Option<u8> {
    contents.starts_with(b"Adobe").then(|| contents.get(11).copied()).flatten()
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

    /// A file of these segments, without a scan.
    fn of_segments(segments: &[(u8, &[u8])]) -> Vec<u8> {
        let mut bytes = vec![0xFF, 0xD8];
        for (marker, contents) in segments {
            bytes.extend([0xFF, *marker]);
            bytes.extend((contents.len() as u16 + 2).to_be_bytes());
            bytes.extend(*contents);
        }
        bytes
    }

    const RGB_IDS: &[u8] = &[8, 0, 1, 0, 1, 3, b'R', 0x11, 0, b'G', 0x11, 0, b'B', 0x11, 0];
    const FOUR: &[u8] = &[8, 0, 1, 0, 1, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0];
    const JFIF: &[u8] = b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0";

    #[test]
    fn a_jpeg_ends_with_eoi_outside_of_segments() {
        assert!(Headers::read(&jpeg(&[0xFF, 0xD9])).ends);
        assert!(Headers::read(&jpeg(&[0xFF, 0xFF, 0xD9, 9, 9])).ends);
        assert!(!Headers::read(&jpeg(&[])).ends);
        assert!(!Headers::read(&jpeg(&[0xFF])).ends);
        assert!(!Headers::read(&[0xFF, 0xD8, 0xFF]).ends);
    }

    #[test]
    fn no_prefix_of_a_jpeg_has_an_end_or_breaks_the_walk() {
        let whole = jpeg(&[0xFF, 0xD9]);
        for length in 0..whole.len() {
            assert!(!Headers::read(&whole[..length]).ends, "{length}");
        }
    }

    #[test]
    fn colours_follow_libjpeg() {
        let colors = |segments: &[(u8, &[u8])]| {
            let bytes = of_segments(segments);
            let headers = Headers::read(&bytes);
            let frame = headers.frame().unwrap();
            headers.colors(frame)
        };
        let adobe = |transform| [b"Adobe\0\x64\0\0\0\0", &[transform][..]].concat();
        assert_eq!(colors(&[(0xC0, RGB_IDS)]), Colors::Rgb);
        assert_eq!(colors(&[(0xE0, JFIF), (0xC0, RGB_IDS)]), Colors::YCbCr);
        assert_eq!(colors(&[(0xEE, &adobe(1)), (0xC0, RGB_IDS)]), Colors::YCbCr);
        assert_eq!(colors(&[(0xE0, JFIF), (0xEE, &adobe(0)), (0xC0, RGB_IDS)]), Colors::YCbCr);
        assert_eq!(colors(&[(0xC0, FOUR)]), Colors::Cmyk);
        assert_eq!(colors(&[(0xEE, &adobe(2)), (0xC0, FOUR)]), Colors::Ycck);
        // A cut segment says nothing.
        let cut = of_segments(&[(0xEE, b"Adobe\0\x64"), (0xC0, RGB_IDS)]);
        assert!(Headers::read(&cut).has_bad_segment);
    }

    #[test]
    fn properties_without_a_decoder_are_named() {
        let message = |marker, change: fn(&mut Vec<u8>)| {
            let mut frame = RGB_IDS.to_vec();
            change(&mut frame);
            let bytes = of_segments(&[(marker, &frame)]);
            Headers::read(&bytes).frame().unwrap_err().to_string()
        };
        assert!(message(0xC9, |_| ()).contains("arithmetic coding"));
        assert!(message(0xC3, |_| ()).contains("lossless coding"));
        assert!(message(0xC5, |_| ()).contains("hierarchical coding"));
        assert!(message(0xC1, |frame| frame[0] = 12).contains("samples of 12 bits"));
        assert!(message(0xC0, |frame| frame[2] = 0).contains("DNL"));
        assert!(message(0xC0, |frame| (frame[7], frame[10]) = (0x31, 0x21)).contains("2x1 beside 3x1"));
    }

    #[test]
    fn tables_that_no_segment_defines_are_missed() {
        let table = |class: u8| [&[class][..], &[1], &[0; 15], &[0]].concat();
        let scan: &[u8] = &[1, b'R', 0x00, 0, 63, 0];
        let lacks = |tables: &[u8]| {
            let bytes = of_segments(&[(0xC0, RGB_IDS), (0xC4, tables), (0xDA, scan)]);
            Headers::read(&bytes).lacks_tables
        };
        assert!(lacks(&[]) && lacks(&table(0x00)) && lacks(&[table(0x00), table(0x11)].concat()));
        assert!(!lacks(&[table(0x00), table(0x10)].concat()));
    }

    #[test]
    fn metadata_is_the_first_block_that_holds_anything() {
        let bytes = of_segments(&[(0xE1, b"Exif\0\0"), (0xE1, b"Exif\0\0one"), (0xE1, b"Exif\0\0two")]);
        assert_eq!(Headers::read(&bytes).exif, Some(&b"one"[..]));
    }
}
