//! A file of records, from which a run goes on, and by which an unchanged source is not read again.

use std::collections::{HashMap, HashSet};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::error::{Error, Result};
use crate::images::Decoder;
use crate::source::{Sample, Source};
use crate::validate::ImageRecord;
use crate::validate::inspection::Inspection;
use crate::validate::records::record_index::{Entry, LineFile, RecordIndex, key};
use crate::validate::records::record_line::{FileState, Head, Line, Mark, write_line};

/// Records of samples with the state of their files, one JSON object in a line, behind a line about how they were made. Lines are
/// appended as samples are read, so that a run that is killed loses none but those it was at; of several lines of one sample the
/// last counts. What the file had when it was opened is read again where it is asked for.
pub(in crate::validate) struct RecordFile {
    path: PathBuf,
    /// Locked, so that no other run writes to it.
    file: LineFile,
    known: HashMap<u128, Entry>,
    /// Those of the samples that the source did not have any more.
    gone: HashSet<u128>,
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
            let (known, gone, whole) = match RecordIndex::of(&file, |uri| key(&uri))? {
                Some(RecordIndex { head: found, entries, gone, whole, .. }) if found == head => {
                    (entries, gone, whole)
                }
                _ => (HashMap::new(), HashSet::new(), 0),
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
            Ok(Self { path: path.to_owned(), file, known, gone, appended: HashMap::new() })
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

    /// Appends what was found of samples. Of one that cannot be read, now as before, there is a line already.
    pub(in crate::validate) fn append<'a>(
        &mut self,
        inspections: impl Iterator<Item = (FileState, &'a Inspection)>,
    ) -> Result<()> {
        let lines = inspections.map(|(state, inspection)| Line::of(state, inspection));
        let lines: Vec<Line> = lines.filter(|line| !self.is_unread_still(line)).collect();
        self.write(&lines)?;
        self.appended.extend(lines.iter().map(|line| (key(&line.record.uri), line.state)));
        Ok(())
    }

    /// Whether a sample could not be read, and the file says so.
    fn is_unread_still(&self, line: &Line) -> bool {
        let known = || self.file.line(self.known.get(&key(&line.record.uri))?).ok();
        line.record.content.is_none() && known().is_some_and(|known| known == *line)
    }

    /// Appends records that are known better than before, without their histograms, which stay as they are.
    pub(in crate::validate) fn update<'a>(
        &self,
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

    /// Notes which samples the source does not have any more, and which it has again: what is made from the file alone, without the
    /// source, is of those that it has. Nothing is lost: what is there again is known without reading it.
    pub(in crate::validate) fn note_presence(&self, source: &dyn Source) -> Result<()> {
        let samples = || (0..source.len()).filter_map(|index| source.sample(index));
        let there: HashSet<u128> = samples().map(|sample| key(&sample.uri)).collect();
        let is_lost = |key: &u128| !there.contains(key) && !self.gone.contains(key);
        let lost = self.known.iter().filter(|(key, _)| is_lost(key)).map(|(_, entry)| entry);
        let mut lost: Vec<&Entry> = lost.collect();
        lost.sort_unstable_by_key(|entry| entry.line.start);
        let is_back = |sample: &&Sample| {
            let key = key(&sample.uri);
            let known = || self.known.get(&key).map(|entry| entry.state);
            self.gone.contains(&key) && !self.appended.contains_key(&key) && FileState::of(sample) == known()
        };
        let lost = lost.into_iter().filter_map(|entry| self.file.uri(entry)).map(Mark::Gone);
        let back = samples().filter(is_back).map(|sample| Mark::Back(sample.uri.clone()));
        self.write(&lost.chain(back).collect::<Vec<_>>())
    }

    /// Appends lines, in one write.
    fn write(&self, lines: &[impl Serialize]) -> Result<()> {
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
    use crate::validate::read_records;
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
        let file = RecordFile::open(&path, &decoder).unwrap();
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
        drop(file);
        // Its line is there already, unless something else is found.
        let lines = |found: &Inspection| {
            let mut file = RecordFile::open(&path, &decoder).unwrap();
            file.append([(state, found)].into_iter()).unwrap();
            std::fs::read_to_string(&path).unwrap().lines().count()
        };
        assert_eq!(lines(&inspections[1]), 1 + 2);
        let class = Some("another".to_owned());
        let other = ImageRecord { class, ..inspections[1].record.clone() };
        assert_eq!(lines(&Inspection { record: other, histogram: None }), 1 + 3);
    }

    /// A folder may be named by mistake, or a disk not be there.
    #[test]
    fn samples_that_are_gone_do_not_count_and_are_known_when_they_are_back() {
        let folder = tempfile::tempdir().unwrap();
        let (path, decoder) = (folder.path().join("records"), Decoder::rgb8());
        let open = || RecordFile::open(&path, &decoder).unwrap();
        let file_of = |name: &str| Sample { path: Some(folder.path().join(name)), ..Sample::new(name) };
        let source = |names: &[&str]| {
            names.iter().fold(InMemorySource::new(), |all, name| all.with_sample(file_of(name), Vec::new()))
        };
        for name in ["a", "b", "c"] {
            std::fs::write(folder.path().join(name), name).unwrap();
        }
        let state = |name: &str| FileState::of(&file_of(name)).unwrap();
        let inspections = ["a", "b", "c"].map(|name| (state(name), inspection_of(name)));
        open().append(inspections.iter().map(|(state, inspection)| (*state, inspection))).unwrap();
        let run = |names: &[&str]| -> (Vec<String>, usize) {
            open().note_presence(&source(names)).unwrap();
            let index = RecordIndex::read(&path, |uri| uri).unwrap();
            let mut present: Vec<String> = index.present().into_keys().collect();
            present.sort();
            let read = read_records(&path).unwrap().into_iter().map(|record| record.uri);
            assert_eq!(read.collect::<Vec<_>>(), present);
            // All are known, whatever the source has.
            let file = open();
            let known = ["a", "b", "c"].map(|name| file.known(&file_of(name), Some(state(name))));
            assert_eq!(known.map(Option::unwrap).map(|known| known.record.uri), ["a", "b", "c"]);
            (present, std::fs::read_to_string(&path).unwrap().lines().count())
        };
        let names = |names: &str| names.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(run(&["a", "b", "c"]), (names("a b c"), 4));
        assert_eq!(run(&["a"]), (names("a"), 6));
        assert_eq!(run(&["a"]), (names("a"), 6));
        assert_eq!(run(&["a", "b"]), (names("a b"), 7));
        assert_eq!(run(&[]), (names(""), 9));
        // What is found anew counts, and so does what is known better.
        let mut file = open();
        file.append([(state("c"), &inspections[2].1)].into_iter()).unwrap();
        let better = ImageRecord { class: Some("found later".to_owned()), ..inspections[1].1.record.clone() };
        file.update([&better].into_iter()).unwrap();
        drop(file);
        assert_eq!(run(&["b", "c"]), (names("b c"), 11));
        // Another file under the name of one that is gone is another one.
        assert_eq!(run(&["c"]).0, names("c"));
        std::fs::write(folder.path().join("b"), "longer").unwrap();
        open().note_presence(&source(&["b", "c"])).unwrap();
        assert_eq!(read_records(&path).unwrap().len(), 1);
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
