//! Statistics of a whole image folder.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::images::ImageSize;
use crate::report::{ChannelConstants, GroupStats};
use crate::stats::{PixelHistogram, Summary};

/// Statistics over all usable images of a folder.
///
/// ```
/// use burn_prep::source::ImageFolder;
/// use burn_prep::validate::Validator;
/// let report = Validator::new(ImageFolder::open("assets/photos")?).run()?;
/// assert_eq!((report.dataset.images, report.dataset.formats["PNG"]), (40, 7));
/// assert_eq!(report.dataset.channels[0].count, report.dataset.pixels);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DatasetStats {
    /// The number of usable images.
    pub images: u64,
    /// The number of pixels of the usable images, at native resolution.
    pub pixels: u64,
    /// The smallest width and the smallest height.
    pub min_size: Option<ImageSize>,
    /// The largest width and the largest height.
    pub max_size: Option<ImageSize>,
    /// Images per format.
    pub formats: std::collections::BTreeMap<String, u64>,
    /// Images per class, in the order of the labels.
    pub classes: Vec<ClassCount>,
    /// The exact statistics of red, green and blue over all pixels at native resolution, each pixel with the same
    /// weight, in units of 0..=1: the constants of a [`Normalize`](crate::transform::Normalize).
    pub channels: Vec<Summary>,
    /// Of each channel the quantiles [`GroupStats::QUANTILES`] over all pixels, in units of 0..=1.
    #[serde(default)]
    pub quantiles: Vec<Vec<f64>>,
    /// Mean and deviation of the channels in three conventions, to be copied into a program.
    pub constants: Vec<ChannelConstants>,
    /// The same statistics of each split and each class.
    pub groups: Vec<GroupStats>,
}

/// How many images a class has.
///
/// ```
/// use burn_prep::source::ImageFolder;
/// use burn_prep::validate::Validator;
/// let report = Validator::new(ImageFolder::open("assets/photos")?).run()?;
/// let last = &report.dataset.classes[5];
/// assert_eq!((last.class.as_str(), last.images), ("textures", 6));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClassCount {
    /// The class folder's name.
    pub class: String,
    /// Its usable images.
    pub images: u64,
}

impl ClassCount {
    pub(crate) fn new(class: &str, images: u64) -> Self {
        Self { class: class.to_owned(), images }
    }
}

/// The statistics of a histogram's channels in units of 0..=1; none for an empty histogram.
pub(crate) fn unit_channels(histogram: &PixelHistogram) -> Result<Vec<Summary>> {
    let unit = |summary: Summary| summary.scaled(1.0 / 255.0);
    histogram.channels().iter().map(|channel| channel.summary().map(unit)).collect()
}
