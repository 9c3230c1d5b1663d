//! A small gray copy of a picture, to compare pictures by.

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{Dihedral, SIDE, hex};
use crate::error::{Error, Result};
use crate::images::{Image, ImageSize, luma_of};
use crate::simd::{Kernel, widest};

const PIXELS: usize = SIDE * SIDE;

/// The luma of a picture at 32x32 pixels, each the mean of the part that it covers, rounded.
///
/// ```
/// use burn_prep::fingerprint::{Dihedral, Thumbnail};
/// use burn_prep::images::{ColorMode, Image, ImageSize};
///
/// let thumbnail = |pixels| Image::new(ImageSize::new(3, 1), ColorMode::L, pixels).map(|image| Thumbnail::of(&image));
/// let slope = thumbnail(vec![0, 100, 200])?;
/// assert_eq!(slope.pixels()[9..12], [0, 33, 100]);          // 10 2/3 columns for each pixel
/// let darker = thumbnail(vec![0, 50, 100])?;
/// assert!(slope.correlation(&darker) > 0.9999);
/// assert!(slope.correlation(&darker.formed(Dihedral::Rotate180)) < -0.9999);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Thumbnail([u8; PIXELS]);

impl Thumbnail {
    /// Makes the thumbnail of a picture, whose alpha is left out.
    pub fn of(image: &Image) -> Self {
        Self::of_luma(&luma_of(image), image.size())
    }

    pub(super) fn of_luma(luma: &[u8], size: ImageSize) -> Self {
        let (width, height) = (size.width as usize, size.height as usize);
        let mut pixels = [0; PIXELS];
        let (mut sums, mut parts) = (vec![0_u64; width], vec![0_u32; width]);
        for (row, rows) in pixels.chunks_exact_mut(SIDE).zip(Span::all(height)) {
            sums.fill(0);
            widest(AddRows { luma, width, rows, parts: &mut parts, sums: &mut sums });
            for (pixel, columns) in row.iter_mut().zip(Span::all(width)) {
                let sum: u64 = columns.pixels().map(|at| u64::from(columns.weight(at)) * sums[at]).sum();
                // The weights of a pixel of the thumbnail add up to the area of the picture.
                *pixel = ((2 * sum + size.area()) / (2 * size.area())) as u8;
            }
        }
        Self(pixels)
    }

    /// The samples, row by row.
    pub fn pixels(&self) -> &[u8; 1024] {
        &self.0
    }

    /// The thumbnail flipped or turned.
    ///
    /// ```
    /// use burn_prep::fingerprint::{Dihedral, Thumbnail};
    /// let mut pixels = [0; 1024];
    /// pixels[31] = 9;                                        // upper right
    /// let turned = Thumbnail::from(pixels).formed(Dihedral::Rotate90);
    /// assert_eq!(turned.pixels()[1023], 9);                  // lower right
    /// ```
    #[must_use]
    pub fn formed(&self, form: Dihedral) -> Self {
        if form == Dihedral::Identity {
            return self.clone();
        }
        let mut pixels = [0; PIXELS];
        for (row, line) in pixels.chunks_exact_mut(SIDE).enumerate() {
            for (column, pixel) in line.iter_mut().enumerate() {
                let (row, column) = form.source(row, column, SIDE);
                *pixel = self.0[row * SIDE + column];
            }
        }
        Self(pixels)
    }

    /// The standard deviation of the samples, in units of 0..=255: how much there is to compare.
    ///
    /// ```
    /// use burn_prep::fingerprint::Thumbnail;
    /// let half: [u8; 1024] = std::array::from_fn(|at| if at < 512 { 0 } else { 200 });
    /// assert_eq!(Thumbnail::from(half).deviation(), 100.0);
    /// ```
    pub fn deviation(&self) -> f64 {
        // At most 2^36, exact as a float.
        (self.variance() as f64).sqrt() / PIXELS as f64
    }

    /// The normalised correlation with another thumbnail, in -1..=1: 1 where one is the other but for brightness and contrast, 0
    /// where one of them has a single value.
    #[doc(alias = "NCC")]
    pub fn correlation(&self, other: &Self) -> f64 {
        let scale = (self.variance() as f64 * other.variance() as f64).sqrt();
        let covariance = covariance(&self.0, &other.0) as f64;
        if scale > 0.0 { (covariance / scale).clamp(-1.0, 1.0) } else { 0.0 }
    }

    /// The variance times the square of the number of samples.
    fn variance(&self) -> i64 {
        covariance(&self.0, &self.0)
    }
}

/// The covariance times the square of the number of samples.
fn covariance(a: &[u8; PIXELS], b: &[u8; PIXELS]) -> i64 {
    // Sums of products are at most 1024 * 255^2 < 2^27.
    let (mut products, mut of_a, mut of_b) = (0_i32, 0_i32, 0_i32);
    for (&a, &b) in a.iter().zip(b) {
        let (a, b) = (i32::from(a), i32::from(b));
        products += a * b;
        of_a += a;
        of_b += b;
    }
    PIXELS as i64 * i64::from(products) - i64::from(of_a) * i64::from(of_b)
}

/// What a pixel of the thumbnail covers of an axis, in 32nds of a source pixel.
#[derive(Clone, Copy)]
struct Span {
    start: usize,
    end: usize,
}

impl Span {
    /// The 32 parts of an axis.
    fn all(length: usize) -> impl Iterator<Item = Self> {
        (0..SIDE).map(move |part| Self { start: part * length, end: (part + 1) * length })
    }

    /// The source pixels of which it covers something.
    #[inline(always)]
    fn pixels(self) -> Range<usize> {
        self.start / SIDE..self.end.div_ceil(SIDE)
    }

    /// How much it covers of one of them: 1 to 32.
    #[inline(always)]
    fn weight(self, pixel: usize) -> u32 {
        (self.end.min((pixel + 1) * SIDE) - self.start.max(pixel * SIDE)) as u32
    }
}

/// Adds rows of luma, as often as they are covered.
struct AddRows<'a> {
    luma: &'a [u8],
    width: usize,
    rows: Span,
    /// Sums over some rows.
    parts: &'a mut [u32],
    sums: &'a mut [u64],
}

/// Rows that are summed in 32 bits: each adds at most `32 * 255`.
const PART: usize = 1 << 18;

impl Kernel for AddRows<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let rows = self.rows.pixels();
        for first in rows.clone().step_by(PART) {
            self.parts.fill(0);
            for at in first..rows.end.min(first + PART) {
                let weight = self.rows.weight(at);
                let row = &self.luma[at * self.width..][..self.width];
                for (part, &sample) in self.parts.iter_mut().zip(row) {
                    *part += weight * u32::from(sample);
                }
            }
            for (sum, &part) in self.sums.iter_mut().zip(self.parts.iter()) {
                *sum += u64::from(part);
            }
        }
    }
}

impl From<[u8; 1024]> for Thumbnail {
    /// A thumbnail of samples that were computed before, row by row.
    fn from(pixels: [u8; 1024]) -> Self {
        Self(pixels)
    }
}

/// As hexadecimal digits, two for each sample.
impl From<Thumbnail> for String {
    fn from(thumbnail: Thumbnail) -> Self {
        hex::of_bytes(&thumbnail.0)
    }
}

impl TryFrom<String> for Thumbnail {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        hex::bytes("Thumbnail", &text).map(Self)
    }
}

/// Without its samples, which nobody reads among other numbers.
impl fmt::Debug for Thumbnail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Thumbnail(32x32, deviation {:.2})", self.deviation())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::ColorMode;

    fn picture() -> Image {
        let pixels = (0..64 * 48_u32).map(|i| ((i % 64) * (i % 64) / 16 + i / 64 * 3) as u8).collect();
        Image::new(ImageSize::new(64, 48), ColorMode::L, pixels).unwrap()
    }

    /// NumPy 2.4.6, with integers, as in tests/golden/perceptual_hash/make_perceptual_hash.py.
    #[test]
    fn samples_and_their_deviation_are_numpys() {
        let thumbnail = Thumbnail::of(&picture());
        assert_eq!(thumbnail.pixels()[..4], [1, 1, 2, 4]);
        assert_eq!(thumbnail.pixels()[1020..], [84, 98, 113, 128]);
        assert!((thumbnail.deviation() - 65.335_429_511_535_22).abs() < 1e-12);
    }

    #[test]
    fn a_thumbnail_of_a_flipped_picture_is_the_flipped_thumbnail() {
        let picture = picture();
        let flipped = picture.pixels().chunks_exact(64).rev().flatten().copied().collect();
        let flipped = Image::new(picture.size(), ColorMode::L, flipped).unwrap();
        assert!(Thumbnail::of(&flipped) == Thumbnail::of(&picture).formed(Dihedral::FlipVertical));
    }

    #[test]
    fn a_constant_picture_correlates_with_nothing() {
        let constant = Thumbnail::from([9; PIXELS]);
        assert_eq!((constant.deviation(), constant.correlation(&constant)), (0.0, 0.0));
        let thumbnail = Thumbnail::of(&picture());
        assert_eq!(thumbnail.correlation(&constant), 0.0);
        assert_eq!(thumbnail.correlation(&thumbnail), 1.0);
    }

    #[test]
    fn stored_samples_come_back() {
        let thumbnail = Thumbnail::of(&picture());
        let text = serde_json::to_string(&thumbnail).unwrap();
        assert!(serde_json::from_str::<Thumbnail>(&text).unwrap() == thumbnail);
        assert!(serde_json::from_str::<Thumbnail>("\"00\"").is_err());
    }
}
