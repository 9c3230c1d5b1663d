//! Several files of records as one.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Result};
use crate::output::write_whole;
use crate::validate::records::record_index::{Entry, LineFile, RecordIndex};
use crate::validate::records::record_line::{Head, VERSION, write_line};

/// Merges several files of records, such as those of the shards of a source, into one. The result does not depend on the order of
/// the files. Of several records of one sample that of the image file that was changed last is taken, and of several of these the
/// longest one; a sample that is gone by one file is taken from another that has it. Only the names and some 100 bytes for each sample are held in memory.
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
    let mut readers: Vec<LineFile> = Vec::with_capacity(files.len());
    // Of each name the file and the place in it.
    let mut places: HashMap<String, (usize, Entry)> = HashMap::new();
    for (at, path) in files.iter().enumerate() {
        let index = RecordIndex::read(path, |uri| uri).map_err(|error| error.at_path(path))?;
        let head = &index.head;
        let expected = all.get_or_insert(Head { records: VERSION, decoder: head.decoder.clone() });
        if *head != *expected {
            let reason = format!(
                "records of version {} by {}, expected version {} by {}",
                head.records, head.decoder, expected.records, expected.decoder
            );
            return Err(Error::from(ErrorKind::Invalid { what: "file of records", reason }).at_path(path));
        }
        readers.push(LineFile::open(path).map_err(|error| Error::from(error).at_path(path))?);
        for (uri, entry) in index.present() {
            let order = |entry: &Entry| (entry.state.modified, entry.state.bytes);
            let is_better = match places.get(&uri) {
                None => true,
                Some((other, there)) => match order(&entry).cmp(&order(there)) {
                    Ordering::Equal => {
                        // Of one state the longer is the one of which more is known.
                        let known = |file: usize, entry: &Entry| -> Result<(usize, Vec<u8>)> {
                            let text = readers[file].text(entry);
                            let text = text.map_err(|error| Error::from(error).at_path(&files[file]))?;
                            Ok((text.len(), text))
                        };
                        known(at, &entry)? > known(*other, there)?
                    }
                    order => order.is_gt(),
                },
            };
            if is_better {
                places.insert(uri, (at, entry));
            }
        }
    }
    let Some(head) = all else { return Err(ErrorKind::Empty { what: "list of files" }.into()) };
    let mut places: Vec<(String, (usize, Entry))> = places.into_iter().collect();
    places.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    write_whole(into, |out| {
        write_line(out, &head)?;
        for (_, (file, entry)) in &places {
            let named = |error: std::io::Error| {
                std::io::Error::new(error.kind(), format!("{}: {error}", files[*file].display()))
            };
            out.write_all(&readers[*file].text(entry).map_err(named)?)?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::PixelHistogram;
    use crate::validate::ImageRecord;
    use crate::validate::inspection::Inspection;
    use crate::validate::inspection::tests::record_of;
    use crate::validate::records::record_line::{FileState, Line};

    /// Runs whose samples overlap have records of the same state, of which one may have been found better later on.
    #[test]
    fn records_of_one_state_are_merged_alike_in_any_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let state = FileState { bytes: 1, modified: 1 };
        let histogram = Some(PixelHistogram::of_counts(vec![[1; 256]; 3]));
        let inspection = Inspection { record: record_of("a", 8, 8), histogram };
        let head = Head { records: VERSION, decoder: "of a test".to_owned() };
        let first = Line::of(state, &inspection);
        let class = Some("later".to_owned());
        let later =
            Line { record: ImageRecord { class, ..inspection.record }, histogram: None, ..first.clone() };
        for (name, lines) in [("plain", vec![&first]), ("better", vec![&first, &later])] {
            let written = write_whole(&path(name), |out| {
                write_line(out, &head)?;
                lines.iter().try_for_each(|line| write_line(out, line))
            });
            written.unwrap();
        }
        merge_records(&path("one"), &[path("plain"), path("better")]).unwrap();
        merge_records(&path("other"), &[path("better"), path("plain")]).unwrap();
        let text = std::fs::read_to_string(path("one")).unwrap();
        assert_eq!(std::fs::read_to_string(path("other")).unwrap(), text);
        assert!(text.contains("\"class\":\"later\"") && text.lines().count() == 2, "{text}");
    }
}
