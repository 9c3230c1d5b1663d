//! The histograms of an image's channels.

use crate::images::Image;

/// How often each value occurs in each channel.
pub(super) struct ChannelCounts(Vec<[u64; 256]>);

impl ChannelCounts {
    pub(super) fn of(image: &Image) -> Self {
        let mut channels = vec![[0_u64; 256]; image.mode().channels()];
        for pixel in image.pixels().chunks_exact(channels.len()) {
            for (counts, &sample) in channels.iter_mut().zip(pixel) {
                counts[usize::from(sample)] += 1;
            }
        }
        Self(channels)
    }

    /// The mean of a channel.
    pub(super) fn mean(&self, channel: usize) -> f64 {
        let counts = &self.0[channel];
        let sum: u64 = (0_u64..).zip(counts).map(|(value, count)| value * count).sum();
        sum as f64 / counts.iter().sum::<u64>() as f64
    }

    /// The entropy of all counts in bits, as if each channel had values of its own: that of a plain picture in RGB is
    /// `log2(3)`.
    pub(super) fn entropy(&self) -> f64 {
        let counts = || self.0.iter().flatten().copied().filter(|&count| count > 0);
        let total = counts().sum::<u64>() as f64;
        counts().fold(0.0, |entropy, count| {
            let share = count as f64 / total;
            entropy - share * share.log2()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::{ColorMode, ImageSize};

    #[test]
    fn entropies_are_pillows() {
        // Pillow 13.0.0: Image.new(mode, (5, 4), color).entropy(); all bands count, alpha too
        let cases = [(ColorMode::L, 0.0), (ColorMode::Rgb, 1.584_962_500_721_156), (ColorMode::Rgba, 2.0)];
        for (mode, expected) in cases {
            let pixels = [9, 9, 9, 255][..mode.channels()].repeat(20);
            let counts = ChannelCounts::of(&Image::new(ImageSize::new(5, 4), mode, pixels).unwrap());
            assert!((counts.entropy() - expected).abs() < 1e-12, "{mode}: {}", counts.entropy());
            assert_eq!(counts.mean(0), 9.0);
        }
    }
}
