//! How exactly images are reduced.

use crate::transform::plan::Plan;

/// How exactly the first resize of a recipe makes large JPEG images smaller.
///
/// ```
/// use burn_prep::transform::Fidelity;
/// assert_eq!(Fidelity::default(), Fidelity::Exact);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fidelity {
    /// As Pillow and torchvision on the decoded pixels.
    #[default]
    Exact,
    /// Decodes large JPEG images at 1/2, 1/4 or 1/8 of their size, where the recipe begins with a resize to a quarter of the image's
    /// sides or less: what is decoded has at least twice the sides of the resize's result, and the resize does the rest. It takes
    /// less time, and pixels differ from the exact ones (`docs/BENCHMARKS.md`, photographs of 12 megapixels).
    ///
    /// It needs the feature `turbojpeg`, a loader of images, a machine with AVX2, RGB, a recipe whose results have one size, and a
    /// filter other than `Nearest`. Without one of these, images are decoded exactly, and it is no error. So are files whose EXIF
    /// orientation turns them, datasets with histograms, and recipes that crop before they resize, such as with
    /// `RandomResizedCrop`. Pixels can therefore differ between machines with AVX2 and without.
    #[doc(alias = "draft")]
    Fast,
}

impl Fidelity {
    /// By how much an image is to be reduced when it is decoded.
    pub(crate) fn reduction(self, plan: &Plan) -> u32 {
        match self {
            Self::Fast if cfg!(feature = "turbojpeg") => plan.reduction(),
            Self::Fast | Self::Exact => 1,
        }
    }
}
