//! Where the lines of a file of records are, so that they need not be in memory.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::hash::Hash;
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard};

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::error::{Error, ErrorKind, Result};
use crate::fingerprint::ContentHash;
use crate::validate::records::record_line::{
    FileState, HEAD, Head, Line, Mark, VERSION, invalid, next_line, write_line,
};

/// The bytes of a line, with its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::validate) struct Span {
    pub(in crate::validate) start: u64,
    bytes: u64,
}

/// What is kept of a sample: the state of its file, and where the rest is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::validate) struct Entry {
    pub(in crate::validate) state: FileState,
    pub(in crate::validate) line: Span,
    /// The line with the histogram: an earlier one where a record was found better later on.
    pub(in crate::validate) histogram: Span,
}

/// What stands in a file of records: of each sample its last line, about 100 bytes a sample.
pub(in crate::validate) struct RecordIndex<K> {
    pub(in crate::validate) head: Head,
    pub(in crate::validate) entries: HashMap<K, Entry>,
    /// Those of the samples that the source did not have any more.
    pub(in crate::validate) gone: HashSet<K>,
    /// The bytes of whole lines, up to the first that cannot be read.
    pub(in crate::validate) whole: u64,
    /// Whether there is such a line: one that was cut off at the end is none.
    is_broken: bool,
}

/// The parts of a line that the index needs; the others are passed over.
#[derive(Deserialize)]
struct Outline {
    state: FileState,
    record: RecordOutline,
    histogram: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct RecordOutline {
    uri: String,
    picture: Option<IgnoredAny>,
}

/// The key of a sample that takes no memory for its name; the line tells whether it is that of this name.
pub(in crate::validate) fn key(uri: &str) -> u128 {
    ContentHash::of(uri.as_bytes()).get()
}

impl<K: Eq + Hash + Clone> RecordIndex<K> {
    /// Reads the file at a path: see [`Self::of`]. It is an error if there is no file, or no head in it.
    ///
    /// A line that cannot be read is an error: what is made of the file would lack a sample, and not say so.
    pub(in crate::validate) fn read(path: &Path, key: impl Fn(String) -> K) -> Result<Self> {
        match Self::of(&File::open(path)?, key)? {
            None => Err(ErrorKind::Empty { what: "file of records" }.into()),
            Some(Self { is_broken: true, whole, .. }) => {
                Err(invalid(format!("the line at byte {whole} cannot be read; make the records again")))
            }
            Some(index) => Ok(index),
        }
    }

    /// The entries of the samples that the source had at the end of the last run.
    pub(in crate::validate) fn present(self) -> HashMap<K, Entry> {
        let Self { mut entries, gone, .. } = self;
        entries.retain(|key, _| !gone.contains(key));
        entries
    }

    /// Reads a file once from its beginning, line by line, up to a line that cannot be read; `None` where it has no head. `key`
    /// makes the key of a sample's name. Of lines of another version there are no entries.
    pub(in crate::validate) fn of(file: &File, key: impl Fn(String) -> K) -> Result<Option<Self>> {
        let mut reader = BufReader::with_capacity(1 << 18, file);
        let mut text = Vec::new();
        let mut head: Option<Head> = None;
        let (mut entries, mut gone) = (HashMap::new(), HashSet::new());
        let (mut whole, mut is_broken) = (0, false);
        while next_line(&mut reader, &mut text)? {
            let line = Span { start: whole, bytes: text.len() as u64 };
            match &head {
                None => match serde_json::from_slice::<Head>(&text) {
                    Ok(found) => head = Some(found),
                    Err(_) => return Err(no_head()),
                },
                Some(head) if head.records == VERSION => {
                    let outline = || serde_json::from_slice::<Outline>(&text).ok();
                    let of_sample = |outline: Outline| outline.add_to(&mut entries, &key, line);
                    let is_read = match Mark::of(&text) {
                        Some(Mark::Gone(uri)) => Some(gone.insert(key(uri))),
                        Some(Mark::Back(uri)) => Some(gone.remove(&key(uri))),
                        None => outline().and_then(of_sample).map(|key| gone.remove(&key)),
                    };
                    if is_read.is_none() {
                        is_broken = true;
                        break;
                    }
                }
                Some(_) => {}
            }
            whole += line.bytes;
        }
        // Another program's file is not written over, though it has no end of a line. A head may be cut off.
        let compared = text.len().min(HEAD.len());
        if head.is_none() && text[..compared] != HEAD[..compared] {
            return Err(no_head());
        }
        Ok(head.map(|head| Self { head, entries, gone, whole, is_broken }))
    }
}

impl Outline {
    /// Adds the line of a sample and returns its key; `None` where it lacks a histogram, and no earlier line of the same state has one.
    fn add_to<K: Eq + Hash + Clone>(
        self,
        entries: &mut HashMap<K, Entry>,
        key: impl Fn(String) -> K,
        line: Span,
    ) -> Option<K> {
        let lacks = self.histogram.is_none() && self.record.picture.is_some();
        let key = key(self.record.uri);
        let histogram = match entries.get(&key).filter(|earlier| earlier.state == self.state) {
            Some(earlier) if lacks => earlier.histogram,
            None if lacks => return None,
            _ => line,
        };
        entries.insert(key.clone(), Entry { state: self.state, line, histogram });
        Some(key)
    }
}

fn no_head() -> Error {
    invalid("the first line is not that of a file of records".to_owned())
}

/// Reads lines of a file of records again, and appends others, from any thread.
pub(in crate::validate) struct LineFile(Mutex<File>);

impl LineFile {
    /// To read from.
    pub(in crate::validate) fn open(path: &Path) -> std::io::Result<Self> {
        Ok(Self::of(File::open(path)?))
    }

    pub(in crate::validate) fn of(file: File) -> Self {
        Self(Mutex::new(file))
    }

    fn file(&self) -> std::io::Result<MutexGuard<'_, File>> {
        self.0.lock().map_err(|_| std::io::Error::other("a thread that used it has failed"))
    }

    /// The line of a sample as one text, with its histogram.
    pub(in crate::validate) fn text(&self, entry: &Entry) -> std::io::Result<Vec<u8>> {
        if entry.histogram == entry.line {
            return self.bytes(entry.line);
        }
        let mut text = Vec::new();
        write_line(&mut text, &self.line(entry)?)?;
        Ok(text)
    }

    /// The name of the sample of a line; `None` where the line cannot be read.
    pub(in crate::validate) fn uri(&self, entry: &Entry) -> Option<String> {
        let text = self.bytes(entry.line).ok()?;
        Some(serde_json::from_slice::<Outline>(&text).ok()?.record.uri)
    }

    /// The bytes of a line that an index of the same file has.
    fn bytes(&self, span: Span) -> std::io::Result<Vec<u8>> {
        let length = usize::try_from(span.bytes).map_err(std::io::Error::other)?;
        let mut bytes = vec![0; length];
        let mut file = self.file()?;
        file.seek(SeekFrom::Start(span.start))?;
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// Writes at the end of the file, in one write.
    pub(in crate::validate) fn append(&self, text: &[u8]) -> std::io::Result<()> {
        let mut file = self.file()?;
        file.seek(SeekFrom::End(0))?;
        file.write_all(text)
    }

    /// The line of a sample, with its histogram.
    pub(in crate::validate) fn line(&self, entry: &Entry) -> std::io::Result<Line> {
        let read = |span: Span| -> std::io::Result<Line> { Ok(serde_json::from_slice(&self.bytes(span)?)?) };
        let mut line = read(entry.line)?;
        if entry.histogram != entry.line {
            line.histogram = read(entry.histogram)?.histogram;
        }
        Ok(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::ImageRecord;
    use crate::validate::inspection::tests::record_of;

    fn line(record: &ImageRecord, bytes: u64, histogram: Option<&str>) -> Line {
        let histogram = histogram.map(|text| vec![text.to_owned()]);
        Line { state: FileState { bytes, modified: 7 }, record: record.clone(), histogram }
    }

    #[test]
    fn the_last_line_of_a_sample_counts_and_keeps_an_earlier_histogram() {
        let (one, mut two) = (record_of("one", 5, 6), record_of("two", 7, 8));
        let mut text = Vec::new();
        write_line(&mut text, &Head { records: VERSION, decoder: "of a test".to_owned() }).unwrap();
        write_line(&mut text, &line(&two, 1, Some("AA=="))).unwrap();
        write_line(&mut text, &line(&one, 2, Some("AQ=="))).unwrap();
        two.class = Some("later".to_owned());
        write_line(&mut text, &line(&two, 1, None)).unwrap();
        // A picture that cannot be used any more has no histogram.
        let broken = ImageRecord { picture: None, ..one.clone() };
        write_line(&mut text, &line(&broken, 4, None)).unwrap();
        let whole = text.len();
        // Cut off by the end of a run.
        text.extend(br#"{"state":{"bytes":1,"#);
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &text).unwrap();

        let index = RecordIndex::read(file.path(), |uri| key(&uri)).unwrap();
        assert_eq!((index.entries.len(), index.whole), (2, whole as u64));
        let reader = LineFile::open(file.path()).unwrap();
        let found = |uri: &str| reader.line(&index.entries[&key(uri)]).unwrap();
        assert_eq!(found("two"), line(&two, 1, Some("AA==")));
        assert_eq!(found("one"), line(&broken, 4, None));
        assert!(std::mem::size_of::<(u128, Entry)>() <= 64);
    }

    /// The counts would be those of other pixels.
    #[test]
    fn a_line_without_a_histogram_is_not_joined_with_that_of_another_state() {
        let record = record_of("one", 5, 6);
        let mut text = Vec::new();
        write_line(&mut text, &Head { records: VERSION, decoder: "of a test".to_owned() }).unwrap();
        write_line(&mut text, &line(&record, 1, Some("AA=="))).unwrap();
        let whole = text.len() as u64;
        write_line(&mut text, &line(&record, 2, None)).unwrap();
        write_line(&mut text, &line(&record_of("two", 7, 8), 1, Some("AQ=="))).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &text).unwrap();
        let index = RecordIndex::of(&File::open(file.path()).unwrap(), |uri| uri).unwrap().unwrap();
        assert_eq!((index.entries.len(), index.entries["one"].state.bytes, index.whole), (1, 1, whole));
        // Where a report is made from the file alone, it says that samples are missing.
        let error = RecordIndex::read(file.path(), |uri| uri).err().unwrap().to_string();
        assert!(error.contains(&format!("the line at byte {whole} cannot be read")), "{error}");
    }
}
