//! A part of a resized image, without the rest, row by row.
//!
//! `fast_image_resize` has crops too, but reads beyond its scratch memory where the first or last column of one lies on a
//! source pixel (docs/UPSTREAM.md), and cannot stop at the rows and columns of a crop.

use crate::images::{ColorMode, Image, ImageSize, Region};
use crate::memory::Kept;
use crate::transform::avx2::{Avx2, ColumnGroups};
use crate::transform::weights::{Kernel, Weights};

/// A region of what an image becomes at another size, bit for bit as the fast resizer has it in two steps, which is the way of
/// Pillow and torchvision: with weights of 16 bits and sums of 32, along the rows first, then down the columns, each rounded to
/// 8 bits; colours are weighed times their alpha.
#[derive(Debug)]
pub(crate) struct RegionResize {
    mode: ColorMode,
    rows: Weights,
    columns: Weights,
    /// The part of the source that has a weight.
    source: Region,
    /// The vectors of the machine, where it has them.
    vectors: Option<Avx2>,
}

/// The pixels of a part of a source image.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part<'a> {
    /// Where the part lies in the source.
    pub(crate) region: Region,
    pub(crate) pixels: &'a [u8],
}

impl<'a> Part<'a> {
    /// The whole of an image.
    pub(crate) fn whole(image: &'a Image) -> Self {
        Self { region: Region::whole(image.size()), pixels: image.pixels() }
    }
}

thread_local! {
    /// The rows between the two passes of a resize: each thread has memory for them, which serves picture after picture.
    static NARROW: Kept = const { Kept::new() };
}

impl RegionResize {
    /// Prepares the region of what an image of the size `from` becomes at the size `to`.
    pub(super) fn new(
        from: ImageSize,
        to: ImageSize,
        region: Region,
        kernel: Kernel,
        mode: ColorMode,
    ) -> Self {
        let rows = Weights::new(from.height, to.height, kernel, (region.top, region.size.height));
        let columns = Weights::new(from.width, to.width, kernel, (region.left, region.size.width));
        let ((top, bottom), (left, right)) = (rows.range(), columns.range());
        let size = ImageSize::new((right - left) as u32, (bottom - top) as u32);
        let source = Region { left: left as u32, top: top as u32, size };
        Self { mode, rows, columns, source, vectors: vectors_for(mode) }
    }

    /// The same with left and right exchanged.
    #[cfg(feature = "burn")]
    pub(super) fn mirrored(self) -> Self {
        Self { columns: self.columns.mirrored(), ..self }
    }

    /// The part of the source that is read.
    #[cfg(any(feature = "burn", test))]
    pub(crate) fn source(&self) -> Region {
        self.source
    }

    /// Whether the machine has vectors for images of this mode.
    pub(super) fn has_vectors(mode: ColorMode) -> bool {
        vectors_for(mode).is_some()
    }

    /// The same by plain loops.
    #[cfg(test)]
    fn plain(self) -> Self {
        Self { vectors: None, ..self }
    }

    /// The size of the region.
    #[cfg(feature = "burn")]
    pub(super) fn size(&self) -> ImageSize {
        ImageSize::new(self.columns.len() as u32, self.rows.len() as u32)
    }

    /// Computes the rows of the region and gives each to `take`: its number and its samples, interleaved. What is resized is
    /// the region `from` of a picture, of which `part` holds what is read.
    pub(super) fn rows(&self, part: Part<'_>, from: Region, mut take: impl FnMut(usize, &[u8])) {
        let channels = self.mode.channels();
        let inner = from.part(self.source);
        let stride = part.region.size.width as usize * channels;
        let left = (inner.left - part.region.left) as usize * channels;
        let width = inner.size.width as usize * channels;
        let weighed;
        let pixels = match self.mode.has_alpha() {
            true => {
                weighed = times_alpha(part.pixels, channels);
                &weighed[..]
            }
            false => part.pixels,
        };
        let (columns, rows) = (&self.columns, &self.rows);
        let vectors = self.vectors.map(|avx2| (avx2, ColumnGroups::new(columns, self.source.left as usize)));
        let length = columns.len() * channels;
        // Each row that is read, as long as those of the result.
        let mut narrow = NARROW.with(Kept::take);
        narrow.resize(inner.size.height as usize * length + ColumnGroups::ROW_SLACK, 0);
        let above = (inner.top - part.region.top) as usize;
        for y in 0..inner.size.height as usize {
            let start = (above + y) * stride + left;
            let sums = &mut narrow[y * length..];
            match &vectors {
                Some((avx2, groups)) => {
                    let padded;
                    let samples = match pixels.get(start..start + width + groups.slack()) {
                        Some(samples) => samples,
                        None => {
                            padded = [&pixels[start..start + width], &vec![0; groups.slack()]].concat();
                            &padded[..]
                        }
                    };
                    avx2.weigh_columns(samples, groups, columns.precision, sums);
                }
                None => {
                    for (x, pixel) in sums[..length].chunks_exact_mut(channels).enumerate() {
                        let (first, weights) = columns.of(x);
                        let start = start + (first - self.source.left as usize) * channels;
                        for (channel, sum) in pixel.iter_mut().enumerate() {
                            *sum = columns.sum(weights, &pixels[start + channel..], channels);
                        }
                    }
                }
            }
        }
        let mut row = vec![0; length];
        for y in 0..rows.len() {
            let (first, weights) = rows.of(y);
            let samples = &narrow[(first - self.source.top as usize) * length..];
            match &vectors {
                Some((avx2, _)) if length >= Avx2::BLOCK => {
                    avx2.weigh_rows(samples, length, weights, rows.precision, &mut row);
                }
                _ => {
                    for (at, sum) in row.iter_mut().enumerate() {
                        *sum = rows.sum(weights, &samples[at..], length);
                    }
                }
            }
            if self.mode.has_alpha() {
                divide_by_alpha(&mut row, channels);
            }
            take(y, &row);
        }
        NARROW.with(|kept| kept.keep(narrow));
    }

    /// The region as samples, of a picture that is resized as a whole.
    pub(super) fn pixels(&self, part: Part<'_>) -> Vec<u8> {
        self.pixels_of(part, Region::whole(part.region.size))
    }

    /// The region as samples, where the part `from` of a picture is resized.
    pub(super) fn pixels_of(&self, part: Part<'_>, from: Region) -> Vec<u8> {
        let mut pixels = Vec::with_capacity(self.rows.len() * self.columns.len() * self.mode.channels());
        self.rows(part, from, |_, row| pixels.extend_from_slice(row));
        pixels
    }
}

fn vectors_for(mode: ColorMode) -> Option<Avx2> {
    Avx2::detected().filter(|_| mode == ColorMode::Rgb)
}

pub(super) fn times_alpha(pixels: &[u8], channels: usize) -> Vec<u8> {
    let of_pixel = |pixel: &[u8]| -> Vec<u8> {
        let alpha = u32::from(pixel[channels - 1]);
        let color = |&color: &u8| ((u32::from(color) * alpha + 127) / 255) as u8;
        pixel[..channels - 1].iter().map(color).chain([pixel[channels - 1]]).collect()
    };
    pixels.chunks_exact(channels).flat_map(of_pixel).collect()
}

/// By the reciprocal of alpha with 8 bits behind the point, as the fast resizer divides.
pub(super) fn divide_by_alpha(pixels: &mut [u8], channels: usize) {
    for pixel in pixels.chunks_exact_mut(channels) {
        let alpha = u32::from(pixel[channels - 1]);
        let reciprocal = ((255_u32 << 9).checked_div(alpha).unwrap_or(0) + 1) >> 1;
        for color in &mut pixel[..channels - 1] {
            *color = ((u32::from(*color) * reciprocal + 128) >> 8).min(255) as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SplitMix64;
    use crate::transform::weights::{BOX, CUBIC, LANCZOS, TRIANGLE};

    #[test]
    fn an_image_of_one_colour_stays_so() {
        for mode in [ColorMode::L, ColorMode::La, ColorMode::Rgb, ColorMode::Rgba] {
            let pixel = &[200, 100, 7, 128][4 - mode.channels()..];
            let image = Image::new(ImageSize::new(5, 3), mode, pixel.repeat(15)).unwrap();
            let region = Region { left: 4, top: 1, size: ImageSize::new(3, 2) };
            let resize = RegionResize::new(image.size(), ImageSize::new(11, 4), region, CUBIC, mode);
            for found in resize.pixels(Part::whole(&image)).chunks_exact(mode.channels()) {
                // A colour times alpha, rounded, and divided again: one step at an alpha of a half.
                assert!(found.iter().zip(pixel).all(|(a, b)| a.abs_diff(*b) <= 1), "{mode}: {found:?}");
            }
        }
    }

    /// Also from a part of the source that holds no more than what is read.
    #[test]
    fn vectors_give_the_same_as_plain_loops() {
        if Avx2::detected().is_none() {
            println!("skipped: this machine has no AVX2");
            return;
        }
        let mut numbers = SplitMix64::of_epoch(5, 0);
        let mut below = |bound: u64| numbers.below(bound) as u32;
        for case in 0..2_000 {
            let from = ImageSize::new(1 + below(90), 1 + below(90));
            let to = ImageSize::new(1 + below(60), 1 + below(60));
            let size = ImageSize::new(1 + below(to.width.into()), 1 + below(to.height.into()));
            let (left, top) =
                (below((to.width - size.width + 1).into()), below((to.height - size.height + 1).into()));
            let region = Region { left, top, size };
            let kernel = [BOX, TRIANGLE, CUBIC, LANCZOS][case % 4];
            let pixels = (0..from.area() * 3).map(|_| below(256) as u8).collect();
            let image = Image::new(from, ColorMode::Rgb, pixels).unwrap();
            let resize = || RegionResize::new(from, to, region, kernel, ColorMode::Rgb);
            let found = resize().pixels(Part::whole(&image));
            assert!(found == resize().plain().pixels(Part::whole(&image)), "{from} to {to}, {region:?}");
            let read = resize().source();
            let cut = read.cut(image).unwrap();
            let part = Part { region: read, pixels: cut.pixels() };
            assert!(found == resize().pixels(part), "{from} to {to}, {region:?} of {read:?}");
        }
    }
}
