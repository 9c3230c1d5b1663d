//! A file of records, from which a run goes on, and by which an unchanged source is not read again.

use std::collections::{HashMap, HashSet};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::images::Decoder;
use crate::output::write_whole;
use crate::source::{Sample, Source};
use crate::validate::ImageRecord;
use crate::validate::inspection::Inspection;
use crate::validate::records::record_index::{Entry, LineFile, RecordIndex, key};
use crate::validate::records::record_line::{FileState, Head, Line, write_line};

/// Records of samples with the state of their files, one JSON object in a line, behind a line about how they were made. Lines are
/// appended as samples are read, so that a run that is killed loses none but those it was at; of several lines of one sample the
/// last counts. What the file had when it was opened is read again where it is asked for.
pub(in crate::validate) struct RecordFile {
    path: PathBuf,
    /// Locked, so that no other run writes to it.
    file: LineFile,
    known: HashMap<u128, Entry>,
    /// The lines of samples in the file.
    lines: u64,
    /// The states of the samples that were appended.
    appended: HashMap<u128, FileState>,
}

impl RecordFile {
    /// Opens the file and looks through what it has; makes it where it is not there, or where its records were made in another way.
    pub(in crate::validate) fn open(path: &Path, decoder: &Decoder) -> Result<Self> {
        let head = Head::of(decoder);
        let open = || -> Result<Self> {
            if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
                std::fs::create_dir_all(parent)?;
            }
            let file = File::options().read(true).write(true).create(true).truncate(false).open(path)?;
            lock(&file)?;
            let (known, lines, whole) = match RecordIndex::of(&file, |uri| key(&uri))? {
                Some(RecordIndex { head: found, entries, lines, whole, .. }) if found == head => {
                    (entries, lines, whole)
                }
                _ => (HashMap::new(), 0, 0),
            };
            // A line that was cut off by the end of a run is written over.
            if file.metadata()?.len() > whole {
                file.set_len(whole)?;
            }
            let file = LineFile::of(file);
            if whole == 0 {
                let mut text = Vec::new();
                write_line(&mut text, &head)?;
                file.append(&text)?;
            }
            Ok(Self { path: path.to_owned(), file, known, lines, appended: HashMap::new() })
        };
        open().map_err(|error| if error.path().is_some() { error } else { error.at_path(path) })
    }

    /// What is known of a sample whose file has not changed. A line that cannot be read is as one that is not there; and so is one
    /// of a file that could not be read, which its state says nothing about.
    pub(in crate::validate) fn known(&self, sample: &Sample, state: Option<FileState>) -> Option<Inspection> {
        let entry = self.known.get(&key(&sample.uri)).filter(|entry| Some(entry.state) == state)?;
        let line = self.file.line(entry).ok()?;
        let is_it = line.record.uri == sample.uri && line.record.content.is_some();
        if is_it { line.inspection() } else { None }
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

    /// Writes the file anew with what counts alone, where it has samples that the source does not have any more, or more than two
    /// lines for each sample. Without this, reports that are made from the file would have samples that are gone, and the file of a
    /// folder that changes would grow for ever.
    pub(in crate::validate) fn compact(self, source: &dyn Source) -> Result<()> {
        let samples = (0..source.len()).filter_map(|index| source.sample(index));
        let there: HashSet<u128> = samples.map(|sample| key(&sample.uri)).collect();
        let is_gone = |key: &u128| !there.contains(key);
        let new = self.appended.keys().filter(|key| !self.known.contains_key(key)).count();
        let samples = (self.known.len() + new) as u64;
        if self.lines <= 2 * samples && !self.known.keys().any(is_gone) {
            return Ok(());
        }
        let compacted = || -> Result<()> {
            let index = RecordIndex::read(&self.path, |uri| key(&uri))?;
            let kept = index.entries.into_iter().filter(|(key, _)| there.contains(key));
            let mut kept: Vec<Entry> = kept.map(|(_, entry)| entry).collect();
            kept.sort_unstable_by_key(|entry| entry.line.start);
            write_whole(&self.path, |out| {
                write_line(out, &index.head)?;
                kept.iter().try_for_each(|entry| out.write_all(&self.file.text(entry)?))
            })
        };
        compacted().map_err(|error| if error.path().is_some() { error } else { error.at_path(&self.path) })
    }

    /// Appends lines, in one write.
    fn write(&mut self, lines: &[Line]) -> Result<()> {
        self.lines += lines.len() as u64;
        let mut text = Vec::new();
        let written = lines.iter().try_for_each(|line| write_line(&mut text, line));
        let written = written.and_then(|()| self.file.append(&text));
        written.map_err(|error| Error::from(error).at_path(&self.path))
    }
}

/// Keeps other runs from writing to the file, whose lines would stand within those of this one. Some file systems have no locks.
fn lock(file: &File) -> Result<()> {
    if let Err(TryLockError::WouldBlock) = file.try_lock() {
        let text = "another run writes to this file of records, expected a file for each run at a time \
                    (merge_records makes one of several)";
        return Err(std::io::Error::new(std::io::ErrorKind::ResourceBusy, text).into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::Limits;
    use crate::source::InMemorySource;
    use crate::stats::PixelHistogram;
    use crate::validate::inspection::tests::record_of;
    use crate::validate::records::record_line::VERSION;

    #[test]
    fn what_was_appended_is_known_when_the_file_is_opened_again() {
        let folder = tempfile::tempdir().unwrap();
        let (path, decoder) = (folder.path().join("records"), Decoder::rgb8());
        let state = FileState { bytes: 3, modified: 4 };
        let inspection = inspection_of("a");
        let mut file = RecordFile::open(&path, &decoder).unwrap();
        file.append([(state, &inspection)].into_iter()).unwrap();
        assert!(file.known(&Sample::new("a"), Some(state)).is_none());

        drop(file);
        let mut file = RecordFile::open(&path, &decoder).unwrap();
        assert_eq!(file.known(&Sample::new("a"), Some(state)).unwrap().record, inspection.record);
        let changed = FileState { bytes: 5, ..state };
        assert!(file.known(&Sample::new("a"), Some(changed)).is_none());
        assert!(file.known(&Sample::new("b"), Some(state)).is_none());

        let better = ImageRecord { class: Some("found later".to_owned()), ..inspection.record };
        file.update([&better].into_iter()).unwrap();
        drop(file);
        let file = RecordFile::open(&path, &decoder).unwrap();
        assert_eq!(file.known(&Sample::new("a"), Some(state)).unwrap().record, better);
        drop(file);
        // Another decoder's records are not known.
        let file = RecordFile::open(&path, &decoder.limits(Limits::new().max_pixels(7))).unwrap();
        assert!(file.known(&Sample::new("a"), Some(state)).is_none());
    }

    fn inspection_of(uri: &str) -> Inspection {
        let histogram = PixelHistogram::of_counts(vec![[1; 256]; 3]);
        Inspection { record: record_of(uri, 8, 8), histogram: Some(histogram) }
    }

    /// Rights may change, and disks may be there again, while the length and the time of the file stay.
    #[test]
    fn a_file_that_could_not_be_read_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let (path, decoder) = (folder.path().join("records"), Decoder::rgb8());
        let state = FileState { bytes: 3, modified: 4 };
        let broken = ImageRecord { picture: None, ..record_of("broken", 8, 8) };
        let unread = ImageRecord { uri: "unread".to_owned(), content: None, ..broken.clone() };
        let inspections = [broken, unread].map(|record| Inspection { record, histogram: None });
        let mut file = RecordFile::open(&path, &decoder).unwrap();
        file.append(inspections.iter().map(|inspection| (state, inspection))).unwrap();
        drop(file);
        let file = RecordFile::open(&path, &decoder).unwrap();
        assert!(file.known(&Sample::new("broken"), Some(state)).is_some());
        assert!(file.known(&Sample::new("unread"), Some(state)).is_none());
    }

    #[test]
    fn what_the_source_lost_and_what_was_replaced_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let (path, decoder) = (folder.path().join("records"), Decoder::rgb8());
        let source = InMemorySource::new().with("a", None, Vec::new()).with("b", None, Vec::new());
        let (state, later) = (FileState { bytes: 3, modified: 4 }, FileState { bytes: 5, modified: 6 });
        let lines = || std::fs::read_to_string(&path).unwrap().lines().count();
        let run = |samples: &[(&str, FileState)]| {
            let inspections: Vec<Inspection> = samples.iter().map(|(uri, _)| inspection_of(uri)).collect();
            let mut file = RecordFile::open(&path, &decoder).unwrap();
            file.append(samples.iter().map(|(_, state)| *state).zip(&inspections)).unwrap();
            file.compact(&source).unwrap();
        };
        run(&[("a", state), ("b", state)]);
        run(&[("a", later), ("a", state)]);
        assert_eq!(lines(), 1 + 4);
        // The last line of a sample stays, with its histogram; so does that of a sample that was not looked at.
        run(&[("a", later)]);
        assert_eq!(lines(), 1 + 2);
        let mut file = RecordFile::open(&path, &decoder).unwrap();
        let better = ImageRecord { class: Some("found later".to_owned()), ..inspection_of("a").record };
        file.update([&better].into_iter()).unwrap();
        drop(file);
        // One sample that is gone is enough.
        run(&[("gone", state)]);
        assert_eq!(lines(), 1 + 4);
        run(&[]);
        assert_eq!(lines(), 1 + 2);
        let file = RecordFile::open(&path, &decoder).unwrap();
        let known = |uri: &str, state| file.known(&Sample::new(uri), Some(state));
        let (a, b) = (known("a", later).unwrap(), known("b", state).unwrap());
        assert_eq!(
            (a.record, a.histogram, b.record.uri.as_str()),
            (better, inspection_of("a").histogram, "b")
        );
        assert!(known("gone", state).is_none());
        // Beside it there is nothing left.
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn two_runs_do_not_write_to_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let (path, decoder) = (folder.path().join("new/records"), Decoder::rgb8());
        let file = RecordFile::open(&path, &decoder).unwrap();
        let error = RecordFile::open(&path, &decoder).err().unwrap().to_string();
        assert!(error.contains("records: another run writes to this file of records"), "{error}");
        drop(file);
        assert!(RecordFile::open(&path, &decoder).is_ok());
    }

    /// It has one line, without an end.
    #[test]
    fn another_programs_file_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let (path, decoder) = (folder.path().join("records"), Decoder::rgb8());
        for text in ["my notes", "{\"records\":[1]}", "{}"] {
            std::fs::write(&path, text).unwrap();
            let error = RecordFile::open(&path, &decoder).err().unwrap().to_string();
            assert!(error.ends_with("the first line is not that of a file of records"), "{error}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
        // What a run leaves that is killed as it makes the file.
        let head = format!("{{\"records\":{VERSION},\"decoder\":\"Dec");
        for text in ["", "{\"rec", &head] {
            std::fs::write(&path, text).unwrap();
            drop(RecordFile::open(&path, &decoder).unwrap());
            assert!(RecordIndex::read(&path, |uri| uri).is_ok());
        }
    }
}
