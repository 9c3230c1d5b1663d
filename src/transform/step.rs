//! One step of a recipe.

use std::fmt::Debug;
use std::sync::Arc;

use crate::error::Result;
use crate::images::Image;
use crate::transform::{
    CenterCrop, ColorJitter, RandomCrop, RandomErasing, RandomHorizontalFlip, RandomResizedCrop, Recipe,
    Resize,
};

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

    /// The step as one that a recipe plans; a step of one's own is none of these.
    #[doc(hidden)]
    fn planned(&self) -> Option<Step> {
        None
    }
}

/// A step of a [`Recipe`]: a [`Transform`], or one of the random steps.
///
/// ```
/// use burn_prep::transform::{CenterCrop, RandomHorizontalFlip, Recipe, Step};
/// let steps: [Step; 2] = [CenterCrop::square(8).into(), RandomHorizontalFlip::new().into()];
/// let recipe = steps.into_iter().fold(Recipe::new(), Recipe::then);
/// assert!(recipe.is_random());
/// ```
#[derive(Debug, Clone)]
pub struct Step(pub(super) StepKind);

/// What a plan knows of a step.
#[derive(Debug, Clone)]
pub(super) enum StepKind {
    Resize(Resize),
    CenterCrop(CenterCrop),
    ResizedCrop(RandomResizedCrop),
    Crop(RandomCrop),
    Flip(RandomHorizontalFlip),
    Jitter(ColorJitter),
    Erasing(RandomErasing),
    /// A recipe's steps.
    Several(Recipe),
    /// A step of one's own.
    Own(Arc<dyn Transform>),
}

impl StepKind {
    /// Whether the step draws random numbers; within a recipe's steps, whether one does.
    pub(super) fn is_random(&self) -> bool {
        match self {
            Self::ResizedCrop(_) | Self::Crop(_) | Self::Flip(_) | Self::Jitter(_) | Self::Erasing(_) => true,
            Self::Several(recipe) => recipe.is_random(),
            Self::Resize(_) | Self::CenterCrop(_) | Self::Own(_) => false,
        }
    }
}

macro_rules! into_step {
    ($($step:ty => $kind:ident),* $(,)?) => {$(
        impl From<$step> for Step {
            fn from(step: $step) -> Self {
                Self(StepKind::$kind(step))
            }
        }
    )*};
}

into_step! {
    RandomResizedCrop => ResizedCrop,
    RandomCrop => Crop,
    RandomHorizontalFlip => Flip,
    ColorJitter => Jitter,
    RandomErasing => Erasing,
}

impl<T: Transform + 'static> From<T> for Step {
    fn from(step: T) -> Self {
        step.planned().unwrap_or_else(|| Self(StepKind::Own(Arc::new(step))))
    }
}
