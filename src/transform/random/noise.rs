//! Random samples.

use std::sync::LazyLock;

use crate::random::SplitMix64;
use crate::transform::Normalize;

/// Bits of the place of a number in the table, half of them for the radius and half for the angle.
const BITS: u32 = 12;

/// Numbers of the normal distribution (Box and Muller, 1958) for the middles of 64 radii and of 64 angles, scaled to the
/// deviation 1. A sample of 8 bits tells no more of them apart.
static NORMAL: LazyLock<[f32; 1 << BITS]> = LazyLock::new(|| {
    let side = 1_usize << (BITS / 2);
    let middle = |n: usize| (n as f64 + 0.5) / side as f64;
    let squares = (0..side).map(|n| -2.0 * middle(n).ln());
    let deviation = (squares.sum::<f64>() / side as f64 / 2.0).sqrt();
    std::array::from_fn(|at| {
        let (radius, angle) =
            ((-2.0 * middle(at % side).ln()).sqrt(), std::f64::consts::TAU * middle(at / side));
        (radius * angle.cos() / deviation) as f32
    })
});

/// A stream of samples: normal numbers behind the normalisation, or all equally likely without one.
pub(super) struct Noise {
    generator: SplitMix64,
    left: u64,
    count: u32,
    /// What a number is multiplied by, and what is added, for each channel.
    scales: Option<[[f32; 2]; 4]>,
}

impl Noise {
    pub(super) fn new(seed: u64, normalize: Option<&Normalize>) -> Self {
        let scales = normalize.map(|normalize| {
            std::array::from_fn(|channel| {
                let of = |values: &[f32]| 255.0 * values.get(channel).copied().unwrap_or(0.0);
                [of(normalize.std()), of(normalize.mean()) + 0.5]
            })
        });
        Self { generator: SplitMix64::of_number(seed), left: 0, count: 0, scales }
    }

    fn bits(&mut self) -> usize {
        if self.count == 0 {
            (self.left, self.count) = (self.generator.next(), u64::BITS / BITS);
        }
        let bits = self.left & ((1 << BITS) - 1);
        (self.left, self.count) = (self.left >> BITS, self.count - 1);
        bits as usize
    }

    /// Writes the samples of a pixel.
    pub(super) fn write(&mut self, pixel: &mut [u8]) {
        match self.scales {
            None => pixel.iter_mut().for_each(|sample| *sample = self.bits() as u8),
            Some(scales) => {
                for (sample, [scale, shift]) in pixel.iter_mut().zip(scales) {
                    // The cast rounds down and cuts off.
                    *sample = (NORMAL[self.bits()] * scale + shift) as u8;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::random::chi_square::{assert_counts, assert_uniform, draws};

    #[test]
    fn numbers_of_noise_are_normal() {
        // Wide enough that little is cut off.
        let normalize = Normalize::new([0.5], [0.15]).unwrap();
        // The quarters of the normal distribution, and the parts beyond 1.96: bounds as samples, between two of them.
        let bounds =
            [-1.959_964, -0.674_490, 0.0, 0.674_490, 1.959_964].map(|z: f64| 255.0 * (0.5 + 0.15 * z));
        let mut counts = [0; 6];
        for mut draws in draws(0) {
            let mut sample = [0];
            Noise::new(draws.bits(), Some(&normalize)).write(&mut sample);
            counts[bounds.iter().filter(|&&bound| f64::from(sample[0]) > bound).count()] += 1;
        }
        // The chances of whole samples on each side of the bounds.
        let chances = [0.024_5, 0.228_3, 0.247_2, 0.247_2, 0.228_3, 0.024_5];
        let sum: f64 = chances.iter().sum();
        assert_counts(&counts, &chances.map(|chance| chance / sum));
        let mean = NORMAL.iter().map(|&z| f64::from(z)).sum::<f64>() / 4096.0;
        let square = NORMAL.iter().map(|&z| f64::from(z).powi(2)).sum::<f64>() / 4096.0;
        let fourth = NORMAL.iter().map(|&z| f64::from(z).powi(4)).sum::<f64>() / 4096.0;
        assert!(mean.abs() < 1e-6 && (square - 1.0).abs() < 1e-6 && (fourth - 3.0).abs() < 0.1, "{fourth}");
    }

    #[test]
    fn without_a_normalisation_every_sample_is_as_likely() {
        let samples = draws(1).map(|mut draws| {
            let mut pixel = [0; 3];
            Noise::new(draws.bits(), None).write(&mut pixel);
            (f64::from(pixel[2]) + 0.5) / 256.0
        });
        assert_uniform(64, samples);
    }
}
