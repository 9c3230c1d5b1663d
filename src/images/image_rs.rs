//! The formats that the decoders of the `image` crate read: PNG, WebP and BMP.

use std::borrow::Cow;
use std::error::Error as _;
use std::io::Cursor;

use image::error::UnsupportedErrorKind;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageReader};

use crate::error::{Error, Result};
use crate::images::limits::Limits;
use crate::images::opened::{Header, Opened, Pixels};
use crate::source::ImageFormat;

/// Opens a file; its pixels are decoded once `missing_end` finds its end.
pub(crate) fn open<'a>(
    format: ImageFormat,
    bytes: Cow<'a, [u8]>,
    limits: &Limits,
    orientation: Orientation,
    missing_end: impl FnOnce() -> Option<String> + 'a,
) -> Result<Opened<'a>> {
    let decoder = match format {
        ImageFormat::Png => image::ImageFormat::Png,
        ImageFormat::WebP => image::ImageFormat::WebP,
        _ => image::ImageFormat::Bmp,
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), decoder);
    reader.limits(limits.for_decoder());
    let decoder = reader.into_decoder().map_err(|error| error_of(format, error))?;
    let (width, height) = decoder.dimensions();
    limits.check_image(u64::from(width), u64::from(height), decoder.total_bytes())?;
    let header = Header { width, height, color: format!("{:?}", decoder.original_color_type()), orientation };
    Ok(Opened::new(header, move || {
        if let Some(detail) = missing_end() {
            return Err(Error::truncated(format.name(), detail));
        }
        let image = DynamicImage::from_decoder(decoder).map_err(|error| error_of(format, error))?;
        Ok(Pixels::whole(image))
    }))
}

fn error_of(format: ImageFormat, error: ImageError) -> Error {
    let format = format.name();
    if ends_early(&error) {
        return Error::truncated(format, "the data ends early");
    }
    match error {
        ImageError::Limits(_) => {
            Error::decode(format, "the decoder needs more memory than Limits::max_decoder_bytes allows")
        }
        // `image` puts its own sentence before the decoder's; the decoder's is the one that helps.
        ImageError::Decoding(error) => match error.source() {
            Some(reason) => Error::decode(format, in_words(&reason.to_string())),
            None => Error::decode(format, error),
        },
        ImageError::Unsupported(error) => match error.kind() {
            UnsupportedErrorKind::GenericFeature(property) => Error::unsupported(format, property),
            UnsupportedErrorKind::Color(color) => {
                Error::unsupported(format, format!("pixels of type {color:?}"))
            }
            _ => Error::unsupported(format, "a property that the decoder does not know"),
        },
        other => Error::decode(format, other),
    }
}

/// The decoder's sentence without the values of its own types.
fn in_words(reason: &str) -> String {
    reason.split(" while decoding ChunkType").next().unwrap_or(reason).to_owned()
}

/// Whether the error, or one below it, is the end of the data.
pub(crate) fn ends_early(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        let io = match error.downcast_ref::<ImageError>() {
            Some(ImageError::IoError(io)) => Some(io),
            _ => error.downcast_ref::<std::io::Error>(),
        };
        if io.is_some_and(|io| io.kind() == std::io::ErrorKind::UnexpectedEof) {
            return true;
        }
        cause = error.source();
    }
    // The GIF decoder reports the end of the data in words only.
    error.to_string().to_ascii_lowercase().contains("unexpected end")
}
