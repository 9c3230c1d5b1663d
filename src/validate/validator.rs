//! The validator, which checks every sample of a source.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::fingerprint::ContentHash;
#[cfg(feature = "png")]
use crate::images::Decoded;
use crate::images::{Decoder, Limits};
use crate::order::{SampleOrder, Shard};
use crate::report::{Finding, PropertyHistogram};
use crate::source::{Sample, Source};
use crate::transform::Recipe;
use crate::validate::brought::Brought;
use crate::validate::findings::cross_checks::cross_findings;
use crate::validate::findings::{Given, findings};
use crate::validate::inspection::Inspection;
use crate::validate::properties::histograms;
use crate::validate::{ImageRecord, OtherDataset, Thresholds};

/// Checks every sample of a source of images; each is read and decoded once, by all of rayon's threads.
///
/// A bad file is a finding, never an error. No pixels are kept. What is kept is an [`ImageRecord`] of each image, from which the
/// findings are made at the end, and one histogram for each class in each split.
///
/// ```
/// use burn_prep::report::{Check, Severity};
/// use burn_prep::source::ImageFolder;
/// use burn_prep::validate::Validator;
///
/// let report = Validator::new(ImageFolder::open("assets/photos")?).run()?;
/// assert_eq!(report.dataset.images, report.files);
/// assert!(report.findings.iter().all(|finding| finding.severity != Severity::Error), "{report}");
/// assert!(report.dataset.channels[0].mean > 0.2 && report.dataset.channels[0].mean < 0.8);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "Imagelab")]
#[doc(alias = "cleanvision")]
#[doc(alias = "fastdup")]
#[derive(Debug, Clone)]
pub struct Validator {
    pub(super) source: Arc<dyn Source>,
    pub(super) decoder: Decoder,
    pub(super) thresholds: Thresholds,
    /// By which pictures are prepared for a model, where it is known.
    pub(super) recipe: Option<Recipe>,
    group: Option<GroupBy>,
    /// Datasets that must not have the same pictures.
    pub(super) others: Vec<OtherDataset>,
    /// The file of records.
    pub(super) records: Option<PathBuf>,
    /// The samples that are looked at, where not all are.
    pub(super) drawn: Option<Vec<usize>>,
    /// What the caller knows of the samples.
    pub(super) brought: Brought,
}

/// What names the group of a sample.
#[derive(Clone)]
struct GroupBy(Arc<GroupOf>);

type GroupOf = dyn Fn(&str) -> Option<String> + Send + Sync;

impl fmt::Debug for GroupBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GroupBy")
    }
}

impl Validator {
    /// A validator of a source, such as an [`ImageFolder`](crate::source::ImageFolder), that decodes with [`Decoder::rgb8`].
    pub fn new(source: impl Source + 'static) -> Self {
        Self {
            source: Arc::new(source),
            decoder: Decoder::rgb8(),
            thresholds: Thresholds::default(),
            recipe: None,
            group: None,
            others: Vec::new(),
            records: None,
            drawn: None,
            brought: Brought::default(),
        }
    }

    /// Sets the decoder: use that of training, with the same limits and the same policies on damage and transparency.
    ///
    /// ```
    /// use burn_prep::images::{Damage, Decoder};
    /// use burn_prep::report::Report;
    /// use burn_prep::source::ImageFolder;
    /// use burn_prep::validate::Validator;
    ///
    /// let validator = Validator::new(ImageFolder::open("assets/hostile")?);
    /// let lenient = validator.clone().decoder(Decoder::rgb8().damage(Damage::Accept));
    /// let is_there = |report: Report| report.unusable().any(|finding| finding.subject() == "truncated.jpg");
    /// assert!(is_there(validator.run()?));
    /// assert!(!is_there(lenient.run()?));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn decoder(mut self, decoder: Decoder) -> Self {
        self.decoder = decoder;
        self
    }

    /// Sets the limits beyond which an image is a decompression bomb.
    ///
    /// ```
    /// use burn_prep::images::Limits;
    /// use burn_prep::report::Check;
    /// use burn_prep::source::ImageFolder;
    /// use burn_prep::validate::Validator;
    ///
    /// let strict = Validator::new(ImageFolder::open("assets/photos")?).limits(Limits::new().max_pixels(1000));
    /// let report = strict.run()?;
    /// assert_eq!(report.count(Check::DecompressionBomb) as u64, report.files);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.decoder = self.decoder.limits(limits);
        self
    }

    /// Sets the values at which measurements become findings.
    #[must_use]
    pub fn thresholds(mut self, thresholds: Thresholds) -> Self {
        self.thresholds = thresholds;
        self
    }

    /// Sets the recipe that will prepare the pictures for a model, to report ([`RecipeMisfit`](crate::report::Check::RecipeMisfit))
    /// the pictures that it cannot take, and those that it enlarges by more than [`Thresholds::upscaling`]. Only sizes are computed,
    /// no pixels. Of a recipe with random steps eight draws are planned: a picture is reported if one of them fails, or if even the
    /// draw that enlarges it the least exceeds the threshold.
    ///
    /// ```
    /// use burn_prep::report::Check;
    /// use burn_prep::source::ImageFolder;
    /// use burn_prep::transform::{CenterCrop, Recipe, Resize};
    /// use burn_prep::validate::Validator;
    ///
    /// let recipe = Recipe::new().then(Resize::shorter_side(224)).then(CenterCrop::square(224));
    /// let report = Validator::new(ImageFolder::open("assets/photos")?).recipe(recipe).run()?;
    /// let small: Vec<&str> = report.findings.iter()
    ///     .filter(|finding| finding.check == Check::RecipeMisfit)
    ///     .map(|finding| finding.subject())
    ///     .collect();
    /// assert_eq!(small, ["animals/cat_small.jpg", "objects/coffee_saucer.jpg"]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn recipe(mut self, recipe: Recipe) -> Self {
        self.recipe = Some(recipe);
        self
    }

    /// Sets the function that gives a sample's group from its name: a patient or a video, for example, that must not be in several
    /// splits. It returns `None` for samples without a group.
    ///
    /// ```
    /// use burn_prep::report::Check;
    /// use burn_prep::source::InMemorySource;
    /// use burn_prep::validate::Validator;
    ///
    /// let cat = std::fs::read("assets/photos/animals/cat.jpg")?;
    /// let source = InMemorySource::new().with("cat 7, left", None, cat.clone()).with("dog 2, left", None, cat);
    /// let animal = |name: &str| name.split_once(',').map(|(animal, _)| animal.to_owned());
    /// let report = Validator::new(source).group_by(animal).run()?;
    /// assert_eq!(report.count(Check::GroupLeak), 0);                       // there are no splits
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "GroupKFold")]
    #[must_use]
    pub fn group_by(mut self, group: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        self.group = Some(GroupBy(Arc::new(group)));
        self
    }

    /// Compares the pictures with those of another dataset, to report
    /// ([`CrossDatasetLeak`](crate::report::Check::CrossDatasetLeak)) each picture that is there too, or nearly. Use it where a model
    /// that is trained on one dataset is tested on another. Nothing else is reported of the other dataset. Each call adds a dataset.
    ///
    /// ```
    /// use burn_prep::report::Check;
    /// use burn_prep::source::InMemorySource;
    /// use burn_prep::validate::{OtherDataset, Validator};
    ///
    /// let cat = std::fs::read("assets/photos/animals/cat.jpg")?;
    /// let seen = Validator::new(InMemorySource::new().with("seen.jpg", None, cat.clone())).record(0)?;
    /// let source = InMemorySource::new().with("new.jpg", None, cat);
    /// let report = Validator::new(source).against(OtherDataset::new("training", vec![seen])).run()?;
    /// let leak = report.findings.iter().find(|finding| finding.check == Check::CrossDatasetLeak).unwrap();
    /// assert_eq!((leak.subject(), leak.message.as_str()), ("new.jpg", "the same bytes as seen.jpg of training"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn against(mut self, other: OtherDataset) -> Self {
        self.others.push(other);
        self
    }

    /// Checks only this many samples, drawn at random and the same each time: of all samples, or of those of a
    /// [`shard`](Self::shard) that is set before. Use it for a first look at a large source. Small, uneven or missing classes are not
    /// reported then.
    ///
    /// ```
    /// use burn_prep::source::ImageFolder;
    /// use burn_prep::validate::Validator;
    ///
    /// let report = Validator::new(ImageFolder::open("assets/photos")?).sample(10).run()?;
    /// assert_eq!((report.files, report.files_seen, report.dataset.images), (40, 10, 10));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn sample(mut self, samples: usize) -> Self {
        let all = self.take_drawn();
        // A shuffled epoch exists for any number of samples.
        let epoch = SampleOrder::shuffled(all.len(), 0).epoch(0).ok();
        let index = |position| all.get(epoch.as_ref()?.index(position)?).copied();
        let mut drawn: Vec<usize> = (0..samples.min(all.len())).filter_map(index).collect();
        drawn.sort_unstable();
        self.drawn = Some(drawn);
        self
    }

    /// Checks only this rank's part of the samples, chosen by a hash of their names, so that several machines share
    /// the work. With [`records`](Self::records) each keeps what it measured, and [`merge_records`](crate::validate::merge_records)
    /// puts it together; of the report of a part, duplicates and what concerns the dataset as a whole say little.
    ///
    /// ```
    /// use burn_prep::order::Shard;
    /// use burn_prep::source::ImageFolder;
    /// use burn_prep::validate::Validator;
    ///
    /// let validator = Validator::new(ImageFolder::open("assets/photos")?);
    /// let parts: Vec<usize> = (0..3).map(|rank| Ok(validator.clone().shard(Shard::new(rank, 3)?).len()))
    ///     .collect::<burn_prep::Result<_>>()?;
    /// assert_eq!(parts.iter().sum::<usize>(), 40);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn shard(mut self, shard: Shard) -> Self {
        let all = self.take_drawn();
        let is_own = |index: &usize| {
            let name = self.source.sample(*index).map(|sample| sample.uri.as_bytes());
            // Below the number of ranks.
            name.is_some_and(|name| {
                (ContentHash::of(name).get() % shard.ranks() as u128) as usize == shard.rank()
            })
        };
        self.drawn = Some(all.into_iter().filter(is_own).collect());
        self
    }

    /// The samples that were looked at until now: all where none were drawn.
    fn take_drawn(&mut self) -> Vec<usize> {
        self.drawn.take().unwrap_or_else(|| (0..self.source.len()).collect())
    }

    /// Keeps the records of the samples in a file, some 6 KB for each sample. Samples that it has are not read again, unless the
    /// length of their file or the time of its last change differs, so that a run that was killed goes on, and an unchanged folder is
    /// validated in a fraction of the time; the report is the same. Thresholds may change between the runs. Records that another
    /// decoder, another version or a build with other formats made are replaced. Those of samples that the source does not have any
    /// more stay in the file, and do not count where it is read without the source. Samples that are no files of their own are read each
    /// time, and so are files that could not be read. A second run with the same file at the same time is an error.
    ///
    /// ```
    /// use burn_prep::source::ImageFolder;
    /// use burn_prep::validate::Validator;
    ///
    /// let folder = tempfile::tempdir()?;
    /// let validator = Validator::new(ImageFolder::open("assets/photos")?).records(folder.path().join("photos.records"));
    /// let report = validator.run()?;
    /// assert_eq!(validator.run()?, report);                               // without reading a picture
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "cache")]
    #[must_use]
    pub fn records(mut self, path: impl Into<PathBuf>) -> Self {
        self.records = Some(path.into());
        self
    }

    /// The number of samples that are looked at.
    #[allow(clippy::len_without_is_empty)] // an empty source is an error of `run`
    pub fn len(&self) -> usize {
        self.drawn.as_ref().map_or(self.source.len(), Vec::len)
    }

    /// The source that is checked.
    pub fn source(&self) -> &dyn Source {
        &*self.source
    }

    /// Reads one sample and measures it.
    ///
    /// # Errors
    ///
    /// There is no such sample.
    pub fn record(&self, index: usize) -> Result<ImageRecord> {
        let sample = self.source.sample(index).ok_or_else(|| Error::no_sample(index, self.source.len()))?;
        Ok(self.inspect(index, sample).record)
    }

    pub(super) fn inspect(&self, index: usize, sample: &Sample) -> Inspection {
        self.place(Inspection::of(&*self.source, index, sample, &self.decoder), sample)
    }

    pub(super) fn place(&self, inspection: Inspection, sample: &Sample) -> Inspection {
        let group = self.group.as_ref().and_then(|group| group.0(&sample.uri));
        inspection.placed(sample, group)
    }

    /// Decodes one sample.
    #[cfg(feature = "png")]
    pub(super) fn decode(&self, index: usize) -> Result<Decoded> {
        self.decoder.decode_sample(&*self.source, index)
    }

    /// Runs the checks on the records of all samples, with the thresholds of this validator, and returns the findings. Use it to try
    /// other thresholds: no file is read. Not reported are problems of the listing, such as stray files, equal pixels of a JPEG file
    /// and a lossless one, and the findings by features and predictions: use [`run`](Self::run) for these.
    ///
    /// ```
    /// use burn_prep::source::ImageFolder;
    /// use burn_prep::validate::{Thresholds, Validator};
    ///
    /// let validator = Validator::new(ImageFolder::open("assets/photos")?);
    /// let records = (0..40).map(|index| validator.record(index)).collect::<burn_prep::Result<Vec<_>>>()?;
    /// let lenient = validator.clone().thresholds(Thresholds { low_information: 0.0, ..Thresholds::default() });
    /// assert!(lenient.findings(&records).len() <= validator.findings(&records).len());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn findings(&self, records: &[ImageRecord]) -> Vec<Finding> {
        let given = Given { recipe: self.recipe.as_ref(), is_whole: true, ..Given::default() };
        let mut all = findings(records, &self.thresholds, given);
        all.extend(cross_findings(records, &self.others, &self.thresholds, |_, _| None).0);
        all
    }

    /// How the properties of the pictures are distributed, with the thresholds of this validator, for the charts of a page.
    ///
    /// # Errors
    ///
    /// A property has values so far apart that their range is not finite, which none of those here has.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use burn_prep::source::ImageFolder;
    /// use burn_prep::validate::Validator;
    ///
    /// let validator = Validator::new(ImageFolder::open("assets/photos")?);
    /// let records = validator.run_observed(|_, _| ControlFlow::Continue(()))?.records;
    /// let histograms = validator.histograms(&records)?;
    /// assert!(histograms.len() == 13 && histograms[0].count() == 40);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn histograms(&self, records: &[ImageRecord]) -> Result<Vec<PropertyHistogram>> {
        histograms(records, &self.thresholds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::InMemorySource;

    #[test]
    fn a_sample_of_a_shard_is_of_its_samples() {
        let all =
            (0..40).fold(InMemorySource::new(), |all, index| all.with(format!("{index}"), None, vec![]));
        let drawn = |validator: Validator| validator.drawn.unwrap();
        for rank in 0..2 {
            let own = Validator::new(all.clone()).shard(Shard::new(rank, 2).unwrap());
            let (sampled, own) = (drawn(own.clone().sample(5)), drawn(own));
            assert!(sampled.len() == 5 && sampled.is_sorted(), "{sampled:?}");
            assert!(sampled.iter().all(|index| own.contains(index)), "{sampled:?} of {own:?}");
        }
        assert_eq!(drawn(Validator::new(all).sample(99)), (0..40).collect::<Vec<_>>());
    }
}
