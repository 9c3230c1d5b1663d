//! The facts of one file.

use serde::{Deserialize, Serialize};

#[cfg(feature = "jpeg")]
use crate::images::facts::jpeg;
#[cfg(feature = "png")]
use crate::images::facts::png;
#[cfg(feature = "webp")]
use crate::images::facts::webp;
use crate::images::facts::{exif, gif, icc, tiff};
use crate::images::ifd::Ifd;
use crate::source::ImageFormat;

/// What an image file holds beside the pixels that are read, from its headers alone.
///
/// For checks of a dataset: an animation of which the first picture is used, data behind the end of the
/// picture, a JPEG that was saved at a low quality, colours that are not sRGB, the place where a picture was
/// taken.
///
/// ```
/// use burn_prep::images::FileFacts;
/// use burn_prep::source::ImageFormat;
///
/// let animation = std::fs::read("assets/hostile/animated.gif").unwrap();
/// let facts = FileFacts::of(&animation, ImageFormat::Gif);
/// assert_eq!((facts.frames, facts.trailing_bytes, facts.jpeg_quality), (2, 0, None));
///
/// let with_text = [&animation[..], b"text"].concat();
/// assert_eq!(FileFacts::of(&with_text, ImageFormat::Gif).trailing_bytes, 4);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FileFacts {
    /// The pictures of a GIF, an APNG or an animated WebP, and the pages of a TIFF file (65,536 at most); at
    /// least 1. It is 1 for the other formats, also for a JPEG with further pictures behind the first.
    pub frames: u32,
    /// The bytes behind the end of the picture: behind the end-of-image marker of a JPEG and the pictures of
    /// its index (MPF), the IEND chunk of a PNG, the stated length of a WebP, the trailer of a GIF. 0 where
    /// there is no end, and for BMP and TIFF, which state none.
    pub trailing_bytes: u64,
    /// The quality, 1 to 100, for which libjpeg has the quantisation tables of the file, or else the tables
    /// that differ least from them. `None` for other formats, and for a JPEG without tables.
    pub jpeg_quality: Option<u8>,
    /// The description of an ICC profile (JPEG, PNG, WebP, TIFF), at most 100 characters of it. `None` where
    /// there is no profile, and where its colours are those of sRGB. That is told by its primaries and its
    /// curves, or by the description of a profile without them.
    pub color_profile: Option<String>,
    /// Whether there is an EXIF block that can be read (JPEG, PNG, WebP), or a directory of EXIF (TIFF).
    pub has_exif: bool,
    /// Whether EXIF or XMP has a latitude: the place where the picture was taken. A latitude of zeros in
    /// EXIF, which devices write that do not know the place, is none.
    pub position: bool,
}

impl FileFacts {
    /// Reads the facts of a file of this format, as [`ImageFormat::sniff`] tells it.
    ///
    /// No pixel is decoded. Of damaged data the facts are those that can be read. A file of a format whose
    /// feature is off may have the facts of a file that holds one picture and nothing else.
    pub fn of(bytes: &[u8], format: ImageFormat) -> Self {
        match format {
            #[cfg(feature = "jpeg")]
            ImageFormat::Jpeg => jpeg::facts(bytes),
            #[cfg(feature = "png")]
            ImageFormat::Png => png::facts(bytes),
            #[cfg(feature = "webp")]
            ImageFormat::WebP => webp::facts(bytes),
            ImageFormat::Gif => gif::facts(bytes),
            ImageFormat::Tiff => tiff::facts(bytes),
            _ => Self::plain(),
        }
    }

    /// Of a file that holds one picture and nothing else.
    pub(super) fn plain() -> Self {
        Self {
            frames: 1,
            trailing_bytes: 0,
            jpeg_quality: None,
            color_profile: None,
            has_exif: false,
            position: false,
        }
    }

    /// The same with what its metadata says: the first directory of EXIF, the XMP text, and the ICC profile.
    pub(super) fn with_metadata(
        self,
        exif: Option<&Ifd<'_>>,
        xmp: Option<&[u8]>,
        profile: Option<&[u8]>,
    ) -> Self {
        Self {
            color_profile: profile.and_then(icc::other_than_srgb),
            has_exif: exif.is_some(),
            position: exif.is_some_and(exif::has_latitude) || xmp.is_some_and(exif::xmp_has_latitude),
            ..self
        }
    }
}

/// The number of bytes of a file behind an offset.
pub(super) fn bytes_behind(bytes: &[u8], end: u64) -> u64 {
    (bytes.len() as u64).saturating_sub(end)
}
