//! GIF: the first frame, laid on its screen as Pillow lays it.

use std::borrow::Cow;

use gif::{ColorOutput, DecodeOptions, DecodingError, MemoryLimit};
use image::metadata::Orientation;
use image::{DynamicImage, RgbImage, RgbaImage};

use crate::error::{Error, Result};
use crate::images::decode::Raw;
use crate::images::image_rs::ends_early;
use crate::images::limits::Limits;
use crate::images::probe::Header;

const NAME: &str = "GIF";

pub(crate) fn probe(bytes: &[u8], limits: &Limits) -> Result<Header> {
    let mut options = DecodeOptions::new();
    options.set_memory_limit(MemoryLimit::Unlimited);
    let file = with_palette(bytes);
    let mut decoder = options.read_info(&file[..]).map_err(error_of)?;
    let screen = (decoder.width(), decoder.height());
    let (width, height) = canvas(screen, first_frame(&mut decoder)?, limits)?;
    // Both sides are sums of two 16-bit numbers at most.
    let (width, height) = (width as u32, height as u32);
    Ok(Header { width, height, color: "P8".to_owned(), orientation: Orientation::NoTransforms })
}

fn first_frame<R: std::io::Read>(decoder: &mut gif::Decoder<R>) -> Result<&gif::Frame<'static>> {
    decoder.next_frame_info().map_err(error_of)?.ok_or_else(|| Error::decode(NAME, "no frame"))
}

/// The sides of the screen, made larger where the frame reaches beyond it, within the limits.
fn canvas((width, height): (u16, u16), frame: &gif::Frame<'_>, limits: &Limits) -> Result<(usize, usize)> {
    if frame.width == 0 || frame.height == 0 {
        return Err(Error::decode(
            NAME,
            format!("the first frame has {}x{} pixels", frame.width, frame.height),
        ));
    }
    let width = usize::from(width).max(usize::from(frame.left) + usize::from(frame.width));
    let height = usize::from(height).max(usize::from(frame.top) + usize::from(frame.height));
    limits.check_image(width as u64, height as u64, (width * height * 4) as u64)?;
    Ok((width, height))
}

/// Decodes to RGB, or to RGBA where the first frame has a transparent colour.
///
/// The canvas is the screen, made larger where the frame reaches beyond it. What the frame leaves free has the
/// transparent colour or, without one, the first colour of the palette. Transparent pixels keep that colour.
pub(crate) fn decode(bytes: &[u8], limits: &Limits) -> Result<Raw> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    options.set_memory_limit(MemoryLimit::Unlimited);
    let file = with_palette(bytes);
    let mut decoder = options.read_info(&file[..]).map_err(error_of)?;
    let screen = (decoder.width(), decoder.height());
    let frame = first_frame(&mut decoder)?;
    let (left, top) = (usize::from(frame.left), usize::from(frame.top));
    let (frame_width, frame_height) = (usize::from(frame.width), usize::from(frame.height));
    let transparent = frame.transparent;
    let (width, height) = canvas(screen, frame, limits)?;

    let mut indices = vec![0; decoder.buffer_size()];
    decoder.read_into_buffer(&mut indices).map_err(error_of)?;
    let colors = colors(decoder.palette().unwrap_or_default());
    let pixel = |x: usize, y: usize| {
        let inside = (left..left + frame_width).contains(&x) && (top..top + frame_height).contains(&y);
        if inside { indices[(y - top) * frame_width + x - left] } else { transparent.unwrap_or(0) }
    };
    let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| pixel(x, y));
    // Both sides are sums of two 16-bit numbers at most.
    let (width, height) = (width as u32, height as u32);
    let image = match transparent {
        None => {
            let samples = pixels.flat_map(|index| colors[usize::from(index)]).collect();
            RgbImage::from_raw(width, height, samples).map(DynamicImage::from)
        }
        Some(transparent) => {
            let to_rgba = |index| {
                let [r, g, b] = colors[usize::from(index)];
                [r, g, b, if index == transparent { 0 } else { 255 }]
            };
            RgbaImage::from_raw(width, height, pixels.flat_map(to_rgba).collect()).map(DynamicImage::from)
        }
    };
    Ok(Raw {
        image: image.ok_or_else(|| Error::decode(NAME, "fewer pixels than the header states"))?,
        orientation: Orientation::NoTransforms,
        color: "P8".to_owned(),
        warning: None,
    })
}

/// The file with a palette of greys where its screen has none: the decoder refuses a frame without a palette, which
/// viewers show in grey.
fn with_palette(bytes: &[u8]) -> Cow<'_, [u8]> {
    const HAS_PALETTE_OF_256: u8 = 0b1000_0111;
    match bytes.split_at_checked(13) {
        Some((screen, rest)) if screen[10] & 0x80 == 0 => {
            let mut file = screen.to_vec();
            file[10] |= HAS_PALETTE_OF_256;
            file.extend((0..=255).flat_map(|level| [level; 3]));
            file.extend(rest);
            Cow::Owned(file)
        }
        _ => Cow::Borrowed(bytes),
    }
}

/// The colours of all indices. An index that the palette does not have is a level of grey.
fn colors(palette: &[u8]) -> [[u8; 3]; 256] {
    let (palette, _) = palette.as_chunks();
    std::array::from_fn(|index| palette.get(index).copied().unwrap_or([index as u8; 3]))
}

fn error_of(error: DecodingError) -> Error {
    if ends_early(&error) {
        return Error::truncated(NAME, "the data ends early");
    }
    Error::decode(NAME, error)
}
