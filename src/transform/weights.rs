//! The weights of source pixels in the pixels of a resized image.

/// A kernel and how far it reaches, in source pixels, or in output pixels where images become smaller.
#[derive(Clone, Copy)]
pub(super) struct Kernel {
    pub(super) weight: fn(f64) -> f64,
    pub(super) reach: f64,
    /// No weight of a pixel whose source pixels all lie within the image is larger, where images become smaller by this factor.
    pub(super) largest: fn(f64) -> f64,
}

/// 1 within a half, of which the upper end belongs to it.
pub(super) const BOX: Kernel =
    Kernel { weight: |x| f64::from(x > -0.5 && x <= 0.5), reach: 0.5, largest: |_| f64::INFINITY };
/// `1 - |x|`. The largest weight before they are divided by their sum is 1. The sum of `1 - |k - c| / s` over the integers within
/// `s` of `c` is at least `s - 1 / (4 s)`.
pub(super) const TRIANGLE: Kernel =
    Kernel { weight: |x| (1.0 - x.abs()).max(0.0), reach: 1.0, largest: |s| 1.0 / (s - 0.25 / s) };
/// Keys's cubic with a = -0.5.
pub(super) const CUBIC: Kernel = Kernel { weight: cubic, reach: 2.0, largest: |_| f64::INFINITY };
/// `sinc(x) sinc(x / 3)` within 3.
pub(super) const LANCZOS: Kernel = Kernel { weight: lanczos, reach: 3.0, largest: |_| f64::INFINITY };

fn cubic(x: f64) -> f64 {
    const A: f64 = -0.5;
    match x.abs() {
        x if x < 1.0 => ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0,
        x if x < 2.0 => (((x - 5.0) * x + 8.0) * x - 4.0) * A,
        _ => 0.0,
    }
}

fn lanczos(x: f64) -> f64 {
    let sinc =
        |x: f64| if x == 0.0 { 1.0 } else { (x * std::f64::consts::PI).sin() / (x * std::f64::consts::PI) };
    if x.abs() < 3.0 { sinc(x) * sinc(x / 3.0) } else { 0.0 }
}

/// The weights of some rows or columns of a resized image as integers of 16 bits, the same as those of the fast resizer.
#[derive(Debug)]
pub(super) struct Weights {
    /// How many bits of a weight are behind the point.
    pub(super) precision: u32,
    /// The first source pixel of each pixel of the result, and where its weights end in `values`.
    pixels: Vec<(usize, usize)>,
    values: Vec<i16>,
}

impl Weights {
    /// Of the pixels `first..first + count` of an axis of `from` pixels that becomes `to` pixels.
    pub(super) fn new(from: u32, to: u32, kernel: Kernel, (first, count): (u32, u32)) -> Self {
        let axis = Axis { from, to, kernel, scale: f64::from(from) / f64::from(to) };
        let mut row = Vec::new();
        let precision = axis.precision(&mut row);
        let scale = f64::from(1_u32 << precision);
        let mut weights = Self { precision, pixels: Vec::with_capacity(count as usize), values: Vec::new() };
        for pixel in first..first + count {
            let start = axis.weigh(pixel, &mut row);
            weights.values.extend(row.iter().map(|weight| (weight * scale).round() as i16));
            weights.pixels.push((start, weights.values.len()));
        }
        weights
    }

    /// The same, from the last pixel of the result to the first.
    #[cfg(feature = "burn")]
    pub(super) fn mirrored(&self) -> Self {
        let mut mirrored =
            Self { precision: self.precision, pixels: Vec::with_capacity(self.len()), values: Vec::new() };
        for pixel in (0..self.len()).rev() {
            let (first, weights) = self.of(pixel);
            mirrored.values.extend_from_slice(weights);
            mirrored.pixels.push((first, mirrored.values.len()));
        }
        mirrored
    }

    /// The number of pixels of the result.
    pub(super) fn len(&self) -> usize {
        self.pixels.len()
    }

    /// The first source pixel of a pixel of the result, and the weights from there on.
    pub(super) fn of(&self, pixel: usize) -> (usize, &[i16]) {
        let (first, end) = self.pixels[pixel];
        let start = pixel.checked_sub(1).map_or(0, |before| self.pixels[before].1);
        (first, &self.values[start..end])
    }

    /// The source pixels that have a weight: the first, and the one behind the last.
    pub(super) fn range(&self) -> (usize, usize) {
        let ends = (0..self.len()).map(|pixel| {
            let (first, weights) = self.of(pixel);
            (first, first + weights.len())
        });
        ends.reduce(|(a, b), (first, last)| (a.min(first), b.max(last))).unwrap_or((0, 0))
    }

    /// The weighted sum of every `step`-th sample, rounded.
    pub(super) fn sum(&self, weights: &[i16], samples: &[u8], step: usize) -> u8 {
        let samples = samples.iter().step_by(step);
        let half = 1 << (self.precision - 1);
        let products =
            weights.iter().zip(samples).map(|(weight, sample)| i32::from(*weight) * i32::from(*sample));
        ((half + products.sum::<i32>()) >> self.precision).clamp(0, 255) as u8
    }
}

/// As many bits behind the point as the largest weight leaves of 15, and at most 21: sums of 8-bit samples then fit into 32.
fn precision(largest: f64) -> u32 {
    let fits = |precision: &u32| (largest * f64::from(1_u32 << (precision + 1))).round() < 32_768.0;
    (0..21).take_while(fits).count() as u32
}

/// An axis of `from` pixels that becomes `to` pixels.
struct Axis {
    from: u32,
    to: u32,
    kernel: Kernel,
    /// Source pixels for each of the result.
    scale: f64,
}

impl Axis {
    /// Computes the weights of one pixel of the result, whose sum is 1, and gives the source pixel of the first.
    fn weigh(&self, pixel: u32, weights: &mut Vec<f64>) -> usize {
        let stretch = self.scale.max(1.0);
        let reach = self.kernel.reach * stretch;
        let center = (f64::from(pixel) + 0.5) * self.scale;
        let start = (center - reach).floor().max(0.0) as usize;
        let end = (center + reach).ceil().min(f64::from(self.from)) as usize;
        let (middle, per_pixel) = (center - 0.5, 1.0 / stretch);
        weights.clear();
        weights.extend((start..end).map(|at| (self.kernel.weight)((at as f64 - middle) * per_pixel)));
        let sum: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= sum);
        start
    }

    /// As many bits behind the point as the largest weight of the axis leaves.
    fn precision(&self, weights: &mut Vec<f64>) -> u32 {
        let at_ends = self.largest_at_ends(weights);
        let most = at_ends.max((self.kernel.largest)(self.scale.max(1.0)));
        match (precision(at_ends), precision(most)) {
            (found, least) if found == least => found,
            _ => precision(self.largest(weights)),
        }
    }

    /// The pixels of the result from each end on whose source pixels may lie beyond the image.
    fn edge(&self) -> u32 {
        (self.kernel.reach * self.scale.max(1.0) / self.scale).ceil() as u32 + 1
    }

    /// The largest weight near the ends, where fewer source pixels share the sum.
    fn largest_at_ends(&self, weights: &mut Vec<f64>) -> f64 {
        let edge = self.edge().min(self.to);
        self.largest_of((0..edge).chain((self.to - edge).max(edge)..self.to), weights)
    }

    /// The largest weight of the whole axis: weights repeat with the places of the pixels of the result between those of the
    /// source, but for those near the ends.
    fn largest(&self, weights: &mut Vec<f64>) -> f64 {
        let period = self.to / common_divisor(self.from, self.to);
        let middle = self.edge().min(self.to)..self.edge().saturating_add(period).min(self.to);
        self.largest_at_ends(weights).max(self.largest_of(middle, weights))
    }

    fn largest_of(&self, pixels: impl Iterator<Item = u32>, weights: &mut Vec<f64>) -> f64 {
        let of_pixel = |pixel| {
            self.weigh(pixel, weights);
            weights.iter().copied().fold(0.0, f64::max)
        };
        pixels.map(of_pixel).fold(0.0, f64::max)
    }
}

fn common_divisor(mut a: u32, mut b: u32) -> u32 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_sum_to_one_and_stay_within_the_image() {
        for kernel in [TRIANGLE, CUBIC, LANCZOS] {
            for (from, to) in
                [(1, 9), (9, 1), (7, 7), (5, 12), (23, 47), (100, 3), (40, 400), (400, 40), (3, 1000)]
            {
                let axis = Axis { from, to, kernel, scale: f64::from(from) / f64::from(to) };
                let (mut largest, mut weights) = (0.0_f64, Vec::new());
                for pixel in 0..to {
                    let first = axis.weigh(pixel, &mut weights);
                    assert!(!weights.is_empty() && first + weights.len() <= from as usize);
                    assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
                    largest = weights.iter().copied().fold(largest, f64::max);
                }
                assert!((axis.largest(&mut weights) - largest).abs() < 1e-12, "{from} {to}");
                assert_eq!(axis.precision(&mut weights), precision(largest), "{from} {to}");
            }
        }
    }

    /// Over factors near those at which the number of bits changes.
    #[test]
    fn no_weight_of_a_triangle_within_an_image_is_larger_than_said() {
        let mut seen = 0;
        for to in 1..80 {
            for from in (to..400).step_by(3) {
                let axis = Axis { from, to, kernel: TRIANGLE, scale: f64::from(from) / f64::from(to) };
                let mut weights = Vec::new();
                let middle = axis.edge().min(to)..to.saturating_sub(axis.edge());
                seen += middle.len();
                let found = axis.largest_of(middle, &mut weights);
                assert!(found <= (TRIANGLE.largest)(axis.scale) + 1e-12, "{from} {to}: {found}");
                assert_eq!(
                    axis.precision(&mut weights),
                    precision(axis.largest(&mut weights)),
                    "{from} {to}"
                );
            }
        }
        assert!(seen > 200_000, "{seen}");
    }
}
