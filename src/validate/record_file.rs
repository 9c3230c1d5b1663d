//! A file of records, from which a run goes on, and by which an unchanged source is not read again.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::images::Decoder;
use crate::output::write_whole;
use crate::source::Sample;
use crate::stats::PixelHistogram;
use crate::validate::ImageRecord;
use crate::validate::inspection::Inspection;

/// The form of the lines, and what is measured; it grows when either changes.
pub(super) const VERSION: u32 = 1;

/// Records of samples with the state of their files, one JSON object in a line, behind a line about how they were made. Lines are
/// appended as samples are read, so that a run that is killed loses none but those it was at; of several lines of one sample the
/// last counts.
pub(super) struct RecordFile {
    path: PathBuf,
    file: File,
    known: HashMap<String, Line>,
    /// The states of the samples that were appended.
    appended: HashMap<String, FileState>,
}

/// The first line.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Head {
    records: u32,
    decoder: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Line {
    state: FileState,
    record: ImageRecord,
    /// The counts of each channel as LEB128 numbers, in base64; those of an earlier line of the sample where a usable picture has
    /// none.
    histogram: Option<Vec<String>>,
}

/// By what a file that has changed is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FileState {
    bytes: u64,
    /// Nanoseconds since 1970.
    modified: u64,
}

impl FileState {
    /// `None` where the sample is no file of its own, or its file says nothing.
    pub(super) fn of(sample: &Sample) -> Option<Self> {
        let metadata = std::fs::metadata(sample.path.as_ref()?).ok()?;
        let since = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some(Self { bytes: metadata.len(), modified: u64::try_from(since.as_nanos()).ok()? })
    }
}

impl Head {
    fn of(decoder: &Decoder) -> Self {
        Self { records: VERSION, decoder: format!("{decoder:?}") }
    }
}

impl RecordFile {
    /// Opens the file and reads what it has; makes it where it is not there, or where its records were made in another way.
    pub(super) fn open(path: &Path, decoder: &Decoder) -> Result<Self> {
        let head = Head::of(decoder);
        let open = || -> Result<Self> {
            let lines = Lines::read(path)?;
            match lines {
                Some(Lines { head: found, known, whole }) if found == head => {
                    let mut file = File::options().read(true).write(true).open(path)?;
                    // A line that was cut off by the end of a run is written over.
                    file.set_len(whole)?;
                    file.seek(SeekFrom::End(0))?;
                    Ok(Self { path: path.to_owned(), file, known, appended: HashMap::new() })
                }
                _ => {
                    write_whole(path, |out| write_line(out, &head))?;
                    let mut file = File::options().write(true).open(path)?;
                    file.seek(SeekFrom::End(0))?;
                    Ok(Self { path: path.to_owned(), file, known: HashMap::new(), appended: HashMap::new() })
                }
            }
        };
        open().map_err(|error| if error.path().is_some() { error } else { error.at_path(path) })
    }

    /// What is known of a sample whose file has not changed.
    pub(super) fn known(&self, sample: &Sample, state: Option<FileState>) -> Option<Inspection> {
        let line = self.known.get(&sample.uri).filter(|line| Some(line.state) == state)?;
        let histogram = match &line.histogram {
            Some(channels) => Some(decoded(channels)?),
            None => None,
        };
        Some(Inspection { record: line.record.clone(), histogram })
    }

    /// Appends what was found of samples.
    pub(super) fn append<'a>(
        &mut self,
        inspections: impl Iterator<Item = (FileState, &'a Inspection)>,
    ) -> Result<()> {
        let lines = inspections.map(|(state, Inspection { record, histogram })| Line {
            state,
            record: record.clone(),
            histogram: histogram.as_ref().map(encoded),
        });
        let lines: Vec<Line> = lines.collect();
        self.write(&lines)?;
        self.appended.extend(lines.into_iter().map(|line| (line.record.uri, line.state)));
        Ok(())
    }

    /// Appends records that are known better than before, without their histograms, which stay as they are.
    pub(super) fn update<'a>(&mut self, records: impl Iterator<Item = &'a ImageRecord>) -> Result<()> {
        let better = |record: &ImageRecord| {
            let known = self.known.get(&record.uri).map(|line| line.state);
            let state = self.appended.get(&record.uri).copied().or(known)?;
            Some(Line { state, record: record.clone(), histogram: None })
        };
        let lines: Vec<Line> = records.filter_map(better).collect();
        self.write(&lines)
    }

    /// Appends lines, in one write.
    fn write(&mut self, lines: &[Line]) -> Result<()> {
        let mut text = Vec::new();
        let written = lines.iter().try_for_each(|line| write_line(&mut text, line));
        let written = written.and_then(|()| self.file.write_all(&text));
        written.map_err(|error| Error::from(error).at_path(&self.path))
    }
}

/// What a file has.
struct Lines {
    head: Head,
    known: HashMap<String, Line>,
    /// The bytes of whole lines.
    whole: u64,
}

impl Lines {
    /// `None` where there is no file, or no head in it.
    fn read(path: &Path) -> Result<Option<Self>> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let mut reader = BufReader::new(file);
        let mut text = Vec::new();
        let mut whole = 0;
        let (mut head, mut known) = (None, HashMap::new());
        while reader.read_until(b'\n', &mut text)? > 0 {
            if text.last() != Some(&b'\n') {
                break;
            }
            match &head {
                None => match serde_json::from_slice::<Head>(&text) {
                    Ok(found) => head = Some(found),
                    // Another program's file is not written over.
                    Err(_) => {
                        let reason = "the first line is not that of a file of records".to_owned();
                        return Err(ErrorKind::Invalid { what: "file of records", reason }.into());
                    }
                },
                Some(head) if head.records == VERSION => {
                    let Ok(mut line) = serde_json::from_slice::<Line>(&text) else { break };
                    let earlier: Option<Line> = known.remove(&line.record.uri);
                    if line.histogram.is_none() && line.record.picture.is_some() {
                        line.histogram = earlier.and_then(|earlier| earlier.histogram);
                    }
                    known.insert(line.record.uri.clone(), line);
                }
                Some(_) => {}
            }
            whole += text.len() as u64;
            text.clear();
        }
        Ok(head.map(|head| Self { head, known, whole }))
    }
}

/// Puts the records of several files into one, such as those of the shards of a source; the same whatever their order. Of several
/// records of one sample that of the file that was changed last counts.
///
/// # Errors
///
/// A file cannot be read or is no file of records, or they were made by different decoders or versions.
///
/// ```
/// use burn_prep::order::Shard;
/// use burn_prep::source::ImageFolder;
/// use burn_prep::validate::{Validator, merge_records};
///
/// let folder = tempfile::tempdir()?;
/// let path = |name: &str| folder.path().join(name);
/// let validator = Validator::new(ImageFolder::open("assets/photos")?);
/// for rank in 0..2 {
///     validator.clone().shard(Shard::new(rank, 2)?).records(path(&format!("{rank}"))).run()?;
/// }
/// merge_records(&path("all"), &[path("1"), path("0")])?;
/// // No file is read again.
/// assert_eq!(validator.clone().records(path("all")).run()?, validator.run()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn merge_records(into: &Path, files: &[PathBuf]) -> Result<()> {
    let mut all: Option<Head> = None;
    let mut lines: HashMap<String, Line> = HashMap::new();
    for path in files {
        let found = Lines::read(path).map_err(|error| error.at_path(path))?;
        let Some(Lines { head, known, .. }) = found else {
            return Err(Error::from(std::io::Error::from(std::io::ErrorKind::NotFound)).at_path(path));
        };
        let expected = all.get_or_insert(Head { records: VERSION, decoder: head.decoder.clone() });
        if head != *expected {
            let reason = format!(
                "records of version {} by {}, expected version {} by {}",
                head.records, head.decoder, expected.records, expected.decoder
            );
            return Err(Error::from(ErrorKind::Invalid { what: "file of records", reason }).at_path(path));
        }
        for (uri, line) in known {
            let order = |line: &Line| (line.state.modified, line.state.bytes);
            match lines.get(&uri) {
                Some(there) if order(there) > order(&line) => {}
                _ => drop(lines.insert(uri, line)),
            }
        }
    }
    let Some(head) = all else { return Err(ErrorKind::Empty { what: "list of files" }.into()) };
    let mut lines: Vec<&Line> = lines.values().collect();
    lines.sort_by(|a, b| a.record.uri.cmp(&b.record.uri));
    write_whole(into, |out| {
        write_line(out, &head)?;
        lines.iter().try_for_each(|line| write_line(out, line))
    })
}

fn write_line(out: &mut (impl Write + ?Sized), line: &impl Serialize) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
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
