//! A report from a file of records, without the files that the records are of.

use std::path::Path;

use rayon::prelude::*;

use crate::error::{Error, ErrorKind, Result};
use crate::validate::dataset::Collected;
use crate::validate::inspection::Inspection;
use crate::validate::records::record_index::{Entry, LineFile, RecordIndex, key};
use crate::validate::records::record_line::VERSION;
use crate::validate::{Thresholds, Validation};

/// How many records are read before they are added up.
const CHUNK: usize = 1024;

impl Validation {
    /// Makes a report from a file of records that [`Validator::records`](crate::validate::Validator::records) or
    /// [`merge_records`](crate::validate::merge_records) wrote, without reading the pictures. Use it where the pictures are not
    /// at hand, or to try other thresholds.
    ///
    /// Classes, splits and groups are as they were when the records were made. The records are sorted by name. Problems that only
    /// the source shows, such as stray files and classes without images, are not reported. The file does not say whether it has all
    /// samples of a source: what is reported of the sizes of classes is of those that it has, also where it is that of a
    /// [shard](crate::validate::Validator::shard) or of a run that was interrupted.
    ///
    /// # Errors
    ///
    /// The file cannot be read, has no records, or they were made by another version.
    ///
    /// ```
    /// use burn_prep::source::ImageFolder;
    /// use burn_prep::validate::{Thresholds, Validation, Validator};
    ///
    /// let folder = tempfile::tempdir()?;
    /// let path = folder.path().join("photos.records");
    /// let report = Validator::new(ImageFolder::open("assets/photos")?).records(&path).run()?;
    /// let again = Validation::of_records(&path, &Thresholds::default())?.report;
    /// assert_eq!((again.files, again.dataset.images), (40, 40));
    /// assert_eq!(again.dataset.channels, report.dataset.channels);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of_records(path: impl AsRef<Path>, thresholds: &Thresholds) -> Result<Self> {
        let path = path.as_ref();
        let collected = collected(path);
        let collected =
            collected.map_err(|error| if error.path().is_some() { error } else { error.at_path(path) })?;
        collected.validation(thresholds, None)
    }
}

/// All that a file has, in the order of the names.
fn collected(path: &Path) -> Result<Collected> {
    let index = RecordIndex::read(path, |uri| key(&uri))?;
    if index.head.records != VERSION {
        let found = index.head.records;
        let reason = format!("records of version {found}, expected version {VERSION}; make them again");
        return Err(ErrorKind::Invalid { what: "file of records", reason }.into());
    }
    let mut entries: Vec<Entry> = index.present().into_values().collect();
    if entries.is_empty() {
        return Err(ErrorKind::Empty { what: "file of records" }.into());
    }
    entries.sort_unstable_by_key(|entry| entry.line.start);
    let reader = LineFile::open(path)?;
    let read = |entry: &Entry| -> Result<Inspection> {
        let broken = |reason: &str| -> Error {
            let reason = format!("the line at byte {}: {reason}; make the records again", entry.line.start);
            ErrorKind::Invalid { what: "file of records", reason }.into()
        };
        let line = reader.line(entry).map_err(|error| broken(&error.to_string()))?;
        line.inspection().ok_or_else(|| broken("the histogram is not 256 counts for each channel"))
    };
    let mut collected = Collected::default();
    collected.records.reserve_exact(entries.len());
    for chunk in entries.chunks(CHUNK) {
        let inspections: Vec<Inspection> = chunk.par_iter().map(&read).collect::<Result<_>>()?;
        inspections.into_iter().try_for_each(|inspection| collected.add(inspection))?;
    }
    // In place: a copy of them all would be as large as they are.
    collected.records.sort_unstable_by(|a, b| a.uri.cmp(&b.uri));
    Ok(collected)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::{ColorMode, Decoder, Image, ImageSize};
    use crate::stats::PixelHistogram;
    use crate::validate::inspection::tests::record_of;
    use crate::validate::records::record_file::RecordFile;
    use crate::validate::records::record_line::FileState;

    /// Samples are appended in the order in which they were read, which a run that goes on or is merged does not repeat.
    #[test]
    fn the_order_of_the_lines_does_not_matter() {
        let folder = tempfile::tempdir().unwrap();
        let inspection = |index: u8| {
            let pixels = (0..12).map(|at| at * 3 + index).collect();
            let image = Image::new(ImageSize::square(2), ColorMode::Rgb, pixels).unwrap();
            let record = record_of(&format!("{index}.png"), 30 + u32::from(index), 40);
            Inspection { record, histogram: Some(PixelHistogram::of(&image)) }
        };
        let mut inspections: Vec<Inspection> = (0..9).map(inspection).collect();
        let state = FileState { bytes: 1, modified: 1 };
        let mut validation = |name: &str| {
            let path = folder.path().join(name);
            let mut file = RecordFile::open(&path, &Decoder::rgb8()).unwrap();
            file.append(inspections.iter().map(|inspection| (state, inspection))).unwrap();
            inspections.reverse();
            Validation::of_records(&path, &Thresholds::default()).unwrap()
        };
        let (one, other) = (validation("one"), validation("other"));
        assert_eq!((one.report.files, one.report.dataset.images), (9, 9));
        assert!(
            (one.report.dataset.channels[0].mean * 255.0 - 17.5).abs() < 1e-9,
            "{:?}",
            one.report.dataset
        );
        assert!(one == other);

        let none = Validation::of_records(folder.path().join("none"), &Thresholds::default());
        assert!(none.unwrap_err().to_string().contains("none"));
        RecordFile::open(&folder.path().join("empty"), &Decoder::rgb8()).unwrap();
        let empty = Validation::of_records(folder.path().join("empty"), &Thresholds::default());
        assert!(empty.unwrap_err().to_string().ends_with("file of records is empty"));
    }
}
