//! A JPEG file in which each stretch of entropy-coded data is followed by bits that are no code.
//!
//! Behind the end of its data zune-jpeg reads zeros, which are codes of most tables, and says nothing: the rest of the picture
//! is then drawn by them. Ones are no code in any table: T.81 keeps the code of ones alone free, and the decoder refuses tables
//! that use it. So a copy of the file has [`GUARD`] before each marker that ends data. A sound file's pixels are complete
//! before the guard, which is passed over in the search for the marker.

use crate::error::Result;
use crate::images::jpeg::coefficients::{cut_short, damaged};
use crate::images::jpeg::frame::Frame;
use crate::images::jpeg::headers::Headers;
use crate::images::jpeg::watched::Watched;

/// 64 ones, each byte of them with the zero that marks it as data.
///
/// The decoder reads 32 bits ahead when it holds fewer than 32, so that it holds at most 63, and does not come to the marker
/// behind the guard before it needs bits that are not there. A code, its value and the next code take 16 + 15 + 16 bits at most:
/// the second one is of ones alone.
const GUARD: [u8; 16] = [0xFF, 0, 0xFF, 0, 0xFF, 0, 0xFF, 0, 0xFF, 0, 0xFF, 0, 0xFF, 0, 0xFF, 0];

/// The copy with its guards, up to the end-of-image marker.
pub(super) struct Guarded {
    bytes: Vec<u8>,
    /// The offset of each guard.
    guards: Vec<usize>,
    /// The offset from which on each marker that ends data has a guard.
    from: usize,
    /// The offset behind the last data that pixels need, and its guard.
    pub(super) end: usize,
}

impl Guarded {
    /// The copy of a file, in which the frame header states so many rows; it stands before the first scan where these are not all.
    ///
    /// The first scan of a progressive file is without a guard, because the decoder must come to the marker behind it while it
    /// reads data: `first_scan_is_cut` looks at that one, which has little more than one code for each block.
    ///
    /// # Errors
    ///
    /// A restart marker is out of its turn, or there are too few or too many of them.
    pub(super) fn new(bytes: &[u8], headers: &Headers<'_>, frame: &Frame, rows: u16) -> Result<Self> {
        let (from, unguarded) = match headers.data.first() {
            Some(first) if frame.is_progressive() => (first.at.end + 2, 1),
            _ => (start(bytes, headers), 0),
        };
        let end = if headers.ends { headers.end } else { bytes.len() };
        let room = Vec::with_capacity(end + GUARD.len());
        let mut copy = Self { bytes: room, guards: Vec::new(), from, end: 0 };
        let mut copied = 0;
        for data in headers.data.iter().skip(unguarded) {
            let divided = if data.stretches > 0 { &bytes[data.at.clone()] } else { &[] };
            let mut number = 0;
            for (offset, found) in restarts(divided) {
                if u64::from(found) != number % 8 {
                    return Err(damaged("a restart marker out of its turn"));
                }
                number += 1;
                // One may stand behind the last stretch.
                if number > data.stretches {
                    return Err(damaged("more restart markers than the restart interval asks for"));
                }
                copy.add(&bytes[copied..data.at.start + offset]);
                copied = data.at.start + offset;
            }
            if number + 1 < data.stretches {
                return Err(cut_short());
            }
            let (before, is_behind_last) = (copy.end, number > 0 && number == data.stretches);
            copy.add(&bytes[copied..data.at.end]);
            copied = data.at.end;
            if is_behind_last {
                copy.end = before;
            }
        }
        copy.bytes.extend_from_slice(&bytes[copied..end]);
        // Behind the precision.
        let height = headers.frame_at + 1..headers.frame_at + 3;
        if let Some(height) = copy.bytes.get_mut(height).filter(|_| rows < frame.height) {
            height.copy_from_slice(&rows.to_be_bytes());
        }
        Ok(copy)
    }

    /// Adds bytes that end with data, and a guard.
    fn add(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.guards.push(self.bytes.len());
        self.bytes.extend_from_slice(&GUARD);
        self.end = self.bytes.len();
    }

    /// A reader of the copy.
    pub(super) fn reader(&self) -> Watched<'_> {
        Watched::new(&self.bytes, self.from)
    }

    /// Whether a decoder that stopped here had no more data than a guard's.
    pub(super) fn is_in_guard(&self, position: usize) -> bool {
        let before = self.guards.partition_point(|&guard| guard < position);
        before.checked_sub(1).is_some_and(|last| position <= self.guards[last] + GUARD.len())
    }

    /// The bytes of data that were not needed, of the stretch that has most of them, as far as the decoder did not hold them.
    pub(super) fn left_over(&self, reader: &Watched<'_>) -> usize {
        reader.most_searched().saturating_sub(GUARD.len())
    }
}

/// The offset from which on a marker may end the data of the first scan.
pub(super) fn start(bytes: &[u8], headers: &Headers<'_>) -> usize {
    headers.data.first().map_or(bytes.len(), |data| data.at.start + 1)
}

/// The offset of each restart marker in entropy-coded data, and its number.
fn restarts(data: &[u8]) -> impl Iterator<Item = (usize, u8)> {
    memchr::memchr_iter(0xFF, data).filter_map(move |at| match data.get(at + 1).copied() {
        Some(marker @ 0xD0..=0xD7) => Some((at, marker - 0xD0)),
        _ => None,
    })
}
