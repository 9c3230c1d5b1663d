//! The marker segments of a JPEG file (ITU-T T.81, annex B).

const SOI: u8 = 0xD8;
pub(crate) const EOI: u8 = 0xD9;
pub(crate) const SOS: u8 = 0xDA;
pub(crate) const DQT: u8 = 0xDB;
pub(super) const DHT: u8 = 0xC4;
pub(super) const DRI: u8 = 0xDD;
pub(super) const APP0: u8 = 0xE0;
pub(crate) const APP1: u8 = 0xE1;
pub(crate) const APP2: u8 = 0xE2;
pub(super) const APP14: u8 = 0xEE;

/// One segment of the file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Segment<'a> {
    pub(crate) marker: u8,
    /// The contents behind the length; empty for markers without a segment.
    pub(crate) contents: &'a [u8],
    /// Entropy-coded data that follows: that of a scan.
    pub(crate) data: &'a [u8],
    /// The offset in the file behind all of this.
    pub(crate) end: usize,
}

/// The segments in the order of the file, up to the end-of-image marker or the end of the bytes.
/// A segment that reaches beyond the bytes is not among them.
pub(crate) fn segments(bytes: &[u8]) -> impl Iterator<Item = Segment<'_>> {
    let mut at = 2;
    let mut ended = false;
    std::iter::from_fn(move || {
        if ended {
            return None;
        }
        let (marker, after) = next_marker(bytes, at)?;
        // Markers without a segment: TEM, RST0 to RST7, SOI, EOI.
        if matches!(marker, 0x01 | 0xD0..=SOI | EOI) {
            ended = marker == EOI;
            at = after;
            return Some(Segment { marker, contents: &[], data: &[], end: at });
        }
        let length = bytes.get(after..after + 2)?;
        let length = usize::from(u16::from_be_bytes([length[0], length[1]])).max(2);
        let end = after + length;
        let contents = bytes.get(after + 2..end)?;
        at = if marker == SOS { skip_entropy_coded(bytes, end) } else { end };
        Some(Segment { marker, contents, data: &bytes[end..at], end: at })
    })
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
