//! The lines of a file of records.

use std::io::{BufRead, Read, Write};
use std::time::UNIX_EPOCH;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::images::Decoder;
use crate::source::Sample;
use crate::stats::PixelHistogram;
use crate::validate::ImageRecord;
use crate::validate::inspection::Inspection;

/// The form of the lines, and what is measured; it grows when either changes.
pub(in crate::validate) const VERSION: u32 = 5;

/// No line is longer; a record takes some 6 KB.
const LONGEST: u64 = 1 << 24;

/// What the first line of this version begins with.
pub(in crate::validate) const HEAD: &[u8] = b"{\"records\":5,\"decoder\":\"Decoder";

/// What a build may decode or not, or otherwise: a file that one cannot read may be sound to another.
const DECODERS: [(&str, bool); 8] = [
    ("bmp", cfg!(feature = "bmp")),
    ("gif", cfg!(feature = "gif")),
    ("jpeg", cfg!(feature = "jpeg")),
    ("png", cfg!(feature = "png")),
    ("tiff", cfg!(feature = "tiff")),
    ("tiff-zstd", cfg!(feature = "tiff-zstd")),
    ("turbojpeg", cfg!(feature = "turbojpeg")),
    ("webp", cfg!(feature = "webp")),
];

/// The first line.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::validate) struct Head {
    pub(in crate::validate) records: u32,
    pub(in crate::validate) decoder: String,
}

/// The line of a sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::validate) struct Line {
    pub(in crate::validate) state: FileState,
    pub(in crate::validate) record: ImageRecord,
    /// The counts of each channel as LEB128 numbers, in base64; those of an earlier line of the sample where a usable picture has
    /// none.
    pub(in crate::validate) histogram: Option<Vec<String>>,
}

/// A line that says whether the source still has a sample.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::validate) enum Mark {
    /// The source does not have the sample of this name any more: its lines above do not count.
    Gone(String),
    /// The source has it again, as it was.
    Back(String),
}

/// By what a file that has changed is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::validate) struct FileState {
    pub(in crate::validate) bytes: u64,
    /// Nanoseconds since 1970.
    pub(in crate::validate) modified: u64,
}

impl FileState {
    /// `None` where the sample is no file of its own, or its file says nothing.
    pub(in crate::validate) fn of(sample: &Sample) -> Option<Self> {
        let metadata = std::fs::metadata(sample.path.as_ref()?).ok()?;
        let since = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some(Self { bytes: metadata.len(), modified: u64::try_from(since.as_nanos()).ok()? })
    }
}

impl Head {
    pub(in crate::validate) fn of(decoder: &Decoder) -> Self {
        let names: Vec<&str> = DECODERS.iter().filter(|(_, is_on)| *is_on).map(|(name, _)| *name).collect();
        Self { records: VERSION, decoder: format!("{decoder:?} of {}", names.join(", ")) }
    }
}

impl Line {
    pub(in crate::validate) fn of(state: FileState, inspection: &Inspection) -> Self {
        let histogram = inspection.histogram.as_ref().map(encoded);
        Self { state, record: inspection.record.clone(), histogram }
    }

    /// What was found of the sample; `None` where the histogram cannot be read.
    pub(in crate::validate) fn inspection(self) -> Option<Inspection> {
        let histogram = match &self.histogram {
            Some(channels) => Some(decoded(channels)?),
            None => None,
        };
        Some(Inspection { record: self.record, histogram })
    }
}

pub(in crate::validate) fn write_line(
    out: &mut (impl Write + ?Sized),
    line: &impl Serialize,
) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}

impl Mark {
    /// `None` where the line is that of a sample.
    pub(in crate::validate) fn of(text: &[u8]) -> Option<Self> {
        // Lines of samples are long.
        let is_mark = text.starts_with(b"{\"gone\":") || text.starts_with(b"{\"back\":");
        is_mark.then(|| serde_json::from_slice(text).ok())?
    }
}

/// Reads the next whole line; `false` where there is none. Then `text` has what was cut off.
pub(in crate::validate) fn next_line(reader: &mut impl BufRead, text: &mut Vec<u8>) -> Result<bool> {
    text.clear();
    reader.by_ref().take(LONGEST).read_until(b'\n', text)?;
    if text.len() as u64 == LONGEST {
        return Err(invalid(format!("a line has {LONGEST} bytes or more, expected some 6,000")));
    }
    Ok(text.last() == Some(&b'\n'))
}

/// The error of a file that has something else than records.
pub(in crate::validate) fn invalid(reason: String) -> Error {
    ErrorKind::Invalid { what: "file of records", reason }.into()
}

fn encoded(histogram: &PixelHistogram) -> Vec<String> {
    let channel = |counts: &[u64; 256]| {
        let mut bytes = Vec::with_capacity(512);
        for &count in counts {
            let mut left = count;
            while left >= 0x80 {
                bytes.push((left & 0x7F) as u8 | 0x80);
                left >>= 7;
            }
            bytes.push(left as u8);
        }
        STANDARD.encode(bytes)
    };
    histogram.channels().iter().map(|histogram| channel(histogram.counts())).collect()
}

/// `None` where a text is not one of 256 numbers.
fn decoded(channels: &[String]) -> Option<PixelHistogram> {
    let channel = |text: &String| {
        let bytes = STANDARD.decode(text).ok()?;
        let mut counts = [0_u64; 256];
        let (mut at, mut shift) = (0, 0);
        for byte in bytes {
            let count = counts.get_mut(at)?;
            *count |= u64::from(byte & 0x7F).checked_shl(shift).filter(|_| shift < 64)?;
            match byte & 0x80 {
                0 => (at, shift) = (at + 1, 0),
                _ => shift += 7,
            }
        }
        (at == 256 && shift == 0).then_some(counts)
    };
    channels.iter().map(channel).collect::<Option<Vec<_>>>().map(PixelHistogram::of_counts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::{ColorMode, Image, ImageSize};

    #[test]
    fn a_head_begins_as_it_is_recognised_and_names_what_the_build_reads() {
        let head = Head::of(&Decoder::rgb8());
        assert!(serde_json::to_vec(&head).unwrap().starts_with(HEAD));
        assert_eq!(head.decoder.ends_with("webp"), cfg!(feature = "webp"), "{}", head.decoder);
        assert_eq!(head.decoder.contains(" jpeg"), cfg!(feature = "jpeg"), "{}", head.decoder);
    }

    #[test]
    fn histograms_come_back() {
        let pixels = (0..300_000_u32).map(|at| ((at.wrapping_mul(at)) >> 7) as u8).collect();
        let image = Image::new(ImageSize::new(1000, 100), ColorMode::Rgb, pixels).unwrap();
        let histogram = PixelHistogram::of(&image);
        let texts = encoded(&histogram);
        assert_eq!(decoded(&texts), Some(histogram));
        for broken in [&texts[0][4..], "", "AAAA", "!"] {
            assert_eq!(decoded(&[broken.to_owned()]), None);
        }
    }
}
