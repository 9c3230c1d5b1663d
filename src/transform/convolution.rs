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

/// The region of the image resized to `to`: columns are weighed first and rounded to 8 bits, then rows, as the fast resizer
/// has it; colours are weighed times their alpha.
pub(super) fn convolve_region(image: &Image, to: ImageSize, region: Region, kernel: Kernel) -> Result<Image> {
    let (from, mode) = (image.size(), image.mode());
    let channels = mode.channels();
    let rows = weights(from.height, to.height, region.top, region.size.height, kernel);
    let columns = weights(from.width, to.width, region.left, region.size.width, kernel);
    let weighed;
    let source = match mode.has_alpha() {
        true => {
            weighed = times_alpha(image.pixels(), channels);
            &weighed[..]
        }
        false => image.pixels(),
    };
    // The columns of the source that are needed.
    let first = columns.iter().map(|weights| weights.first).min().unwrap_or(0);
    let last = columns.iter().map(|weights| weights.first + weights.weights.len()).max().unwrap_or(0);
    let (row_length, width) = (from.width as usize * channels, (last - first) * channels);

    let mut tall = Vec::with_capacity(rows.len() * width);
    for row in &rows {
        let start = row.first * row_length + first * channels;
        tall.extend((start..start + width).map(|at| row.of(&source[at..], row_length)));
    }
    let mut pixels = Vec::with_capacity(rows.len() * columns.len() * channels);
    for line in tall.chunks_exact(width) {
        for column in &columns {
            let start = (column.first - first) * channels;
            pixels.extend((start..start + channels).map(|at| column.of(&line[at..], channels)));
        }
    }
    if mode.has_alpha() {
        divide_by_alpha(&mut pixels, channels);
    }
    Image::new(region.size, mode, pixels)
}

/// The source pixels of one row or column, from `first` on.
struct Weights {
    first: usize,
    weights: Vec<f64>,
}

impl Weights {
    /// The weighted sum of every `step`-th sample, rounded.
    fn of(&self, samples: &[u8], step: usize) -> u8 {
        let samples = samples.iter().step_by(step);
        let sum: f64 =
            self.weights.iter().zip(samples).map(|(weight, &sample)| weight * f64::from(sample)).sum();
        // A float becomes an integer within 0..=255, whatever it is.
        (sum + 0.5) as u8
    }
}

/// Along an axis of `from` pixels that becomes `to` pixels: the weights of `count` of them, each set with the sum 1.
fn weights(from: u32, to: u32, first: u32, count: u32, kernel: Kernel) -> Vec<Weights> {
    let scale = f64::from(from) / f64::from(to);
    let stretch = scale.max(1.0);
    let reach = kernel.reach * stretch;
    let of_pixel = |pixel: u32| {
        let center = (f64::from(pixel) + 0.5) * scale;
        let start = (center - reach).floor().max(0.0) as usize;
        let end = (center + reach).ceil().min(f64::from(from)) as usize;
        let weight = |at: usize| (kernel.weight)((at as f64 + 0.5 - center) / stretch);
        let weights: Vec<f64> = (start..end).map(weight).collect();
        let sum: f64 = weights.iter().sum();
        Weights { first: start, weights: weights.into_iter().map(|weight| weight / sum).collect() }
    };
    (first..first + count).map(of_pixel).collect()
}

fn times_alpha(pixels: &[u8], channels: usize) -> Vec<u8> {
    let of_pixel = |pixel: &[u8]| -> Vec<u8> {
        let alpha = u32::from(pixel[channels - 1]);
        let color = |&color: &u8| ((u32::from(color) * alpha + 127) / 255) as u8;
        pixel[..channels - 1].iter().map(color).chain([pixel[channels - 1]]).collect()
    };
    pixels.chunks_exact(channels).flat_map(of_pixel).collect()
}

fn divide_by_alpha(pixels: &mut [u8], channels: usize) {
    for pixel in pixels.chunks_exact_mut(channels) {
        let alpha = u32::from(pixel[channels - 1]);
        for color in &mut pixel[..channels - 1] {
            let whole = (u32::from(*color) * 255 + alpha / 2).checked_div(alpha);
            *color = whole.unwrap_or(0).min(255) as u8;
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
            for (from, to) in [(1, 9), (9, 1), (7, 7), (5, 12), (23, 47), (100, 3)] {
                for weights in weights(from, to, 0, to, kernel) {
                    assert!(
                        !weights.weights.is_empty() && weights.first + weights.weights.len() <= from as usize
                    );
                    assert!((weights.weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
                }
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
