//! What recognises a picture again.

use serde::{Deserialize, Serialize};

use super::{PerceptualHashes, PixelHash, Thumbnail, lanczos};
use crate::images::{Image, luma_of};

/// Hashes and a small copy of a picture, by which the same picture is found again without its pixels.
///
/// ```
/// use burn_prep::fingerprint::{Dihedral, Fingerprint};
/// use burn_prep::images::{ColorMode, Image, ImageSize};
///
/// let pixels = (0..64 * 48).map(|i| { let (x, y) = (i % 64, i / 64); (x * x / 16 + y * 3) as u8 });
/// let picture = Image::new(ImageSize::new(64, 48), ColorMode::L, pixels.collect())?;
/// // The same with its lowest bit cleared: other pixels, but hardly another picture.
/// let pixels = picture.pixels().iter().map(|sample| sample & 254).collect();
/// let coarse = Image::new(picture.size(), ColorMode::L, pixels)?;
///
/// let (one, other) = (Fingerprint::of(&picture), Fingerprint::of(&coarse));
/// assert_ne!(one.pixels, other.pixels);
/// assert_eq!(one.perceptual.distance(&other.perceptual, Dihedral::Identity), 0);
/// assert!(one.thumbnail.correlation(&other.thumbnail) > 0.999);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Fingerprint {
    /// A hash of size, mode and samples: equal only where the pictures are.
    pub pixels: PixelHash,
    /// Hashes of the picture and of its flipped and turned forms that change little where the picture changes little.
    pub perceptual: PerceptualHashes,
    /// The picture at 32x32 gray pixels, which tells whether pictures of similar hashes are alike.
    pub thumbnail: Thumbnail,
}

impl Fingerprint {
    /// Computes the fingerprint of a picture. Alpha counts in the hash of the pixels alone.
    pub fn of(image: &Image) -> Self {
        Self::with_luma(image, &luma_of(image))
    }

    /// The fingerprint of a picture whose luma is known.
    pub(crate) fn with_luma(image: &Image, luma: &[u8]) -> Self {
        let thumbnail = Thumbnail::from(lanczos::shrunk(luma, image.size()));
        let perceptual = PerceptualHashes::of_thumbnail(&thumbnail);
        Self { pixels: PixelHash::of(image), perceptual, thumbnail }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::{ColorMode, ImageSize};

    #[test]
    fn a_stored_fingerprint_comes_back_and_any_size_has_one() {
        for (width, height) in [(1, 1), (1, 90), (90, 1), (31, 33), (32, 57), (32, 32)] {
            let pixels = (0..width * height * 4).map(|i: u32| (i * 37) as u8).collect();
            let image = Image::new(ImageSize::new(width, height), ColorMode::Rgba, pixels).unwrap();
            let fingerprint = Fingerprint::of(&image);
            let text = serde_json::to_string(&fingerprint).unwrap();
            assert_eq!(serde_json::from_str::<Fingerprint>(&text).unwrap(), fingerprint);
        }
    }
}
