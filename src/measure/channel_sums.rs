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
    /// By how often each value occurs.
    pub(crate) fn of_counts(counts: &[u64; 256]) -> Self {
        let mut sums = Self { count: 0, min: u8::MAX, max: 0, sum: 0, sum_of_squares: 0 };
        for (value, &count) in (0..=u8::MAX).zip(counts).filter(|(_, count)| **count > 0) {
            sums.count += count;
            sums.min = sums.min.min(value);
            sums.max = value;
            sums.sum += u64::from(value) * count;
            sums.sum_of_squares += u64::from(value).pow(2) * count;
        }
        sums
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

    #[test]
    fn the_sums_of_an_image_of_white_pixels_are_exact() {
        let mut counts = [0; 256];
        counts[255] = 1 << 40;
        let sums = ChannelSums::of_counts(&counts);
        assert_eq!((sums.min, sums.max, sums.sum, sums.sum_of_squares), (255, 255, 255 << 40, 65_025 << 40));
        assert_eq!((sums.mean(), sums.std()), (255.0, 0.0));
    }
}
