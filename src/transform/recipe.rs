//! The steps from a decoded image to the pixels of a batch.

use std::fmt::Debug;
use std::sync::Arc;

use ndarray::Array3;

use crate::error::Result;
use crate::images::{Image, ImageSize};
use crate::transform::plan::Plan;
use crate::transform::{CenterCrop, Normalize, PlaneWriter, Planes, Resize};

/// A step that turns one image into another.
///
/// ```
/// use burn_prep::Result;
/// use burn_prep::images::{ColorMode, Image, ImageSize};
/// use burn_prep::transform::Transform;
///
/// #[derive(Debug)]
/// struct Invert;
/// impl Transform for Invert {
///     fn apply(&self, mut image: Image) -> Result<Image> {
///         image.view_mut().mapv_inplace(|v| 255 - v);
///         Ok(image)
///     }
/// }
/// let image = Image::new(ImageSize::new(2, 1), ColorMode::L, vec![0, 5])?;
/// assert_eq!(Invert.apply(image)?.pixels(), [255, 250]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
pub trait Transform: Debug + Send + Sync {
    /// Applies the step.
    ///
    /// # Errors
    ///
    /// The image does not fit the step, for instance because it is smaller than a crop.
    fn apply(&self, image: Image) -> Result<Image>;

    /// The step as one that a plan can join with its neighbours; a step of one's own is none of these.
    #[doc(hidden)]
    fn geometry(&self) -> Option<Geometry> {
        None
    }

    /// The step as a recipe, whose steps another one takes as its own.
    #[doc(hidden)]
    fn recipe(&self) -> Option<&Recipe> {
        None
    }
}

/// A step whose effect on sizes is known without pixels.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Geometry {
    /// To another size.
    Resize(Resize),
    /// The middle of it.
    CenterCrop(CenterCrop),
}

/// The steps from a decoded image to the numbers of a batch: image transforms in order, then the normalisation.
///
/// A recipe plans before it runs: from the size of an image, [`Recipe::plan`] computes the region that each resize has
/// to produce and the output size, or says which step is impossible; then [`Plan::run`] computes the pixels. Where a
/// `CenterCrop` keeps at most a quarter of the `Resize` before it, only the pixels that it keeps are computed; they are
/// the same as those of the whole resized image. Without any steps, images stay as they are.
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
    steps: Vec<Arc<dyn Transform>>,
    normalize: Option<Arc<Normalize>>,
}

impl Recipe {
    /// Creates a recipe without steps.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a step. Given another recipe, appends its steps, and takes over its normalisation if it has one.
    #[must_use]
    pub fn then(mut self, step: impl Transform + 'static) -> Self {
        match step.recipe() {
            Some(Self { steps, normalize }) => {
                self.steps.extend(steps.iter().cloned());
                self.normalize = normalize.clone().or(self.normalize);
            }
            None => self.steps.push(Arc::new(step)),
        }
        self
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
        self.steps.iter().fold(None, |_, step| match step.geometry()? {
            Geometry::Resize(resize) => resize.fixed_size(),
            Geometry::CenterCrop(crop) => Some(crop.size()),
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
        let (mut plan, mut size) = (Plan::of(from), from);
        for (at, step) in self.steps.iter().enumerate() {
            size = match step.geometry() {
                Some(Geometry::Resize(resize)) => plan.resize(resize, size)?,
                Some(Geometry::CenterCrop(crop)) => plan.crop(crop.region(size)?),
                // What a step of one's own makes of sizes is known when it has run; what follows is planned then.
                None => {
                    let rest = Self { steps: self.steps[at + 1..].to_vec(), normalize: None };
                    plan.step(step.clone(), rest);
                    break;
                }
            };
        }
        plan.check()?;
        Ok(plan)
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

    fn recipe(&self) -> Option<&Recipe> {
        Some(self)
    }
}
