//! The pictures among which duplicates are searched.

use std::borrow::Cow;

use crate::fingerprint::{Fingerprint, PerceptualHashes, PixelHash, Thumbnail};

/// One picture to compare with others.
///
/// ```
/// use burn_prep::duplicates::Picture;
/// use burn_prep::fingerprint::{ContentHash, Fingerprint};
/// use burn_prep::images::Decoder;
///
/// let bytes = std::fs::read("assets/photos/animals/cat.jpg")?;
/// let fingerprint = Fingerprint::of(&Decoder::rgb8().decode(&bytes)?.image);
/// let picture = Picture { bytes: Some(ContentHash::of(&bytes).get()), fingerprint: &fingerprint };
/// assert_eq!(picture.fingerprint.pixels, fingerprint.pixels);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Picture<'a> {
    /// A hash of the file's bytes, where it is known; it tells equal files from files of equal pixels.
    pub bytes: Option<u128>,
    /// The picture's fingerprint.
    pub fingerprint: &'a Fingerprint,
}

/// Fingerprints by index. A slice of [`Picture`] is one; implement it for those that are not all in memory, since thumbnails
/// take 1 KB a picture and few of them are looked at twice.
///
/// ```
/// use burn_prep::duplicates::{Fingerprints, Picture};
/// use burn_prep::fingerprint::Fingerprint;
/// use burn_prep::images::{ColorMode, Image, ImageSize};
///
/// let image = Image::new(ImageSize::new(2, 1), ColorMode::L, vec![7, 9])?;
/// let fingerprint = Fingerprint::of(&image);
/// let pictures = [Picture { bytes: Some(3), fingerprint: &fingerprint }];
/// assert_eq!((pictures.as_slice().count(), pictures.as_slice().bytes(0)), (1, Some(3)));
/// # Ok::<(), burn_prep::Error>(())
/// ```
pub trait Fingerprints: Sync {
    /// The number of pictures.
    fn count(&self) -> usize;

    /// A hash of the file's bytes, where it is known.
    fn bytes(&self, index: usize) -> Option<u128>;

    /// The hash of the picture's pixels.
    fn pixels(&self, index: usize) -> PixelHash;

    /// The picture's perceptual hashes.
    fn perceptual(&self, index: usize) -> PerceptualHashes;

    /// The picture's thumbnail.
    fn thumbnail(&self, index: usize) -> Cow<'_, Thumbnail>;
}

impl Fingerprints for [Picture<'_>] {
    fn count(&self) -> usize {
        self.len()
    }

    fn bytes(&self, index: usize) -> Option<u128> {
        self[index].bytes
    }

    fn pixels(&self, index: usize) -> PixelHash {
        self[index].fingerprint.pixels
    }

    fn perceptual(&self, index: usize) -> PerceptualHashes {
        self[index].fingerprint.perceptual
    }

    fn thumbnail(&self, index: usize) -> Cow<'_, Thumbnail> {
        Cow::Borrowed(&self[index].fingerprint.thumbnail)
    }
}
