//! A crop of random area and proportions, resized to one size.

use crate::error::Result;
use crate::images::Region;
use crate::images::{Image, ImageSize};
use crate::transform::random::{Draws, SampleKey, range};
use crate::transform::{Filter, Recipe, Resize};

/// Crops a rectangle of random area, aspect ratio and position, and resizes it to one size: torchvision's
/// `RandomResizedCrop`.
///
/// The area is uniform between two parts of the image's area, and the logarithm of the ratio of width to height is uniform
/// between those of two ratios. Sides are rounded, a half to the even number. Up to ten rectangles are drawn until one fits
/// into the image; if none does, the crop is the largest in the middle whose ratio is within the bounds. The position is
/// uniform. The resize sees the pixels of the rectangle and no others.
///
/// ```
/// use burn_prep::images::{ColorMode, Image, ImageSize};
/// use burn_prep::transform::{RandomResizedCrop, SampleKey};
///
/// let image = Image::new(ImageSize::new(8, 6), ColorMode::L, vec![90; 48])?;
/// let crop = RandomResizedCrop::square(4).scale(0.25, 1.0)?;
/// let out = crop.apply_with(image, SampleKey { seed: 0, epoch: 0, index: 0 })?;
/// assert_eq!((out.shape(), out.pixels()), ([4, 4, 1], &[90; 16][..]));
///
/// let error = crop.scale(0.25, 8.0).unwrap_err();
/// assert_eq!(error.to_string(), "random resized crop.scale is 0.25..=8, expected 0 <= low <= high <= 1");
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "inception crop")]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RandomResizedCrop {
    size: ImageSize,
    scale: [f64; 2],
    ratio: [f64; 2],
    filter: Filter,
}

impl RandomResizedCrop {
    /// Crops that are resized to `size`, with torchvision's defaults: areas of 0.08 to 1 of the image's, ratios of 3/4 to
    /// 4/3, [`Filter::Bilinear`].
    pub fn new(size: ImageSize) -> Self {
        Self { size, scale: [0.08, 1.0], ratio: [3.0 / 4.0, 4.0 / 3.0], filter: Filter::Bilinear }
    }

    /// Crops that are resized to `side` by `side`.
    pub fn square(side: u32) -> Self {
        Self::new(ImageSize::square(side))
    }

    /// Sets the bounds of the crop's area as a part of the image's; the default is 0.08 to 1.
    ///
    /// # Errors
    ///
    /// Not `0 <= low <= high <= 1`.
    pub fn scale(mut self, low: f64, high: f64) -> Result<Self> {
        self.scale = range::scale("random resized crop.scale", [low, high])?;
        Ok(self)
    }

    /// Sets the bounds of the crop's width over its height; the default is 3/4 to 4/3.
    ///
    /// # Errors
    ///
    /// Not `0 < low <= high`, or `high` is not finite.
    ///
    /// ```
    /// use burn_prep::transform::RandomResizedCrop;
    /// let error = RandomResizedCrop::square(4).ratio(2.0, 0.5).unwrap_err();
    /// assert_eq!(error.to_string(), "random resized crop.ratio is 2..=0.5, expected 0 < low <= high");
    /// ```
    pub fn ratio(mut self, low: f64, high: f64) -> Result<Self> {
        self.ratio = range::ratio("random resized crop.ratio", [low, high])?;
        Ok(self)
    }

    /// Sets the interpolation filter of the resize, which is antialiased; the default is [`Filter::Bilinear`].
    ///
    /// ```
    /// use burn_prep::transform::{Filter, RandomResizedCrop};
    /// let crop = RandomResizedCrop::square(8);
    /// assert!(crop.filter(Filter::Bilinear) == crop && crop.filter(Filter::Bicubic) != crop);
    /// ```
    #[doc(alias = "interpolation")]
    #[must_use]
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = filter;
        self
    }

    /// The resize of the rectangle that is drawn.
    pub(crate) fn resize(&self) -> Resize {
        Resize::exact(self.size).filter(self.filter)
    }

    /// The rectangle of an image of this size, whose sides are at least 1.
    pub(crate) fn draw(&self, from: ImageSize, draws: &mut Draws) -> Region {
        for _ in 0..10 {
            let area = from.area() as f64 * draws.uniform(self.scale);
            let ratio = draws.log_uniform(self.ratio);
            let size = ImageSize::new(rounded((area * ratio).sqrt()), rounded((area / ratio).sqrt()));
            if size.area() > 0 && size.width <= from.width && size.height <= from.height {
                let top = draws.below(u64::from(from.height - size.height) + 1) as u32;
                let left = draws.below(u64::from(from.width - size.width) + 1) as u32;
                return Region { left, top, size };
            }
        }
        self.central(from)
    }

    /// The largest rectangle in the middle whose ratio is within the bounds; its sides are at least 1.
    fn central(&self, from: ImageSize) -> Region {
        let (width, height) = (f64::from(from.width), f64::from(from.height));
        let [low, high] = self.ratio;
        let size = match width / height {
            ratio if ratio < low => ImageSize::new(from.width, rounded(width / low).clamp(1, from.height)),
            ratio if ratio > high => ImageSize::new(rounded(height * high).clamp(1, from.width), from.height),
            _ => from,
        };
        Region { left: (from.width - size.width) / 2, top: (from.height - size.height) / 2, size }
    }

    /// Applies the step by itself, with what the first step of a recipe draws for the key.
    ///
    /// # Errors
    ///
    /// The size to resize to has a side of 0 or more than 178,956,970 pixels.
    pub fn apply_with(&self, image: Image, key: SampleKey) -> Result<Image> {
        Recipe::new().then(*self).apply_with(image, key)
    }
}

/// Python's `round`, a half to the even number.
fn rounded(side: f64) -> u32 {
    side.round_ties_even() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::Transform;
    use crate::transform::random::chi_square::{assert_sizes, assert_uniform, draws};
    use crate::transform::random::golden::{Golden, bounds, filter, region, size};

    #[test]
    fn the_central_crop_is_torchvisions() {
        let mut seen = 0;
        for case in Golden::read().cases("central_crop") {
            let [low, high] = bounds(&case["ratio"]);
            let crop = RandomResizedCrop::square(1).ratio(low, high).unwrap();
            let from = size(&case["size"]);
            assert_eq!(crop.central(from), region(&case["region"]), "{from}");
            seen += 1;
        }
        assert_eq!(seen, 43);
        // torchvision's would have no rows.
        let thin = RandomResizedCrop::square(1).ratio(1e6, 1e6).unwrap();
        assert_eq!(thin.central(ImageSize::new(3, 5)).size, ImageSize::new(3, 1));
    }

    /// Bilinear and bicubic, antialiased: every sample is torchvision's.
    #[test]
    fn pixels_of_torchvisions_rectangles_are_its_own() {
        let golden = Golden::read();
        let mut seen = 0;
        for case in golden.cases("resized_crop") {
            let cut = region(&case["region"]).cut(golden.image(&case["image"])).unwrap();
            let crop = RandomResizedCrop::new(size(&case["to"])).filter(filter(&case["filter"]));
            golden.assert_within(0, &crop.resize().apply(cut).unwrap(), case);
            seen += 1;
        }
        assert_eq!(seen, 60);
    }

    #[test]
    fn areas_ratios_and_positions_are_of_their_distributions() {
        // Every rectangle fits, so that the first is taken, and sides are large, so that rounding moves nothing.
        let from = ImageSize::square(1_000_003);
        let crop = RandomResizedCrop::square(1).scale(0.1, 0.6).unwrap();
        let regions: Vec<Region> = draws(0).map(|mut draws| crop.draw(from, &mut draws)).collect();
        let area = |region: &Region| (region.size.area() as f64 / from.area() as f64 - 0.1) / 0.5;
        let ratio = |region: &Region| f64::from(region.size.width) / f64::from(region.size.height);
        let (low, high) = (0.75_f64.ln(), (4.0_f64 / 3.0).ln());
        let place = |at: u32, side: u32| f64::from(at) / f64::from(from.width - side);
        assert_uniform(25, regions.iter().map(|region| area(region).clamp(0.0, 1.0)));
        assert_uniform(
            25,
            regions.iter().map(|region| ((ratio(region).ln() - low) / (high - low)).clamp(0.0, 1.0)),
        );
        assert_uniform(25, regions.iter().map(|region| place(region.left, region.size.width)));
        assert_uniform(25, regions.iter().map(|region| place(region.top, region.size.height)));
    }

    #[test]
    fn small_images_are_cropped_as_by_torchvision() {
        let mut seen = 0;
        for case in Golden::read().cases("rectangles") {
            if case["step"] != "random_resized_crop" {
                continue;
            }
            let ([low, high], [tall, wide]) = (bounds(&case["scale"]), bounds(&case["ratio"]));
            let crop = RandomResizedCrop::square(1).scale(low, high).unwrap().ratio(tall, wide).unwrap();
            let sizes = draws(seen).map(|mut draws| crop.draw(size(&case["size"]), &mut draws).size);
            assert_sizes(sizes, &case["counts"]);
            seen += 1;
        }
        assert_eq!(seen, 2);
    }

    #[test]
    fn rectangles_lie_within_images_of_every_size() {
        let crop = RandomResizedCrop::square(1);
        for (n, mut draws) in (0..).zip(draws(0)) {
            let from = ImageSize::new(1 + n % 40, 1 + n / 40 % 250);
            let Region { left, top, size } = crop.draw(from, &mut draws);
            assert!(size.area() > 0 && left + size.width <= from.width && top + size.height <= from.height);
        }
    }
}
