//! The order of the axes of a batch of images.

/// Where the channels stand in a batch `[N, ...]` of images; in one image the `N` is left out.
///
/// It is always an argument, never guessed from the shape: `[8, 3, 3, 3]` fits both.
///
/// ```
/// use burn_prep::Layout;
/// assert_eq!(Layout::Nchw.channel_axis(), 1);
/// assert_eq!(Layout::Nhwc.channel_axis(), 3);
/// ```
#[doc(alias = "memory_format")]
#[doc(alias = "data_format")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
}
