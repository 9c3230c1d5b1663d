//! A rectangle of an image erased, or not.

use crate::error::Result;
use crate::images::Region;
use crate::images::{Image, ImageSize};
use crate::transform::random::erasure::Erasure;
use crate::transform::random::{Draws, Fill, SampleKey, range};
use crate::transform::{Normalize, Recipe};

/// What [`RandomErasing`] writes into the rectangle.
///
/// torchvision's step erases numbers, after their normalisation; this one erases 8-bit samples before it.
///
/// ```
/// use burn_prep::transform::{EraseValue, Fill};
/// assert_eq!(EraseValue::default(), EraseValue::Mean);
/// assert_eq!(EraseValue::from(0), EraseValue::Fill(Fill::All(0)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EraseValue {
    /// The mean of the recipe's normalisation, `255 * mean` rounded to a sample. After the normalisation it is 0, up to the rounding
    /// of half a sample: what torchvision's default, 0, is when its step comes after `Normalize`. Without a normalisation it is the
    /// sample 0.
    #[default]
    Mean,
    /// A colour.
    Fill(Fill),
    /// A random sample for each channel of each pixel, torchvision's `"random"`: such that the numbers are normal with the
    /// mean 0 and the deviation 1, cut off where a sample would be below 0 or above 255. Without a normalisation every
    /// sample is as likely, as in the paper.
    Random,
}

impl From<u8> for EraseValue {
    fn from(sample: u8) -> Self {
        Self::Fill(Fill::All(sample))
    }
}

impl From<[u8; 3]> for EraseValue {
    fn from(samples: [u8; 3]) -> Self {
        Self::Fill(Fill::Rgb(samples))
    }
}

/// Erases a rectangle of random area, aspect ratio and position, with a probability: torchvision's `RandomErasing` (Zhong,
/// Zheng, Kang, Li and Yang, 2017).
///
/// The area is uniform between two parts of the image's area, and the logarithm of the ratio of height to width is uniform
/// between those of two ratios. Sides are rounded, a half to the even number. Up to ten rectangles are drawn until one is
/// both narrower and lower than the image; if none is, nothing is erased. The position is uniform. Alpha stays as it is.
///
/// ```
/// use burn_prep::images::{ColorMode, Image, ImageSize};
/// use burn_prep::transform::{RandomErasing, SampleKey};
///
/// let image = Image::new(ImageSize::square(10), ColorMode::L, vec![50; 100])?;
/// // A fifth of the image, a square: 4.47 pixels are 4.
/// let erasing = RandomErasing::new().p(1.0)?.scale(0.2, 0.2)?.ratio(1.0, 1.0)?.value(7);
/// let out = erasing.apply_with(image, None, SampleKey { seed: 0, epoch: 0, index: 0 })?;
/// assert_eq!(out.pixels().iter().filter(|&&sample| sample == 7).count(), 16);
///
/// let error = erasing.scale(0.3, 0.2).unwrap_err();
/// assert_eq!(error.to_string(), "random erasing.scale is 0.3..=0.2, expected 0 <= low <= high <= 1");
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "cutout")]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RandomErasing {
    p: f64,
    scale: [f64; 2],
    ratio: [f64; 2],
    value: EraseValue,
}

impl Default for RandomErasing {
    fn default() -> Self {
        Self { p: 0.5, scale: [0.02, 0.33], ratio: [0.3, 3.3], value: EraseValue::Mean }
    }
}

impl RandomErasing {
    /// Erases with torchvision's defaults: every other image on average, areas of 0.02 to 0.33 of the image's, ratios of 0.3
    /// to 3.3, [`EraseValue::Mean`].
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the probability that something is erased; the default is 0.5.
    ///
    /// # Errors
    ///
    /// Not within 0..=1.
    #[doc(alias = "probability")]
    pub fn p(mut self, p: f64) -> Result<Self> {
        self.p = range::probability("random erasing.p", p)?;
        Ok(self)
    }

    /// Sets the bounds of the erased area as a part of the image's; the default is 0.02 to 0.33.
    ///
    /// # Errors
    ///
    /// Not `0 <= low <= high <= 1`.
    pub fn scale(mut self, low: f64, high: f64) -> Result<Self> {
        self.scale = range::scale("random erasing.scale", [low, high])?;
        Ok(self)
    }

    /// Sets the bounds of the rectangle's height over its width; the default is 0.3 to 3.3.
    ///
    /// # Errors
    ///
    /// Not `0 < low <= high`, or `high` is not finite.
    pub fn ratio(mut self, low: f64, high: f64) -> Result<Self> {
        self.ratio = range::ratio("random erasing.ratio", [low, high])?;
        Ok(self)
    }

    /// Sets what is written into the rectangle: a sample for all channels, one for each of red, green and blue, or an
    /// [`EraseValue`]; the default is [`EraseValue::Mean`].
    #[must_use]
    pub fn value(mut self, value: impl Into<EraseValue>) -> Self {
        self.value = value.into();
        self
    }

    /// The rectangle, and the seed of its noise; `None` where nothing is erased.
    pub(crate) fn draw(&self, from: ImageSize, draws: &mut Draws) -> Option<Erasure> {
        if draws.unit() >= self.p {
            return None;
        }
        let noise = draws.bits();
        for _ in 0..10 {
            let area = from.area() as f64 * draws.uniform(self.scale);
            let ratio = draws.log_uniform(self.ratio);
            let side = |square: f64| square.sqrt().round_ties_even() as u32;
            let size = ImageSize::new(side(area / ratio), side(area * ratio));
            if size.width < from.width && size.height < from.height {
                let top = draws.below(u64::from(from.height - size.height) + 1) as u32;
                let left = draws.below(u64::from(from.width - size.width) + 1) as u32;
                return Some(Erasure { region: Region { left, top, size }, value: self.value, noise });
            }
        }
        None
    }

    /// Applies the step by itself, with what the first step of a recipe draws for the key. The normalisation is that of the
    /// recipe, which comes later; [`EraseValue::Mean`] and [`EraseValue::Random`] depend on it.
    ///
    /// # Errors
    ///
    /// The normalisation has another number of channels than the image, or the value has colours and the image has not.
    pub fn apply_with(&self, image: Image, normalize: Option<&Normalize>, key: SampleKey) -> Result<Image> {
        let recipe = Recipe::new().then(*self);
        let recipe = match normalize {
            Some(normalize) => recipe.normalize(normalize.clone()),
            None => recipe,
        };
        recipe.apply_with(image, key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::random::chi_square::{KEYS, assert_counts, assert_sizes, assert_uniform, draws};
    use crate::transform::random::golden::{Golden, bounds, size};

    #[test]
    fn rectangles_are_of_their_distributions() {
        // Every rectangle fits, and sides are large, so that rounding moves nothing.
        let from = ImageSize::square(1_000_003);
        let erasing = RandomErasing::new().p(1.0).unwrap().scale(0.02, 0.3).unwrap();
        let drawn: Vec<Region> =
            draws(0).map(|mut draws| erasing.draw(from, &mut draws).unwrap().region).collect();
        let area = |region: &Region| (region.size.area() as f64 / from.area() as f64 - 0.02) / 0.28;
        let ratio = |region: &Region| f64::from(region.size.height) / f64::from(region.size.width);
        let (low, high) = (0.3_f64.ln(), 3.3_f64.ln());
        let place = |at: u32, side: u32| f64::from(at) / f64::from(from.width - side);
        assert_uniform(25, drawn.iter().map(|region| area(region).clamp(0.0, 1.0)));
        assert_uniform(
            25,
            drawn.iter().map(|region| ((ratio(region).ln() - low) / (high - low)).clamp(0.0, 1.0)),
        );
        assert_uniform(25, drawn.iter().map(|region| place(region.left, region.size.width)));
        assert_uniform(25, drawn.iter().map(|region| place(region.top, region.size.height)));
    }

    #[test]
    fn small_images_are_erased_as_by_torchvision() {
        let mut seen = 0;
        for case in Golden::read().cases("rectangles") {
            if case["step"] != "random_erasing" {
                continue;
            }
            let ([low, high], [wide, tall]) = (bounds(&case["scale"]), bounds(&case["ratio"]));
            let erasing =
                RandomErasing::new().p(1.0).unwrap().scale(low, high).unwrap().ratio(wide, tall).unwrap();
            let sizes = draws(seen).map(|mut draws| match erasing.draw(size(&case["size"]), &mut draws) {
                Some(erasure) if erasure.region.size.area() > 0 => erasure.region.size,
                _ => ImageSize::new(0, 0),
            });
            assert_sizes(sizes, &case["counts"]);
            seen += 1;
        }
        assert_eq!(seen, 2);
    }

    #[test]
    fn something_is_erased_with_the_probability() {
        for (step, p) in [(0, 0.5), (1, 0.25)] {
            let erasing = RandomErasing::new().p(p).unwrap();
            let erased = draws(step).filter_map(|mut draws| erasing.draw(ImageSize::square(64), &mut draws));
            let erased = erased.count() as u32;
            assert_counts(&[erased, KEYS as u32 - erased], &[p, 1.0 - p]);
        }
    }

    #[test]
    fn rectangles_are_smaller_than_images_of_every_size() {
        let erasing = RandomErasing::new().p(1.0).unwrap().scale(0.0, 1.0).unwrap();
        let mut seen = 0;
        for (n, mut draws) in (0..).zip(draws(0)) {
            let from = ImageSize::new(1 + n % 40, 1 + n / 40 % 250);
            if let Some(Erasure { region: Region { left, top, size }, .. }) = erasing.draw(from, &mut draws) {
                assert!(size.width < from.width && size.height < from.height);
                assert!(left + size.width <= from.width && top + size.height <= from.height);
                seen += 1;
            }
        }
        assert!(seen > 7_000, "{seen}");
    }
}
