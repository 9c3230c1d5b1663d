//! The decoder: a file's bytes to an [`Image`] of one mode.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use image::DynamicImage;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
#[cfg(feature = "bmp")]
use crate::images::bmp;
#[cfg(feature = "gif")]
use crate::images::gif;
#[cfg(feature = "jpeg")]
use crate::images::jpeg;
use crate::images::opened::Opened;
#[cfg(feature = "png")]
use crate::images::png;
#[cfg(feature = "tiff")]
use crate::images::tiff;
#[cfg(feature = "webp")]
use crate::images::webp;
use crate::images::{Alpha, ColorMode, Image, ImageSize, Limits, Region, Wanted, convert};
use crate::source::{ImageFormat, Source, describe_unknown, is_camera_raw, read_file, unread_format};

/// What to do with a file that is cut off or damaged but can be decoded in part.
///
/// ```
/// use burn_prep::images::{Damage, Decoder};
///
/// let cut = std::fs::read("assets/hostile/truncated.jpg").unwrap();
/// let image = Decoder::rgb8().damage(Damage::Accept).decode(&cut).unwrap().image;
/// assert_eq!(image.shape(), [40, 60, 3]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Damage {
    /// It is an error.
    #[default]
    Refuse,
    /// JPEG: whatever can be decoded is used, the rest is grey. Other formats: still an error.
    #[doc(alias = "LOAD_TRUNCATED_IMAGES")]
    Accept,
}

/// Decodes image files by their content into images of one colour mode.
///
/// The limits are checked against the header before pixels are decoded. A sound file that is not read is
/// [`ErrorKind::Unsupported`], which names the property, or [`ErrorKind::Unavailable`], where the feature of its format is off; a
/// damaged one is another error.
///
/// ```
/// use burn_prep::images::{ColorMode, Decoder};
/// use burn_prep::source::ImageFormat;
///
/// let decoded = Decoder::rgb8().decode_file("assets/photos/animals/cat_eyes.jpg".as_ref())?;
/// assert_eq!(decoded.image.shape()[2], 3);
/// assert_eq!(decoded.source.format, ImageFormat::Jpeg);
///
/// let gray = Decoder::new(ColorMode::L).decode_file("assets/photos/animals/cat_eyes.jpg".as_ref())?;
/// assert_eq!(gray.image.shape()[2], 1);
/// # Ok::<(), burn_prep::Error>(())
/// ```
///
/// # What is read
///
#[doc = include_str!("../../docs/FORMATS.md")]
#[doc(alias = "PIL.Image.open")]
#[doc(alias = "decode_image")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decoder {
    mode: ColorMode,
    alpha: Alpha,
    limits: Limits,
    damage: Damage,
}

/// A decoded image and the properties of its file.
///
/// ```
/// let decoded = burn_prep::images::Decoder::rgb8().decode_file("assets/hostile/turned.jpg".as_ref())?;
/// assert_eq!(decoded.image.shape(), [60, 40, 3]);                    // upright
/// assert_eq!(decoded.source.exif_orientation, 6);                    // stored on its side
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decoded {
    /// The pixels, upright, in the mode asked for.
    pub image: Image,
    /// The properties of the file.
    pub source: SourceInfo,
}

/// The properties of an image file before any conversion: format, size, colour, orientation.
///
/// ```
/// let file = "assets/hostile/gray16.png".as_ref();
/// let source = burn_prep::images::Decoder::rgb8().decode_file(file)?.source;
/// assert_eq!((source.format.name(), source.color.as_str()), ("PNG", "L16"));
/// assert_eq!(source.size, burn_prep::images::ImageSize::new(60, 40));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SourceInfo {
    /// The format of the content; [`ImageFormat::Memory`] of a picture that comes without a file.
    pub format: ImageFormat,
    /// Width and height as shown, that is after the EXIF orientation.
    pub size: ImageSize,
    /// Channels and bits in the file: `L8`, `Rgb8`, `Cmyk8`, `Rgb16`, `L1`, `P8` for a palette, ...
    pub color: String,
    /// The orientation by EXIF, or by XMP where EXIF does not have it, 1 to 8; 1 where there is none.
    pub exif_orientation: u8,
    /// The length of the file; 0 where there is none.
    pub file_bytes: u64,
    /// A sign of damage in a file that could be decoded: a JPEG with bytes left over after its pixel data
    /// (libjpeg's "extraneous bytes before marker").
    pub warning: Option<String>,
}

/// A decoded image of which a plan was made from its header.
pub(crate) struct Planned<P> {
    #[cfg_attr(not(feature = "burn"), allow(dead_code))]
    pub(crate) plan: P,
    pub(crate) decoded: Decoded,
    /// The part of the picture that the image is; of the reduced one.
    #[cfg_attr(not(feature = "burn"), allow(dead_code))]
    pub(crate) region: Region,
    /// By how much the sides of the picture are reduced.
    #[cfg_attr(not(feature = "burn"), allow(dead_code))]
    pub(crate) reduction: u32,
}

impl Decoder {
    /// A decoder to images of `mode`, with the default [`Limits`] and [`Alpha::Drop`].
    pub fn new(mode: ColorMode) -> Self {
        Self { mode, alpha: Alpha::default(), limits: Limits::default(), damage: Damage::default() }
    }

    /// A decoder to [`ColorMode::Rgb`].
    pub fn rgb8() -> Self {
        Self::new(ColorMode::Rgb)
    }

    /// Sets what happens to transparency.
    ///
    /// ```
    /// use burn_prep::images::{Alpha, Decoder};
    /// let over_blue = Decoder::rgb8().alpha(Alpha::Over([0, 0, 255]));
    /// let image = over_blue.decode_file("assets/hostile/transparent.png".as_ref())?.image;
    /// assert_eq!(image.pixels()[..3], [0, 0, 255]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn alpha(mut self, alpha: Alpha) -> Self {
        self.alpha = alpha;
        self
    }

    /// Sets the limits that headers are checked against.
    ///
    /// ```
    /// use burn_prep::images::{Decoder, Limits};
    /// let tiny = Decoder::rgb8().limits(Limits::new().max_side(16));
    /// let error = tiny.decode_file("assets/hostile/bitmap.bmp".as_ref()).unwrap_err();
    /// assert!(error.to_string().contains("max_side is 60, limit is 16"));
    /// ```
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets what to do with files that are cut off or damaged.
    ///
    /// ```
    /// use burn_prep::images::{Damage, Decoder};
    ///
    /// let cut = std::fs::read("assets/hostile/truncated.jpg").unwrap();
    /// let error = Decoder::rgb8().decode(&cut).unwrap_err();
    /// assert!(error.to_string().starts_with("truncated JPEG image: no end-of-image marker"));
    /// assert!(Decoder::rgb8().damage(Damage::Accept).decode(&cut).is_ok());
    /// ```
    #[must_use]
    pub fn damage(mut self, damage: Damage) -> Self {
        self.damage = damage;
        self
    }

    /// The colour mode of the decoded images.
    ///
    /// ```
    /// use burn_prep::images::{ColorMode, Decoder};
    /// assert_eq!(Decoder::rgb8().mode(), ColorMode::Rgb);
    /// ```
    pub fn mode(&self) -> ColorMode {
        self.mode
    }

    /// Reads and decodes a file.
    ///
    /// # Errors
    ///
    /// As [`Decoder::decode`], with the path; and the file cannot be read.
    pub fn decode_file(&self, path: &Path) -> Result<Decoded> {
        let decode = || {
            let bytes = read_file(path, self.limits.file_bytes())?;
            refuse_camera_raw(path, &bytes)?;
            self.decode(&bytes)
        };
        decode().map_err(|error| error.at_path(path))
    }

    /// Reads and decodes a sample of a source.
    ///
    /// # Errors
    ///
    /// As [`Decoder::decode`], with the sample's path or name; and the sample cannot be read.
    ///
    /// ```
    /// use burn_prep::images::Decoder;
    /// let folder = burn_prep::source::ImageFolder::open("assets/photos")?;
    /// assert_eq!(Decoder::rgb8().decode_sample(&folder, 0)?.image.shape(), [128, 192, 3]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn decode_sample(&self, source: &dyn Source, index: usize) -> Result<Decoded> {
        Ok(self.decode_planned(source, index, |_| Ok(((), Wanted::WHOLE)))?.decoded)
    }

    /// Reads and decodes a sample of which a plan for its size can be made, which is known before pixels are decoded. The plan
    /// says what it needs of the picture.
    pub(crate) fn decode_planned<P>(
        &self,
        source: &dyn Source,
        index: usize,
        plan: impl FnOnce(ImageSize) -> Result<(P, Wanted)>,
    ) -> Result<Planned<P>> {
        let sample = source.sample(index).ok_or_else(|| Error::no_sample(index, source.len()))?;
        let read = source.read(index, self.limits.file_bytes());
        let bytes = read.map_err(|error| if error.path().is_some() { error } else { sample.name(error) })?;
        let decode = || {
            refuse_camera_raw(sample.path.as_deref().unwrap_or(Path::new(&sample.uri)), &bytes)?;
            let (info, opened) = self.open(&bytes)?;
            let (plan, wanted) = plan(info.size)?;
            let (decoded, region, reduction) = self.decode_opened(info, opened, wanted)?;
            Ok(Planned { plan, decoded, region, reduction })
        };
        decode().map_err(|error| sample.name(error))
    }

    /// Reads the properties of an image from its header, without decoding pixels: format, size, colour, orientation.
    ///
    /// The bytes may be a whole file, or the first part of one that holds the header; `file_bytes` is then the length
    /// of the part. From a part, the orientation of a PNG file may be missing, because PNG may store it behind the
    /// pixels, and a WebP file with metadata is an error. Damage in the pixels is not detected until they are decoded.
    ///
    /// # Errors
    ///
    /// The bytes are empty, in no readable format, end within the header, or the header is damaged, states a size over a limit,
    /// or has a property that is not read.
    ///
    /// ```
    /// use burn_prep::images::{Decoder, ImageSize};
    /// let bytes = std::fs::read("assets/hostile/turned.jpg")?;
    /// let source = Decoder::rgb8().probe(&bytes[..bytes.len() / 2])?;
    /// assert_eq!((source.size, source.exif_orientation, source.color.as_str()), (ImageSize::new(40, 60), 6, "Rgb8"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "imagesize")]
    pub fn probe(&self, bytes: &[u8]) -> Result<SourceInfo> {
        self.open(bytes).map(|(source, _)| source)
    }

    /// Decodes the bytes of a file.
    ///
    /// # Errors
    ///
    /// The bytes are empty, in no readable format, damaged, cut off, over a limit, or have a property that is not read.
    pub fn decode(&self, bytes: &[u8]) -> Result<Decoded> {
        let (source, opened) = self.open(bytes)?;
        Ok(self.decode_opened(source, opened, Wanted::WHOLE)?.0)
    }

    /// Decodes the bytes of a file of this name, and where the picture has transparency, gives it with that too.
    pub(crate) fn decode_with_alpha(&self, name: &Path, bytes: &[u8]) -> Result<(Decoded, Option<Image>)> {
        refuse_camera_raw(name, bytes)?;
        let (source, opened) = self.open(bytes)?;
        let (image, source, ..) = decode_upright(source, opened, Wanted::WHOLE)?;
        let format = source.format.name();
        let transparent = match image.color().has_alpha() {
            true => Some(convert::to_mode(image.clone(), ColorMode::Rgba, Alpha::Drop, format)?),
            false => None,
        };
        let image = convert::to_mode(image, self.mode, self.alpha, format)?;
        Ok((Decoded { image, source }, transparent))
    }

    /// Reads and decodes a sample to the pixels that other programs have, which takes longer: of JPEG files those of
    /// libjpeg-turbo to the last bit.
    pub(crate) fn decode_reference(&self, source: &dyn Source, index: usize) -> Result<Image> {
        Ok(self.decode_planned(source, index, |_| Ok(((), Wanted::REFERENCE)))?.decoded.image)
    }

    /// The longest file that is read.
    pub(crate) fn file_limit(&self) -> u64 {
        self.limits.file_bytes()
    }

    /// Reads the header of a file.
    pub(super) fn open<'a>(&'a self, bytes: &'a [u8]) -> Result<(SourceInfo, Opened<'a>)> {
        if bytes.is_empty() {
            return Err(ErrorKind::Empty { what: "file" }.into());
        }
        let limits = &self.limits;
        limits.check_file(bytes.len() as u64)?;
        let format = ImageFormat::sniff(bytes).ok_or_else(|| unknown_format(bytes))?;
        let mut opened: Opened<'_> = guarded(format, || match format {
            #[cfg(feature = "jpeg")]
            ImageFormat::Jpeg => jpeg::open(bytes, limits, self.damage),
            #[cfg(feature = "gif")]
            ImageFormat::Gif => gif::open(bytes, limits),
            #[cfg(feature = "tiff")]
            ImageFormat::Tiff => tiff::open(bytes, limits),
            #[cfg(feature = "bmp")]
            ImageFormat::Bmp => bmp::open(bytes, limits),
            #[cfg(feature = "png")]
            ImageFormat::Png => png::open(bytes, limits),
            #[cfg(feature = "webp")]
            ImageFormat::WebP => webp::open(bytes, limits),
            #[allow(unreachable_patterns)] // where every format is in the build
            _ => Err(not_in_the_build(format)),
        })?;
        let header = &mut opened.header;
        let exif_orientation = header.orientation.to_exif();
        let source = SourceInfo {
            format,
            size: match exif_orientation > 4 {
                true => ImageSize::new(header.height, header.width),
                false => ImageSize::new(header.width, header.height),
            },
            color: std::mem::take(&mut header.color),
            exif_orientation,
            file_bytes: bytes.len() as u64,
            warning: None,
        };
        Ok((source, opened))
    }

    /// Decodes the pixels behind a header, or what is wanted of them, and gives the region that the image is, and by how much it is
    /// reduced. A picture that is stored turned is decoded whole.
    fn decode_opened(
        &self,
        source: SourceInfo,
        opened: Opened<'_>,
        wanted: Wanted,
    ) -> Result<(Decoded, Region, u32)> {
        let (image, source, region, reduction) = decode_upright(source, opened, wanted)?;
        let image = convert::to_mode(image, self.mode, self.alpha, source.format.name())?;
        Ok((Decoded { image, source }, region, reduction))
    }
}

/// Decodes the pixels behind a header and turns them upright.
fn decode_upright(
    mut source: SourceInfo,
    opened: Opened<'_>,
    wanted: Wanted,
) -> Result<(DynamicImage, SourceInfo, Region, u32)> {
    let wanted = if source.exif_orientation == 1 { wanted } else { Wanted::WHOLE };
    let mut pixels = guarded(source.format, || (opened.pixels)(wanted))?;
    // The region of a picture that is turned afterwards is that of the stored one: it was decoded whole.
    let region = pixels.region.filter(|_| source.exif_orientation == 1);
    let region = region.unwrap_or(Region::whole(source.size));
    pixels.image.apply_orientation(opened.header.orientation);
    source.warning = pixels.warning;
    Ok((pixels.image, source, region, pixels.reduction))
}

/// A decoder's bug must cost one file, not the epoch: Burn's workers die of a panic silently.
pub(super) fn guarded<T>(format: ImageFormat, read: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(Error::decode(format.name(), "the decoder panicked")))
}

/// A camera's raw file is a TIFF whose first page is a thumbnail, not the picture.
pub(super) fn refuse_camera_raw(name: &Path, bytes: &[u8]) -> Result<()> {
    match is_camera_raw(name) && ImageFormat::sniff(bytes) == Some(ImageFormat::Tiff) {
        true => Err(Error::unsupported("camera raw", "this format")),
        false => Ok(()),
    }
}

/// The error of a format whose feature is off.
fn not_in_the_build(format: ImageFormat) -> Error {
    let name = format.name();
    let hint = format!("build with feature `{}`", name.to_ascii_lowercase());
    ErrorKind::Unavailable { what: format!("reading {name} images"), hint }.into()
}

/// The error of bytes that begin like no format that is read.
fn unknown_format(bytes: &[u8]) -> Error {
    match unread_format(bytes) {
        Some(format) => Error::unsupported(format, "this format"),
        None => {
            let found = describe_unknown(bytes);
            ErrorKind::UnknownFormat { found, expected: ImageFormat::NAMES }.into()
        }
    }
}

#[cfg(all(test, feature = "jpeg", not(feature = "png")))]
mod tests {
    use super::*;

    #[test]
    fn a_format_that_is_not_in_the_build_is_unavailable_by_the_name_of_its_feature() {
        let error = Decoder::rgb8().decode_file("assets/hostile/transparent.png".as_ref()).unwrap_err();
        assert!(error.to_string().ends_with("reading PNG images is not available: build with feature `png`"));
        assert!(error.is_environment());
        assert!(Decoder::rgb8().decode_file("assets/hostile/turned.jpg".as_ref()).is_ok());
    }
}
