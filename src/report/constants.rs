//! Mean and deviation of a dataset's channels, for a normalisation.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::report::unit_channels;
use crate::stats::{PixelHistogram, Summary};

/// Mean and deviation of the channels in units of 0..=1, and how they were computed: the constants of a
/// [`Normalize`](crate::transform::Normalize).
///
/// | convention | meaning |
/// |---|---|
/// | `pixel_weighted` | over all pixels of all images, at native resolution: a large image counts more |
/// | `image_weighted` | over all pixels, those of each image together weighing the same |
/// | `mean_of_image_stds` | the mean of the images' own deviations, smaller than the deviation of the dataset; some published constants are of this kind |
///
/// It prints as Rust code.
///
/// ```
/// use burn_prep::source::ImageFolder;
/// use burn_prep::validate::Validator;
///
/// let report = Validator::new(ImageFolder::open("assets/photos")?).run()?;
/// let [pixels, images, stds] = &report.dataset.constants[..] else { unreachable!() };
/// assert_eq!((pixels.convention.as_str(), pixels.mean[0]), ("pixel_weighted", report.dataset.channels[0].mean));
/// assert!(stds.std[0] < images.std[0]);
/// assert!(images.to_string().starts_with("Normalize::new([0."));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChannelConstants {
    /// `pixel_weighted`, `image_weighted` or `mean_of_image_stds`.
    pub convention: String,
    /// A mean for each channel.
    pub mean: Vec<f64>,
    /// A deviation for each channel, with the number of values as the divisor.
    pub std: Vec<f64>,
}

impl ChannelConstants {
    pub(crate) fn new(convention: &str, mean: Vec<f64>, std: Vec<f64>) -> Self {
        Self { convention: convention.to_owned(), mean, std }
    }

    /// Whether they are those of a normalisation: with the deviation of a channel that is constant, there is none.
    pub(crate) fn is_normalisation(&self) -> bool {
        let is_divisor = |std: &f64| (1e-6..f64::INFINITY).contains(std);
        self.mean.iter().all(|mean| mean.is_finite()) && self.std.iter().all(is_divisor)
    }
}

impl fmt::Display for ChannelConstants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list =
            |values: &[f64]| values.iter().map(|value| format!("{value:.6}")).collect::<Vec<_>>().join(", ");
        write!(f, "Normalize::new([{}], [{}])", list(&self.mean), list(&self.std))
    }
}

/// The statistics of the usable images of one split, or of one class, over all their pixels.
///
/// ```
/// use burn_prep::source::ImageFolder;
/// use burn_prep::validate::Validator;
///
/// let report = Validator::new(ImageFolder::open("assets/photos")?).run()?;
/// let last = report.dataset.groups.last().unwrap();
/// assert_eq!((last.kind.as_str(), last.name.as_str(), last.images), ("class", "textures", 6));
/// assert!(last.quantiles[0][3] > last.quantiles[0][2]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct GroupStats {
    /// `split` or `class`.
    pub kind: String,
    /// The name of the split or class.
    pub name: String,
    /// The number of its usable images.
    #[serde(default)]
    pub images: u64,
    /// Of each channel mean, deviation, smallest and largest sample, in units of 0..=1.
    pub channels: Vec<Summary>,
    /// Of each channel the quantiles [`GroupStats::QUANTILES`], in units of 0..=1: samples that occur, the smallest of which at
    /// least that share of the samples is not above.
    pub quantiles: Vec<Vec<f64>>,
}

impl GroupStats {
    /// Which quantiles are given.
    pub const QUANTILES: [f64; 7] = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];

    pub(crate) fn of(kind: &str, name: &str, images: u64, histogram: &PixelHistogram) -> Result<Self> {
        Ok(Self {
            kind: kind.to_owned(),
            name: name.to_owned(),
            images,
            channels: unit_channels(histogram)?,
            quantiles: unit_quantiles(histogram),
        })
    }
}

/// Of each channel the quantiles [`GroupStats::QUANTILES`], in units of 0..=1.
pub(crate) fn unit_quantiles(histogram: &PixelHistogram) -> Vec<Vec<f64>> {
    let quantiles = |counts: &[u64; 256], total: u64| -> Vec<f64> {
        let of = |q: f64| {
            let mut below = 0_u64;
            let reached = counts.iter().position(|count| {
                below += count;
                below as f64 >= q * total as f64
            });
            reached.unwrap_or(255) as f64 / 255.0
        };
        GroupStats::QUANTILES.into_iter().map(of).collect()
    };
    histogram.channels().iter().map(|channel| quantiles(channel.counts(), channel.count())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_of_a_channel_that_is_constant_are_no_normalisation() {
        let of =
            |mean: f64, std: f64| ChannelConstants::new("pixel_weighted", vec![0.5, mean], vec![0.1, std]);
        assert!(of(0.25, 0.125).is_normalisation());
        for (mean, std) in [(0.25, 0.0), (f64::NAN, 0.125), (0.25, f64::NAN), (0.25, f64::INFINITY)] {
            assert!(!of(mean, std).is_normalisation(), "{mean} {std}");
        }
        let code = "Normalize::new([0.500000, 0.250000], [0.100000, 0.125000])";
        assert_eq!(of(0.25, 0.125).to_string(), code);
    }
}
