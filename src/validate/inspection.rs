//! One sample: read once, decoded once, measured.

use std::path::Path;

use crate::error::{ErrorKind, Result};
use crate::fingerprint::{ContentHash, Fingerprint};
use crate::images::{
    ColorMode, Decoded, Decoder, FileFacts, Image, SourceInfo, alpha_coverage, composite_on_mean,
};
use crate::measure::{ChannelSums, Measured};
use crate::report::Finding;
use crate::source::{ImageFormat, Sample, Source};
use crate::stats::PixelHistogram;
use crate::validate::{ImageRecord, PictureRecord};

/// What comes of one sample.
#[derive(Debug, Clone)]
pub(super) struct Inspection {
    pub(super) record: ImageRecord,
    /// Of the decoded pixels, where there are any.
    pub(super) histogram: Option<PixelHistogram>,
}

impl Inspection {
    /// Reads, decodes and measures a sample. A bad file is a finding in the record.
    pub(super) fn of(source: &dyn Source, index: usize, sample: &Sample, decoder: &Decoder) -> Self {
        let mut record = unread(sample.uri.clone());
        let mut whole_rows = None;
        let mut measure = || -> Result<PixelHistogram> {
            let bytes = source.read(index, decoder.file_limit())?;
            record.content = Some(ContentHash::of(&bytes));
            let name = sample.path.as_deref().unwrap_or(Path::new(&sample.uri));
            let (picture, histogram) = picture_of(name, &bytes, decoder).inspect_err(|error| {
                let is_cut = matches!(error.kind(), ErrorKind::Truncated { .. });
                whole_rows = is_cut.then(|| decoder.whole_rows(&bytes)).flatten();
            })?;
            record.picture = Some(picture);
            Ok(histogram)
        };
        let histogram = match measure() {
            Ok(histogram) => Some(histogram),
            Err(error) => {
                let mut finding = Finding::of_error(&error, &sample.uri);
                if let Some(rows) = whole_rows {
                    finding.message += &format!("; {} % of the rows could be decoded", rows.percent());
                }
                record.unusable = Some(finding);
                None
            }
        };
        Self { record, histogram }
    }

    /// Measures a picture that is in memory and has no file.
    pub(super) fn of_image(uri: String, image: &Image) -> Self {
        let transparent = image.mode().has_alpha().then_some(image);
        let facts = FileFacts::of(&[], ImageFormat::Memory);
        let (picture, histogram) = measured(image, transparent, source_of(image), facts);
        let record = ImageRecord { picture: Some(picture), ..unread(uri) };
        Self { record, histogram: Some(histogram) }
    }

    /// The same with what the listing says of the sample, and the group that it is in.
    pub(super) fn placed(mut self, sample: &Sample, group: Option<String>) -> Self {
        let label = || sample.label.map(|label| label.to_string());
        self.record.class = sample.class.as_deref().map(str::to_owned).or_else(label);
        self.record.split = sample.split.as_deref().map(str::to_owned);
        self.record.group = group;
        self
    }
}

fn picture_of(name: &Path, bytes: &[u8], decoder: &Decoder) -> Result<(PictureRecord, PixelHistogram)> {
    let (Decoded { image, source }, transparent) = decoder.decode_with_alpha(name, bytes)?;
    let facts = FileFacts::of(bytes, source.format);
    Ok(measured(&image, transparent.as_ref(), source, facts))
}

/// Measures a picture as training has it. `transparent` is the same with its alpha channel, where it has one.
fn measured(
    image: &Image,
    transparent: Option<&Image>,
    source: SourceInfo,
    facts: FileFacts,
) -> (PictureRecord, PixelHistogram) {
    let opaque = transparent.map(composite_on_mean);
    let seen = opaque.as_ref().unwrap_or(image);
    let Measured { measures, luma, counts } = Measured::of(seen);
    // The histograms of training's pixels are those of the pixels that were measured, unless these are others.
    let histogram = match opaque.is_none() && !image.mode().has_alpha() {
        true => PixelHistogram::of_counts(counts),
        false => PixelHistogram::of(image),
    };
    let picture = PictureRecord {
        facts,
        channels: histogram
            .channels()
            .iter()
            .map(|channel| ChannelSums::of_counts(channel.counts()))
            .collect(),
        alpha: transparent.and_then(alpha_coverage),
        fingerprint: Fingerprint::with_luma(seen, &luma),
        measures,
        reference_pixels: None,
        source,
    };
    (picture, histogram)
}

/// The record of a sample of which nothing is known but its name.
fn unread(uri: String) -> ImageRecord {
    ImageRecord { uri, class: None, split: None, group: None, content: None, picture: None, unusable: None }
}

/// What is said of a picture that has no file.
fn source_of(image: &Image) -> SourceInfo {
    let color = match image.mode() {
        ColorMode::L => "L8",
        ColorMode::La => "La8",
        ColorMode::Rgb => "Rgb8",
        ColorMode::Rgba => "Rgba8",
    };
    SourceInfo {
        format: ImageFormat::Memory,
        size: image.size(),
        color: color.to_owned(),
        exif_orientation: 1,
        file_bytes: 0,
        warning: None,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::images::ImageSize;
    use crate::measure::Measures;

    /// The record of a picture of which only the size matters.
    pub(in crate::validate) fn record_of(uri: &str, width: u32, height: u32) -> ImageRecord {
        let pixels = (0..192_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let image = Image::new(ImageSize::square(8), ColorMode::Rgb, pixels).unwrap();
        let source = SourceInfo {
            format: ImageFormat::Png,
            size: ImageSize::new(width, height),
            color: "Rgb8".to_owned(),
            exif_orientation: 1,
            file_bytes: 1000,
            warning: None,
        };
        let picture = PictureRecord {
            source,
            facts: FileFacts::of(b"", ImageFormat::Png),
            alpha: None,
            channels: Measures::of(&image).channels,
            measures: Measures::of(&image),
            fingerprint: Fingerprint::of(&image),
            reference_pixels: None,
        };
        let content = Some(ContentHash::of(uri.as_bytes()));
        ImageRecord {
            uri: uri.to_owned(),
            class: None,
            split: None,
            group: None,
            content,
            picture: Some(picture),
            unusable: None,
        }
    }
}
