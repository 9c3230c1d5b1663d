//! The checks: each takes what is known of the files and gives findings.

use std::path::Path;

use crate::images::{ImageSize, SourceInfo};
use crate::report::{Check, Finding};
use crate::source::{ImageFormat, Sample};

/// What is kept of a usable image: a few bytes, however large it is.
pub(crate) struct FileRecord {
    pub(crate) uri: String,
    pub(crate) label: Option<usize>,
    pub(crate) size: ImageSize,
    pub(crate) format: ImageFormat,
}

/// What the decoder found suspect.
pub(crate) fn corrupt(sample: &Sample, source: &SourceInfo) -> Option<Finding> {
    let warning = source.warning.as_ref()?;
    Some(Finding::new(Check::Corrupt, &sample.uri, warning))
}

/// The extension against the content.
pub(crate) fn extension_mismatch(sample: &Sample, source: &SourceInfo) -> Option<Finding> {
    let content = source.format;
    let path = Path::new(&sample.uri);
    if ImageFormat::from_path(path) == Some(content) {
        return None;
    }
    let message = match path.extension() {
        None => format!("no extension, the content is {content}"),
        Some(extension) => {
            let extension = extension.to_string_lossy();
            format!("extension .{extension}, the content is {content}")
        }
    };
    Some(Finding::new(Check::ExtensionMismatch, &sample.uri, message))
}

/// Sizes outside of Tukey's fence with k = 3 that are also at least a factor of 2 off the median.
pub(crate) fn odd_sizes(records: &[FileRecord]) -> Vec<Finding> {
    const FENCE: f64 = 3.0;
    const MIN_EFFECT: f64 = 2.0;
    let side = |record: &FileRecord| (record.size.area() as f64).sqrt();
    let mut sides: Vec<f64> = records.iter().map(side).collect();
    sides.sort_by(f64::total_cmp);
    let [Some(q1), Some(median), Some(q3)] = [0.25, 0.5, 0.75].map(|q| quantile(&sides, q)) else {
        return Vec::new();
    };
    let reach = FENCE * (q3 - q1);
    let odd = |record: &&FileRecord| {
        let side = side(record);
        let outside = side < q1 - reach || side > q3 + reach;
        outside && (side >= MIN_EFFECT * median || side <= median / MIN_EFFECT)
    };
    let finding = |record: &FileRecord| {
        let side = side(record);
        let message = format!("{} (sqrt of the area {side:.0}, median {median:.0})", record.size);
        let threshold = match side > median {
            true => (q3 + reach).max(MIN_EFFECT * median),
            false => (q1 - reach).min(median / MIN_EFFECT),
        };
        Finding::new(Check::OddSize, &record.uri, message).measured(side, threshold)
    };
    records.iter().filter(odd).map(finding).collect()
}

/// NumPy's linear interpolation between sorted numbers.
fn quantile(sorted: &[f64], q: f64) -> Option<f64> {
    let at = q * (sorted.len().checked_sub(1)?) as f64;
    let (below, above) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
    Some(below + (above - below) * at.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(sides: &[u32]) -> Vec<FileRecord> {
        let record = |(index, &side): (usize, &u32)| FileRecord {
            uri: format!("{index}.png"),
            label: None,
            size: ImageSize::square(side),
            format: ImageFormat::Png,
        };
        sides.iter().enumerate().map(record).collect()
    }

    fn odd(sides: &[u32]) -> Vec<String> {
        odd_sizes(&records(sides)).into_iter().map(|finding| finding.subject().to_owned()).collect()
    }

    #[test]
    fn quantiles_follow_numpy() {
        // np.quantile([1, 2, 4, 8], [0.25, 0.5, 0.75]) = [1.75, 3.0, 5.0]
        let sorted = [1.0, 2.0, 4.0, 8.0];
        assert_eq!([0.25, 0.5, 0.75].map(|q| quantile(&sorted, q)), [Some(1.75), Some(3.0), Some(5.0)]);
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn a_size_is_odd_when_far_from_the_others_and_by_a_factor_of_two() {
        assert_eq!(odd(&[100, 100, 100, 100, 210, 40]), ["4.png", "5.png"]);
        assert!(odd(&[100, 100, 100, 100, 190, 60]).is_empty());
        assert!(odd(&[50, 100, 200, 400, 800]).is_empty());
        assert!(odd(&[7]).is_empty() && odd(&[]).is_empty());
    }
}
