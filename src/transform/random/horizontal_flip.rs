//! Left and right exchanged, or not.

use crate::error::Result;
use crate::images::{Image, ImageSize};
use crate::simd::{Kernel, widest};
use crate::transform::Recipe;
use crate::transform::random::{Draws, SampleKey, range};

/// Flips an image horizontally with a probability: torchvision's `RandomHorizontalFlip`.
///
/// ```
/// use burn_prep::images::{ColorMode, Image, ImageSize};
/// use burn_prep::transform::{RandomHorizontalFlip, SampleKey};
///
/// let row = Image::new(ImageSize::new(2, 1), ColorMode::Rgb, vec![1, 2, 3, 4, 5, 6])?;
/// let always = RandomHorizontalFlip::new().p(1.0)?;
/// let out = always.apply_with(row, SampleKey { seed: 0, epoch: 0, index: 0 })?;
/// assert_eq!(out.pixels(), [4, 5, 6, 1, 2, 3]);
///
/// let error = RandomHorizontalFlip::new().p(50.0).unwrap_err();
/// assert_eq!(error.to_string(), "random horizontal flip.p is 50, expected a probability in 0..=1");
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "mirror")]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RandomHorizontalFlip {
    p: f64,
}

impl Default for RandomHorizontalFlip {
    fn default() -> Self {
        Self { p: 0.5 }
    }
}

impl RandomHorizontalFlip {
    /// Flips every other image, on average.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the probability of a flip; the default is 0.5.
    ///
    /// # Errors
    ///
    /// Not within 0..=1.
    #[doc(alias = "probability")]
    pub fn p(mut self, p: f64) -> Result<Self> {
        self.p = range::probability("random horizontal flip.p", p)?;
        Ok(self)
    }

    /// Whether an image is flipped.
    pub(crate) fn draw(&self, _: ImageSize, draws: &mut Draws) -> bool {
        draws.unit() < self.p
    }

    /// Applies the step by itself, with what the first step of a recipe draws for the key.
    ///
    /// # Errors
    ///
    /// None today.
    pub fn apply_with(&self, image: Image, key: SampleKey) -> Result<Image> {
        Recipe::new().then(*self).apply_with(image, key)
    }
}

/// Reverses the pixels of each row of `width` pixels.
pub(crate) fn flip_rows(pixels: &mut [u8], width: u32, channels: usize) {
    let row = width as usize * channels;
    if row > 0 {
        widest(FlipRows { pixels, row, channels });
    }
}

struct FlipRows<'a> {
    pixels: &'a mut [u8],
    row: usize,
    channels: usize,
}

impl Kernel for FlipRows<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for row in self.pixels.chunks_exact_mut(self.row) {
            match self.channels {
                1 => row.reverse(),
                2 => row.as_chunks_mut::<2>().0.reverse(),
                // All samples first, which runs in registers, then those of each pixel.
                3 => {
                    row.reverse();
                    row.as_chunks_mut::<3>().0.iter_mut().for_each(|pixel| pixel.swap(0, 2));
                }
                _ => row.as_chunks_mut::<4>().0.reverse(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::random::chi_square::{KEYS, assert_counts, draws};
    use crate::transform::random::golden::Golden;

    #[test]
    fn flips_are_torchvisions() {
        let golden = Golden::read();
        let mut seen = 0;
        for case in golden.cases("flip") {
            let mut image = golden.image(&case["image"]);
            let (width, channels) = (image.size().width, image.mode().channels());
            flip_rows(image.pixels_mut(), width, channels);
            golden.assert_within(0, &image, case);
            seen += 1;
        }
        assert_eq!(seen, 20);
    }

    #[test]
    fn two_flips_are_none() {
        for channels in 1..=4 {
            for width in 1..70 {
                let pixels: Vec<u8> = (0..2 * width as usize * channels).map(|n| (n * 7) as u8).collect();
                let mut flipped = pixels.clone();
                flip_rows(&mut flipped, width, channels);
                assert_eq!(flipped[..channels], pixels[(width as usize - 1) * channels..][..channels]);
                flip_rows(&mut flipped, width, channels);
                assert_eq!(flipped, pixels);
            }
        }
    }

    #[test]
    fn flips_come_with_their_probability() {
        let size = ImageSize::square(1);
        for (step, p) in [(0, 0.5), (1, 0.1), (2, 0.93)] {
            let flip = RandomHorizontalFlip::new().p(p).unwrap();
            let flips = draws(step).filter(|draws| flip.draw(size, &mut draws.clone())).count() as u32;
            assert_counts(&[flips, KEYS as u32 - flips], &[p, 1.0 - p]);
        }
        let (always, never) = (RandomHorizontalFlip { p: 1.0 }, RandomHorizontalFlip { p: 0.0 });
        assert!(draws(0).all(|mut draws| always.draw(size, &mut draws)));
        assert!(!draws(0).any(|mut draws| never.draw(size, &mut draws)));
    }
}
