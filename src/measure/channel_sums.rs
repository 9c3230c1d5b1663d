//! Exact sums of one channel.

use serde::{Deserialize, Serialize};

/// The smallest and the largest sample of a channel, and the sums of the samples and of their squares.
///
/// All are integers, so the sums of several images may be added in any order.
///
/// ```
/// use burn_prep::images::{ColorMode, Image, ImageSize};
/// use burn_prep::measure::Measures;
///
/// let image = Image::new(ImageSize::new(2, 1), ColorMode::Rgb, vec![1, 20, 7, 3, 40, 7])?;
/// let green = Measures::of(&image).channels[1];
/// assert_eq!((green.min, green.max, green.sum, green.sum_of_squares), (20, 40, 60, 2000));
/// assert_eq!((green.mean(), green.std()), (30.0, 10.0));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChannelSums {
    /// The number of samples.
    pub count: u64,
    /// The smallest sample.
    pub min: u8,
    /// The largest sample.
    pub max: u8,
    /// The sum of the samples.
    pub sum: u64,
    /// The sum of the squares of the samples.
    pub sum_of_squares: u64,
}

impl ChannelSums {
    /// Of no samples.
    pub(super) fn new() -> Self {
        Self { count: 0, min: u8::MAX, max: 0, sum: 0, sum_of_squares: 0 }
    }

    /// By how often each value occurs.
    pub(crate) fn of_counts(counts: &[u64; 256]) -> Self {
        let mut sums = Self::new();
        for (value, &count) in (0..=u8::MAX).zip(counts).filter(|(_, count)| **count > 0) {
            sums.count += count;
            sums.min = sums.min.min(value);
            sums.max = value;
            sums.sum += u64::from(value) * count;
            sums.sum_of_squares += u64::from(value).pow(2) * count;
        }
        sums
    }

    /// Adds at most 65,536 samples, whose squares add up to less than 2^32.
    #[inline(always)]
    pub(super) fn add(&mut self, samples: &[u8]) {
        let (mut min, mut max) = (self.min, self.max);
        for &sample in samples {
            min = min.min(sample);
            max = max.max(sample);
        }
        let (mut sum, mut squares) = (0_u32, 0_u32);
        for &sample in samples {
            sum += u32::from(sample);
            squares += u32::from(sample) * u32::from(sample);
        }
        self.count += samples.len() as u64;
        (self.min, self.max) = (min, max);
        self.sum += u64::from(sum);
        self.sum_of_squares += u64::from(squares);
    }

    /// The mean of the samples, in 0..=255; NaN of none.
    pub fn mean(&self) -> f64 {
        self.sum as f64 / self.count as f64
    }

    /// The standard deviation of the samples (divided by their number); NaN of none.
    pub fn std(&self) -> f64 {
        // n S2 - S1^2 is below 0 only if the fields were changed.
        let products = u128::from(self.count) * u128::from(self.sum_of_squares);
        let variance = products.saturating_sub(u128::from(self.sum).pow(2)) as f64;
        variance.sqrt() / self.count as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::byte_counts::ByteCounts;

    #[test]
    fn sums_of_samples_and_of_counts_are_equal() {
        let samples: Vec<u8> = (0..5000_u32).map(|i| (i * i % 251) as u8).collect();
        let (mut sums, mut counts) = (ChannelSums::new(), ByteCounts::new());
        samples.chunks(999).for_each(|part| sums.add(part));
        counts.add(&samples);
        assert_eq!(sums, ChannelSums::of_counts(&counts.total()));
    }

    #[test]
    fn the_longest_part_fits() {
        let mut sums = ChannelSums::new();
        sums.add(&[255; 65_536]);
        assert_eq!((sums.sum, sums.sum_of_squares), (255 * 65_536, 255 * 255 * 65_536));
        assert_eq!((sums.mean(), sums.std()), (255.0, 0.0));
    }
}
