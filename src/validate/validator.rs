//! The validator, which checks every file of a folder.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use rayon::prelude::*;

use crate::error::{Error, ErrorKind, Result, printed};
use crate::images::{Decoder, ImageSize, Limits};
use crate::report::{Check, ClassCount, DatasetStats, Finding, Report, unit_channels};
use crate::source::{IgnoreReason, Ignored, ImageFolder, LookAlike, Sample};
use crate::stats::PixelHistogram;
use crate::validate::checks::{FileRecord, corrupt, extension_mismatch, odd_sizes};

/// Files decoded between two looks at the observer; also the number of records in flight.
const CHUNK: usize = 32;

/// Checks every file of an image folder; each is read and decoded once, by all of rayon's threads.
///
/// A bad file is a finding, never an error. No pixels are kept: per image a record of some bytes,
/// and one histogram for the whole folder.
///
/// ```
/// use burn_prep::source::ImageFolder;
/// use burn_prep::validate::Validator;
///
/// let report = Validator::new().run(&ImageFolder::open("assets/photos")?)?;
/// assert!(report.is_clean(), "{report}");
/// assert_eq!(report.dataset.images, report.files);
/// assert!(report.dataset.channels[0].mean > 0.2 && report.dataset.channels[0].mean < 0.8);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "Imagelab")]
#[derive(Debug, Clone, Copy)]
pub struct Validator {
    decoder: Decoder,
}

impl Default for Validator {
    fn default() -> Self {
        Self::new()
    }
}

impl Validator {
    /// A validator that decodes with [`Decoder::rgb8`].
    pub fn new() -> Self {
        Self { decoder: Decoder::rgb8() }
    }

    /// Sets the decoder: use that of training, with the same limits and the same policies on damage and transparency.
    ///
    /// ```
    /// use burn_prep::images::{Damage, Decoder};
    /// use burn_prep::report::Check;
    /// use burn_prep::source::ImageFolder;
    /// use burn_prep::validate::Validator;
    ///
    /// let folder = ImageFolder::open("assets/hostile")?;
    /// let lenient = Validator::new().decoder(Decoder::rgb8().damage(Damage::Accept));
    /// let is_there = |report: burn_prep::report::Report| report.unusable().any(|finding| finding.subject() == "truncated.jpg");
    /// assert!(is_there(Validator::new().run(&folder)?));
    /// assert!(!is_there(lenient.run(&folder)?));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn decoder(mut self, decoder: Decoder) -> Self {
        self.decoder = decoder;
        self
    }

    /// The limits beyond which an image is a decompression bomb.
    ///
    /// ```
    /// use burn_prep::images::Limits;
    /// use burn_prep::report::Check;
    /// use burn_prep::source::ImageFolder;
    /// use burn_prep::validate::Validator;
    ///
    /// let strict = Validator::new().limits(Limits::new().max_pixels(1000));
    /// let report = strict.run(&ImageFolder::open("assets/photos")?)?;
    /// assert_eq!(report.count(Check::DecompressionBomb) as u64, report.files);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.decoder = self.decoder.limits(limits);
        self
    }

    /// Checks every file and returns the report.
    ///
    /// # Errors
    ///
    /// There is no image in the folder.
    pub fn run(&self, folder: &ImageFolder) -> Result<Report> {
        self.run_observed(folder, |_, _| ControlFlow::Continue(()))
    }

    /// Checks every file and calls `observer` from time to time with the number of files done and the total. When it
    /// returns `Break`, the report of the files seen so far is returned.
    ///
    /// # Errors
    ///
    /// There is no image in the folder.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use burn_prep::source::ImageFolder;
    /// use burn_prep::validate::Validator;
    ///
    /// let folder = ImageFolder::open("assets/photos")?;
    /// let report = Validator::new().run_observed(&folder, |_, _| ControlFlow::Break(()))?;
    /// assert!(report.interrupted && report.files_seen < report.files);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn run_observed(
        &self,
        folder: &ImageFolder,
        mut observer: impl FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Report> {
        let unreadable = unreadable_entries(folder);
        if folder.is_empty() && unreadable.is_empty() {
            let what = "image folder";
            return Err(Error::from(ErrorKind::Empty { what }).at_path(folder.root()));
        }
        let mut findings = unreadable;
        findings.extend(folder.look_alikes().iter().map(similar_names));
        let mut run = Run { findings, ..Run::default() };
        let mut seen = 0;
        let mut interrupted = false;
        for chunk in folder.samples().chunks(CHUNK) {
            let indices = (seen..seen + chunk.len()).into_par_iter();
            let outcomes: Vec<Outcome> =
                indices.zip(chunk).map(|(index, sample)| self.look_at(folder, index, sample)).collect();
            for outcome in outcomes {
                run.add(outcome)?;
            }
            seen += chunk.len();
            if observer(seen, folder.len()).is_break() {
                interrupted = seen < folder.len();
                break;
            }
        }
        run.findings.extend(odd_sizes(&run.records));
        let dataset = run.dataset(folder)?;
        let root = printed(folder.root().as_os_str());
        let mut report = Report::new(root, dataset, run.findings);
        report.interrupted = interrupted;
        report.files = folder.len() as u64;
        report.files_seen = seen as u64;
        report.files_ignored = folder.ignored().len() as u64;
        Ok(report)
    }

    fn look_at(&self, folder: &ImageFolder, index: usize, sample: &Sample) -> Outcome {
        match self.decoder.decode_sample(folder, index) {
            Ok(decoded) => Outcome::Usable {
                record: FileRecord {
                    uri: sample.uri.clone(),
                    label: sample.label,
                    size: decoded.source.size,
                    format: decoded.source.format,
                },
                histogram: PixelHistogram::of(&decoded.image),
                findings: [corrupt(sample, &decoded.source), extension_mismatch(sample, &decoded.source)],
            },
            Err(error) => Outcome::Unusable(Finding::of_error(&error, &sample.uri)),
        }
    }
}

/// What came of one file.
enum Outcome {
    Usable { record: FileRecord, histogram: PixelHistogram, findings: [Option<Finding>; 2] },
    Unusable(Finding),
}

/// What is known after some files.
#[derive(Default)]
struct Run {
    records: Vec<FileRecord>,
    histogram: PixelHistogram,
    findings: Vec<Finding>,
}

impl Run {
    fn add(&mut self, outcome: Outcome) -> Result<()> {
        match outcome {
            Outcome::Unusable(finding) => self.findings.push(finding),
            Outcome::Usable { record, histogram, findings } => {
                self.records.push(record);
                self.findings.extend(findings.into_iter().flatten());
                self.histogram.merge(&histogram)?;
            }
        }
        Ok(())
    }

    fn dataset(&self, folder: &ImageFolder) -> Result<DatasetStats> {
        let sizes = || self.records.iter().map(|record| record.size);
        let both = |a: ImageSize, b: ImageSize, pick: fn(u32, u32) -> u32| {
            ImageSize::new(pick(a.width, b.width), pick(a.height, b.height))
        };
        let mut formats = BTreeMap::new();
        let mut per_class = vec![0; folder.classes().len()];
        for record in &self.records {
            *formats.entry(record.format.name().to_owned()).or_default() += 1;
            if let Some(label) = record.label {
                per_class[label] += 1;
            }
        }
        let classes = folder.classes().iter().zip(per_class);
        Ok(DatasetStats {
            images: self.records.len() as u64,
            pixels: sizes().map(ImageSize::area).sum(),
            min_size: sizes().reduce(|a, b| both(a, b, u32::min)),
            max_size: sizes().reduce(|a, b| both(a, b, u32::max)),
            formats,
            classes: classes.map(|(class, images)| ClassCount::new(class, images)).collect(),
            channels: unit_channels(&self.histogram)?,
        })
    }
}

/// Two classes or splits that a person would take for one.
fn similar_names(pair: &LookAlike) -> Finding {
    let mut finding = Finding::new(Check::SimilarNames, &pair.first, pair);
    finding.subjects.push(pair.second.clone());
    finding
}

/// Entries that could not even be listed: directories without permission, dangling links.
fn unreadable_entries(folder: &ImageFolder) -> Vec<Finding> {
    let finding = |ignored: &Ignored| match &ignored.reason {
        IgnoreReason::Unreadable(reason) => {
            let below = ignored.path.strip_prefix(folder.root()).unwrap_or(&ignored.path);
            Some(Finding::new(Check::Unreadable, printed(below.as_os_str()), reason))
        }
        _ => None,
    };
    folder.ignored().iter().filter_map(finding).collect()
}
