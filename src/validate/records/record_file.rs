//! A file of records, from which a run goes on, and by which an unchanged source is not read again.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::images::Decoder;
use crate::output::write_whole;
use crate::source::Sample;
use crate::validate::ImageRecord;
use crate::validate::inspection::Inspection;
use crate::validate::records::record_index::{Entry, LineReader, RecordIndex, key};
use crate::validate::records::record_line::{FileState, Head, Line, write_line};

/// Records of samples with the state of their files, one JSON object in a line, behind a line about how they were made. Lines are
/// appended as samples are read, so that a run that is killed loses none but those it was at; of several lines of one sample the
/// last counts. What the file had when it was opened is read again where it is asked for.
pub(in crate::validate) struct RecordFile {
    path: PathBuf,
    /// To append to.
    file: File,
    reader: LineReader,
    known: HashMap<u128, Entry>,
    /// The states of the samples that were appended.
    appended: HashMap<u128, FileState>,
}

impl RecordFile {
    /// Opens the file and looks through what it has; makes it where it is not there, or where its records were made in another way.
    pub(in crate::validate) fn open(path: &Path, decoder: &Decoder) -> Result<Self> {
        let head = Head::of(decoder);
        let open = || -> Result<Self> {
            let known = match RecordIndex::read(path, |uri| key(&uri))? {
                Some(RecordIndex { head: found, entries, whole }) if found == head => {
                    // A line that was cut off by the end of a run is written over.
                    File::options().write(true).open(path)?.set_len(whole)?;
                    entries
                }
                _ => {
                    write_whole(path, |out| write_line(out, &head))?;
                    HashMap::new()
                }
            };
            let mut file = File::options().write(true).open(path)?;
            file.seek(SeekFrom::End(0))?;
            let reader = LineReader::open(path)?;
            Ok(Self { path: path.to_owned(), file, reader, known, appended: HashMap::new() })
        };
        open().map_err(|error| if error.path().is_some() { error } else { error.at_path(path) })
    }

    /// What is known of a sample whose file has not changed. A line that cannot be read is as one that is not there.
    pub(in crate::validate) fn known(&self, sample: &Sample, state: Option<FileState>) -> Option<Inspection> {
        let entry = self.known.get(&key(&sample.uri)).filter(|entry| Some(entry.state) == state)?;
        self.reader.line(entry).ok().filter(|line| line.record.uri == sample.uri)?.inspection()
    }

    /// Appends what was found of samples.
    pub(in crate::validate) fn append<'a>(
        &mut self,
        inspections: impl Iterator<Item = (FileState, &'a Inspection)>,
    ) -> Result<()> {
        let lines: Vec<Line> = inspections.map(|(state, inspection)| Line::of(state, inspection)).collect();
        self.write(&lines)?;
        self.appended.extend(lines.iter().map(|line| (key(&line.record.uri), line.state)));
        Ok(())
    }

    /// Appends records that are known better than before, without their histograms, which stay as they are.
    pub(in crate::validate) fn update<'a>(
        &mut self,
        records: impl Iterator<Item = &'a ImageRecord>,
    ) -> Result<()> {
        let better = |record: &ImageRecord| {
            let key = key(&record.uri);
            let known = self.known.get(&key).map(|entry| entry.state);
            let state = self.appended.get(&key).copied().or(known)?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::Limits;
    use crate::validate::inspection::tests::record_of;

    #[test]
    fn what_was_appended_is_known_when_the_file_is_opened_again() {
        let folder = tempfile::tempdir().unwrap();
        let (path, decoder) = (folder.path().join("records"), Decoder::rgb8());
        let state = FileState { bytes: 3, modified: 4 };
        let inspection = Inspection { record: record_of("a", 8, 8), histogram: None };
        let mut file = RecordFile::open(&path, &decoder).unwrap();
        file.append([(state, &inspection)].into_iter()).unwrap();
        assert!(file.known(&Sample::new("a"), Some(state)).is_none());

        let mut file = RecordFile::open(&path, &decoder).unwrap();
        assert_eq!(file.known(&Sample::new("a"), Some(state)).unwrap().record, inspection.record);
        let changed = FileState { bytes: 5, ..state };
        assert!(file.known(&Sample::new("a"), Some(changed)).is_none());
        assert!(file.known(&Sample::new("b"), Some(state)).is_none());

        let better = ImageRecord { class: Some("found later".to_owned()), ..inspection.record };
        file.update([&better].into_iter()).unwrap();
        let file = RecordFile::open(&path, &decoder).unwrap();
        assert_eq!(file.known(&Sample::new("a"), Some(state)).unwrap().record, better);
        // Another decoder's records are not known.
        let file = RecordFile::open(&path, &decoder.limits(Limits::new().max_pixels(7))).unwrap();
        assert!(file.known(&Sample::new("a"), Some(state)).is_none());
    }
}
