//! The samples of an image as the planes of a batch.

use half::slice::HalfFloatSliceExt;
use half::{bf16, f16};

use crate::error::{Error, Result};
use crate::images::Image;
use crate::transform::Normalize;
use crate::transform::avx2::{Avx2, Channel};

/// Turns rows of interleaved samples into planes `[C, H, W]`: normalised, `v / 255`, or as they are.
#[derive(Debug)]
pub(crate) struct PlaneWriter {
    /// The number of each of the 256 samples, for each channel.
    tables: Vec<[f32; 256]>,
    /// The same by arithmetic, for the vectors of the machine.
    vectors: Option<(Avx2, [Channel; 3])>,
}

/// The planes of one image, which a [`PlaneWriter`] writes.
#[derive(Debug)]
pub(crate) enum Planes<'a> {
    F32(&'a mut [f32]),
    #[allow(dead_code)] // without Burn there are no batches
    F16(&'a mut [f16]),
    #[allow(dead_code)]
    Bf16(&'a mut [bf16]),
    /// Samples, not normalised.
    #[allow(dead_code)]
    U8(&'a mut [u8]),
}

impl PlaneWriter {
    /// A writer for images of so many channels.
    ///
    /// # Errors
    ///
    /// The normalisation has another number of channels.
    pub(crate) fn new(normalize: Option<&Normalize>, channels: usize) -> Result<Self> {
        let mut tables = vec![[0.0; 256]; channels];
        for (c, table) in tables.iter_mut().enumerate() {
            for (value, sample) in table.iter_mut().zip(0..=255_u8) {
                *value = match normalize {
                    None => f32::from(sample) / 255.0,
                    Some(normalize) if normalize.mean().len() == channels => {
                        normalize.apply(c, sample).unwrap_or_default()
                    }
                    Some(normalize) => {
                        let expected = format!("[{}] channels (Normalize::new)", normalize.mean().len());
                        return Err(Error::shape("normalize", [channels], expected));
                    }
                };
            }
        }
        let channel = |c: usize| {
            let constant =
                |values: fn(&Normalize) -> &[f32]| normalize.and_then(|n| values(n).get(c).copied());
            let (mean, std) = (constant(Normalize::mean), constant(Normalize::std));
            let std = std.unwrap_or(1.0);
            Channel { mean: mean.unwrap_or(0.0), std, per_std: 1.0 / std }
        };
        let constants = std::array::from_fn(channel);
        let vectors = Avx2::detected().filter(|_| channels == 3).map(|avx2| (avx2, constants));
        // The vectors serve where they give each of the numbers to the last bit: not where a deviation is near the ends of f32.
        let vectors = vectors.filter(|(avx2, constants)| {
            let samples: Vec<u8> = (0..=255_u8).flat_map(|sample| [sample; 3]).collect();
            let mut found = [[0.0; 256]; 3];
            avx2.write_planes(&samples, constants, found.each_mut().map(|plane| &mut plane[..]));
            let bits = |table: &[f32; 256]| table.map(f32::to_bits);
            found.iter().zip(&tables).all(|(found, table)| bits(found) == bits(table))
        });
        Ok(Self { tables, vectors })
    }

    /// The number of channels.
    pub(crate) fn channels(&self) -> usize {
        self.tables.len()
    }

    /// Writes all rows of an image of as many channels.
    pub(crate) fn write_image(&self, image: &Image, planes: &mut Planes<'_>) {
        let row = image.size().width as usize * self.channels();
        for (y, samples) in image.pixels().chunks_exact(row).enumerate() {
            self.write_row(y, samples, planes);
        }
    }

    /// Writes the row `y`.
    pub(crate) fn write_row(&self, y: usize, samples: &[u8], planes: &mut Planes<'_>) {
        let channels = self.channels();
        let width = samples.len() / channels;
        match planes {
            Planes::F32(values) => self.write_numbers(y, width, samples, values),
            Planes::F16(values) => self.write_halves(y, width, samples, values),
            Planes::Bf16(values) => self.write_halves(y, width, samples, values),
            Planes::U8(values) => {
                let done = match (&self.vectors, three_rows(values, y, width)) {
                    (Some((avx2, _)), Some(rows)) => avx2.split_planes(samples, rows),
                    _ => 0,
                };
                for (c, row) in rows(values, channels, y, width).enumerate() {
                    let samples = samples.iter().skip(done * channels + c).step_by(channels);
                    row[done..].iter_mut().zip(samples).for_each(|(value, sample)| *value = *sample);
                }
            }
        }
    }

    /// Writes the row `y` of each channel, each number rounded to a type of 16 bits.
    fn write_halves<H>(&self, y: usize, width: usize, samples: &[u8], planes: &mut [H])
    where
        [H]: HalfFloatSliceExt,
    {
        let mut numbers = vec![0.0; samples.len()];
        self.write_numbers(0, width, samples, &mut numbers);
        let halves = rows(planes, self.channels(), y, width).zip(numbers.chunks_exact(width));
        halves.for_each(|(row, numbers)| row.convert_from_f32_slice(numbers));
    }

    /// Writes the row `y` of each channel.
    fn write_numbers(&self, y: usize, width: usize, samples: &[u8], planes: &mut [f32]) {
        let channels = self.channels();
        let done = match (&self.vectors, three_rows(planes, y, width)) {
            (Some((avx2, constants)), Some(rows)) => avx2.write_planes(samples, constants, rows),
            _ => 0,
        };
        if done == width {
            return;
        }
        for (c, (row, table)) in rows(planes, channels, y, width).zip(&self.tables).enumerate() {
            let samples = samples.iter().skip(done * channels + c).step_by(channels);
            for (value, &sample) in row[done..].iter_mut().zip(samples) {
                *value = table[usize::from(sample)];
            }
        }
    }
}

/// The row `y` of each of three planes; of another number of planes the vectors write nothing.
fn three_rows<T>(planes: &mut [T], y: usize, width: usize) -> Option<[&mut [T]; 3]> {
    let plane = planes.len() / 3;
    let (red, rest) = planes.split_at_mut_checked(plane)?;
    let (green, blue) = rest.split_at_mut_checked(plane)?;
    let row = y * width..(y + 1) * width;
    Some([red.get_mut(row.clone())?, green.get_mut(row.clone())?, blue.get_mut(row)?])
}

/// The row `y` of each plane.
fn rows<T>(planes: &mut [T], channels: usize, y: usize, width: usize) -> impl Iterator<Item = &mut [T]> {
    let plane = planes.len() / channels;
    planes.chunks_exact_mut(plane.max(1)).map(move |plane| &mut plane[y * width..(y + 1) * width])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::{ColorMode, ImageSize};

    /// All samples in all channels, with widths around the groups of the vectors.
    #[test]
    fn each_number_is_that_of_the_normalisation_to_the_last_bit() {
        let constants = [
            Some(Normalize::imagenet()),
            None,
            Some(Normalize::new([0.5, 0.25, 1e-3], [0.2, 1e-30, 3.0]).unwrap()),
            Some(Normalize::new([0.5, 0.25, 1e-3], [f32::MIN_POSITIVE / 4.0, 1e-44, f32::MAX]).unwrap()),
        ];
        for normalize in &constants {
            let writer = PlaneWriter::new(normalize.as_ref(), 3).unwrap();
            for width in [1, 7, 8, 9, 16, 29] {
                let size = ImageSize::new(width, 256_u32.div_ceil(width));
                let pixel = |at: u64| [at as u8, (at * 7) as u8, (255 - at % 256) as u8];
                let image =
                    Image::new(size, ColorMode::Rgb, (0..size.area()).flat_map(pixel).collect()).unwrap();
                let mut found = vec![f32::NAN; image.pixels().len()];
                writer.write_image(&image, &mut Planes::F32(&mut found));
                let plane = found.len() / 3;
                for (at, value) in found.iter().enumerate() {
                    let sample = image.pixels()[at % plane * 3 + at / plane];
                    let expected = match normalize {
                        Some(normalize) => normalize.apply(at / plane, sample).unwrap(),
                        None => f32::from(sample) / 255.0,
                    };
                    assert_eq!(value.to_bits(), expected.to_bits(), "{normalize:?} {sample}");
                }
            }
        }
    }

    #[test]
    fn halves_are_the_nearest_of_the_numbers_and_bytes_are_the_samples() {
        let writer = PlaneWriter::new(Some(&Normalize::imagenet()), 3).unwrap();
        let pixels: Vec<u8> = (0..78_u8).map(|at| at * 3).collect();
        let image = Image::new(ImageSize::new(13, 2), ColorMode::Rgb, pixels.clone()).unwrap();
        let (mut numbers, mut halves) = ([0.0_f32; 78], [f16::ZERO; 78]);
        let (mut brains, mut samples) = ([bf16::ZERO; 78], [0_u8; 78]);
        writer.write_image(&image, &mut Planes::F32(&mut numbers));
        writer.write_image(&image, &mut Planes::F16(&mut halves));
        writer.write_image(&image, &mut Planes::Bf16(&mut brains));
        writer.write_image(&image, &mut Planes::U8(&mut samples));
        assert_eq!(halves, numbers.map(f16::from_f32));
        assert_eq!(brains, numbers.map(bf16::from_f32));
        let planes: Vec<u8> = (0..3).flat_map(|c| pixels[c..].iter().step_by(3).copied()).collect();
        assert_eq!(samples[..], planes);
    }
}
