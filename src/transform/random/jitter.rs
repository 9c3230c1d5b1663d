//! Adjustments of colours, in as few sweeps over the pixels as their order allows.

use crate::error::{Error, Result};
use crate::images::ColorMode;
use crate::simd::{Kernel, widest};
use crate::transform::random::planes::{PIXELS, Planes, blended, brightened};

/// An adjustment and its factor, as torchvision's functions of these names have them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Adjustment {
    Brightness(f64),
    Contrast(f64),
    Saturation(f64),
    Hue(f64),
}

/// Adjustments, in the order in which they apply.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Jitter(pub(crate) [Option<Adjustment>; 4]);

impl Jitter {
    /// Changes the pixels of an image.
    ///
    /// A contrast needs the mean of what comes before it: then there are two sweeps, otherwise one.
    ///
    /// # Errors
    ///
    /// The image has an alpha channel.
    pub(crate) fn run(&self, pixels: &mut [u8], mode: ColorMode) -> Result<()> {
        match mode {
            ColorMode::L => self.run_gray(pixels),
            ColorMode::Rgb => self.run_rgb(pixels.as_chunks_mut::<3>().0),
            _ => return Err(Error::shape("color jitter", format_args!("{mode}"), "RGB or L")),
        }
        Ok(())
    }

    /// One table of the 256 samples, and one sweep.
    fn run_gray(&self, pixels: &mut [u8]) {
        let mut table: [u8; 256] = std::array::from_fn(|sample| sample as u8);
        for adjustment in self.0.into_iter().flatten() {
            match adjustment {
                Adjustment::Brightness(factor) => {
                    table = table.map(|sample| brightened(f32::from(sample), factor as f32) as u8);
                }
                Adjustment::Contrast(factor) => {
                    let sum = pixels.iter().map(|&sample| u64::from(table[usize::from(sample)])).sum();
                    let (mean, ratios) = (mean(sum, pixels.len()), ratios(factor));
                    table = table.map(|sample| blended(f32::from(sample), mean, ratios) as u8);
                }
                Adjustment::Saturation(_) | Adjustment::Hue(_) => {}
            }
        }
        pixels.iter_mut().for_each(|sample| *sample = table[usize::from(*sample)]);
    }

    fn run_rgb(&self, pixels: &mut [[u8; 3]]) {
        let mut stages = [Stage::None; 4];
        let (mut begin, mut count) = (0, 0);
        for adjustment in self.0.into_iter().flatten() {
            stages[count] = match adjustment {
                Adjustment::Brightness(factor) => Stage::Brightness(factor as f32),
                Adjustment::Saturation(factor) => Stage::Saturation(ratios(factor)),
                Adjustment::Hue(factor) => Stage::Hue(factor as f32),
                Adjustment::Contrast(factor) => {
                    let sum = widest(Sweep {
                        pixels: &mut *pixels,
                        stages: &stages[begin..count],
                        wants_sum: true,
                    });
                    begin = count;
                    Stage::Contrast(mean(sum, pixels.len()), ratios(factor))
                }
            };
            count += 1;
        }
        if begin < count {
            widest(Sweep { pixels, stages: &stages[begin..count], wants_sum: false });
        }
    }
}

/// The factor of a blend and the rest to 1, each rounded from f64 as torch rounds Python's numbers.
fn ratios(factor: f64) -> [f32; 2] {
    [factor as f32, (1.0 - factor) as f32]
}

/// The mean of a grayscale, whose sum torch has in f32.
fn mean(sum: u64, pixels: usize) -> f32 {
    sum as f32 / pixels as f32
}

/// An adjustment of a few pixels, with all that it depends on.
#[derive(Clone, Copy)]
enum Stage {
    None,
    Brightness(f32),
    Contrast(f32, [f32; 2]),
    Saturation([f32; 2]),
    Hue(f32),
}

/// Stages one after the other on a few pixels, then on the next. Gives the sum of the grayscale of the result, if it is
/// wanted.
struct Sweep<'a> {
    pixels: &'a mut [[u8; 3]],
    stages: &'a [Stage],
    wants_sum: bool,
}

impl Sweep<'_> {
    #[inline(always)]
    fn block(&self, planes: &mut Planes, pixels: &mut [[u8; 3]; PIXELS]) -> u64 {
        planes.load(pixels);
        for stage in self.stages {
            match *stage {
                Stage::None => {}
                Stage::Brightness(factor) => planes.brighten(factor),
                Stage::Contrast(mean, ratios) => planes.blend(mean, ratios),
                Stage::Saturation(ratios) => planes.saturate(ratios),
                Stage::Hue(shift) => planes.turn_hue(shift),
            }
        }
        if !self.stages.is_empty() {
            planes.store(pixels);
        }
        if self.wants_sum { planes.gray_sum() } else { 0 }
    }
}

impl Kernel for Sweep<'_> {
    type Output = u64;

    #[inline(always)]
    fn run(mut self) -> u64 {
        let (mut planes, mut sum) = (Planes::new(), 0);
        let (blocks, rest) = std::mem::take(&mut self.pixels).as_chunks_mut::<PIXELS>();
        for pixels in blocks {
            sum += self.block(&mut planes, pixels);
        }
        if !rest.is_empty() {
            // Black pixels behind the last ones stay black before a contrast, and add nothing to the sum.
            let mut pixels = [[0; 3]; PIXELS];
            pixels[..rest.len()].copy_from_slice(rest);
            sum += self.block(&mut planes, &mut pixels);
            rest.copy_from_slice(&pixels[..rest.len()]);
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::random::golden::{Golden, adjustments};
    use crate::transform::random::{hue, planes};

    #[test]
    fn adjustments_and_their_orders_are_torchvisions() {
        // torchvision 0.29.2, uint8 tensors; measured: every pixel is equal.
        let golden = Golden::read();
        let mut seen = 0;
        for case in golden.cases("jitter") {
            let mut image = golden.image(&case["image"]);
            let mode = image.mode();
            adjustments(&case["adjustments"]).run(image.pixels_mut(), mode).unwrap();
            golden.assert_within(0, &image, case);
            seen += 1;
        }
        assert_eq!(seen, 422);
    }

    #[test]
    fn all_kinds_of_colours_are_torchvisions() {
        // 32,768 colours, every 8th or so of each channel; FNV-1a of torchvision's pixels.
        let colors: Vec<u8> = (0..32_768_u32)
            .flat_map(|n| [n >> 10, (n >> 5) & 31, n & 31].map(|level| (level * 255 / 31) as u8))
            .collect();
        let mut seen = 0;
        for case in Golden::read().cases("colors") {
            let mut pixels = colors.clone();
            adjustments(&case["adjustments"]).run(&mut pixels, ColorMode::Rgb).unwrap();
            let hash = pixels.iter().fold(0xCBF2_9CE4_8422_2325_u64, |hash, &byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3)
            });
            assert_eq!(format!("{hash:016x}"), case["fnv1a"].as_str().unwrap(), "{case}");
            seen += 1;
        }
        assert_eq!(seen, 29);
    }

    /// One pixel after the other, one adjustment after the other.
    fn slow(pixels: &mut [[u8; 3]], jitter: Jitter) {
        for adjustment in jitter.0.into_iter().flatten() {
            let gray = |pixel: &[u8; 3]| {
                let [red, green, blue] = pixel.map(f32::from);
                planes::gray(red, green, blue)
            };
            let sum: f64 = pixels.iter().map(|pixel| f64::from(gray(pixel))).sum();
            let mean = (sum / pixels.len() as f64) as f32;
            for pixel in pixels.iter_mut() {
                let gray = gray(pixel);
                let blend = |value: u8, other: f32, factor: f64| {
                    other.mul_add((1.0 - factor) as f32, f32::from(value) * factor as f32).clamp(0.0, 255.0)
                        as u8
                };
                *pixel = match adjustment {
                    Adjustment::Brightness(factor) => {
                        pixel.map(|value| (f32::from(value) * factor as f32) as u8)
                    }
                    Adjustment::Contrast(factor) => pixel.map(|value| blend(value, mean, factor)),
                    Adjustment::Saturation(factor) => pixel.map(|value| blend(value, gray, factor)),
                    Adjustment::Hue(factor) => {
                        hue::turned(pixel.map(f32::from), factor as f32).map(|value| value as u8)
                    }
                };
            }
        }
    }

    #[test]
    fn sweeps_agree_with_plain_loops_at_every_length() {
        use Adjustment::{Brightness, Contrast, Hue, Saturation};
        let four = [Brightness(1.3), Contrast(0.7), Saturation(1.6), Hue(-0.08)];
        let mut seen = 0;
        for length in (1..12).chain([126, 127, 128, 129, 255, 256, 257, 1000]) {
            let pixels: Vec<u8> = (0..3 * length).map(|n: usize| (n * n * 31 + n * 7) as u8).collect();
            for turn in 0..4 {
                for count in 0..=4 {
                    let mut jitter = Jitter([None; 4]);
                    for (at, place) in jitter.0.iter_mut().take(count).enumerate() {
                        *place = Some(four[(at + turn) % 4]);
                    }
                    let (mut fast, mut plain) = (pixels.clone(), pixels.clone());
                    jitter.run(&mut fast, ColorMode::Rgb).unwrap();
                    slow(plain.as_chunks_mut::<3>().0, jitter);
                    assert_eq!(fast, plain, "{length} {jitter:?}");
                    seen += 1;
                }
            }
        }
        assert_eq!(seen, 19 * 4 * 5);
    }

    #[test]
    fn alpha_is_refused() {
        let error = Jitter([None; 4]).run(&mut [0; 4], ColorMode::Rgba).unwrap_err();
        assert_eq!(error.to_string(), "color jitter: found shape RGBA, expected RGB or L");
    }

    #[test]
    fn the_same_on_every_machine() {
        let pixels: Vec<u8> = (0..3 * 300).map(|n: usize| (n * n * 13 + n * 5) as u8).collect();
        let ratios = ratios(1.4);
        let stages = [
            Stage::Brightness(1.2),
            Stage::Saturation(ratios),
            Stage::Contrast(99.3, ratios),
            Stage::Hue(0.07),
        ];
        let (mut wide, mut plain) = (pixels.clone(), pixels);
        let sweep = |pixels| Sweep { pixels, stages: &stages, wants_sum: true };
        let sum = widest(sweep(wide.as_chunks_mut::<3>().0));
        assert_eq!(sum, sweep(plain.as_chunks_mut::<3>().0).run());
        assert_eq!(wide, plain);
    }
}
