//! What is collected of all samples: the records, and the statistics of their pixels.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::images::ImageSize;
use crate::report::{
    ChannelConstants, ClassCount, DatasetStats, GroupStats, Report, unit_channels, unit_quantiles,
};
use crate::source::Source;
use crate::stats::PixelHistogram;
use crate::transform::Recipe;
use crate::validate::findings::usable::Usable;
use crate::validate::findings::{Given, findings};
use crate::validate::inspection::Inspection;
use crate::validate::{ImageRecord, Thresholds, Validation};

/// The records of the samples seen, and a histogram for each class in each split.
#[derive(Debug, Clone, Default)]
pub(super) struct Collected {
    pub(super) records: Vec<ImageRecord>,
    histograms: BTreeMap<Group, PixelHistogram>,
}

/// A split and a class; either may be missing.
type Group = (Option<String>, Option<String>);

impl Collected {
    pub(super) fn add(&mut self, inspection: Inspection) -> Result<()> {
        let Inspection { record, histogram } = inspection;
        if let Some(histogram) = histogram {
            let group = (record.split.clone(), record.class.clone());
            self.histograms.entry(group).or_default().merge(&histogram)?;
        }
        self.records.push(record);
        Ok(())
    }

    /// The report of all samples where there is no source to ask, and the records.
    pub(super) fn validation(self, thresholds: &Thresholds, recipe: Option<&Recipe>) -> Result<Validation> {
        let samples = self.records.len() as u64;
        let given = Given { recipe, is_whole: true, ..Given::default() };
        let found = findings(&self.records, thresholds, given);
        let mut report = Report::new(String::new(), self.dataset_of(&[])?, found);
        (report.files, report.files_seen) = (samples, samples);
        Ok(Validation { report, records: self.records })
    }

    /// The statistics of the usable images.
    pub(super) fn dataset(&self, source: &dyn Source) -> Result<DatasetStats> {
        self.dataset_of(source.classes())
    }

    /// The statistics of the usable images, where these classes are known; those that the images have where none are.
    pub(super) fn dataset_of(&self, classes: &[String]) -> Result<DatasetStats> {
        let usable = Usable::of(&self.records);
        let sizes = || usable.iter().map(|usable| usable.picture.source.size);
        let both = |a: ImageSize, b: ImageSize, pick: fn(u32, u32) -> u32| {
            ImageSize::new(pick(a.width, b.width), pick(a.height, b.height))
        };
        let mut formats = BTreeMap::new();
        let mut per_split: BTreeMap<&str, u64> = BTreeMap::new();
        let mut per_class: BTreeMap<&str, u64> = BTreeMap::new();
        for usable in &usable {
            if usable.picture.has_file() {
                *formats.entry(usable.picture.source.format.name().to_owned()).or_default() += 1;
            }
            if let Some(class) = usable.record.class.as_deref() {
                *per_class.entry(class).or_default() += 1;
            }
            if let Some(split) = usable.record.split.as_deref() {
                *per_split.entry(split).or_default() += 1;
            }
        }
        let names: Vec<&str> = match classes {
            [] => per_class.keys().copied().collect(),
            classes => classes.iter().map(String::as_str).collect(),
        };
        let count = |class: &str| per_class.get(class).copied().unwrap_or(0);
        let (mut all, mut by_split, mut by_class) = (PixelHistogram::new(), BTreeMap::new(), BTreeMap::new());
        for ((split, class), histogram) in &self.histograms {
            all.merge(histogram)?;
            for (groups, name) in [(&mut by_split, split), (&mut by_class, class)] {
                if let Some(name) = name {
                    groups.entry(name.as_str()).or_insert_with(PixelHistogram::new).merge(histogram)?;
                }
            }
        }
        let groups = [("split", by_split, &per_split), ("class", by_class, &per_class)];
        let groups = groups.into_iter().flat_map(|(kind, groups, counts)| {
            groups.into_iter().map(move |(name, histogram)| {
                GroupStats::of(kind, name, counts.get(name).copied().unwrap_or(0), &histogram)
            })
        });
        let groups = groups.collect::<Result<Vec<_>>>()?;
        Ok(DatasetStats {
            images: usable.len() as u64,
            pixels: sizes().map(ImageSize::area).sum(),
            min_size: sizes().reduce(|a, b| both(a, b, u32::min)),
            max_size: sizes().reduce(|a, b| both(a, b, u32::max)),
            formats,
            classes: names.into_iter().map(|class| ClassCount::new(class, count(class))).collect(),
            channels: unit_channels(&all)?,
            quantiles: unit_quantiles(&all),
            constants: constants(&usable, &all)?,
            groups,
        })
    }
}

/// Mean and deviation of the channels in three conventions.
fn constants(usable: &[Usable<'_>], all: &PixelHistogram) -> Result<Vec<ChannelConstants>> {
    let pixels = unit_channels(all)?;
    if pixels.is_empty() {
        return Ok(Vec::new());
    }
    let channels = pixels.len();
    // Each image by itself: the mean, the mean of squares, the deviation.
    let mut sums = vec![[0.0_f64; 3]; channels];
    for usable in usable {
        for (sum, channel) in sums.iter_mut().zip(&usable.picture.channels) {
            let (mean, std) = (channel.mean() / 255.0, channel.std() / 255.0);
            let of_image = [mean, std * std + mean * mean, std];
            sum.iter_mut().zip(of_image).for_each(|(sum, value)| *sum += value);
        }
    }
    let images = usable.len() as f64;
    let means: Vec<f64> = sums.iter().map(|[mean, ..]| mean / images).collect();
    let whole = |[mean, square, _]: &[f64; 3]| {
        let mean = mean / images;
        (square / images - mean * mean).max(0.0).sqrt()
    };
    Ok(vec![
        ChannelConstants::new(
            "pixel_weighted",
            pixels.iter().map(|channel| channel.mean).collect(),
            pixels.iter().map(|channel| channel.std).collect(),
        ),
        ChannelConstants::new("image_weighted", means.clone(), sums.iter().map(whole).collect()),
        ChannelConstants::new("mean_of_image_stds", means, sums.iter().map(|sum| sum[2] / images).collect()),
    ])
}
