//! The records of a file, for a comparison with another dataset.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use serde::Deserialize;

use crate::error::Result;
use crate::validate::ImageRecord;
use crate::validate::records::record_line::{Head, Mark, VERSION, invalid, next_line};

/// A line of a sample, of which the record is needed alone.
#[derive(Deserialize)]
struct Line {
    record: ImageRecord,
}

/// Reads the records of a file that [`Validator::records`](crate::validate::Validator::records) or
/// [`merge_records`](crate::validate::merge_records) wrote, sorted by name. Use it for a dataset that is compared with others again
/// and again, or whose pictures are elsewhere: see [`OtherDataset`](crate::validate::OtherDataset).
///
/// A last line that is incomplete, as after a run that was killed, is ignored.
///
/// # Errors
///
/// The file cannot be read, is no file of records, or is one of another version.
///
/// ```
/// use burn_prep::source::ImageFolder;
/// use burn_prep::validate::{Validator, read_records};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("animals.records");
/// Validator::new(ImageFolder::open("assets/photos/animals")?).records(&path).run()?;
/// let records = read_records(&path)?;
/// assert_eq!((records.len(), records[0].uri.as_str()), (7, "cat.jpg"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_records(path: &Path) -> Result<Vec<ImageRecord>> {
    read(path).map_err(|error| error.at_path(path))
}

fn read(path: &Path) -> Result<Vec<ImageRecord>> {
    let mut reader = BufReader::new(File::open(path)?);
    let mut text = Vec::new();
    let is_there = next_line(&mut reader, &mut text)?;
    match serde_json::from_slice(&text) {
        Ok(Head { records: VERSION, .. }) if is_there => {}
        Ok(Head { records, .. }) if is_there => {
            return Err(invalid(format!(
                "records of version {records}, expected version {VERSION} (validate the dataset again to write them)"
            )));
        }
        _ => return Err(invalid("the first line is not that of a file of records".to_owned())),
    }
    let mut number = 1;
    // Of several lines of one sample the last counts.
    let mut records: BTreeMap<String, ImageRecord> = BTreeMap::new();
    let mut gone: HashSet<String> = HashSet::new();
    while next_line(&mut reader, &mut text)? {
        number += 1;
        match Mark::of(&text) {
            Some(Mark::Gone(uri)) => {
                gone.insert(uri);
                continue;
            }
            Some(Mark::Back(uri)) => {
                gone.remove(&uri);
                continue;
            }
            None => {}
        }
        let line: Line =
            serde_json::from_slice(&text).map_err(|error| invalid(format!("line {number}: {error}")))?;
        gone.remove(&line.record.uri);
        records.insert(line.record.uri.clone(), line.record);
    }
    records.retain(|uri, _| !gone.contains(uri));
    Ok(records.into_values().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::ImageFolder;
    use crate::validate::Validator;

    #[test]
    fn the_last_line_of_a_sample_counts_and_a_broken_one_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records");
        let validator = Validator::new(ImageFolder::open("assets/photos/animals").unwrap());
        validator.records(&path).run().unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let read_of = |text: String| {
            std::fs::write(&path, text).unwrap();
            read_records(&path)
        };
        let class = |records: &[ImageRecord]| records[0].class.clone();
        assert_eq!(class(&read_of(text.clone()).unwrap()), None);

        let of_cat = lines.iter().find(|line| line.contains("\"cat.jpg\"")).unwrap();
        let changed = of_cat.replacen("\"class\":null", "\"class\":\"pets\"", 1);
        assert_ne!(*of_cat, changed);
        let records = read_of(format!("{text}{changed}\n{}", &changed[..100])).unwrap();
        assert_eq!((records.len(), class(&records).as_deref()), (7, Some("pets")));
        assert!(records.is_sorted_by_key(|record| record.uri.clone()));

        let error = read_of(format!("{text}{}\n", &changed[..100])).unwrap_err().to_string();
        assert!(error.contains(&format!("file of records: line {}: ", lines.len() + 1)), "{error}");
        let newer = text.replacen(&format!("\"records\":{VERSION}"), "\"records\":99", 1);
        let error = read_of(newer).unwrap_err().to_string();
        assert!(error.contains("records of version 99, expected version "), "{error}");
        for other in ["", "my notes\n", "{\"records\":1}"] {
            let error = read_of(other.to_owned()).unwrap_err().to_string();
            assert!(error.ends_with("the first line is not that of a file of records"), "{error}");
        }
    }
}
