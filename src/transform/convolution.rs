//! A part of a resized image, without the rest: plain loops over the weights of its rows and columns.
//!
//! `fast_image_resize` has crops too, but reads beyond its scratch memory where the first or last column of one lies on a
//! source pixel (docs/UPSTREAM.md). This is for the few pictures of which a crop keeps little.

use crate::error::Result;
use crate::images::{Image, ImageSize};
use crate::transform::Region;

/// A kernel and how far it reaches, in source pixels, or in output pixels where images become smaller.
#[derive(Clone, Copy)]
pub(super) struct Kernel {
    pub(super) weight: fn(f64) -> f64,
    pub(super) reach: f64,
}

/// 1 within a half, of which the upper end belongs to it.
pub(super) const BOX: Kernel = Kernel { weight: |x| f64::from(x > -0.5 && x <= 0.5), reach: 0.5 };
/// `1 - |x|`.
pub(super) const TRIANGLE: Kernel = Kernel { weight: |x| (1.0 - x.abs()).max(0.0), reach: 1.0 };
/// Keys's cubic with a = -0.5.
pub(super) const CUBIC: Kernel = Kernel { weight: cubic, reach: 2.0 };
/// `sinc(x) sinc(x / 3)` within 3.
pub(super) const LANCZOS: Kernel = Kernel { weight: lanczos, reach: 3.0 };

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

/// The region of the image resized to `to`, bit for bit as the fast resizer has it, which is Pillow's way: columns are weighed
/// first, then rows, with weights of 16 bits and sums of 32, each rounded to 8 bits; colours are weighed times their alpha.
pub(super) fn convolve_region(image: &Image, to: ImageSize, region: Region, kernel: Kernel) -> Result<Image> {
    let (from, mode) = (image.size(), image.mode());
    let channels = mode.channels();
    let rows = Axis::new(from.height, to.height, kernel);
    let columns = Axis::new(from.width, to.width, kernel);
    let row_weights = rows.fixed(region.top, region.size.height);
    let column_weights = columns.fixed(region.left, region.size.width);
    let weighed;
    let source = match mode.has_alpha() {
        true => {
            weighed = times_alpha(image.pixels(), channels);
            &weighed[..]
        }
        false => image.pixels(),
    };
    // The columns of the source that are needed.
    let first = column_weights.sets.iter().map(|set| set.first).min().unwrap_or(0);
    let last = column_weights.sets.iter().map(|set| set.first + set.weights.len()).max().unwrap_or(0);
    let (row_length, width) = (from.width as usize * channels, (last - first) * channels);

    let mut tall = Vec::with_capacity(row_weights.sets.len() * width);
    for set in &row_weights.sets {
        let start = set.first * row_length + first * channels;
        tall.extend((start..start + width).map(|at| row_weights.sum(set, &source[at..], row_length)));
    }
    let mut pixels = Vec::with_capacity(row_weights.sets.len() * column_weights.sets.len() * channels);
    for line in tall.chunks_exact(width) {
        for set in &column_weights.sets {
            let start = (set.first - first) * channels;
            let samples = (start..start + channels).map(|at| column_weights.sum(set, &line[at..], channels));
            pixels.extend(samples);
        }
    }
    if mode.has_alpha() {
        divide_by_alpha(&mut pixels, channels);
    }
    Image::new(region.size, mode, pixels)
}

/// An axis of `from` pixels that becomes `to` pixels.
struct Axis {
    from: u32,
    to: u32,
    kernel: Kernel,
    /// Source pixels for each of the result.
    scale: f64,
}

/// The source pixels of one row or column, from `first` on.
struct Set<W> {
    first: usize,
    weights: Vec<W>,
}

/// Weights as integers of 16 bits, and how many of the bits are behind the point.
struct Fixed {
    precision: u32,
    sets: Vec<Set<i32>>,
}

impl Axis {
    fn new(from: u32, to: u32, kernel: Kernel) -> Self {
        Self { from, to, kernel, scale: f64::from(from) / f64::from(to) }
    }

    /// The weights of one pixel of the result, whose sum is 1.
    fn weights(&self, pixel: u32) -> Set<f64> {
        let stretch = self.scale.max(1.0);
        let reach = self.kernel.reach * stretch;
        let center = (f64::from(pixel) + 0.5) * self.scale;
        let start = (center - reach).floor().max(0.0) as usize;
        let end = (center + reach).ceil().min(f64::from(self.from)) as usize;
        let (middle, per_pixel) = (center - 0.5, 1.0 / stretch);
        let weight = |at: usize| (self.kernel.weight)((at as f64 - middle) * per_pixel);
        let weights: Vec<f64> = (start..end).map(weight).collect();
        let sum: f64 = weights.iter().sum();
        Set { first: start, weights: weights.into_iter().map(|weight| weight / sum).collect() }
    }

    /// The largest weight of the whole axis: weights repeat with the places of the pixels of the result between those of the
    /// source, but for those near the ends, where fewer source pixels share the sum.
    fn largest(&self) -> f64 {
        let edge = (self.kernel.reach * self.scale.max(1.0) / self.scale).ceil() as u32 + 1;
        let period = self.to / common_divisor(self.from, self.to);
        let first = edge.saturating_add(period).min(self.to);
        let pixels = (0..first).chain(self.to.saturating_sub(edge).max(first)..self.to);
        pixels.flat_map(|pixel| self.weights(pixel).weights).fold(0.0, f64::max)
    }

    /// The weights of `count` pixels of the result from `first` on, as integers with as many bits behind the point as the
    /// largest weight leaves of 15, and at most 21: sums of 8-bit samples then fit into 32.
    fn fixed(&self, first: u32, count: u32) -> Fixed {
        let largest = self.largest();
        let fits = |precision: &u32| (largest * f64::from(1_u32 << (precision + 1))).round() < 32_768.0;
        let precision = (0..21).take_while(fits).count() as u32;
        let scale = f64::from(1_u32 << precision);
        let of_pixel = |pixel: u32| {
            let Set { first, weights } = self.weights(pixel);
            Set {
                first,
                weights: weights.into_iter().map(|weight| (weight * scale).round() as i32).collect(),
            }
        };
        Fixed { precision, sets: (first..first + count).map(of_pixel).collect() }
    }
}

impl Fixed {
    /// The weighted sum of every `step`-th sample, rounded.
    fn sum(&self, set: &Set<i32>, samples: &[u8], step: usize) -> u8 {
        let samples = samples.iter().step_by(step);
        let half = 1 << (self.precision - 1);
        let products = set.weights.iter().zip(samples).map(|(weight, &sample)| weight * i32::from(sample));
        ((half + products.sum::<i32>()) >> self.precision).clamp(0, 255) as u8
    }
}

fn common_divisor(mut a: u32, mut b: u32) -> u32 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

fn times_alpha(pixels: &[u8], channels: usize) -> Vec<u8> {
    let of_pixel = |pixel: &[u8]| -> Vec<u8> {
        let alpha = u32::from(pixel[channels - 1]);
        let color = |&color: &u8| ((u32::from(color) * alpha + 127) / 255) as u8;
        pixel[..channels - 1].iter().map(color).chain([pixel[channels - 1]]).collect()
    };
    pixels.chunks_exact(channels).flat_map(of_pixel).collect()
}

/// By the reciprocal of alpha with 8 bits behind the point, as the fast resizer divides.
fn divide_by_alpha(pixels: &mut [u8], channels: usize) {
    for pixel in pixels.chunks_exact_mut(channels) {
        let alpha = u32::from(pixel[channels - 1]);
        let reciprocal = ((255_u32 << 9).checked_div(alpha).unwrap_or(0) + 1) >> 1;
        for color in &mut pixel[..channels - 1] {
            *color = ((u32::from(*color) * reciprocal + 128) >> 8).min(255) as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::ColorMode;

    #[test]
    fn weights_sum_to_one_and_stay_within_the_image() {
        for kernel in [TRIANGLE, CUBIC, LANCZOS] {
            for (from, to) in
                [(1, 9), (9, 1), (7, 7), (5, 12), (23, 47), (100, 3), (40, 400), (400, 40), (3, 1000)]
            {
                let axis = Axis::new(from, to, kernel);
                let mut largest = 0.0_f64;
                for pixel in 0..to {
                    let Set { first, weights } = axis.weights(pixel);
                    assert!(!weights.is_empty() && first + weights.len() <= from as usize);
                    assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
                    largest = weights.into_iter().fold(largest, f64::max);
                }
                assert!((axis.largest() - largest).abs() < 1e-12, "{from} {to}");
            }
        }
    }

    #[test]
    fn an_image_of_one_colour_stays_so() {
        for mode in [ColorMode::L, ColorMode::La, ColorMode::Rgb, ColorMode::Rgba] {
            let pixel = &[200, 100, 7, 128][4 - mode.channels()..];
            let image = Image::new(ImageSize::new(5, 3), mode, pixel.repeat(15)).unwrap();
            let region = Region { left: 4, top: 1, size: ImageSize::new(3, 2) };
            let out = convolve_region(&image, ImageSize::new(11, 4), region, CUBIC).unwrap();
            for found in out.pixels().chunks_exact(mode.channels()) {
                // A colour times alpha, rounded, and divided again: one step at an alpha of a half.
                assert!(found.iter().zip(pixel).all(|(a, b)| a.abs_diff(*b) <= 1), "{mode}: {found:?}");
            }
        }
    }
}
