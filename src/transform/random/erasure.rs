//! The pixels of an erased rectangle.

use crate::error::{Error, Result};
use crate::images::ColorMode;
use crate::images::Region;
use crate::transform::Normalize;
use crate::transform::random::EraseValue;
use crate::transform::random::noise::Noise;

/// The rectangle that is erased, what is written into it, and the seed of the noise if that is it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Erasure {
    pub(crate) region: Region,
    pub(crate) value: EraseValue,
    pub(crate) noise: u64,
}

impl Erasure {
    /// Writes the rectangle into the pixels of an image of `width` pixels in a row, within which it lies.
    ///
    /// # Errors
    ///
    /// The normalisation has another number of channels than the image, or the value has colours and the image has not.
    pub(crate) fn run(
        &self,
        pixels: &mut [u8],
        width: u32,
        mode: ColorMode,
        normalize: Option<&Normalize>,
    ) -> Result<()> {
        let channels = mode.channels();
        if let Some(normalize) = normalize.filter(|normalize| normalize.mean().len() != channels) {
            let expected = format!("[{}] channels (Normalize::new)", normalize.mean().len());
            return Err(Error::shape("random erasing", [channels], expected));
        }
        let Region { left, top, size } = self.region;
        let (row, start) = (width as usize * channels, left as usize * channels);
        let part = size.width as usize * channels;
        if row == 0 || part == 0 {
            return Ok(());
        }
        let rows = pixels.chunks_exact_mut(row).skip(top as usize).take(size.height as usize);
        let parts = rows.map(|row| &mut row[start..start + part]);
        let colors = channels - usize::from(mode.has_alpha());
        match self.value {
            EraseValue::Fill(fill) => {
                let pixel = fill.pixel("random erasing", mode)?;
                parts.for_each(|part| write(part, channels, &pixel[..colors]));
            }
            EraseValue::Mean => {
                let mean =
                    |channel: usize| normalize.and_then(|normalize| normalize.mean().get(channel)).copied();
                let pixel: [u8; 4] = std::array::from_fn(|channel| sample(mean(channel).unwrap_or(0.0)));
                parts.for_each(|part| write(part, channels, &pixel[..colors]));
            }
            EraseValue::Random => {
                let mut noise = Noise::new(self.noise, normalize);
                for part in parts {
                    part.chunks_exact_mut(channels).for_each(|pixel| noise.write(&mut pixel[..colors]));
                }
            }
        }
        Ok(())
    }
}

/// Each pixel of `channels` samples begins with these.
fn write(part: &mut [u8], channels: usize, samples: &[u8]) {
    match samples {
        [sample] if channels == 1 => part.fill(*sample),
        &[red, green, blue] if channels == 3 => part.as_chunks_mut::<3>().0.fill([red, green, blue]),
        _ => {
            part.chunks_exact_mut(channels).for_each(|pixel| pixel[..samples.len()].copy_from_slice(samples))
        }
    }
}

/// A value in 0..=1 as a sample.
fn sample(value: f32) -> u8 {
    (value * 255.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::ImageSize;
    use crate::transform::random::Fill;
    use crate::transform::random::golden::{Golden, region};

    #[test]
    fn rectangles_erased_by_torchvision_have_its_pixels() {
        let golden = Golden::read();
        let mut seen = 0;
        for case in golden.cases("erase") {
            let mut image = golden.image(&case["image"]);
            let (width, mode) = (image.size().width, image.mode());
            let value: Vec<u8> = serde_json::from_value(case["value"].clone()).unwrap();
            let value = match value[..] {
                [red, green, blue] => Fill::Rgb([red, green, blue]),
                _ => Fill::All(value[0]),
            };
            let erasure =
                Erasure { region: region(&case["region"]), value: EraseValue::Fill(value), noise: 0 };
            erasure.run(image.pixels_mut(), width, mode, None).unwrap();
            golden.assert_within(0, &image, case);
            seen += 1;
        }
        assert_eq!(seen, 25);
    }

    fn erased(value: EraseValue, mode: ColorMode, normalize: Option<&Normalize>) -> Result<Vec<u8>> {
        let region = Region { left: 1, top: 1, size: ImageSize::new(1, 1) };
        let mut pixels = vec![9; 4 * mode.channels()];
        Erasure { region, value, noise: 5 }.run(&mut pixels, 2, mode, normalize)?;
        Ok(pixels.split_off(3 * mode.channels()))
    }

    #[test]
    fn the_mean_becomes_zero() {
        let imagenet = Normalize::imagenet();
        let found = erased(EraseValue::Mean, ColorMode::Rgb, Some(&imagenet)).unwrap();
        assert_eq!(found, [124, 116, 104]);
        for (channel, &sample) in found.iter().enumerate() {
            // Half a step of 255, over the deviation.
            let number = imagenet.apply(channel, sample).unwrap();
            assert!(number.abs() <= 0.5 / 255.0 / imagenet.std()[channel] + 1e-6, "{number}");
        }
        assert_eq!(erased(EraseValue::Mean, ColorMode::L, None).unwrap(), [0]);
        let error = erased(EraseValue::Mean, ColorMode::L, Some(&imagenet)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "random erasing: found shape [1], expected [3] channels (Normalize::new)"
        );
    }

    #[test]
    fn alpha_stays_as_it_is() {
        assert_eq!(erased(7.into(), ColorMode::La, None).unwrap(), [7, 9]);
        assert_eq!(erased([1, 2, 3].into(), ColorMode::Rgba, None).unwrap(), [1, 2, 3, 9]);
        assert_eq!(erased(EraseValue::Random, ColorMode::Rgba, None).unwrap()[3], 9);
        assert!(erased([1, 2, 3].into(), ColorMode::L, None).is_err());
    }
}
