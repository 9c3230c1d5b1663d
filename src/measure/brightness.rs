//! How bright the pixels of an image are.

use serde::{Deserialize, Serialize};

/// Percentiles of the perceived brightness of an image's pixels, in 0..=1.
///
/// The brightness of a pixel is `B = sqrt(0.241 R^2 + 0.691 G^2 + 0.068 B^2) / 255`, and the sample over 255
/// where there is one channel. Percentiles are interpolated linearly, as NumPy's. They are exact where all
/// pixels are gray; otherwise they are off by at most 1/15,000, because brightness is counted in steps of
/// 1/8160.
///
/// `p99` is low where an image is dark, and `p5` is high where it is light; `p99 - p1` is its contrast.
///
/// ```
/// use burn_prep::images::{ColorMode, Image, ImageSize};
/// use burn_prep::measure::Measures;
///
/// let image = Image::new(ImageSize::new(3, 1), ColorMode::L, vec![255, 0, 51])?;
/// let brightness = Measures::of(&image).brightness;
/// assert_eq!(brightness.p10, 0.04);                     // a fifth of the way from 0 to 51 / 255
/// assert!((brightness.p99 - 0.984).abs() < 1e-12);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Brightness {
    /// 1 % of the pixels are darker.
    pub p1: f64,
    /// 5 % of the pixels are darker.
    pub p5: f64,
    /// 10 % of the pixels are darker.
    pub p10: f64,
    /// 15 % of the pixels are darker.
    pub p15: f64,
    /// The median: half of the pixels are darker.
    pub p50: f64,
    /// 90 % of the pixels are darker.
    pub p90: f64,
    /// 95 % of the pixels are darker.
    pub p95: f64,
    /// 99 % of the pixels are darker.
    pub p99: f64,
}

const PERCENTS: [u64; 8] = [1, 5, 10, 15, 50, 90, 95, 99];
/// Steps of each gray level, so that gray pixels lie on a step.
const STEPS: u16 = 32;
/// The step of white.
const WHITE: u16 = 255 * STEPS;
/// As many counters as steps, up to a power of two.
const COUNTERS: usize = 8192;
const _: () = assert!((WHITE as usize) < COUNTERS);

impl Brightness {
    /// Of one channel, by how often each value occurs.
    pub(super) fn of_counts(counts: &[u64; 256]) -> Self {
        Self::of_steps((0..).step_by(usize::from(STEPS)).zip(counts.iter().copied()))
    }

    /// By how often each step occurs, from the lowest step on.
    fn of_steps(counts: impl Iterator<Item = (u32, u64)> + Clone) -> Self {
        let pixels: u64 = counts.clone().map(|(_, count)| count).sum();
        let last = pixels.saturating_sub(1);
        let lower = PERCENTS.map(|percent| percent * last / 100);
        let upper = lower.map(|rank| (rank + 1).min(last));
        let (lower, upper) = (steps_at(counts.clone(), lower), steps_at(counts, upper));
        let percentile = |at: usize| {
            let hundredths = PERCENTS[at] * last % 100;
            let sum = u64::from(lower[at]) * (100 - hundredths) + u64::from(upper[at]) * hundredths;
            sum as f64 / f64::from(100 * u32::from(WHITE))
        };
        let [p1, p5, p10, p15, p50, p90, p95, p99] = std::array::from_fn(percentile);
        Self { p1, p5, p10, p15, p50, p90, p95, p99 }
    }
}

/// The steps of the pixels at these ranks, which ascend, if the pixels were sorted.
fn steps_at(counts: impl Iterator<Item = (u32, u64)>, ranks: [u64; 8]) -> [u32; 8] {
    let mut found = [0; 8];
    let (mut next, mut pixels) = (0, 0);
    for (step, count) in counts {
        pixels += count;
        while next < ranks.len() && ranks[next] < pixels {
            found[next] = step;
            next += 1;
        }
    }
    found
}

/// The step of each pixel's brightness.
#[inline(always)]
pub(super) fn steps([r, g, b]: [&[u8]; 3], steps: &mut [u16]) {
    /// 2^23, above which the numbers of an `f32` are integers: adding it rounds, and leaves the integer in
    /// the low bits.
    const ROUND: f32 = 8_388_608.0;
    for (((step, &r), &g), &b) in steps.iter_mut().zip(r).zip(g).zip(b) {
        // Rounded to 24 bits, which is far below the error of the root.
        let square = |value: u8, weight: f32| weight * (f32::from(value) * f32::from(value));
        let square = square(r, 241.0) + square(g, 691.0) + square(b, 68.0);
        // 8160^2 / (1000 * 255^2) = 1.024
        let rounded = root(square * 1.024) + ROUND;
        *step = (rounded.to_bits() & (COUNTERS as u32 - 1)) as u16;
    }
}

/// The square root, off by at most 5 millionths of it: a division by Newton's method takes a quarter of the time of an exact root.
#[inline(always)]
fn root(square: f32) -> f32 {
    /// With half of the number's bits subtracted, within 4 % of `1 / sqrt(x)`: Lomont, "Fast inverse square root", 2003.
    const GUESS: u32 = 0x5f37_5a86;
    let half = square * 0.5;
    let mut inverse = f32::from_bits(GUESS - (square.to_bits() >> 1));
    for _ in 0..2 {
        inverse *= 1.5 - half * inverse * inverse;
    }
    square * inverse
}

/// How often each step of brightness occurs.
pub(super) struct StepCounts {
    /// Since the last time that they were moved to `earlier`, so that 32 bits are enough.
    recent: Box<[u32; COUNTERS]>,
    earlier: Vec<u64>,
    /// The sum of `recent`.
    pixels: usize,
}

impl StepCounts {
    pub(super) fn new() -> Self {
        Self { recent: Box::new([0; COUNTERS]), earlier: vec![0; COUNTERS], pixels: 0 }
    }

    /// Adds fewer than 2^31 pixels.
    #[inline]
    pub(super) fn add(&mut self, steps: &[u16]) {
        if self.pixels >= 1 << 31 {
            self.settle();
        }
        self.pixels += steps.len();
        let recent = &mut *self.recent;
        for &step in steps {
            // No step is above the mask, which the compiler cannot know.
            recent[usize::from(step) & (COUNTERS - 1)] += 1;
        }
    }

    #[cold]
    fn settle(&mut self) {
        for (earlier, recent) in self.earlier.iter_mut().zip(self.recent.iter_mut()) {
            *earlier += u64::from(std::mem::take(recent));
        }
        self.pixels = 0;
    }

    pub(super) fn brightness(&self) -> Brightness {
        let counts = self.recent.iter().zip(&self.earlier);
        Brightness::of_steps((0..).zip(counts.map(|(&recent, earlier)| earlier + u64::from(recent))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pixels: &[[u8; 3]]) -> Brightness {
        let planes: [Vec<u8>; 3] = std::array::from_fn(|c| pixels.iter().map(|pixel| pixel[c]).collect());
        let mut found = vec![0; pixels.len()];
        steps([&planes[0], &planes[1], &planes[2]], &mut found);
        let mut counts = StepCounts::new();
        counts.add(&found);
        counts.brightness()
    }

    #[test]
    fn gray_pixels_are_exact() {
        for value in 0..=u8::MAX {
            let mut counts = [0; 256];
            counts[usize::from(value)] = 3;
            let brightness = of(&[[value; 3]; 3]);
            assert_eq!(brightness, Brightness::of_counts(&counts));
            assert_eq!(brightness.p1, f64::from(value) / 255.0);
            assert_eq!(brightness.p99, brightness.p1);
        }
    }

    #[test]
    fn every_color_is_within_half_a_step() {
        // And the error of the root, 5 millionths of 8160 steps.
        for color in 0..1 << 15 {
            let [r, g, b] = [0, 5, 10].map(|shift| (((color >> shift) & 31) * 8 + color % 8) as u8);
            let square = |value: u8| f64::from(value).powi(2);
            let exact = (0.241 * square(r) + 0.691 * square(g) + 0.068 * square(b)).sqrt() / 255.0;
            let mut step = [0];
            steps([&[r], &[g], &[b]], &mut step);
            let error = f64::from(step[0]) / f64::from(WHITE) - exact;
            assert!(error.abs() < 0.541 / f64::from(WHITE), "{r} {g} {b}: {error}");
        }
    }

    #[test]
    fn counters_of_32_bits_do_not_overflow() {
        let mut counts = StepCounts::new();
        counts.add(&[0; 3]);
        counts.pixels = 1 << 31;
        counts.add(&[WHITE; 1]);
        assert_eq!((counts.recent[0], counts.earlier[0], counts.pixels), (0, 3, 1));
        // np.percentile([0, 0, 0, 1], [90, 99]), NumPy 2
        let brightness = counts.brightness();
        assert!((brightness.p90 - 0.7).abs() < 1e-12 && (brightness.p99 - 0.97).abs() < 1e-12);
    }
}
