//! Perceptual hashes: bits that change little where a picture changes little.

use serde::{Deserialize, Serialize};

use super::dct::LowFrequencies;
use super::{Dihedral, Thumbnail, hex};
use crate::error::{Error, Result};
use crate::images::Image;

/// The perceptual hashes (pHash) of a picture and of its seven flipped and turned forms, 64 bits each.
///
/// The hash of the picture as it is has the bits of `imagehash.phash(picture)` of imagehash 4.3.2 with Pillow 13: luma, 32x32
/// pixels by a Lanczos filter, the lowest 8x8 coefficients of the cosine transform, and of each whether it is above their
/// median. Where several coefficients are equal by the symmetry of a picture, imagehash's bits come from the rounding of
/// its floats, and here they are 0. The other hashes come from the same coefficients with other signs.
///
/// Two pictures are likely copies of each other where few bits differ: 0 to 2 after another encoding, size or brightness, up to 8
/// after 2 % were cut off; 32 on average for unrelated pictures.
///
/// ```
/// use burn_prep::fingerprint::{Dihedral, PerceptualHashes};
/// use burn_prep::images::{ColorMode, Image, ImageSize};
///
/// let pixels = (0..64 * 48).map(|i| { let (x, y) = (i % 64, i / 64); (x * x / 16 + y * 3) as u8 });
/// let picture = Image::new(ImageSize::new(64, 48), ColorMode::L, pixels.collect())?;
/// let hashes = PerceptualHashes::of(&picture);
/// assert_eq!(hashes.get(Dihedral::Identity), 0x9725_2b32_693a_6d3a);          // as imagehash has it
///
/// let pixels = picture.pixels().chunks_exact(64).flat_map(|row| row.iter().rev().copied());
/// let flipped = PerceptualHashes::of(&Image::new(picture.size(), ColorMode::L, pixels.collect())?);
/// assert_eq!(hashes.distance(&flipped, Dihedral::Identity), 36);
/// assert_eq!(hashes.distance(&flipped, Dihedral::FlipHorizontal), 0);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "phash")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "[String; 8]", into = "[String; 8]")]
pub struct PerceptualHashes([u64; 8]);

impl PerceptualHashes {
    /// Computes the hashes of a picture, whose alpha is left out.
    pub fn of(image: &Image) -> Self {
        Self::of_thumbnail(&Thumbnail::of(image))
    }

    pub(super) fn of_thumbnail(thumbnail: &Thumbnail) -> Self {
        Self(LowFrequencies::of(thumbnail.pixels()).hashes())
    }

    /// The hash of the picture in a form. The highest bit is that of the first coefficient, as in imagehash's texts.
    pub fn get(&self, form: Dihedral) -> u64 {
        self.0[form.index()]
    }

    /// The number of bits in which this picture as it is differs from another one in the given form.
    ///
    /// ```
    /// use burn_prep::fingerprint::{Dihedral, PerceptualHashes};
    /// let (one, other) = (PerceptualHashes::from([7; 8]), PerceptualHashes::from([1, 7, 6, 0, 0, 0, 0, 0]));
    /// assert_eq!(one.distance(&other, Dihedral::Identity), 2);
    /// assert_eq!(one.distance(&other, Dihedral::FlipVertical), 1);
    /// ```
    #[doc(alias = "hamming")]
    pub fn distance(&self, other: &Self, form: Dihedral) -> u32 {
        (self.get(Dihedral::Identity) ^ other.get(form)).count_ones()
    }
}

impl From<[u64; 8]> for PerceptualHashes {
    /// Hashes that were computed before, in the order of [`Dihedral::ALL`].
    fn from(hashes: [u64; 8]) -> Self {
        Self(hashes)
    }
}

/// As imagehash prints them: 16 hexadecimal digits each.
impl From<PerceptualHashes> for [String; 8] {
    fn from(hashes: PerceptualHashes) -> Self {
        hashes.0.map(|hash| format!("{hash:016x}"))
    }
}

impl TryFrom<[String; 8]> for PerceptualHashes {
    type Error = Error;

    fn try_from(texts: [String; 8]) -> Result<Self> {
        let mut hashes = [0; 8];
        for (hash, text) in hashes.iter_mut().zip(&texts) {
            let number = hex::number("PerceptualHashes", text, 16)?;
            *hash = u64::try_from(number)
                .map_err(|_| Error::parameter("PerceptualHashes", text, "16 hexadecimal digits"))?;
        }
        Ok(Self(hashes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::{ColorMode, ImageSize};

    fn picture(width: u32, height: u32) -> Image {
        let value = |x: u32, y: u32| ((x * x * 3 + y * y * 5 + x * y) / 7 % 256) as u8;
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| value(x, y)));
        Image::new(ImageSize::new(width, height), ColorMode::L, pixels.collect()).unwrap()
    }

    /// imagehash 4.3.2, Pillow 13.0.0: phash of the picture, and of `Image.transpose` of it, whose pixels are resized anew.
    #[test]
    fn hashes_are_imagehashs() {
        assert_eq!(PerceptualHashes::of(&picture(37, 70)).get(Dihedral::Identity), 0x8d0d_0d1d_1d1d_3f39);
        let hashes = PerceptualHashes::of(&picture(40, 40));
        let texts: [String; 8] = hashes.into();
        let expected = [
            "8c0c0d1d1df9f3c3",
            "d95959584caca697",
            "8cf30de21d06f33c",
            "d252534ba9ad566a",
            "d9a658b74853a669",
            "87f806f1fc0f03e1",
            "8707061efcf8033f",
            "d2ad53b4a9525695",
        ];
        assert_eq!(texts, expected);
        assert_eq!(PerceptualHashes::try_from(texts).unwrap(), hashes);
    }

    #[test]
    fn stored_hashes_come_back_and_others_are_refused() {
        let hashes = PerceptualHashes::from([u64::MAX, 0, 1, 2, 3, 4, 5, 1 << 63]);
        let text = serde_json::to_string(&hashes).unwrap();
        assert_eq!(serde_json::from_str::<PerceptualHashes>(&text).unwrap(), hashes);
        assert!(serde_json::from_str::<PerceptualHashes>(&text.replace("ffff", "fffff")).is_err());
        assert!(serde_json::from_str::<PerceptualHashes>(&text.replace("f", "x")).is_err());
    }
}
