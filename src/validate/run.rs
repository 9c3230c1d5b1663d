//! One run of a validator over its source.

use std::ops::ControlFlow;

use rayon::prelude::*;

use crate::error::{Error, ErrorKind, Result, printed};
use crate::report::{Check, Report};
use crate::validate::dataset::Collected;
use crate::validate::findings::listing_checks::listing_findings;
use crate::validate::findings::reference_pixels::{Refined, refine};
use crate::validate::findings::{Given, findings};
use crate::validate::inspection::Inspection;
use crate::validate::records::record_file::RecordFile;
use crate::validate::records::record_line::FileState;
use crate::validate::{Validation, Validator};

/// Samples that a thread reads between two looks at the observer, and before records are written: what a run that is killed loses.
const CHUNK: usize = 8;

impl Validator {
    /// Checks every sample and returns the report. A bad file is a finding in the report, never an error.
    ///
    /// # Errors
    ///
    /// The source has no samples. The features have another number of rows than the source has samples, or the predictions another
    /// number of rows, or of columns than of classes, or a row that is not a probability distribution. The file of records
    /// cannot be read or written, or another run writes to it.
    ///
    /// ```
    /// use burn_prep::report::Check;
    /// use burn_prep::source::ImageFolder;
    /// use burn_prep::validate::Validator;
    ///
    /// let report = Validator::new(ImageFolder::open("assets/photos")?).run()?;
    /// assert_eq!((report.files_seen, report.count(Check::Truncated)), (40, 0));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "find_issues")]
    pub fn run(&self) -> Result<Report> {
        Ok(self.run_observed(|_, _| ControlFlow::Continue(()))?.report)
    }

    /// Checks every sample and calls `observer` from time to time with the number of samples done and the total. When it
    /// returns `Break`, the result covers the samples seen so far; of these no JPEG file is decoded again, as it otherwise is where
    /// that decides whether its pixels are those of a file without losses.
    ///
    /// # Errors
    ///
    /// The source has no samples. The features have another number of rows than the source has samples, or the predictions another
    /// number of rows, or of columns than of classes, or a row that is not a probability distribution. The file of records
    /// cannot be read or written, or another run writes to it.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use burn_prep::source::ImageFolder;
    /// use burn_prep::validate::Validator;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # for index in 0..100 {
    /// #     std::fs::copy("assets/photos/animals/cat.jpg", folder.path().join(format!("{index}.jpg")))?;
    /// # }
    /// # let dir = folder.path();
    /// let report = Validator::new(ImageFolder::open(dir)?).run_observed(|_, _| ControlFlow::Break(()))?.report;
    /// assert!(report.interrupted && report.files_seen < report.files);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn run_observed(
        &self,
        mut observer: impl FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Validation> {
        let source = &*self.source;
        let root = source.root().map_or_else(String::new, |root| printed(root.as_os_str()));
        let of_listing = listing_findings(source);
        let total = self.len();
        // A part of the samples may have none.
        if source.is_empty() && !of_listing.iter().any(|finding| finding.check == Check::Unreadable) {
            let empty = Error::from(ErrorKind::Empty { what: "image folder" });
            return Err(source.root().map_or(empty.clone(), |root| empty.at_path(root)));
        }
        self.brought.check(source)?;
        let records = self.records.as_deref().map(|path| RecordFile::open(path, &self.decoder));
        let mut records = records.transpose()?;
        let (mut collected, mut indices) = (Collected::default(), Vec::new());
        let mut seen = 0;
        let mut interrupted = false;
        while seen < total && !interrupted {
            let chunk = seen..(seen + CHUNK * rayon::current_num_threads()).min(total);
            seen = chunk.end;
            let look = |at: usize| {
                let index = self.drawn.as_ref().map_or(Some(at), |drawn| drawn.get(at).copied())?;
                let sample = source.sample(index)?;
                let state = records.as_ref().and_then(|_| FileState::of(sample));
                let known = records.as_ref().and_then(|records| records.known(sample, state));
                let (state, inspection) = match known {
                    Some(known) => (None, self.place(known, sample)),
                    None => (state, self.inspect(index, sample)),
                };
                Some((index, state, inspection))
            };
            let inspected: Vec<Option<(usize, Option<FileState>, Inspection)>> =
                chunk.into_par_iter().map(look).collect();
            if let Some(records) = &mut records {
                let read = inspected.iter().flatten();
                records.append(read.filter_map(|(_, state, inspection)| Some(((*state)?, inspection))))?;
            }
            for (index, _, inspection) in inspected.into_iter().flatten() {
                indices.push(index);
                collected.add(inspection)?;
            }
            interrupted = observer(seen, total).is_break() && seen < total;
        }
        let mut refined = match interrupted {
            // Whoever interrupts waits for no more files.
            true => Refined::default(),
            false => refine(&mut collected.records, &indices, &self.thresholds, source, &self.decoder),
        };
        let (leaks, decoded) = self.cross_leaks(&mut collected.records, &indices, !interrupted);
        refined.records.extend(decoded);
        if let Some(records) = &mut records {
            records.update(refined.records.iter().map(|at| &collected.records[*at]))?;
        }
        if let Some(records) = records.filter(|_| !interrupted) {
            records.note_presence(source)?;
        }
        let compared = self.brought.compare(&collected.records, &indices, source, &self.thresholds)?;
        let mut all = of_listing;
        let is_whole = !interrupted && self.drawn.is_none();
        let (clusters, by_features) = (refined.clusters, &compared.clusters[..]);
        let given = Given { recipe: self.recipe.as_ref(), is_whole, clusters, by_features };
        all.extend(findings(&collected.records, &self.thresholds, given));
        all.extend(leaks);
        all.extend(compared.findings);
        let mut report = Report::new(root, collected.dataset(source)?, all);
        report.interrupted = interrupted;
        report.files = source.len() as u64;
        report.files_seen = seen as u64;
        report.files_ignored = source.ignored().len() as u64;
        Ok(Validation { report, records: collected.records })
    }
}

#[cfg(all(test, feature = "jpeg", feature = "png"))]
mod tests {
    use super::*;
    use crate::images::Decoder;
    use crate::source::InMemorySource;

    /// A PNG file that was made of a JPEG file is among the samples that were seen.
    #[test]
    fn after_an_interruption_duplicates_are_searched_and_no_file_is_decoded_again() {
        let cat = std::fs::read("assets/photos/animals/cat.jpg").unwrap();
        let jpeg = InMemorySource::new().with("0.jpg", None, cat.clone());
        let png = Decoder::rgb8().decode_reference(&jpeg, 0).unwrap().to_png().unwrap();
        let copies = (2..=CHUNK).map(|number| format!("{number}.jpg"));
        let first = jpeg.with("1.png", None, png);
        let source = copies.fold(first, |source, name| source.with(name, None, cat.clone()));
        let validator = Validator::new(source);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let run = |flow: ControlFlow<()>| {
            let validation = pool.install(|| validator.run_observed(|_, _| flow)).unwrap();
            let pictures = validation.records.iter().filter_map(|record| record.picture.as_ref());
            let decoded = pictures.filter(|picture| picture.reference_pixels.is_some()).count();
            let report = validation.report;
            (report.interrupted, report.count(Check::ExactDuplicate) > 0, decoded > 0)
        };
        assert_eq!(run(ControlFlow::Break(())), (true, true, false));
        assert_eq!(run(ControlFlow::Continue(())), (false, true, true));
    }
}
