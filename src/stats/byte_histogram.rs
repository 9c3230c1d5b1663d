//! Exact statistics of 8-bit samples from their histogram.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::images::{ColorMode, Image};
use crate::stats::Summary;
use crate::stats::version::Version;
use crate::stats::wide::Wide;

/// How often each of the values 0 to 255 occurs.
///
/// Everything is integer arithmetic up to one last division, so merging in any order and any split
/// gives the same bits.
///
/// ```
/// use burn_prep::stats::ByteHistogram;
///
/// let mut all = ByteHistogram::of(&[1, 2]);
/// all.merge(&ByteHistogram::of(&[3, 6]));
/// assert_eq!(all, ByteHistogram::of(&[6, 3, 2, 1]));
/// assert_eq!(all.counts()[3], 1);
/// assert_eq!(all.summary()?.mean, 3.0);
/// assert!(ByteHistogram::new().summary().is_err());
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "bincount")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct ByteHistogram {
    counts: [u64; 256],
}

/// As it is stored: `serde` knows no arrays of 256.
#[derive(Serialize, Deserialize)]
struct Stored {
    version: Version<1>,
    counts: Vec<u64>,
}

impl From<ByteHistogram> for Stored {
    fn from(histogram: ByteHistogram) -> Self {
        Self { version: Version, counts: histogram.counts.to_vec() }
    }
}

impl TryFrom<Stored> for ByteHistogram {
    type Error = Error;

    fn try_from(stored: Stored) -> Result<Self> {
        let wrong = |counts: Vec<u64>| Error::shape("ByteHistogram", [counts.len()], "[256] counts");
        Ok(Self { counts: stored.counts.try_into().map_err(wrong)? })
    }
}

impl Default for ByteHistogram {
    fn default() -> Self {
        Self { counts: [0; 256] }
    }
}

impl ByteHistogram {
    /// Creates a histogram without samples.
    pub fn new() -> Self {
        Self::default()
    }

    /// The histogram of samples.
    pub fn of(samples: &[u8]) -> Self {
        let mut histogram = Self::new();
        histogram.extend(samples);
        histogram
    }

    /// Adds samples.
    ///
    /// ```
    /// let mut histogram = burn_prep::stats::ByteHistogram::of(&[9]);
    /// histogram.extend(&[9, 7]);
    /// assert_eq!((histogram.counts()[9], histogram.count()), (2, 3));
    /// ```
    pub fn extend(&mut self, samples: &[u8]) {
        samples.iter().for_each(|&sample| self.push(sample));
    }

    /// Adds one sample.
    ///
    /// ```
    /// let mut histogram = burn_prep::stats::ByteHistogram::new();
    /// histogram.push(9);
    /// assert_eq!(histogram.counts()[9], 1);
    /// ```
    pub fn push(&mut self, sample: u8) {
        self.counts[usize::from(sample)] += 1;
    }

    /// Adds the samples that another histogram has seen.
    pub fn merge(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
    }

    /// How often each value occurs, by value.
    pub fn counts(&self) -> &[u64; 256] {
        &self.counts
    }

    /// The number of samples.
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Mean, deviation, minimum and maximum.
    ///
    /// `mean = S1 / n` and `std = sqrt((n S2 - S1^2) / n^2)`, with the integer sums `S1` of the
    /// samples and `S2` of their squares: no rounding before the division.
    ///
    /// # Errors
    ///
    /// There are no samples.
    pub fn summary(&self) -> Result<Summary> {
        let (mut sum, mut squares) = (0, Wide::default());
        for (value, &count) in (0_i128..).zip(&self.counts) {
            sum += value * i128::from(count);
            squares += Wide::square(value).times(count);
        }
        let min = self.counts.iter().position(|&count| count > 0);
        let max = self.counts.iter().rposition(|&count| count > 0);
        let (Some(min), Some(max)) = (min, max) else {
            return Err(ErrorKind::Empty { what: "histogram" }.into());
        };
        let count = self.count();
        Ok(Summary {
            count,
            mean: sum as f64 / count as f64,
            std: squares.variance(count, sum, 0).sqrt(),
            min: min as f64,
            max: max as f64,
        })
    }
}

/// How often each sample occurs in each of `C` channels. Two tables take turns: equal neighbours do not wait for one another.
fn counted<const C: usize>(pixels: &[u8]) -> Vec<[u64; 256]> {
    let mut tables = [[[0_u64; 256]; C]; 2];
    let (pairs, last) = pixels.as_chunks::<C>().0.as_chunks::<2>();
    for pair in pairs {
        for (table, pixel) in tables.iter_mut().zip(pair) {
            for (counts, &sample) in table.iter_mut().zip(pixel) {
                counts[usize::from(sample)] += 1;
            }
        }
    }
    let [mut counts, others] = tables;
    for (counts, &sample) in counts.iter_mut().zip(last.as_flattened()) {
        counts[usize::from(sample)] += 1;
    }
    for (count, more) in counts.as_flattened_mut().iter_mut().zip(others.as_flattened()) {
        *count += more;
    }
    counts.to_vec()
}

/// A histogram per channel: the exact statistics of an image, or of all images merged into it.
///
/// ```
/// use burn_prep::images::{ColorMode, Image, ImageSize};
/// use burn_prep::stats::PixelHistogram;
///
/// let image = Image::new(ImageSize::new(2, 1), ColorMode::Rgb, vec![0, 10, 20, 4, 10, 40])?;
/// let mut all = PixelHistogram::of(&image);
/// all.merge(&PixelHistogram::of(&image))?;
/// let means: Vec<f64> = all.channels().iter().map(|c| c.summary().unwrap().mean).collect();
/// assert_eq!(means, [2.0, 10.0, 30.0]);
/// assert_eq!(all.total().summary()?.count, 12);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PixelHistogram {
    version: Version<1>,
    channels: Vec<ByteHistogram>,
}

impl PixelHistogram {
    /// Creates an empty histogram; the first merge fixes the number of channels.
    pub fn new() -> Self {
        Self::default()
    }

    /// The histograms of an image's channels.
    pub fn of(image: &Image) -> Self {
        let pixels = image.pixels();
        Self::of_counts(match image.mode() {
            ColorMode::L => counted::<1>(pixels),
            ColorMode::La => counted::<2>(pixels),
            ColorMode::Rgb => counted::<3>(pixels),
            ColorMode::Rgba => counted::<4>(pixels),
        })
    }

    /// A histogram of which the counts of each channel are known.
    pub(crate) fn of_counts(counts: Vec<[u64; 256]>) -> Self {
        let channels = counts.into_iter().map(|counts| ByteHistogram { counts }).collect();
        Self { version: Version, channels }
    }

    /// Adds the pixels that another histogram has seen.
    ///
    /// # Errors
    ///
    /// The numbers of channels differ.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        if self.channels.is_empty() {
            self.channels.clone_from(&other.channels);
            return Ok(());
        }
        if other.channels.is_empty() {
            return Ok(());
        }
        if self.channels.len() != other.channels.len() {
            let expected = format!("[{}] channels", self.channels.len());
            let found = [other.channels.len()];
            return Err(Error::shape("PixelHistogram::merge", found, expected));
        }
        for (channel, more) in self.channels.iter_mut().zip(&other.channels) {
            channel.merge(more);
        }
        Ok(())
    }

    /// One histogram per channel.
    pub fn channels(&self) -> &[ByteHistogram] {
        &self.channels
    }

    /// The histogram of all channels together.
    pub fn total(&self) -> ByteHistogram {
        self.channels.iter().fold(ByteHistogram::new(), |mut total, channel| {
            total.merge(channel);
            total
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_beyond_128_bits_still_has_a_deviation() {
        let mut histogram = ByteHistogram::new();
        histogram.counts[0] = 1 << 62;
        histogram.counts[255] = 1 << 62;
        let summary = histogram.summary().unwrap();
        assert!((summary.std - 127.5).abs() < 1e-9, "{}", summary.std);
    }

    #[test]
    fn images_of_other_channels_do_not_merge() {
        use crate::images::{ColorMode, ImageSize};
        let image = |mode: ColorMode| {
            PixelHistogram::of(&Image::new(ImageSize::square(1), mode, vec![0; mode.channels()]).unwrap())
        };
        let mut rgb = image(ColorMode::Rgb);
        assert!(rgb.merge(&image(ColorMode::L)).unwrap_err().is_usage());
        rgb.merge(&PixelHistogram::new()).unwrap();
        assert_eq!(rgb, image(ColorMode::Rgb));
    }
}
