//! JPEG: the headers decide which of two decoders reads the pixels.
//!
//! zune-jpeg is the fast one. It reads some sound layouts wrongly and without a word (docs/UPSTREAM.md), so that it is
//! given only those on which it is known to be right. All others are read by the decoder of this module.

mod coefficients;
mod colors;
mod frame;
mod general;
mod guarded;
mod headers;
mod huffman;
mod inverse;
mod ordinary;
mod scan;
pub(crate) mod segments;
mod standard_tables;
#[cfg(feature = "turbojpeg")]
mod turbo;
mod upsample;
mod watched;
mod whole_rows;

use image::{DynamicImage, GrayImage, RgbImage};

use crate::error::{Error, Result};
use crate::images::decode::Damage;
use crate::images::limits::Limits;
use crate::images::opened::{Header, Opened, Pixels};
use crate::images::{ImageSize, Region, Wanted, orientation};

use headers::{Colors, Headers, NAME};
pub(crate) use whole_rows::whole_rows;

/// Bytes between the pixel data and the end marker that a sound file may have: some encoders write a few.
const MAX_LEFT_OVER: usize = 16;

/// What chroma of half the size blends over: so many pixels at each side of a region differ from those of the whole picture.
const BLENDED: u32 = 2;

/// The components of a JPEG file as they are stored, all of the picture's size.
pub(crate) struct Components {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) channels: usize,
    pub(crate) samples: Vec<u8>,
}

/// Opens a file that is decoded to grey or RGB.
pub(crate) fn open<'a>(bytes: &'a [u8], limits: &'a Limits, damage: Damage) -> Result<Opened<'a>> {
    let headers = Headers::read(bytes);
    let frame = headers.frame()?;
    let (width, height) = (u32::from(frame.width), u32::from(frame.height));
    let colors = headers.colors(frame);
    let channels = if colors == Colors::Gray { 1 } else { 3 };
    let area = u64::from(width) * u64::from(height);
    limits.check_image(width.into(), height.into(), area * channels)?;
    let color = match colors {
        Colors::Gray => "L8",
        Colors::YCbCr | Colors::Rgb => "Rgb8",
        Colors::Cmyk | Colors::Ycck => "Cmyk8",
    };
    let orientation = orientation::of(headers.exif, headers.xmp);
    let header = Header { width, height, color: color.to_owned(), orientation };
    Ok(Opened {
        header,
        pixels: Box::new(move |wanted| pixels(bytes, &headers, colors, limits, damage, wanted)),
    })
}

fn pixels(
    bytes: &[u8],
    headers: &Headers<'_>,
    colors: Colors,
    limits: &Limits,
    damage: Damage,
    wanted: Wanted,
) -> Result<Pixels> {
    if damage == Damage::Refuse && !headers.ends {
        return Err(Error::truncated(NAME, format!("no end-of-image marker in {} bytes", bytes.len())));
    }
    let frame = headers.frame()?;
    let width = u32::from(frame.width);
    // Of several scans all coefficients are held.
    #[cfg(feature = "turbojpeg")]
    let is_within = !frame.is_progressive() && headers.scans.len() < 2
        || limits.check_decoder_bytes(frame.coefficient_bytes()).is_ok();
    #[cfg(feature = "turbojpeg")]
    if is_within
        && turbo::reads(headers, colors)
        && let Some((samples, region)) = turbo::decode(bytes, frame, colors, wanted)
    {
        let image = image_of(region.size.width, region.size.height, samples, colors)?;
        return Ok(Pixels { image, warning: None, region: Some(region), reduction: wanted.reduction });
    }
    let (rows, samples, left_over) = if !wanted.reference && ordinary::reads(headers, frame) {
        let output = if colors == Colors::Gray { ordinary::Output::Gray } else { ordinary::Output::Rgb };
        let region = wanted.region.filter(|_| wanted.reduction == 1);
        let rows = region.map_or(frame.height, |region| ordinary::rows_for(region, headers, frame));
        let rows = ordinary::decode(bytes, headers, frame, output, damage, rows)?;
        (rows.count, rows.samples, rows.left_over)
    } else {
        let (components, left_over) = general::decode(bytes, headers, frame, limits, damage)?;
        (frame.height, colors::convert(components, colors), left_over)
    };
    let image = image_of(width, rows.into(), samples, colors)?;
    let warning = (left_over > MAX_LEFT_OVER)
        .then(|| format!("corrupt pixel data ({left_over} bytes left over before the end marker)"));
    let region = (rows < frame.height).then(|| Region::whole(ImageSize::new(width, rows.into())));
    Ok(Pixels { image, warning, region, reduction: 1 })
}

fn image_of(width: u32, height: u32, samples: Vec<u8>, colors: Colors) -> Result<DynamicImage> {
    match colors {
        Colors::Gray => GrayImage::from_raw(width, height, samples).map(DynamicImage::from),
        _ => RgbImage::from_raw(width, height, samples).map(DynamicImage::from),
    }
    .ok_or_else(|| Error::decode(NAME, "the decoder gave fewer pixels than the header states"))
}

/// Decodes without a conversion of colours: for a container that says itself what the components are.
pub(crate) fn decode_components(bytes: &[u8], limits: &Limits) -> Result<Components> {
    let headers = Headers::read(bytes);
    let frame = headers.frame()?;
    let (width, height) = (usize::from(frame.width), usize::from(frame.height));
    let channels = frame.components.len();
    limits.check_image(width as u64, height as u64, (width * height * channels) as u64)?;
    let damage = Damage::Refuse;
    let samples = if ordinary::reads(&headers, frame) {
        let output = ordinary::Output::AsStored;
        ordinary::decode(bytes, &headers, frame, output, damage, frame.height)?.samples
    } else {
        general::decode(bytes, &headers, frame, limits, damage)?.0
    };
    Ok(Components { width, height, channels, samples })
}
