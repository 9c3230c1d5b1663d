//! Statistics of each image.

use ndarray::{ArrayView3, ArrayView4, Axis};
use serde::Serialize;

use crate::arrays::{ArrayElement, Layout};
use crate::error::Result;
use crate::images::Image;
use crate::stats::accumulator::Accumulator;
use crate::stats::numeric::Statistics;
use crate::stats::{ByteHistogram, Numeric, PixelHistogram, Reduce, Summary};

/// Shape, dtype and statistics of one image, over all samples and per channel.
///
/// ```
/// use burn_prep::arrays::Layout;
/// use burn_prep::stats::ImageStats;
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
    /// The samples' type: `u8`, `f32`, ...
    pub dtype: &'static str,
    /// The statistics over all samples.
    pub all: Summary,
    /// The statistics of each channel.
    pub channels: Vec<Summary>,
}

impl ImageStats {
    /// Computes the exact statistics of a decoded image, in units of 0..=255.
    ///
    /// # Errors
    ///
    /// There are no pixels, which no [`Image`] can have: this never fails.
    ///
    /// ```
    /// use burn_prep::images::{ColorMode, Image, ImageSize};
    /// use burn_prep::stats::ImageStats;
    /// let image = Image::new(ImageSize::new(2, 1), ColorMode::L, vec![1, 5])?;
    /// assert_eq!(ImageStats::of(&image)?.all.std, 2.0);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn of(image: &Image) -> Result<Self> {
        let histogram = PixelHistogram::of(image);
        Ok(Self {
            shape: image.shape(),
            dtype: u8::NAME,
            all: histogram.total().summary()?,
            channels: histogram.channels().iter().map(ByteHistogram::summary).collect::<Result<_>>()?,
        })
    }

    /// Computes the statistics of an array of any strides, `[C, H, W]` or `[H, W, C]` as `layout` says.
    ///
    /// # Errors
    ///
    /// The array is empty.
    pub fn of_array<E: Numeric>(image: ArrayView3<'_, E>, layout: Layout) -> Result<Self> {
        let mut of_one = per_image(image.insert_axis(Axis(0)), layout)?;
        Ok(of_one.remove(0))
    }
}

/// Computes the statistics of each image of a batch, `[N, C, H, W]` or `[N, H, W, C]` as `layout` says.
///
/// `N == 0` gives an empty list. The work is spread over rayon's threads; the results are the same with
/// any number of them.
///
/// # Errors
///
/// The images are empty.
///
/// ```
/// use burn_prep::arrays::Layout;
/// use burn_prep::stats::per_image;
/// use ndarray::Array4;
///
/// let batch = Array4::from_shape_fn([2, 1, 2, 2], |(n, _, y, x)| (n * 10 + y * 2 + x) as f32);
/// let stats = per_image(batch.view(), Layout::Nchw)?;
/// assert_eq!(stats.iter().map(|s| s.all.mean).collect::<Vec<_>>(), [1.5, 11.5]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
pub fn per_image<E: Numeric>(batch: ArrayView4<'_, E>, layout: Layout) -> Result<Vec<ImageStats>> {
    let (_, a, b, c) = batch.dim();
    let cells = Reduce::per_image_channel(layout).moments(batch)?;
    let of_image = |(n, channels): (usize, ndarray::ArrayViewD<'_, E::Moments>)| {
        let mut all = E::Moments::default();
        channels.iter().for_each(|channel| all.absorb(channel));
        let statistics = || -> Result<ImageStats> {
            Ok(ImageStats {
                shape: [a, b, c],
                dtype: E::NAME,
                all: all.statistics()?,
                channels: channels.iter().map(Statistics::statistics).collect::<Result<_>>()?,
            })
        };
        statistics().map_err(|error| error.at_index(n))
    };
    cells.cells().outer_iter().enumerate().map(of_image).collect()
}
