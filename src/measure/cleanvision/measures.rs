//! What cleanvision measures of one picture.

use serde::{Deserialize, Serialize};

use super::CleanvisionScores;
use super::blurriness::Blurriness;
use super::brightness::{perceived, percentiles};
use super::channel_counts::ChannelCounts;
use crate::error::Result;
use crate::images::{ColorMode, Image};

/// What cleanvision 0.3.7 measures of one picture, by the names of the columns in its tables.
///
/// The image has to be what Pillow decodes: in the mode of the file, and not turned by the EXIF orientation, which cleanvision
/// does not know (of these measures only the blurriness of a turned picture may differ in its last digits). cleanvision
/// reads the indices of a palette as brightness, the inks of CMYK as red, green and blue, and divides samples of 16 bits by
/// 255; such pictures are measured here as the image holds them, in RGB or gray of 8 bits. At a picture with gray and alpha
/// cleanvision ends with an error; here its gray counts as that of a picture without alpha.
///
/// ```
/// use burn_prep::images::{ColorMode, Image, ImageSize};
/// use burn_prep::measure::CleanvisionIssue::{Dark, LowInformation, OddAspectRatio};
/// use burn_prep::measure::CleanvisionMeasures;
///
/// let image = Image::new(ImageSize::new(100, 30), ColorMode::Rgb, vec![40; 9000])?;
/// let measures = CleanvisionMeasures::of(&image)?;
/// assert_eq!(measures.aspect_ratio, 0.3);
/// assert!((measures.brightness_perc_99 - 40.0 / 255.0).abs() < 1e-12);
/// assert_eq!(measures.scores().issues(), [Dark, OddAspectRatio, LowInformation]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CleanvisionMeasures {
    /// The perceived brightness of the channels' means, 0 to 1: `sqrt(0.241 r^2 + 0.691 g^2 + 0.068 b^2) / 255`. Of any mode
    /// but RGB it is that of the first channel alone, thus of red where there is alpha. No score depends on it.
    pub brightness: f64,
    /// The 5th percentile of the pixels' perceived brightness.
    pub brightness_perc_5: f64,
    /// The 99th percentile of the pixels' perceived brightness.
    pub brightness_perc_99: f64,
    /// The shorter side by the longer one.
    pub aspect_ratio: f64,
    /// The entropy of the histograms of all channels, alpha included, one behind the other, in bits.
    pub entropy: f64,
    /// The standard deviation of the edges of a gray copy whose sides are at most 64.
    pub blurriness: f64,
    /// The standard deviation of the 256 counts of the copy's histogram, which grows with its number of pixels.
    pub blurriness_grayscale_std: f64,
    /// Whether the mode is [`ColorMode::L`]. A picture of three equal channels is not gray.
    pub is_gray: bool,
    /// The square root of the number of pixels.
    pub size: f64,
}

impl CleanvisionMeasures {
    /// Measures an image.
    ///
    /// # Errors
    ///
    /// The image cannot be resized to sides of at most 64, which happens only where both are longer than a million.
    pub fn of(image: &Image) -> Result<Self> {
        let (width, height) = (f64::from(image.size().width), f64::from(image.size().height));
        let counts = ChannelCounts::of(image);
        let means = match image.mode() {
            ColorMode::Rgb => [0, 1, 2].map(|channel| counts.mean(channel)),
            ColorMode::L | ColorMode::La | ColorMode::Rgba => [counts.mean(0); 3],
        };
        let [brightness_perc_5, brightness_perc_99] = percentiles(image, [0.05, 0.99]);
        let blurriness = Blurriness::of(image)?;
        Ok(Self {
            brightness: perceived(means),
            brightness_perc_5,
            brightness_perc_99,
            aspect_ratio: (width / height).min(height / width),
            entropy: counts.entropy(),
            blurriness: blurriness.edges,
            blurriness_grayscale_std: blurriness.counts,
            is_gray: image.mode() == ColorMode::L,
            size: width.sqrt() * height.sqrt(),
        })
    }

    /// The scores of the issues that can be seen in one picture.
    pub fn scores(&self) -> CleanvisionScores {
        CleanvisionScores::of(self)
    }
}
