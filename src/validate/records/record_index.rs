//! Where the lines of a file of records are, so that they need not be in memory.

use std::collections::HashMap;
use std::fs::File;
use std::hash::Hash;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Mutex;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::error::{ErrorKind, Result};
use crate::fingerprint::ContentHash;
use crate::validate::records::record_line::{FileState, Head, Line, VERSION};

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
    /// The bytes of whole lines.
    pub(in crate::validate) whole: u64,
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

impl<K: Eq + Hash> RecordIndex<K> {
    /// Reads the file once, line by line; `None` where there is no file, or no head in it. `key` makes the key of a sample's name.
    /// Of lines of another version there are no entries.
    pub(in crate::validate) fn read(path: &Path, key: impl Fn(String) -> K) -> Result<Option<Self>> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let mut reader = BufReader::with_capacity(1 << 18, file);
        let mut text = Vec::new();
        let mut whole = 0;
        let mut head: Option<Head> = None;
        let mut entries: HashMap<K, Entry> = HashMap::new();
        while reader.read_until(b'\n', &mut text)? > 0 {
            if text.last() != Some(&b'\n') {
                break;
            }
            let line = Span { start: whole, bytes: text.len() as u64 };
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
                    let Ok(outline) = serde_json::from_slice::<Outline>(&text) else { break };
                    let lacks = outline.histogram.is_none() && outline.record.picture.is_some();
                    let key = key(outline.record.uri);
                    let earlier = entries.get(&key).filter(|_| lacks);
                    let histogram = earlier.map_or(line, |earlier| earlier.histogram);
                    entries.insert(key, Entry { state: outline.state, line, histogram });
                }
                Some(_) => {}
            }
            whole += line.bytes;
            text.clear();
        }
        Ok(head.map(|head| Self { head, entries, whole }))
    }
}

/// Reads lines of a file of records again, from any thread.
pub(in crate::validate) struct LineReader(Mutex<File>);

impl LineReader {
    pub(in crate::validate) fn open(path: &Path) -> std::io::Result<Self> {
        Ok(Self(Mutex::new(File::open(path)?)))
    }

    /// The bytes of a line that an index of the same file has.
    pub(in crate::validate) fn bytes(&self, span: Span) -> std::io::Result<Vec<u8>> {
        let length = usize::try_from(span.bytes).map_err(std::io::Error::other)?;
        let mut bytes = vec![0; length];
        let mut file =
            self.0.lock().map_err(|_| std::io::Error::other("a thread that read it has failed"))?;
        file.seek(SeekFrom::Start(span.start))?;
        file.read_exact(&mut bytes)?;
        Ok(bytes)
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
    use crate::validate::records::record_line::write_line;

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
        write_line(&mut text, &line(&two, 3, None)).unwrap();
        // A picture that cannot be used any more has no histogram.
        let broken = ImageRecord { picture: None, ..one.clone() };
        write_line(&mut text, &line(&broken, 4, None)).unwrap();
        let whole = text.len();
        // Cut off by the end of a run.
        text.extend(br#"{"state":{"bytes":1,"#);
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &text).unwrap();

        let index = RecordIndex::read(file.path(), |uri| key(&uri)).unwrap().unwrap();
        assert_eq!((index.entries.len(), index.whole), (2, whole as u64));
        let reader = LineReader::open(file.path()).unwrap();
        let found = |uri: &str| reader.line(&index.entries[&key(uri)]).unwrap();
        assert_eq!(found("two"), line(&two, 3, Some("AA==")));
        assert_eq!(found("one"), line(&broken, 4, None));
        assert!(std::mem::size_of::<(u128, Entry)>() <= 64);
    }
}
