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
/// Counts that are summed, to find those at a rank faster.
const PART: usize = 64;

impl Brightness {
    /// Of one channel, by how often each value occurs.
    pub(super) fn of_counts(counts: &[u64; 256]) -> Self {
        Self::of_steps(counts, STEPS)
    }

    /// By how often each brightness occurs, from 0 on, so many steps apart.
    fn of_steps(counts: &[u64], apart: u16) -> Self {
        let parts: Vec<u64> = counts.chunks(PART).map(|counts| counts.iter().sum()).collect();
        let last = parts.iter().sum::<u64>().saturating_sub(1);
        let step_at = |rank: u64| place_at(&parts, counts, rank) as u64 * u64::from(apart);
        let percentile = |percent: u64| {
            let (rank, hundredths) = (percent * last / 100, percent * last % 100);
            let (lower, upper) = (step_at(rank), step_at((rank + 1).min(last)));
            let sum = lower * (100 - hundredths) + upper * hundredths;
            sum as f64 / f64::from(100 * u32::from(WHITE))
        };
        let [p1, p5, p10, p15, p50, p90, p95, p99] = PERCENTS.map(percentile);
        Self { p1, p5, p10, p15, p50, p90, p95, p99 }
    }
}

/// Which of the counts has the pixel at a rank, if the pixels were sorted; `parts` are their sums. 0 where there is none.
fn place_at(parts: &[u64], counts: &[u64], rank: u64) -> usize {
    let mut rank = rank;
    let mut first_above = |sums: &[u64]| {
        sums.iter().position(|&sum| {
            let is_here = rank < sum;
            rank -= if is_here { 0 } else { sum };
            is_here
        })
    };
    let place = first_above(parts).and_then(|part| {
        let first = part * PART;
        Some(first + first_above(&counts[first..])?)
    });
    place.unwrap_or(0)
}

/// The step of each pixel's brightness.
#[inline(always)]
pub(super) fn steps([r, g, b]: [&[u8]; 3], steps: &mut [u16]) {
    /// 2^23, above which the numbers of an `f32` are integers: adding it rounds, and leaves the integer in
    /// the low bits.
    const ROUND: f32 = 8_388_608.0;
    /// 8160^2 / (1000 * 255^2), which brings squares of samples to squares of steps.
    const SCALE: f32 = 1.024;
    for (((step, &r), &g), &b) in steps.iter_mut().zip(r).zip(g).zip(b) {
        // Rounded to 24 bits, which is far below the error of the root.
        let [r, g, b] = [r, g, b].map(|sample| f32::from(sample) * f32::from(sample));
        let square = r.mul_add(241.0 * SCALE, g.mul_add(691.0 * SCALE, b * (68.0 * SCALE)));
        let rounded = square.mul_add(inverse_root(square), ROUND);
        *step = (rounded.to_bits() & (COUNTERS as u32 - 1)) as u16;
    }
}

/// The inverse of the square root by Newton's method, off by at most 5 millionths of it; it takes a quarter of the time of an exact root.
#[inline(always)]
fn inverse_root(square: f32) -> f32 {
    /// With half of the number's bits subtracted, within 4 % of `1 / sqrt(x)`: Lomont, "Fast inverse square root", 2003.
    const GUESS: u32 = 0x5f37_5a86;
    let half = square * -0.5;
    let mut inverse = f32::from_bits(GUESS - (square.to_bits() >> 1));
    for _ in 0..2 {
        inverse *= (half * inverse).mul_add(inverse, 1.5);
    }
    inverse
}

/// How often each step of brightness occurs.
///
/// Two tables take turns, because an addition to a counter waits for the last one to the same counter; of 16 bits, they leave room in
/// the fastest cache.
pub(super) struct StepCounts {
    /// Since the last time that they were moved to `earlier`.
    recent: Box<[[u16; COUNTERS]; 2]>,
    earlier: Vec<u64>,
    /// The sum of `recent`, at most `MOST_RECENT`.
    pixels: usize,
}

/// As many as 16 bits count.
const MOST_RECENT: usize = u16::MAX as usize;

impl StepCounts {
    pub(super) fn new() -> Self {
        Self { recent: Box::new([[0; COUNTERS]; 2]), earlier: vec![0; COUNTERS], pixels: 0 }
    }

    /// Adds at most 65,535 pixels.
    #[inline(always)]
    pub(super) fn add(&mut self, steps: &[u16]) {
        debug_assert!(steps.len() <= MOST_RECENT);
        if self.pixels + steps.len() > MOST_RECENT {
            self.settle();
        }
        self.pixels += steps.len();
        let [first, second] = &mut *self.recent;
        // No step is above the mask, which the compiler cannot know.
        let place = |step: u16| usize::from(step) & (COUNTERS - 1);
        let (pairs, rest) = steps.as_chunks::<2>();
        for &[a, b] in pairs {
            first[place(a)] += 1;
            second[place(b)] += 1;
        }
        for &step in rest {
            first[place(step)] += 1;
        }
    }

    #[inline(always)]
    fn settle(&mut self) {
        let [first, second] = &mut *self.recent;
        for ((earlier, first), second) in self.earlier.iter_mut().zip(first).zip(second) {
            *earlier += u64::from(std::mem::take(first)) + u64::from(std::mem::take(second));
        }
        self.pixels = 0;
    }

    #[inline(always)]
    pub(super) fn brightness(mut self) -> Brightness {
        self.settle();
        Brightness::of_steps(&self.earlier, 1)
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
    fn counters_of_16_bits_do_not_overflow() {
        let mut counts = StepCounts::new();
        let dark = [0; 3];
        for _ in 0..3 * MOST_RECENT / dark.len() {
            counts.add(&dark);
        }
        (0..MOST_RECENT).for_each(|_| counts.add(&[WHITE]));
        counts.settle();
        assert_eq!((counts.earlier[0], counts.pixels), (3 * 65_535, 0));
        assert_eq!(counts.earlier[usize::from(WHITE)], 65_535);
        // np.percentile([0] * 3 + [1], [75]) and neighbors: the last quarter is white.
        let brightness = counts.brightness();
        assert_eq!((brightness.p50, brightness.p90), (0.0, 1.0));
    }

    #[test]
    fn percentiles_are_numpys() {
        // np.percentile([0, 0, 0, 1], [90, 99]), NumPy 2
        let mut counts = StepCounts::new();
        counts.add(&[0, 0, WHITE, 0]);
        let brightness = counts.brightness();
        assert!((brightness.p90 - 0.7).abs() < 1e-12 && (brightness.p99 - 0.97).abs() < 1e-12);
        assert_eq!(StepCounts::new().brightness().p99, 0.0);
    }
}
