//! JPEG through zune-jpeg's strict mode: `image` uses the same decoder but hides damage.

use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, RgbImage};
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;
use zune_jpeg::zune_core::bytestream::ZByteIoError;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::error::{Error, ErrorKind, Result};
use crate::images::container::missing_end;
use crate::images::decode::{Damage, Raw};
use crate::images::limits::Limits;
use crate::images::watched::Watched;
use crate::source::ImageFormat;

const NAME: &str = "JPEG";

/// The one complaint of the strict mode that is no damage: libjpeg passes over such bytes too.
const STRAY_BYTES: &str = "[strict-mode]: Extra bytes between headers";

/// Bytes that a sound file may make the decoder search for the end marker: the marker itself, and the
/// few fill bytes that some encoders put before it.
const END_SEARCH: usize = 16;

pub(crate) fn decode(bytes: &[u8], limits: &Limits, damage: Damage) -> Result<Raw> {
    let strict = damage == Damage::Refuse;
    match decode_with(bytes, limits, damage, strict) {
        Err(Failure::Decoder(DecodeErrors::FormatStatic(STRAY_BYTES))) => {
            decode_with(bytes, limits, damage, false)
        }
        other => other,
    }
    .map_err(|failure| match failure {
        Failure::Decoder(error) => error_of(error),
        Failure::Ours(error) => error,
    })
}

enum Failure {
    Decoder(DecodeErrors),
    Ours(Error),
}

impl From<DecodeErrors> for Failure {
    fn from(error: DecodeErrors) -> Self {
        Self::Decoder(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

fn decode_with(bytes: &[u8], limits: &Limits, damage: Damage, strict: bool) -> Result<Raw, Failure> {
    let options = DecoderOptions::default()
        .set_strict_mode(strict)
        .set_max_width(usize::MAX)
        .set_max_height(usize::MAX);
    let mut reader = Watched::new(bytes);
    let mut decoder = JpegDecoder::new_with_options(&mut reader, options);
    decoder.decode_headers()?;
    let (Some((width, height)), Some(input)) = (decoder.dimensions(), decoder.input_colorspace()) else {
        return Err(Error::decode(NAME, "no frame header").into());
    };
    let (output, color) = match input {
        ColorSpace::Luma => (ColorSpace::Luma, "L8"),
        ColorSpace::CMYK | ColorSpace::YCCK => (ColorSpace::RGB, "Cmyk8"),
        ColorSpace::RGB | ColorSpace::YCbCr => (ColorSpace::RGB, "Rgb8"),
        other => return Err(Error::decode(NAME, format!("colour space {other:?}")).into()),
    };
    let channels = output.num_components() as u64;
    limits.check_image(width as u64, height as u64, width as u64 * height as u64 * channels)?;
    if let (Damage::Refuse, Some(detail)) = (damage, missing_end(ImageFormat::Jpeg, bytes)) {
        return Err(Error::from(ErrorKind::Truncated { format: NAME, detail }).into());
    }
    decoder.set_options(decoder.options().jpeg_set_out_colorspace(output));
    let pixels = decoder.decode()?;
    let orientation = decoder.exif().and_then(|exif| Orientation::from_exif_chunk(exif));

    drop(decoder);
    let left_over = reader.searched();
    let warning = (left_over > END_SEARCH)
        .then(|| format!("corrupt pixel data ({left_over} bytes left over before the end marker)"));

    // A JPEG's sides are 16-bit numbers.
    let (width, height) = (width as u32, height as u32);
    let image = match output {
        ColorSpace::Luma => GrayImage::from_raw(width, height, pixels).map(DynamicImage::from),
        _ => RgbImage::from_raw(width, height, pixels).map(DynamicImage::from),
    }
    .ok_or_else(|| Error::decode(NAME, "the decoder gave fewer pixels than the header states"))?;
    Ok(Raw {
        image,
        orientation: orientation.unwrap_or(Orientation::NoTransforms),
        color: color.to_owned(),
        warning,
    })
}

fn error_of(error: DecodeErrors) -> Error {
    match error {
        DecodeErrors::ExhaustedData
        | DecodeErrors::IoErrors(ZByteIoError::NotEnoughBytes(..))
        | DecodeErrors::FormatStatic("Premature end of buffer") => {
            ErrorKind::Truncated { format: NAME, detail: "the pixel data ends early".to_owned() }.into()
        }
        // The decoder's `Display` is its `Debug`: quotes and variant names are not for users.
        DecodeErrors::Format(reason)
        | DecodeErrors::HuffmanDecode(reason)
        | DecodeErrors::DqtError(reason)
        | DecodeErrors::SosError(reason)
        | DecodeErrors::SofError(reason)
        | DecodeErrors::MCUError(reason) => Error::decode(NAME, reason),
        DecodeErrors::FormatStatic(reason) => Error::decode(NAME, reason),
        other => Error::decode(NAME, format!("{other:?}")),
    }
}
