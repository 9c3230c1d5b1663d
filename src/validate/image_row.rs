//! A table of all images, a row for each.

use std::collections::HashMap;

use serde::Serialize;

use crate::fingerprint::Dihedral;
use crate::report::Report;
use crate::validate::ImageRecord;

/// One image as a row of a table, for [`write_csv`](crate::report::write_csv). Columns that do not apply are empty.
///
/// Names of files that a spreadsheet would take for a formula begin with `./`, which names the same file; those of splits and classes
/// with an apostrophe, as spreadsheets write text.
///
/// ```
/// use std::ops::ControlFlow;
/// use burn_prep::source::ImageFolder;
/// use burn_prep::validate::{ImageRow, Validator};
///
/// let validator = Validator::new(ImageFolder::open("assets/hostile")?);
/// let validation = validator.run_observed(|_, _| ControlFlow::Continue(()))?;
/// let rows = ImageRow::all(&validation.records, &validation.report);
/// let text = rows.iter().find(|row| row.file == "text.jpg").unwrap();
/// assert_eq!((text.width, text.checks.as_str()), (None, "undecodable"));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "DataFrame")]
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ImageRow {
    /// The name of the sample in its source.
    pub file: String,
    /// Its split.
    pub split: Option<String>,
    /// Its class.
    pub class: Option<String>,
    /// The checks that found something in it, with spaces between.
    pub checks: String,
    /// The format of the content.
    pub format: Option<&'static str>,
    /// Channels and bits in the file.
    pub color: Option<String>,
    /// Width as shown, in pixels.
    pub width: Option<u32>,
    /// Height as shown, in pixels.
    pub height: Option<u32>,
    /// The length of the file.
    pub file_bytes: Option<u64>,
    /// The quality of a JPEG file, 1 to 100.
    pub jpeg_quality: Option<u8>,
    /// The number of pictures in the file.
    pub frames: Option<u32>,
    /// The brightness that 1 % of the pixels are below, 0..=1.
    pub brightness_p1: Option<f64>,
    /// The median brightness.
    pub brightness_p50: Option<f64>,
    /// The brightness that 99 % of the pixels are below.
    pub brightness_p99: Option<f64>,
    /// The entropy of a channel's histogram, in bits: of the channel that has the most.
    pub entropy: Option<f64>,
    /// The sharpness of the sharpest part: [`Sharpness::score`](crate::measure::Sharpness::score).
    pub sharpness: Option<f64>,
    /// The deviation of the noise, 0..=255.
    pub noise: Option<f64>,
    /// Differences at the borders of 8x8 blocks, over those elsewhere.
    pub blockiness: Option<f64>,
    /// By how much the channels differ at most, of 99 % of the pixels.
    pub color_difference: Option<u8>,
    /// The perceptual hash, 16 hexadecimal digits.
    pub phash: Option<String>,
    /// The hash of the file's bytes, 32 hexadecimal digits.
    pub content: Option<String>,
}

impl ImageRow {
    /// The rows of all records, in their order.
    pub fn all(records: &[ImageRecord], report: &Report) -> Vec<Self> {
        let mut checks: HashMap<&str, Vec<&str>> = HashMap::new();
        for finding in &report.findings {
            for subject in &finding.subjects {
                checks.entry(subject).or_default().push(finding.check.name());
            }
        }
        let of = |record: &ImageRecord| {
            let mut found = checks.get(record.uri.as_str()).cloned().unwrap_or_default();
            found.sort_unstable();
            found.dedup();
            Self::of(record, found.join(" "))
        };
        records.iter().map(of).collect()
    }

    fn of(record: &ImageRecord, checks: String) -> Self {
        let picture = record.picture.as_ref();
        let of_file = picture.filter(|picture| picture.has_file());
        let measures = picture.map(|picture| &picture.measures);
        let size = picture.map(|picture| picture.source.size);
        Self {
            file: harmless(&record.uri),
            split: record.split.as_deref().map(quoted),
            class: record.class.as_deref().map(quoted),
            checks,
            format: of_file.map(|picture| picture.source.format.name()),
            color: picture.map(|picture| picture.source.color.clone()),
            width: size.map(|size| size.width),
            height: size.map(|size| size.height),
            file_bytes: of_file.map(|picture| picture.source.file_bytes),
            jpeg_quality: picture.and_then(|picture| picture.facts.jpeg_quality),
            frames: of_file.map(|picture| picture.facts.frames),
            brightness_p1: measures.map(|measures| measures.brightness.p1),
            brightness_p50: measures.map(|measures| measures.brightness.p50),
            brightness_p99: measures.map(|measures| measures.brightness.p99),
            entropy: measures.map(|measures| measures.entropy),
            sharpness: measures.and_then(|measures| Some(measures.sharpness.as_ref()?.score)),
            noise: measures.and_then(|measures| measures.noise),
            blockiness: measures.and_then(|measures| measures.blockiness),
            color_difference: measures.map(|measures| measures.color_difference),
            phash: picture
                .map(|picture| format!("{:016x}", picture.fingerprint.perceptual.get(Dihedral::Identity))),
            content: record.content.map(|content| content.to_string()),
        }
    }
}

/// Whether a spreadsheet takes a text for a formula.
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// The name of a file that no spreadsheet takes for a formula.
pub(crate) fn harmless(name: &str) -> String {
    if is_formula(name) { format!("./{name}") } else { name.to_owned() }
}

/// Another name that no spreadsheet takes for a formula.
fn quoted(name: &str) -> String {
    if is_formula(name) { format!("'{name}") } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_begin_like_formulas_begin_with_the_folder() {
        assert_eq!(harmless("=cmd()|'/c calc'!A1.png"), "./=cmd()|'/c calc'!A1.png");
        assert_eq!(harmless("a=b.png"), "a=b.png");
    }
}
