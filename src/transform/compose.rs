//! Steps in a row.

use std::fmt::Debug;
use std::sync::Arc;

use crate::error::Result;
use crate::images::Image;

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
}

/// Steps that are applied one after the other; without any, images stay as they are.
///
/// ```
/// use burn_prep::images::{ColorMode, Image, ImageSize};
/// use burn_prep::transform::{CenterCrop, Compose, Resize, Transform};
///
/// let steps = Compose::new().then(Resize::shorter_side(4)).then(CenterCrop::square(4));
/// let image = Image::new(ImageSize::new(16, 8), ColorMode::L, vec![7; 128])?;
/// let out = steps.apply(image)?;
/// assert_eq!(out.shape(), [4, 4, 1]);
/// assert_eq!(out.pixels(), [7; 16]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "torchvision.transforms.Compose")]
#[doc(alias = "Sequential")]
#[derive(Debug, Clone, Default)]
pub struct Compose {
    steps: Vec<Arc<dyn Transform>>,
}

impl Compose {
    /// No steps.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more step at the end.
    #[must_use]
    pub fn then(mut self, step: impl Transform + 'static) -> Self {
        self.steps.push(Arc::new(step));
        self
    }
}

impl Transform for Compose {
    fn apply(&self, image: Image) -> Result<Image> {
        self.steps.iter().try_fold(image, |image, step| step.apply(image))
    }
}
