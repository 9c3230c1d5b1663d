//! Several files of records as one.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Result};
use crate::output::write_whole;
use crate::validate::records::record_index::{Entry, LineReader, RecordIndex};
use crate::validate::records::record_line::{Head, VERSION, write_line};

/// Merges several files of records, such as those of the shards of a source, into one. The result does not depend on the order of
/// the files. Of several records of one sample that of the image file that was changed last is taken. Only the names and some 100
/// bytes for each sample are held in memory.
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
    let mut readers: Vec<LineReader> = Vec::with_capacity(files.len());
    // Of each name the file and the place in it.
    let mut places: HashMap<String, (usize, Entry)> = HashMap::new();
    for (at, path) in files.iter().enumerate() {
        let found = RecordIndex::read(path, |uri| uri).map_err(|error| error.at_path(path))?;
        let Some(RecordIndex { head, entries, .. }) = found else {
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
        readers.push(LineReader::open(path).map_err(|error| Error::from(error).at_path(path))?);
        for (uri, entry) in entries {
            let order = |entry: &Entry| (entry.state.modified, entry.state.bytes);
            match places.get(&uri) {
                Some((_, there)) if order(there) > order(&entry) => {}
                _ => drop(places.insert(uri, (at, entry))),
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
            let reader = &readers[*file];
            if entry.histogram == entry.line {
                out.write_all(&reader.bytes(entry.line).map_err(named)?)?;
            } else {
                write_line(out, &reader.line(entry).map_err(named)?)?;
            }
        }
        Ok(())
    })
}
