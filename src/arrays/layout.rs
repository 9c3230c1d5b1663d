//! The order of the axes of a batch of images.

use ndarray::{ArrayView3, ArrayView4};

/// The order of the axes of a batch of images, channels first or channels last; a single image has no axis `N`.
///
/// It is always an argument, never guessed from the shape: `[8, 3, 3, 3]` fits both.
///
/// ```
/// use burn_prep::arrays::Layout;
/// use ndarray::Array4;
///
/// assert_eq!(Layout::Nchw.channel_axis(), 1);
/// assert_eq!(Layout::Nhwc.channel_axis(), 3);
///
/// let batch = Array4::from_shape_fn([2, 5, 7, 3], |(n, y, x, c)| n * 1000 + y * 100 + x * 10 + c);
/// let view = Layout::Nhwc.permute(batch.view(), Layout::Nchw);     // no copy
/// assert_eq!(view.shape(), [2, 3, 5, 7]);
/// assert_eq!(view[[1, 2, 4, 6]], 1462);
/// let image = Layout::Nhwc.permute_image(batch.index_axis(ndarray::Axis(0), 1), Layout::Nchw);
/// assert_eq!(image.shape(), [3, 5, 7]);
/// ```
#[doc(alias = "memory_format")]
#[doc(alias = "data_format")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Layout {
    /// `[N, C, H, W]`, Burn's and torch's.
    #[doc(alias = "channels_first")]
    Nchw,
    /// `[N, H, W, C]`, NumPy's, Pillow's and TensorFlow's.
    #[doc(alias = "channels_last")]
    Nhwc,
}

impl Layout {
    /// The axis of the channels in a batch, `[N, ...]`.
    pub fn channel_axis(self) -> usize {
        match self {
            Self::Nchw => 1,
            Self::Nhwc => 3,
        }
    }

    /// A view of a batch of this layout in the layout `to`: the axes are permuted, never reshaped. No copy is
    /// made; `.as_standard_layout()` of the result packs it.
    #[doc(alias = "permute_layout")]
    #[doc(alias = "transpose")]
    pub fn permute<E>(self, batch: ArrayView4<'_, E>, to: Self) -> ArrayView4<'_, E> {
        match (self, to) {
            (Self::Nhwc, Self::Nchw) => batch.permuted_axes([0, 3, 1, 2]),
            (Self::Nchw, Self::Nhwc) => batch.permuted_axes([0, 2, 3, 1]),
            _ => batch,
        }
    }

    /// A view of one image of this layout in the layout `to`, as [`Layout::permute`] gives it of a batch.
    pub fn permute_image<E>(self, image: ArrayView3<'_, E>, to: Self) -> ArrayView3<'_, E> {
        match (self, to) {
            (Self::Nhwc, Self::Nchw) => image.permuted_axes([2, 0, 1]),
            (Self::Nchw, Self::Nhwc) => image.permuted_axes([1, 2, 0]),
            _ => image,
        }
    }
}
