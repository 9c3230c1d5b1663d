//! Gray pictures at 32x32 pixels by Pillow's Lanczos filter, bit for bit.
//!
//! `transform` has the same filter with weights of 16 bits, whose pixels may differ by a step. The bits of a perceptual hash
//! near the median would differ with them, so the weights here have Pillow's 22 bits behind the point.

use std::cell::RefCell;
use std::f64::consts::PI;
use std::rc::Rc;

use super::{PIXELS, SIDE};
use crate::images::ImageSize;
use crate::simd::{Kernel, widest};

/// How many bits of a weight are behind the point.
const PRECISION: u32 = 22;
/// How far the kernel reaches, in pixels of the result.
const REACH: f64 = 3.0;

/// A picture of the given luma at 32x32 pixels, as `Image.resize((32, 32), LANCZOS)` of Pillow 13 makes it of mode L.
pub(super) fn shrunk(luma: &[u8], size: ImageSize) -> [u8; PIXELS] {
    let (width, height) = (size.width as usize, size.height as usize);
    // Which axis Pillow 13 begins with, as found by comparing pixels: the first version that does not always begin with rows.
    let columns_first = height > SIDE && height.saturating_add(SIDE) > width.saturating_mul(2);
    let small = if columns_first {
        with_columns_weighed(&with_rows_weighed(luma, width, height), width)
    } else {
        with_rows_weighed(&with_columns_weighed(luma, width), SIDE, height)
    };
    let mut pixels = [0; PIXELS];
    pixels.copy_from_slice(&small);
    pixels
}

/// The rows of a picture at a width of 32 pixels.
fn with_columns_weighed(pixels: &[u8], width: usize) -> Vec<u8> {
    if width == SIDE {
        return pixels.to_vec();
    }
    let mut narrow = vec![0; pixels.len() / width * SIDE];
    widest(WeighColumns { pixels, width, weights: &Weights::of(width), narrow: &mut narrow });
    narrow
}

/// The columns of a picture at a height of 32 pixels.
fn with_rows_weighed(pixels: &[u8], width: usize, height: usize) -> Vec<u8> {
    if height == SIDE {
        return pixels.to_vec();
    }
    let mut low = vec![0; width * SIDE];
    let mut sums = vec![0; width];
    widest(WeighRows { pixels, width, weights: &Weights::of(height), sums: &mut sums, low: &mut low });
    low
}

/// The weights of an axis that becomes 32 pixels long.
struct Weights {
    /// The first source pixel of each pixel of the result, and where its weights are in `values`. Where the axis is long enough,
    /// they are as many as several vectors have, with zeros before or behind them.
    windows: [(usize, usize, usize); SIDE],
    values: Vec<i32>,
}

/// The numbers of the longest vectors.
const LANES: usize = 16;

thread_local! {
    /// The weights of the lengths that this thread met last: most pictures of a dataset have few sizes.
    static RECENT: RefCell<Vec<(usize, Rc<Weights>)>> = const { RefCell::new(Vec::new()) };
}

/// How many lengths are kept, and up to which: the weights of an axis take 24 bytes for each of its pixels.
const RECENT_LENGTHS: usize = 16;
const LONGEST_RECENT: usize = 1 << 13;

impl Weights {
    /// The weights of an axis of this length, which are computed once where they are wanted again soon.
    fn of(length: usize) -> Rc<Self> {
        if length > LONGEST_RECENT {
            return Rc::new(Self::new(length));
        }
        RECENT.with_borrow_mut(|recent| {
            if let Some((_, weights)) = recent.iter().find(|(known, _)| *known == length) {
                return weights.clone();
            }
            let weights = Rc::new(Self::new(length));
            if recent.len() == RECENT_LENGTHS {
                recent.remove(0);
            }
            recent.push((length, weights.clone()));
            weights
        })
    }

    /// The steps are Pillow's, in its order, so that all roundings are the same.
    fn new(length: usize) -> Self {
        let scale = length as f64 / SIDE as f64;
        let stretch = scale.max(1.0);
        let (reach, per_pixel) = (REACH * stretch, 1.0 / stretch);
        let (mut windows, mut values) = ([(0, 0, 0); SIDE], Vec::new());
        let mut row: Vec<f64> = Vec::new();
        for (pixel, window) in windows.iter_mut().enumerate() {
            let center = (pixel as f64 + 0.5) * scale;
            let first = (center - reach + 0.5).max(0.0) as usize;
            let end = ((center + reach + 0.5) as usize).min(length);
            row.clear();
            row.extend((first..end).map(|at| lanczos((at as f64 - center + 0.5) * per_pixel)));
            let sum: f64 = row.iter().sum();
            let start = values.len();
            let padded = row.len().next_multiple_of(LANES);
            let padded = if padded <= length { padded } else { row.len() };
            let before = (first + padded).saturating_sub(length);
            values.resize(start + before, 0);
            values.extend(row.iter().map(|weight| rounded(weight / sum)));
            values.resize(start + padded, 0);
            *window = (first - before, start, values.len());
        }
        Self { windows, values }
    }

    /// The first source pixel of each pixel of the result, and the weights from there on.
    #[inline(always)]
    fn windows(&self) -> impl Iterator<Item = (usize, &[i32])> {
        self.windows.iter().map(|&(first, start, end)| (first, &self.values[start..end]))
    }
}

fn lanczos(x: f64) -> f64 {
    if (-REACH..REACH).contains(&x) { sinc(x) * sinc(x / REACH) } else { 0.0 }
}

fn sinc(x: f64) -> f64 {
    if x == 0.0 {
        return 1.0;
    }
    let x = x * PI;
    x.sin() / x
}

/// A weight as an integer, halves away from 0.
fn rounded(weight: f64) -> i32 {
    (weight * f64::from(1_u32 << PRECISION) + 0.5_f64.copysign(weight)) as i32
}

/// A weighed sum as a sample. The absolute values of the weights of a pixel add up to less than 1.57: sums fit into 32 bits.
#[inline(always)]
fn sample(sum: i32) -> u8 {
    (sum >> PRECISION).clamp(0, 255) as u8
}

const HALF: i32 = 1 << (PRECISION - 1);

/// The sum of the products of two lists, in as many sums as a vector has.
#[inline(always)]
fn product(source: &[u8], weights: &[i32]) -> i32 {
    let (sources, last_sources) = source.as_chunks::<LANES>();
    let (parts, last_weights) = weights.as_chunks::<LANES>();
    let mut sums = [0; LANES];
    for (source, weights) in sources.iter().zip(parts) {
        for ((sum, &source), &weight) in sums.iter_mut().zip(source).zip(weights) {
            *sum += i32::from(source) * weight;
        }
    }
    let mut sum = sums.iter().sum();
    // None but of short axes.
    for (&source, &weight) in last_sources.iter().zip(last_weights) {
        sum += i32::from(source) * weight;
    }
    sum
}

struct WeighColumns<'a> {
    pixels: &'a [u8],
    width: usize,
    weights: &'a Weights,
    narrow: &'a mut [u8],
}

impl Kernel for WeighColumns<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let rows = self.pixels.chunks_exact(self.width);
        let mut sums = [0; SIDE];
        for (row, narrow) in rows.zip(self.narrow.chunks_exact_mut(SIDE)) {
            for (sum, (first, weights)) in sums.iter_mut().zip(self.weights.windows()) {
                *sum = HALF + product(&row[first..first + weights.len()], weights);
            }
            for (pixel, &sum) in narrow.iter_mut().zip(&sums) {
                *pixel = sample(sum);
            }
        }
    }
}

struct WeighRows<'a> {
    pixels: &'a [u8],
    width: usize,
    weights: &'a Weights,
    sums: &'a mut [i32],
    low: &'a mut [u8],
}

impl Kernel for WeighRows<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (low, (first, weights)) in self.low.chunks_exact_mut(self.width).zip(self.weights.windows()) {
            self.sums.fill(HALF);
            let rows = self.pixels[first * self.width..].chunks_exact(self.width);
            for (row, &weight) in rows.zip(weights) {
                for (sum, &source) in self.sums.iter_mut().zip(row) {
                    *sum += i32::from(source) * weight;
                }
            }
            for (pixel, &sum) in low.iter_mut().zip(&*self.sums) {
                *pixel = sample(sum);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The absolute values of a pixel's weights: what `sample` says of them, here of every length up to 300 and some more.
    #[test]
    fn weighed_sums_fit_into_32_bits() {
        let mut largest = 0.0_f64;
        for length in (1..300).chain([500, 777, 1000, 4000]) {
            for (first, weights) in Weights::new(length).windows() {
                assert!(!weights.is_empty() && first + weights.len() <= length);
                let absolute: i64 = weights.iter().map(|weight| i64::from(weight.abs())).sum();
                largest = largest.max(absolute as f64 / f64::from(1_u32 << PRECISION));
            }
        }
        // 1.5617 at a length of 4.
        assert!(largest > 1.56 && largest < 1.57, "{largest}");
    }

    /// Pillow 13.0.0: `Image.fromarray(a).resize((32, 32), Image.Resampling.LANCZOS)`; the second picture's columns are
    /// weighed before its rows.
    #[test]
    fn pixels_are_pillows() {
        let picture = |width: u32, height: u32| -> Vec<u8> {
            let value = |x: u32, y: u32| ((x * x * 3 + y * y * 5 + x * y) / 7 % 256) as u8;
            (0..height).flat_map(|y| (0..width).map(move |x| value(x, y))).collect()
        };
        let wide = shrunk(&picture(70, 37), ImageSize::new(70, 37));
        assert_eq!(wide.len(), 1024);
        assert_eq!(wide[..6], [0, 2, 10, 22, 37, 56]);
        assert_eq!(wide[1018..], [110, 157, 66, 197, 133, 194]);
        let high = shrunk(&picture(37, 70), ImageSize::new(37, 70));
        // With the rows first these would be 6, 85, 188 and 241.
        assert_eq!([high[3], high[12], high[18], high[20]], [5, 84, 189, 242]);
        let same = picture(32, 32);
        assert_eq!(shrunk(&same, ImageSize::square(32))[..], same[..]);
    }
}
