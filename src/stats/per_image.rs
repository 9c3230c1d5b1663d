//! The figures of each image.

use ndarray::{ArrayView3, ArrayView4, Axis};
use rayon::prelude::*;
use serde::Serialize;

use crate::arrays::Layout;
use crate::error::Result;
use crate::images::Image;
use crate::stats::pixel::{ScalarSum, sum_of};
use crate::stats::{ByteHistogram, Pixel, PixelHistogram, Summary};

/// Shape, dtype and figures of one image, over all samples and per channel.
///
/// ```
/// use burn_prep::{ImageStats, Layout};
/// use ndarray::array;
///
/// let image = array![[[0.0_f32, 1.0], [0.5, 3.0]]];          // [H, W, C] = [1, 2, 2]
/// let stats = ImageStats::of_array(image.view(), Layout::Nhwc)?;
/// assert_eq!((stats.shape, stats.dtype), ([1, 2, 2], "f32"));
/// assert_eq!(stats.channels[1].mean, 2.0);
/// assert_eq!((stats.all.mean, stats.all.max), (1.125, 3.0));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ImageStats {
    /// The shape, in the order of axes that the samples came in.
    pub shape: [usize; 3],
    /// The samples' type: `u8`, `f32`, `f64`.
    pub dtype: &'static str,
    /// Over all samples.
    pub all: Summary,
    /// Per channel.
    pub channels: Vec<Summary>,
}

impl ImageStats {
    /// The figures of a decoded image, exact, in 0..=255.
    ///
    /// # Errors
    ///
    /// None for an image that exists: images are not empty.
    ///
    /// ```
    /// use burn_prep::{ColorMode, Image, ImageSize, ImageStats};
    /// let image = Image::new(ImageSize::new(2, 1), ColorMode::L, vec![1, 5])?;
    /// assert_eq!(ImageStats::of(&image)?.all.std, 2.0);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn of(image: &Image) -> Result<Self> {
        let histogram = PixelHistogram::of(image);
        Ok(Self {
            shape: image.shape(),
            dtype: u8::DTYPE,
            all: histogram.total().summary()?,
            channels: histogram.channels().iter().map(ByteHistogram::summary).collect::<Result<_>>()?,
        })
    }

    /// The figures of an array, `[C, H, W]` or `[H, W, C]` as `layout` says, of any strides.
    ///
    /// # Errors
    ///
    /// The array is empty.
    pub fn of_array<E: Pixel>(image: ArrayView3<'_, E>, layout: Layout) -> Result<Self> {
        let channels: Vec<E::Scalar> =
            image.axis_iter(Axis(layout.channel_axis() - 1)).map(sum_of::<E, _>).collect();
        let mut all = E::Scalar::default();
        channels.iter().for_each(|channel| all.absorb(channel));
        let (a, b, c) = image.dim();
        Ok(Self {
            shape: [a, b, c],
            dtype: E::DTYPE,
            all: all.figures()?,
            channels: channels.iter().map(ScalarSum::figures).collect::<Result<_>>()?,
        })
    }
}

/// The figures of each image of a batch, `[N, C, H, W]` or `[N, H, W, C]` as `layout` says.
///
/// `N == 0` gives no figures. The images are spread over rayon's threads; the results are the same
/// with any number of them.
///
/// # Errors
///
/// The images are empty.
///
/// ```
/// use burn_prep::{Layout, per_image};
/// use ndarray::Array4;
///
/// let batch = Array4::from_shape_fn([2, 1, 2, 2], |(n, _, y, x)| (n * 10 + y * 2 + x) as f32);
/// let stats = per_image(batch.view(), Layout::Nchw)?;
/// assert_eq!(stats.iter().map(|s| s.all.mean).collect::<Vec<_>>(), [1.5, 11.5]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
pub fn per_image<E: Pixel>(batch: ArrayView4<'_, E>, layout: Layout) -> Result<Vec<ImageStats>> {
    (0..batch.len_of(Axis(0)))
        .into_par_iter()
        .map(|n| {
            ImageStats::of_array(batch.index_axis(Axis(0), n), layout).map_err(|error| error.at_index(n))
        })
        .collect()
}
