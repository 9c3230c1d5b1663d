//! BMP: headers that the `image` crate does not know are rewritten into one that it knows.

use std::borrow::Cow;

use image::metadata::Orientation;
use image::{DynamicImage, imageops};

use crate::error::{Error, Result};
use crate::images::Wanted;
use crate::images::image_rs;
use crate::images::limits::Limits;
use crate::images::opened::Opened;
use crate::source::ImageFormat;

const NAME: &str = "BMP";

/// The length of the file header, before the header of the bitmap.
const FILE_HEADER: usize = 14;
/// The length of the bitmap's header that is written: BITMAPINFOHEADER.
const INFO_HEADER: usize = 40;

pub(crate) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>> {
    let header = Header::read(bytes)?;
    let file = header.rewritten(bytes);
    let opened = image_rs::open(ImageFormat::Bmp, file, limits, Orientation::NoTransforms, || None)?;
    if !header.is_run_length() {
        return Ok(opened);
    }
    Ok(Opened::new(opened.header, move || {
        let mut pixels = (opened.pixels)(Wanted::WHOLE)?;
        pixels.image = paint(&pixels.image, &header.palette(bytes));
        if header.height < 0 {
            imageops::flip_vertical_in_place(&mut pixels.image);
        }
        Ok(pixels)
    }))
}

/// What the header of the bitmap says.
#[derive(Debug, Clone, Copy)]
struct Header {
    /// Where the pixels start.
    pixels: usize,
    /// The length of the bitmap's header.
    length: usize,
    width: i32,
    height: i32,
    planes: u16,
    bits: u16,
    compression: u32,
    colors: u32,
}

impl Header {
    fn read(bytes: &[u8]) -> Result<Self> {
        let long = |at: usize| bytes.get(at..)?.first_chunk().map(|value| u32::from_le_bytes(*value));
        let short = |at: usize| bytes.get(at..)?.first_chunk().map(|value| u16::from_le_bytes(*value));
        let read = || {
            let length = long(14)?;
            let info = FILE_HEADER + 4;
            // The header of OS/2 1.x has sides of 16 bits, and nothing behind the depth.
            let core = length == 12;
            let (width, height, planes) = if core {
                (i32::from(short(info)?), i32::from(short(info + 2)?), info + 4)
            } else {
                (long(info)? as i32, long(info + 4)? as i32, info + 8)
            };
            // The short header of OS/2 2.x ends with the depth.
            let rest = |at: usize| if length < 40 { Some(0) } else { long(at) };
            Some(Self {
                pixels: usize::try_from(long(10)?).ok()?,
                length: usize::try_from(length).ok()?,
                width,
                height,
                planes: short(planes)?,
                bits: short(planes + 2)?,
                compression: rest(info + 12)?,
                colors: rest(info + 28)?,
            })
        };
        let header =
            read().ok_or_else(|| Error::truncated(NAME, format!("no header in {} bytes", bytes.len())))?;
        let header = Self { pixels: header.pixels + header.palette_behind_offset(), ..header };
        match header.unsupported() {
            Some(property) => Err(Error::unsupported(NAME, property)),
            None => Ok(header),
        }
    }

    /// The length of a palette that the stated offset of the pixels leaves out: that of the header's end, though
    /// pixels of this depth need a palette between.
    fn palette_behind_offset(&self) -> usize {
        let is_left_out = self.bits <= 8 && self.pixels == FILE_HEADER + self.length;
        if is_left_out { self.palette_length() } else { 0 }
    }

    fn unsupported(&self) -> Option<&'static str> {
        match (self.compression, self.length) {
            // In OS/2's header the numbers 3 and 4 mean something else.
            (3, 64) => Some("Huffman compression of OS/2"),
            (4, 64) => Some("run-length compression of 24 bits (OS/2)"),
            (4, _) => Some("JPEG data inside"),
            (5, _) => Some("PNG data inside"),
            (11..=13, _) => Some("CMYK"),
            _ => None,
        }
    }

    fn is_run_length(&self) -> bool {
        matches!((self.compression, self.bits), (1, 8) | (2, 4))
    }

    /// The number of colours that pixels of this depth can name.
    fn most_colors(&self) -> u32 {
        1 << self.bits.min(8)
    }

    fn color_size(&self) -> usize {
        if self.length == 12 { 3 } else { 4 }
    }

    /// The bytes of the palette, as far as pixels can name its colours.
    fn palette_length(&self) -> usize {
        let colors = if self.colors == 0 { self.most_colors() } else { self.colors.min(self.most_colors()) };
        colors as usize * self.color_size()
    }

    /// The colours of the palette, those that the file leaves out black.
    fn palette(&self, bytes: &[u8]) -> [[u8; 3]; 256] {
        let size = self.color_size();
        let start = FILE_HEADER + self.length;
        let end = self.pixels.min(start + self.palette_length());
        let entries = bytes.get(start..end).unwrap_or_default();
        let mut palette = [[0; 3]; 256];
        for (color, entry) in palette.iter_mut().zip(entries.chunks_exact(size)) {
            *color = [entry[2], entry[1], entry[0]];
        }
        palette
    }

    /// The bytes of a row's pixels.
    fn row_length(&self) -> usize {
        (self.width.unsigned_abs() as usize * usize::from(self.bits)).div_ceil(8)
    }

    /// The bytes that fill the last four of a row.
    fn row_padding(&self) -> usize {
        self.row_length().next_multiple_of(4) - self.row_length()
    }

    /// Whether nothing is missing but bytes that fill the last row.
    fn lacks_padding(&self, bytes: &[u8]) -> bool {
        let needed = (self.row_length() + self.row_padding())
            .checked_mul(self.height.unsigned_abs() as usize)
            .and_then(|size| size.checked_add(self.pixels));
        !self.is_run_length()
            && needed.is_some_and(|end| (end.saturating_sub(self.row_padding())..end).contains(&bytes.len()))
    }

    /// Whether the file states another offset of the pixels than the one that is used.
    fn has_bad_offset(&self, bytes: &[u8]) -> bool {
        bytes.get(10..14) != Some(&(self.pixels as u32).to_le_bytes())
    }

    /// The file as the `image` crate is shown it.
    ///
    /// * Headers of OS/2 2.x become BITMAPINFOHEADER, whose fields they share.
    /// * A palette of more colours than pixels can name is cut, and the offset of pixels that leaves it out is mended.
    /// * A number of planes other than 1 is ignored, as other readers do.
    /// * Run-length data gets a palette of its own indices, since pixels that it skips have index 0 and not black,
    ///   and is shown from the bottom up.
    fn rewritten<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        let is_os2 = matches!(self.length, 16 | 64);
        let has_long_palette = self.bits <= 8 && self.colors > self.most_colors();
        let is_core = self.length == 12;
        let is_odd = self.planes != 1 || self.has_bad_offset(bytes) || self.lacks_padding(bytes);
        if !(is_os2
            || has_long_palette
            || self.is_run_length()
            || is_odd && !is_core && self.compression != 3)
        {
            return Cow::Borrowed(bytes);
        }
        let behind = FILE_HEADER + self.length;
        let pixels = self.pixels.max(behind).min(bytes.len());
        let palette = if self.is_run_length() {
            (0..self.most_colors()).flat_map(|index| [index as u8; 4]).collect()
        } else {
            bytes.get(behind..pixels).unwrap_or_default().to_vec()
        };
        let colors = if self.is_run_length() { 0 } else { self.colors.min(self.most_colors()) };
        let start = FILE_HEADER + INFO_HEADER + palette.len();
        let mut file = Vec::with_capacity(start + bytes.len() - pixels);
        file.extend(b"BM");
        file.extend([0; 8]);
        // No file is read whose length needs more than 32 bits of offsets: they are the format's own.
        file.extend((start as u32).to_le_bytes());
        file.extend((INFO_HEADER as u32).to_le_bytes());
        file.extend(self.width.to_le_bytes());
        let height = if self.is_run_length() { self.height.saturating_abs() } else { self.height };
        file.extend(height.to_le_bytes());
        file.extend(1_u16.to_le_bytes());
        file.extend(self.bits.to_le_bytes());
        file.extend(self.compression.to_le_bytes());
        file.extend([0; 12]);
        file.extend(colors.to_le_bytes());
        file.extend([0; 4]);
        file.extend(palette);
        file.extend(&bytes[pixels..]);
        if self.lacks_padding(bytes) {
            file.resize(file.len() + self.row_padding(), 0);
        }
        Cow::Owned(file)
    }
}

/// The colours of indices, each of which stands in all channels of its pixel.
fn paint(indices: &DynamicImage, palette: &[[u8; 3]; 256]) -> DynamicImage {
    let mut image = indices.to_rgb8();
    for pixel in image.pixels_mut() {
        pixel.0 = palette[usize::from(pixel.0[0])];
    }
    image.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::opened::Pixels;

    fn decode(bytes: &[u8], limits: &Limits) -> Result<Pixels> {
        open(bytes, limits).and_then(|opened| (opened.pixels)(Wanted::WHOLE))
    }

    /// A run-length file of 3x2 pixels with a palette of three colours.
    fn run_length(height: i32, data: &[u8]) -> Vec<u8> {
        let mut file = b"BM".to_vec();
        file.extend([0; 8]);
        file.extend(66_u32.to_le_bytes());
        file.extend(40_u32.to_le_bytes());
        file.extend(3_i32.to_le_bytes());
        file.extend(height.to_le_bytes());
        file.extend([1, 0, 8, 0, 1, 0, 0, 0]);
        file.extend([0; 12]);
        file.extend(3_u32.to_le_bytes());
        file.extend([0; 4]);
        file.extend([1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9, 0]);
        file.extend(data);
        file
    }

    #[test]
    fn skipped_pixels_have_the_first_colour_and_rows_may_run_down() {
        // One pixel of colour 1, a step to the second row's third pixel, colour 2, the end.
        let data = [1, 1, 0, 2, 1, 1, 1, 2, 0, 1];
        let (one, two, none) = ([6, 5, 4], [9, 8, 7], [3, 2, 1]);
        let first = [one, none, none].concat();
        let second = [none, none, two].concat();
        let pixels =
            |height| decode(&run_length(height, &data), &Limits::new()).unwrap().image.to_rgb8().into_raw();
        assert_eq!(pixels(2), [second.clone(), first.clone()].concat());
        assert_eq!(pixels(-2), [first, second].concat());
    }

    #[test]
    fn no_prefix_panics() {
        let whole = run_length(2, &[3, 1, 0, 0, 3, 2, 0, 1]);
        assert!(decode(&whole, &Limits::new()).is_ok());
        for length in 0..whole.len() - 2 {
            assert!(decode(&whole[..length], &Limits::new()).is_err(), "{length}");
        }
    }
}
