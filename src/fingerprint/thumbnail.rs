//! A small gray copy of a picture, to compare pictures by.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Dihedral, PIXELS, SIDE, hex, lanczos};
use crate::error::{Error, Result};
use crate::images::{Image, luma_of};

/// The luma of a picture at 32x32 pixels, as Pillow 13's `convert("L").resize((32, 32), Image.Resampling.LANCZOS)`.
///
/// ```
/// use burn_prep::fingerprint::{Dihedral, Thumbnail};
/// use burn_prep::images::{ColorMode, Image, ImageSize};
///
/// let thumbnail = |pixels| Image::new(ImageSize::new(3, 1), ColorMode::L, pixels).map(|image| Thumbnail::of(&image));
/// let slope = thumbnail(vec![0, 100, 200])?;
/// assert_eq!(slope.pixels()[9..12], [22, 30, 39]);         // 10 2/3 columns for each pixel
/// let darker = thumbnail(vec![0, 50, 100])?;
/// assert!(slope.correlation(&darker) > 0.9999);
/// assert!(slope.correlation(&darker.formed(Dihedral::Rotate180)) < -0.99);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Thumbnail([u8; PIXELS]);

impl Thumbnail {
    /// Makes the thumbnail of a picture, whose alpha is left out.
    pub fn of(image: &Image) -> Self {
        Self(lanczos::shrunk(&luma_of(image), image.size()))
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
    use crate::images::{ColorMode, ImageSize};

    fn picture() -> Image {
        let pixels = (0..64 * 48_u32).map(|i| ((i % 64) * (i % 64) / 16 + i / 64 * 3) as u8).collect();
        Image::new(ImageSize::new(64, 48), ColorMode::L, pixels).unwrap()
    }

    /// Pillow 13.0.0 and NumPy 2.4.6, as in tests/golden/perceptual_hash/make_perceptual_hash.py.
    #[test]
    fn samples_are_pillows_and_their_deviation_is_numpys() {
        let thumbnail = Thumbnail::of(&picture());
        assert_eq!(thumbnail.pixels()[..4], [1, 1, 2, 3]);
        assert_eq!(thumbnail.pixels()[1020..], [84, 97, 113, 128]);
        assert!((thumbnail.deviation() - 65.407_729_261_996_96).abs() < 1e-12);
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
