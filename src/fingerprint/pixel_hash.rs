//! A hash of a picture's pixels.

use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_128;

use super::hex;
use crate::images::Image;

/// A hash of 128 bits (XXH3) of a picture's size, mode and samples: pictures of one hash are taken to be equal.
///
/// It does not resist those who make two pictures of one hash on purpose. What is hashed are the width and the height as 32-bit
/// numbers, the number of channels as a byte, least significant bytes first, and the samples.
///
/// ```
/// use burn_prep::fingerprint::PixelHash;
/// use burn_prep::images::{ColorMode, Image, ImageSize};
///
/// let hash = |size| Image::new(size, ColorMode::L, vec![0, 100, 200, 40]).map(|image| PixelHash::of(&image));
/// assert_eq!(hash(ImageSize::square(2))?.to_string(), "0a9773ecfcca448554a3fb4065dcc2d3");
/// assert_ne!(hash(ImageSize::square(2))?, hash(ImageSize::new(4, 1))?);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PixelHash(u128);

impl PixelHash {
    /// Computes the hash of a picture.
    pub fn of(image: &Image) -> Self {
        let mut hasher = XxHash3_128::new();
        hasher.write(&image.size().width.to_le_bytes());
        hasher.write(&image.size().height.to_le_bytes());
        // At most 4: one byte.
        hasher.write(&image.mode().channels().to_le_bytes()[..1]);
        hasher.write(image.pixels());
        Self(hasher.finish_128())
    }

    /// The hash as a number.
    ///
    /// ```
    /// assert_eq!(burn_prep::fingerprint::PixelHash::from(7).get(), 7);
    /// ```
    pub fn get(self) -> u128 {
        self.0
    }
}

impl From<u128> for PixelHash {
    /// A hash that was computed before.
    fn from(hash: u128) -> Self {
        Self(hash)
    }
}

hex::impl_digits!(PixelHash);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::{ColorMode, ImageSize};

    /// xxhash 4.1.0 for Python: `xxh3_128_hexdigest(struct.pack("<IIB", width, height, channels) + samples)`.
    #[test]
    fn the_hash_is_the_one_of_other_programs() {
        let samples: Vec<u8> = (0..9000_u32).map(|i| (i * 31) as u8).collect();
        let image = Image::new(ImageSize::new(100, 30), ColorMode::Rgb, samples).unwrap();
        assert_eq!(PixelHash::of(&image).to_string(), "0910afe2dd8be1c4b150ccdc2a90e2b4");
        let row = Image::new(ImageSize::new(4, 1), ColorMode::L, vec![0, 100, 200, 40]).unwrap();
        assert_eq!(PixelHash::of(&row).to_string(), "f9a09717fcac6ba765203b698abf0147");
    }

    #[test]
    fn stored_hashes_keep_all_bits() {
        let hash = PixelHash::from(u128::MAX - 5);
        let text = serde_json::to_string(&hash).unwrap();
        assert_eq!(text, "\"fffffffffffffffffffffffffffffffa\"");
        assert_eq!(serde_json::from_str::<PixelHash>(&text).unwrap(), hash);
        assert!(serde_json::from_str::<PixelHash>("\"ffff\"").is_err());
    }
}
