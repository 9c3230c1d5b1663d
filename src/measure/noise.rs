//! Noise, by Immerkaer's estimate.

use crate::measure::luma::Luma;
use crate::simd::{Kernel, widest};

/// Sums within a row are of 32 bits, for as many pixels: each is at most 2040.
const PART: usize = 1 << 16;

/// Immerkaer's `sigma = sqrt(pi / 2) / (6 (W - 2) (H - 2)) * sum |L * M|` with
/// `M = [1 -2 1; -2 4 -2; 1 -2 1]`.
pub(super) fn noise(luma: &Luma<'_>) -> Option<f64> {
    /// sqrt(pi / 2)
    const FACTOR: f64 = 1.253_314_137_315_500_3;
    if luma.width() < 3 || luma.height() < 3 {
        return None;
    }
    let pixels = (luma.width() - 2) as f64 * (luma.height() - 2) as f64;
    Some(FACTOR * widest(Sum { luma }) as f64 / (6.0 * pixels))
}

/// The sum of `|L * M|` over the pixels that have all neighbors.
struct Sum<'a> {
    luma: &'a Luma<'a>,
}

impl Kernel for Sum<'_> {
    type Output = u64;

    #[inline(always)]
    fn run(self) -> u64 {
        let width = self.luma.width();
        // M is [1 -2 1] down times [1 -2 1] across.
        let mut down = vec![0_i16; width];
        let mut total = 0;
        for y in 2..self.luma.height() {
            let (above, middle, below) = (self.luma.row(y - 2), self.luma.row(y - 1), self.luma.row(y));
            for (((down, &a), &b), &c) in down.iter_mut().zip(above).zip(middle).zip(below) {
                *down = i16::from(a) - 2 * i16::from(b) + i16::from(c);
            }
            let (left, middle, right) = (&down[..width - 2], &down[1..width - 1], &down[2..]);
            for ((left, middle), right) in left.chunks(PART).zip(middle.chunks(PART)).zip(right.chunks(PART))
            {
                let mut sum = 0_u32;
                for ((&a, &b), &c) in left.iter().zip(middle).zip(right) {
                    sum += u32::from((a - 2 * b + c).unsigned_abs());
                }
                total += u64::from(sum);
            }
        }
        total
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    #[test]
    fn planes_have_no_noise_and_one_pixel_has_the_sum_of_the_mask() {
        let plane: Vec<u8> = (0..12).map(|i| (10 + 3 * (i % 4) + 7 * (i / 4)) as u8).collect();
        assert_eq!(noise(&Luma::new(Cow::Owned(plane), 4, 3)), Some(0.0));
        // All of the mask's weights, whose sizes add up to 16, meet the pixel.
        let mut point = vec![50; 25];
        point[12] = 59;
        let expected = (std::f64::consts::PI / 2.0).sqrt() * 16.0 * 9.0 / (6.0 * 9.0);
        let found = noise(&Luma::new(Cow::Owned(point), 5, 5)).unwrap();
        assert!((found - expected).abs() < 1e-12, "{found}");
    }

    #[test]
    fn the_largest_sums_fit() {
        // A checkerboard of 0 and 255: every sum is 8 * 255.
        let (width, height) = (70_000, 3);
        let level = |i: usize| if (i % width + i / width).is_multiple_of(2) { 0 } else { 255 };
        let board = (0..width * height).map(level).collect();
        let luma = Luma::new(Cow::Owned(board), width, height);
        assert_eq!(widest(Sum { luma: &luma }), 2040 * (width as u64 - 2));
        assert_eq!(noise(&Luma::new(Cow::Owned(vec![0; 20]), 2, 10)), None);
    }
}
