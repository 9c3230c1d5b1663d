//! The steps from a decoded image to the pixels of a batch.

use std::sync::Arc;

use ndarray::Array3;

use crate::error::{Error, Result};
use crate::images::{Image, ImageSize};
use crate::transform::plan::Plan;
use crate::transform::random::Draws;
use crate::transform::step::StepKind;
use crate::transform::{Normalize, PlaneWriter, Planes, SampleKey, Step, Transform};

/// The steps from a decoded image to the numbers of a batch: image transforms in order, then the normalisation.
///
/// A recipe plans before it runs: from the size of an image, [`Recipe::plan`] computes the region that each resize has
/// to produce and the output size, or says which step is impossible; then [`Plan::run`] computes the pixels. Where a crop
/// follows a `Resize`, only the pixels that it keeps are computed, if the image is RGB and the machine has AVX2, or if the crop
/// keeps at most a quarter of them; otherwise the whole is computed and then cut. The pixels are the same either way. Without
/// any steps, images stay as they are.
///
/// ```
/// use burn_prep::images::{ColorMode, Image, ImageSize};
/// use burn_prep::transform::{CenterCrop, Recipe, Resize, Transform};
///
/// let recipe = Recipe::new().then(Resize::shorter_side(4)).then(CenterCrop::square(4));
/// assert_eq!(recipe.plan(ImageSize::new(16, 8))?.output(), Some(ImageSize::square(4)));
///
/// let image = Image::new(ImageSize::new(16, 8), ColorMode::L, vec![7; 128])?;
/// let out = recipe.apply(image)?;
/// assert_eq!(out.shape(), [4, 4, 1]);
/// assert_eq!(out.pixels(), [7; 16]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "torchvision.transforms.Compose")]
#[doc(alias = "Compose")]
#[doc(alias = "Sequential")]
#[derive(Debug, Clone, Default)]
pub struct Recipe {
    steps: Vec<StepKind>,
    /// The place of the first step, where these are the last steps of another recipe.
    first: u16,
    normalize: Option<Arc<Normalize>>,
}

impl Recipe {
    /// Creates a recipe without steps.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a step. Given another recipe, appends its steps, and takes over its normalisation if it has one.
    #[must_use]
    pub fn then(mut self, step: impl Into<Step>) -> Self {
        match step.into().0 {
            StepKind::Several(Self { steps, normalize, .. }) => {
                self.steps.extend(steps);
                self.normalize = normalize.or(self.normalize);
            }
            step => self.steps.push(step),
        }
        self
    }

    /// Whether a step is random: then [`plan_with`](Self::plan_with) and [`apply_with`](Self::apply_with) take the key of a
    /// sample, and [`plan`](Self::plan) and `apply` are errors.
    ///
    /// ```
    /// use burn_prep::transform::{CenterCrop, RandomCrop, Recipe};
    /// assert!(!Recipe::new().then(CenterCrop::square(8)).is_random());
    /// assert!(Recipe::new().then(RandomCrop::square(8)).is_random());
    /// ```
    pub fn is_random(&self) -> bool {
        self.steps.iter().any(StepKind::is_random)
    }

    /// Sets the normalisation of each channel, which turns pixels into numbers after all steps; without it numbers are
    /// `v / 255`.
    ///
    /// ```
    /// use burn_prep::transform::{Normalize, Recipe};
    /// let recipe = Recipe::new().normalize(Normalize::imagenet());
    /// assert_eq!(recipe.normalization().unwrap().mean()[0], 0.485);
    /// assert!(Recipe::new().normalization().is_none());
    /// ```
    #[must_use]
    pub fn normalize(mut self, normalize: Normalize) -> Self {
        self.normalize = Some(Arc::new(normalize));
        self
    }

    /// The normalisation that turns pixels into numbers; `None` for `v / 255`.
    pub fn normalization(&self) -> Option<&Normalize> {
        self.normalize.as_deref()
    }

    /// Converts an image that has gone through the steps to f32 numbers `[C, H, W]`.
    ///
    /// # Errors
    ///
    /// The normalisation has another number of channels than the image.
    ///
    /// ```
    /// use burn_prep::images::{ColorMode, Image, ImageSize};
    /// use burn_prep::transform::Recipe;
    /// let image = Image::new(ImageSize::new(2, 1), ColorMode::L, vec![0, 255])?;
    /// assert_eq!(Recipe::new().numbers(&image)?, ndarray::array![[[0.0, 1.0]]]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "ToTensor")]
    pub fn numbers(&self, image: &Image) -> Result<Array3<f32>> {
        numbers_of(image, self.normalization())
    }

    /// The size of every image after the steps, where it does not depend on the image's own.
    #[cfg(feature = "burn")]
    pub(crate) fn fixed_size(&self) -> Option<ImageSize> {
        // A step of one's own may change the channels too.
        if self.steps.iter().any(|step| matches!(step, StepKind::Own(_))) {
            return None;
        }
        self.steps.iter().fold(None, |size, step| match step {
            StepKind::Resize(resize) => resize.fixed_size(),
            StepKind::CenterCrop(crop) => Some(crop.size()),
            StepKind::ResizedCrop(crop) => crop.resize().fixed_size(),
            StepKind::Crop(crop) => Some(crop.size()),
            StepKind::Flip(_) | StepKind::Jitter(_) | StepKind::Erasing(_) => size,
            StepKind::Several(_) | StepKind::Own(_) => None,
        })
    }

    #[cfg(feature = "burn")]
    pub(crate) fn shared_normalization(&self) -> Option<Arc<Normalize>> {
        self.normalize.clone()
    }

    /// Plans the steps for an image of the size `from`, before its pixels are decoded.
    ///
    /// # Errors
    ///
    /// A crop is larger than the image at its step, or a result has a side of 0 or more than 178,956,970 pixels, as does what
    /// a resize has between its two passes, which is as wide as the result and as high as the source.
    ///
    /// ```
    /// use burn_prep::images::ImageSize;
    /// use burn_prep::transform::{CenterCrop, Recipe, Resize};
    ///
    /// // Resized as a whole, an image of 1x20000 would have a thousand million pixels; the crop keeps 50,176 of them.
    /// let recipe = Recipe::new().then(Resize::shorter_side(224)).then(CenterCrop::square(224));
    /// assert_eq!(recipe.plan(ImageSize::new(1, 20_000))?.output(), Some(ImageSize::square(224)));
    ///
    /// let error = Recipe::new().then(CenterCrop::square(9)).plan(ImageSize::square(8)).unwrap_err();
    /// assert_eq!(error.to_string(), "center crop: found shape 8x8, expected at least 9x9 (resize first)");
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn plan(&self, from: ImageSize) -> Result<Plan> {
        match self.is_random() {
            true => Err(Error::parameter(
                "recipe",
                "one with random steps",
                "the key of a sample (plan_with, apply_with)",
            )),
            false => self.plan_with(from, SampleKey { seed: 0, epoch: 0, index: 0 }),
        }
    }

    /// Plans the steps for an image of the size `from`, with what the random ones draw for a sample: the same for the same key,
    /// in any process.
    ///
    /// # Errors
    ///
    /// As [`plan`](Self::plan).
    ///
    /// ```
    /// use burn_prep::images::ImageSize;
    /// use burn_prep::transform::{RandomHorizontalFlip, RandomResizedCrop, Recipe, SampleKey};
    ///
    /// let recipe = Recipe::new().then(RandomResizedCrop::square(224)).then(RandomHorizontalFlip::new());
    /// let key = SampleKey { seed: 42, epoch: 0, index: 7 };
    /// assert_eq!(recipe.plan_with(ImageSize::new(500, 375), key)?.output(), Some(ImageSize::square(224)));
    /// let error = recipe.plan(ImageSize::new(500, 375)).unwrap_err();
    /// assert_eq!(error.to_string(), "recipe is one with random steps, expected the key of a sample (plan_with, apply_with)");
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn plan_with(&self, from: ImageSize, key: SampleKey) -> Result<Plan> {
        let (mut plan, mut size) = (Plan::of(from), from);
        for (at, step) in self.steps.iter().enumerate() {
            let place = u16::try_from(at).unwrap_or(u16::MAX).saturating_add(self.first);
            let mut draws = Draws::new(key, place);
            size = match step {
                StepKind::Resize(resize) => plan.resize(*resize, size)?,
                StepKind::CenterCrop(crop) => plan.crop(crop.region(size)?),
                StepKind::ResizedCrop(crop) => {
                    let region = crop.draw(size, &mut draws);
                    let cropped = plan.crop(region);
                    plan.resize(crop.resize(), cropped)?
                }
                StepKind::Crop(crop) => plan.window(crop.draw(size, &mut draws)?, size),
                StepKind::Flip(flip) => plan.flip(flip.draw(size, &mut draws), size),
                StepKind::Jitter(jitter) => plan.jitter(jitter.draw(size, &mut draws), size),
                StepKind::Erasing(erasing) => {
                    plan.erase(erasing.draw(size, &mut draws), self.normalize.clone(), size)
                }
                // What a step of one's own makes of sizes is known when it has run; what follows is planned then.
                StepKind::Own(own) => {
                    let steps = self.steps[at + 1..].to_vec();
                    let rest =
                        Self { steps, first: place.saturating_add(1), normalize: self.normalize.clone() };
                    plan.step(own.clone(), rest, key);
                    break;
                }
                StepKind::Several(_) => size,
            };
        }
        plan.check()?;
        Ok(plan)
    }

    /// Applies the steps to an image, with what the random ones draw for a sample.
    ///
    /// # Errors
    ///
    /// As [`plan`](Self::plan), and a step of one's own fails, or a random step does not take images of this mode.
    ///
    /// ```
    /// use burn_prep::images::{ColorMode, Image, ImageSize};
    /// use burn_prep::transform::{RandomHorizontalFlip, Recipe, SampleKey};
    ///
    /// let recipe = Recipe::new().then(RandomHorizontalFlip::new().p(1.0)?);
    /// let row = Image::new(ImageSize::new(3, 1), ColorMode::L, vec![1, 2, 3])?;
    /// let out = recipe.apply_with(row, SampleKey { seed: 42, epoch: 0, index: 7 })?;
    /// assert_eq!(out.pixels(), [3, 2, 1]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn apply_with(&self, image: Image, key: SampleKey) -> Result<Image> {
        self.plan_with(image.size(), key)?.run(image)
    }
}

/// The numbers of an image, `[C, H, W]`.
pub(crate) fn numbers_of(image: &Image, normalize: Option<&Normalize>) -> Result<Array3<f32>> {
    let [height, width, channels] = image.shape();
    let writer = PlaneWriter::new(normalize, channels)?;
    let mut numbers = Array3::zeros([channels, height, width]);
    if let Some(planes) = numbers.as_slice_mut() {
        writer.write_image(image, &mut Planes::F32(planes));
    }
    Ok(numbers)
}

impl Transform for Recipe {
    fn apply(&self, image: Image) -> Result<Image> {
        self.plan(image.size())?.run(image)
    }

    fn planned(&self) -> Option<Step> {
        Some(Step(StepKind::Several(self.clone())))
    }
}
