//! The properties that pictures are compared by.

use crate::error::Result;
use crate::report::PropertyHistogram;
use crate::validate::findings::usable::Usable;
use crate::validate::{ImageRecord, PictureRecord, Thresholds};

/// A property of pictures.
pub(super) struct Property {
    pub(super) name: &'static str,
    pub(super) unit: &'static str,
    pub(super) of: fn(&PictureRecord) -> Option<f64>,
    /// The value at which a check finds fault.
    threshold: Option<fn(&Thresholds) -> f64>,
}

/// All of them; those that are spread over orders of magnitude as logarithms.
pub(super) const PROPERTIES: [Property; 9] = [
    Property {
        name: "size",
        unit: "log2 of pixels",
        of: |picture| Some((picture.source.size.area() as f64).log2()),
        threshold: None,
    },
    Property {
        name: "aspect_ratio",
        unit: "log2 of width by height",
        of: |picture| {
            let size = picture.source.size;
            Some((f64::from(size.width) / f64::from(size.height)).log2())
        },
        threshold: None,
    },
    Property {
        name: "bits_per_pixel",
        unit: "log2 of bits",
        of: |picture| {
            let bits = 8.0 * picture.source.file_bytes.max(1) as f64;
            picture.has_file().then(|| (bits / picture.source.size.area() as f64).log2())
        },
        threshold: None,
    },
    Property {
        name: "brightness",
        unit: "median, 0 to 1",
        of: |picture| Some(picture.measures.brightness.p50),
        threshold: None,
    },
    Property {
        name: "contrast",
        unit: "P99 - P1 of brightness, 0 to 1",
        of: |picture| Some(picture.measures.brightness.p99 - picture.measures.brightness.p1),
        threshold: Some(|thresholds| thresholds.low_contrast),
    },
    Property {
        name: "entropy",
        unit: "bits",
        of: |picture| Some(picture.measures.entropy),
        threshold: Some(|thresholds| thresholds.low_information),
    },
    Property {
        name: "sharpness",
        unit: "log2",
        of: |picture| Some(picture.measures.sharpness.as_ref()?.score.max(1e-6).log2()),
        threshold: Some(|thresholds| thresholds.blurry.log2()),
    },
    Property {
        name: "noise",
        unit: "log2 of levels",
        of: |picture| Some(picture.measures.noise?.max(0.1).log2()),
        threshold: Some(|thresholds| thresholds.noisy.log2()),
    },
    Property {
        name: "colorfulness",
        unit: "levels",
        of: |picture| Some(f64::from(picture.measures.color_difference)),
        threshold: Some(|thresholds| f64::from(thresholds.grayscale)),
    },
];

/// What charts show beside them, since checks have thresholds for it; it says little else of a picture.
const OTHERS: [Property; 4] = [
    Property {
        name: "highlights",
        unit: "P99 of brightness, 0 to 1",
        of: |picture| Some(picture.measures.brightness.p99),
        threshold: Some(|thresholds| thresholds.dark),
    },
    Property {
        name: "shadows",
        unit: "P5 of brightness, 0 to 1",
        of: |picture| Some(picture.measures.brightness.p5),
        threshold: Some(|thresholds| 1.0 - thresholds.light),
    },
    Property {
        name: "blockiness",
        unit: "differences at edges of blocks by others",
        of: |picture| picture.measures.blockiness,
        threshold: Some(|thresholds| thresholds.blocky),
    },
    Property {
        name: "jpeg_quality",
        unit: "1 to 100",
        of: |picture| picture.facts.jpeg_quality.map(f64::from),
        threshold: Some(|thresholds| f64::from(thresholds.jpeg_quality)),
    },
];

/// How each property is distributed, in 40 bins of equal width from the smallest value to the largest; a property without
/// values is left out.
pub(super) fn histograms(records: &[ImageRecord], thresholds: &Thresholds) -> Result<Vec<PropertyHistogram>> {
    let usable = Usable::of(records);
    let values = |property: &Property| -> Vec<f64> {
        let values = usable.iter().filter_map(|usable| (property.of)(usable.picture));
        values.filter(|value| value.is_finite()).collect()
    };
    let with_values = PROPERTIES.iter().chain(&OTHERS).map(|property| (property, values(property)));
    let histogram = |(property, values): (&Property, Vec<f64>)| {
        let (edges, counts) = binned(&values);
        let histogram = PropertyHistogram::new(property.name, property.unit, edges, counts)?;
        Ok(histogram.threshold(property.threshold.map(|of| of(thresholds))))
    };
    with_values.filter(|(_, values)| !values.is_empty()).map(histogram).collect()
}

/// The edges of bins, and how many values each bin has: its lower edge counts, and in the last bin both. Equal values have one bin.
fn binned(values: &[f64]) -> (Vec<f64>, Vec<u64>) {
    const BINS: usize = 40;
    let min = values.iter().copied().fold(f64::INFINITY, f64::min);
    let max = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let width = max - min;
    // Bins that are narrower than the numbers around them have no edges.
    if width <= min.abs().max(1.0) * 1e-9 {
        let half = min.abs().max(1.0) / 2.0;
        return (vec![min - half, min + half], vec![values.len() as u64]);
    }
    let edges = (0..=BINS).map(|edge| min + width * (edge as f64 / BINS as f64)).collect();
    let mut counts = vec![0; BINS];
    for value in values {
        // Within 0..=BINS.
        let bin = ((value - min) / width * BINS as f64) as usize;
        counts[bin.min(BINS - 1)] += 1;
    }
    (edges, counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_is_in_one_bin() {
        let (edges, counts) = binned(&[10.0, 10.0, 50.0, 11.0]);
        assert_eq!((edges.len(), edges[0], edges[40]), (41, 10.0, 50.0));
        assert_eq!((counts[0], counts[1], counts[39]), (2, 1, 1));
        assert_eq!(binned(&[4.0, 4.0]), (vec![2.0, 6.0], vec![2]));
    }
}
