//! A crop at a random position.

use crate::error::{Error, Result};
use crate::images::{Image, ImageSize};
use crate::transform::Recipe;
use crate::transform::random::window::Window;
use crate::transform::random::{Draws, Fill, SampleKey};
use crate::transform::resize::MAX_PIXELS;

/// Crops a rectangle of one size at a random position, all positions equally likely: torchvision's `RandomCrop` with its
/// constant padding.
///
/// ```
/// use burn_prep::images::{ColorMode, Image, ImageSize};
/// use burn_prep::transform::{RandomCrop, SampleKey};
///
/// let row = || Image::new(ImageSize::new(2, 1), ColorMode::L, vec![50, 60]).unwrap();
/// let key = SampleKey { seed: 0, epoch: 0, index: 0 };
/// // One pixel on each side, of which no crop can lose both.
/// let crop = RandomCrop::new(ImageSize::new(3, 1)).padding([1, 0, 1, 0]).fill(9);
/// let out = crop.apply_with(row(), key)?;
/// assert!([[9, 50, 60], [50, 60, 9]].iter().any(|pixels| out.pixels() == pixels));
///
/// let error = RandomCrop::square(3).apply_with(row(), key).unwrap_err();
/// assert_eq!(error.to_string(), "random crop: found shape 2x1, expected at least 3x3 (padding or pad_if_needed)");
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RandomCrop {
    size: ImageSize,
    padding: [u32; 4],
    pads_if_needed: bool,
    fill: Fill,
}

impl RandomCrop {
    /// Crops of `size`, without padding.
    pub fn new(size: ImageSize) -> Self {
        Self { size, padding: [0; 4], pads_if_needed: false, fill: Fill::All(0) }
    }

    /// Crops of `side` by `side`, without padding.
    pub fn square(side: u32) -> Self {
        Self::new(ImageSize::square(side))
    }

    /// Sets the pixels that are added to the image before it is cropped, at the left, the top, the right and the bottom;
    /// the default is none. The usual augmentation of CIFAR is `RandomCrop::square(32).padding([4; 4])`.
    #[must_use]
    pub fn padding(mut self, left_top_right_bottom: [u32; 4]) -> Self {
        self.padding = left_top_right_bottom;
        self
    }

    /// Pads an image that is smaller than the crop, instead of refusing it: by what it lacks, on both sides, so that it lies
    /// at a random place in the crop. Comes after [`RandomCrop::padding`].
    #[must_use]
    pub fn pad_if_needed(mut self) -> Self {
        self.pads_if_needed = true;
        self
    }

    /// Sets the colour of the padding; the default is 0. Alpha in the padding is 0.
    #[must_use]
    pub fn fill(mut self, fill: impl Into<Fill>) -> Self {
        self.fill = fill.into();
        self
    }

    #[cfg(feature = "burn")]
    pub(crate) fn size(&self) -> ImageSize {
        self.size
    }

    /// The rectangle that is cropped, which may reach beyond the image by the padding.
    ///
    /// # Errors
    ///
    /// The padded image is smaller than the crop, or the crop has a side of 0 or more than 178,956,970 pixels.
    pub(crate) fn draw(&self, from: ImageSize, draws: &mut Draws) -> Result<Window> {
        let to = self.size;
        if to.area() == 0 || to.area() > MAX_PIXELS {
            let expected = format!("1 to {MAX_PIXELS} pixels");
            return Err(Error::shape("random crop", format_args!("{to}"), expected));
        }
        let [left, top, right, bottom] = self.padding.map(i64::from);
        let vertical = self.start([top, bottom], from.height, to.height, draws);
        let horizontal = self.start([left, right], from.width, to.width, draws);
        match (horizontal, vertical) {
            (Some(left), Some(top)) => Ok(Window { left, top, size: to, fill: self.fill }),
            _ => {
                let expected = format!("at least {to} (padding or pad_if_needed)");
                Err(Error::shape("random crop", format_args!("{from}"), expected))
            }
        }
    }

    /// The first pixel of the crop on an axis of `side` pixels; `None` where the padded axis is too short.
    fn start(&self, [before, after]: [i64; 2], side: u32, crop: u32, draws: &mut Draws) -> Option<i64> {
        let lacking = i64::from(crop) - (i64::from(side) + before + after);
        let more = if self.pads_if_needed { lacking.max(0) } else { 0 };
        let places = u64::try_from(2 * more - lacking).ok()?.saturating_add(1);
        Some(draws.below(places) as i64 - before - more)
    }

    /// Applies the step by itself, with what the first step of a recipe draws for the key.
    ///
    /// # Errors
    ///
    /// The padded image is smaller than the crop, the crop has a side of 0 or more than 178,956,970 pixels, or the fill has
    /// colours and the image has not.
    pub fn apply_with(&self, image: Image, key: SampleKey) -> Result<Image> {
        Recipe::new().then(*self).apply_with(image, key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::random::chi_square::{assert_uniform, draws};
    use crate::transform::random::golden::{Golden, numbers, size};

    #[test]
    fn crops_at_torchvisions_places_have_its_pixels() {
        let golden = Golden::read();
        let mut seen = 0;
        for case in golden.cases("crop") {
            // torchvision counts from the corner of the padded image.
            let [left, top, before_x, before_y] = numbers(&case["at"]);
            let image = golden.image(&case["image"]);
            let fill = match image.mode().channels() {
                1 => Fill::All(77),
                _ => Fill::Rgb([10, 200, 77]),
            };
            let window = Window { left: left - before_x, top: top - before_y, size: size(&case["to"]), fill };
            golden.assert_within(0, &window.cut(image).unwrap(), case);
            seen += 1;
        }
        assert_eq!(seen, 60);
    }

    #[test]
    fn every_place_is_as_likely_and_all_come_up() {
        let crop = RandomCrop::new(ImageSize::new(4, 9)).padding([2, 0, 3, 0]).pad_if_needed();
        let drawn: Vec<Window> =
            draws(0).map(|mut draws| crop.draw(ImageSize::new(6, 4), &mut draws).unwrap()).collect();
        // 11 pixels, 4 of them kept, from -2 on; 4 rows and 5 on each side, 9 of them kept, from -5 on.
        assert_uniform(8, drawn.iter().map(|window| (window.left as f64 + 2.5) / 8.0));
        assert_uniform(6, drawn.iter().map(|window| (window.top as f64 + 5.5) / 6.0));
        let plain = RandomCrop::square(5);
        let places = draws(1).map(|mut draws| plain.draw(ImageSize::new(9, 5), &mut draws).unwrap());
        assert_uniform(5, places.map(|window| (window.left as f64 + 0.5) / 5.0 + window.top as f64));
    }

    #[test]
    fn what_cannot_be_cropped_is_refused() {
        let draw = |crop: RandomCrop| {
            crop.draw(ImageSize::new(4, 2), &mut Draws::new(SampleKey { seed: 0, epoch: 0, index: 0 }, 0))
        };
        assert!(draw(RandomCrop::square(3)).is_err() && draw(RandomCrop::square(0)).is_err());
        assert!(draw(RandomCrop::square(3).padding([0, 1, 0, 0])).is_ok());
        assert!(draw(RandomCrop::square(3).padding([u32::MAX; 4]).pad_if_needed()).is_ok());
        assert!(draw(RandomCrop::square(u32::MAX).pad_if_needed()).is_err());
    }
}
