//! GIF: the first frame, laid on its screen as Pillow lays it.

use std::borrow::Cow;
use std::io::Cursor;

use gif::{ColorOutput, DecodeOptions, DecodingError, MemoryLimit};
use image::metadata::Orientation;
use image::{DynamicImage, RgbImage, RgbaImage};

use crate::error::{Error, Result};
use crate::images::image_rs::ends_early;
use crate::images::limits::Limits;
use crate::images::opened::{Header, Opened, Pixels};

const NAME: &str = "GIF";

/// Opens a file that is decoded to RGB, or to RGBA where the first frame has a transparent colour.
///
/// The canvas is the screen, made larger where the frame reaches beyond it. What the frame leaves free has the
/// transparent colour or, without one, the first colour of the palette. Transparent pixels keep that colour.
pub(crate) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    options.set_memory_limit(MemoryLimit::Unlimited);
    let mut decoder = options.read_info(Cursor::new(with_palette(bytes))).map_err(error_of)?;
    let (screen_width, screen_height) = (decoder.width(), decoder.height());
    let frame =
        decoder.next_frame_info().map_err(error_of)?.ok_or_else(|| Error::decode(NAME, "no frame"))?;
    let (left, top) = (usize::from(frame.left), usize::from(frame.top));
    let (frame_width, frame_height) = (usize::from(frame.width), usize::from(frame.height));
    let transparent = frame.transparent;
    if frame_width == 0 || frame_height == 0 {
        return Err(Error::decode(NAME, format!("the first frame has {frame_width}x{frame_height} pixels")));
    }
    // Both sides are sums of two 16-bit numbers at most.
    let width = usize::from(screen_width).max(left + frame_width) as u32;
    let height = usize::from(screen_height).max(top + frame_height) as u32;
    limits.check_image(width.into(), height.into(), u64::from(width) * u64::from(height) * 4)?;
    let header = Header { width, height, color: "P8".to_owned(), orientation: Orientation::NoTransforms };
    Ok(Opened::new(header, move || {
        let mut indices = vec![0; decoder.buffer_size()];
        decoder.read_into_buffer(&mut indices).map_err(error_of)?;
        let colors = colors(decoder.palette().unwrap_or_default());
        let pixel = |x: usize, y: usize| {
            let inside = (left..left + frame_width).contains(&x) && (top..top + frame_height).contains(&y);
            if inside { indices[(y - top) * frame_width + x - left] } else { transparent.unwrap_or(0) }
        };
        let places = (0..height as usize).flat_map(|y| (0..width as usize).map(move |x| (x, y)));
        let pixels = places.map(|(x, y)| pixel(x, y));
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
        let image = image.ok_or_else(|| Error::decode(NAME, "fewer pixels than the header states"))?;
        Ok(Pixels::whole(image))
    }))
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
