//! Brightness, contrast, saturation and hue, changed at random.

use crate::error::Result;
use crate::images::{Image, ImageSize};
use crate::transform::Recipe;
use crate::transform::random::jitter::{Adjustment, Jitter};
use crate::transform::random::{Draws, JitterRange, SampleKey};

/// Changes brightness, contrast, saturation and hue by random factors, in random order: torchvision's `ColorJitter`.
///
/// Each factor is uniform between its bounds, and each order of the four is as likely. What has no bounds is left out. The
/// arithmetic is that of torchvision on `uint8` tensors: samples are rounded down to 8 bits after each of the four.
///
/// RGB and L images; in an L image saturation and hue change nothing.
///
/// ```
/// use burn_prep::images::{ColorMode, Image, ImageSize};
/// use burn_prep::transform::{ColorJitter, SampleKey};
///
/// let pixel = || Image::new(ImageSize::square(1), ColorMode::Rgb, vec![200, 100, 50]).unwrap();
/// let key = SampleKey { seed: 0, epoch: 0, index: 0 };
/// let half = ColorJitter::new().brightness(0.5..=0.5)?;
/// assert_eq!(half.apply_with(pixel(), key)?.pixels(), [100, 50, 25]);
/// let gray = ColorJitter::new().saturation(0.0..=0.0)?;
/// assert_eq!(gray.apply_with(pixel(), key)?.pixels(), [124; 3]);
///
/// // The usual strengths.
/// let jitter = ColorJitter::new().brightness(0.4)?.contrast(0.4)?.saturation(0.4)?.hue(0.1)?;
/// assert_eq!(jitter.apply_with(pixel(), key)?.pixels(), [143, 44, 9]);
///
/// let error = ColorJitter::new().hue(0.7).unwrap_err();
/// assert_eq!(error.to_string(), "color jitter.hue is -0.7..=0.7, expected -0.5 <= low <= high <= 0.5");
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ColorJitter {
    brightness: Option<[f64; 2]>,
    contrast: Option<[f64; 2]>,
    saturation: Option<[f64; 2]>,
    hue: Option<[f64; 2]>,
}

impl ColorJitter {
    /// Changes nothing, until a range is set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the range of the factor by which samples are multiplied: 0 is black, 1 changes nothing.
    ///
    /// # Errors
    ///
    /// The amount or a bound is negative or not finite, or the bounds are in the wrong order.
    pub fn brightness(mut self, range: impl Into<JitterRange>) -> Result<Self> {
        self.brightness = range.into().around_one("color jitter.brightness")?;
        Ok(self)
    }

    /// Sets the range of the factor by which samples differ from the mean of the grayscale image: 0 is that grey, 1 changes
    /// nothing.
    ///
    /// # Errors
    ///
    /// The amount or a bound is negative or not finite, or the bounds are in the wrong order.
    pub fn contrast(mut self, range: impl Into<JitterRange>) -> Result<Self> {
        self.contrast = range.into().around_one("color jitter.contrast")?;
        Ok(self)
    }

    /// Sets the range of the factor by which samples differ from the grayscale of their pixel: 0 is grey, 1 changes nothing.
    ///
    /// # Errors
    ///
    /// The amount or a bound is negative or not finite, or the bounds are in the wrong order.
    pub fn saturation(mut self, range: impl Into<JitterRange>) -> Result<Self> {
        self.saturation = range.into().around_one("color jitter.saturation")?;
        Ok(self)
    }

    /// Sets the range of the turn of the hue, as a part of the circle: 0 changes nothing, -0.5 and 0.5 are the opposite hue.
    ///
    /// # Errors
    ///
    /// The amount is negative, a bound is not within -0.5..=0.5, or the bounds are in the wrong order.
    pub fn hue(mut self, range: impl Into<JitterRange>) -> Result<Self> {
        self.hue = range.into().around_zero("color jitter.hue")?;
        Ok(self)
    }

    /// The factors, in the order in which they apply. The same numbers are drawn whichever ranges are set.
    pub(crate) fn draw(&self, _: ImageSize, draws: &mut Draws) -> Jitter {
        let order = draws.shuffled([0, 1, 2, 3]);
        let mut factor = |bounds: Option<[f64; 2]>| {
            let factor = draws.uniform(bounds.unwrap_or([0.0, 1.0]));
            bounds.map(|_| factor)
        };
        let adjustments = [
            factor(self.brightness).map(Adjustment::Brightness),
            factor(self.contrast).map(Adjustment::Contrast),
            factor(self.saturation).map(Adjustment::Saturation),
            factor(self.hue).map(Adjustment::Hue),
        ];
        Jitter(order.map(|which: usize| adjustments[which]))
    }

    /// Applies the step by itself, with what the first step of a recipe draws for the key.
    ///
    /// # Errors
    ///
    /// The image has an alpha channel.
    pub fn apply_with(&self, image: Image, key: SampleKey) -> Result<Image> {
        Recipe::new().then(*self).apply_with(image, key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::random::chi_square::{assert_uniform, draws};

    fn drawn(jitter: &ColorJitter) -> Vec<Jitter> {
        draws(0).map(|mut draws| jitter.draw(ImageSize::square(1), &mut draws)).collect()
    }

    #[test]
    fn factors_and_orders_are_of_their_distributions() {
        let jitter = ColorJitter::new().brightness(0.4).unwrap().contrast(0.5..=3.0).unwrap();
        let jitter = jitter.saturation(2.0).unwrap().hue(0.1).unwrap();
        let drawn = drawn(&jitter);
        let factors = |find: fn(Adjustment) -> Option<f64>| -> Vec<f64> {
            drawn.iter().filter_map(|Jitter(all)| all.iter().flatten().find_map(|&one| find(one))).collect()
        };
        let between = |factors: Vec<f64>, low: f64, high: f64| {
            assert_uniform(
                25,
                factors.into_iter().map(|factor| ((factor - low) / (high - low)).clamp(0.0, 1.0)),
            );
        };
        between(factors(|one| if let Adjustment::Brightness(f) = one { Some(f) } else { None }), 0.6, 1.4);
        between(factors(|one| if let Adjustment::Contrast(f) = one { Some(f) } else { None }), 0.5, 3.0);
        between(factors(|one| if let Adjustment::Saturation(f) = one { Some(f) } else { None }), 0.0, 3.0);
        between(factors(|one| if let Adjustment::Hue(f) = one { Some(f) } else { None }), -0.1, 0.1);
        // Each of the four is as often at each of the four places.
        for which in 0..4 {
            let is = |one: &Option<Adjustment>| match one {
                Some(Adjustment::Brightness(_)) => which == 0,
                Some(Adjustment::Contrast(_)) => which == 1,
                Some(Adjustment::Saturation(_)) => which == 2,
                Some(Adjustment::Hue(_)) => which == 3,
                None => false,
            };
            let place = |Jitter(all): &Jitter| (all.iter().position(is).unwrap() as f64 + 0.5) / 4.0;
            assert_uniform(4, drawn.iter().map(place));
        }
    }

    #[test]
    fn what_is_not_set_is_left_out_and_moves_no_other_number() {
        let all = ColorJitter::new().brightness(0.4).unwrap().contrast(0.4).unwrap().hue(0.1).unwrap();
        let hue = ColorJitter::new().hue(0.1).unwrap();
        for (Jitter(all), Jitter(hue)) in drawn(&all).iter().zip(&drawn(&hue)) {
            assert_eq!((all.iter().flatten().count(), hue.iter().flatten().count()), (3, 1));
            let place = hue.iter().position(Option::is_some).unwrap();
            assert_eq!(all[place], hue[place]);
        }
    }
}
