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
    /// Where a recipe begins with a resize to a quarter of the image's sides or less, libjpeg-turbo decodes it at 1/2, 1/4 or 1/8 of
    /// its size, with at least twice the pixels of the result in each direction, and the resize does the rest. It needs the feature
    /// `turbojpeg`, a machine with AVX2, RGB, a recipe whose results have one size, and a filter other than `Nearest`; all else is
    /// exact, and so are files that are stored turned and datasets with histograms. Machines with and without AVX2 then differ.
    /// Measured on photographs of 12 megapixels: docs/BENCHMARKS.md.
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
