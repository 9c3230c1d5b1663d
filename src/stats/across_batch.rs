//! The figures across images: the mean image, the deviation at each pixel, the channels.

use ndarray::{Array3, ArrayView4, Axis};
use serde::Serialize;

use crate::arrays::Layout;
use crate::error::{Error, ErrorKind, Result};
use crate::stats::pixel::{GridSum, ScalarSum, sum_of};
use crate::stats::{Pixel, Summary};

/// What a batch, or all batches of a dataset, look like together.
///
/// ```
/// use burn_prep::{BatchStats, Layout};
/// let batch = ndarray::Array4::from_shape_vec([2, 2, 1, 1], vec![1.0_f32, 10.0, 3.0, 30.0]).unwrap();
/// let stats = BatchStats::of(batch.view(), Layout::Nchw)?;
/// assert_eq!((stats.images, stats.shape), (2, [2, 1, 1]));
/// assert_eq!((stats.channels[1].mean, stats.all.mean), (20.0, 11.0));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct BatchStats {
    /// The number of images.
    pub images: u64,
    /// The shape of one image, in the order of axes that the batch came in.
    pub shape: [usize; 3],
    /// The mean over the images at each position (`np.mean(batch, axis=0)`), shaped like an image.
    #[serde(skip)]
    pub mean_image: Array3<f64>,
    /// The population's standard deviation over the images at each position
    /// (`np.std(batch, axis=0)`), shaped like an image.
    #[serde(skip)]
    pub std_image: Array3<f64>,
    /// Per channel, over all images and positions: the constants of a `Normalize`.
    pub channels: Vec<Summary>,
    /// Over everything.
    pub all: Summary,
}

impl BatchStats {
    /// The figures across one batch, `[N, C, H, W]` or `[N, H, W, C]` as `layout` says.
    ///
    /// # Errors
    ///
    /// The batch is empty.
    ///
    /// ```
    /// use burn_prep::{BatchStats, Layout};
    /// use ndarray::{Array4, array};
    ///
    /// let batch = Array4::from_shape_vec([2, 1, 1, 2], vec![1_u8, 2, 5, 2]).unwrap();
    /// let stats = BatchStats::of(batch.view(), Layout::Nchw)?;
    /// assert_eq!(stats.mean_image, array![[[3.0, 2.0]]]);
    /// assert_eq!(stats.std_image, array![[[2.0, 0.0]]]);
    /// assert_eq!((stats.channels[0].mean, stats.channels[0].std), (2.5, 1.5));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn of<E: Pixel>(batch: ArrayView4<'_, E>, layout: Layout) -> Result<Self> {
        let mut across = AcrossBatch::new(layout);
        across.push(batch)?;
        across.finish()
    }
}

/// Collects [`BatchStats`] over many batches; parts can be merged.
///
/// For `u8` every sum is an integer, so any order and any split give the same bits.
///
/// ```
/// use burn_prep::{AcrossBatch, Layout};
/// use ndarray::Array4;
///
/// let batch = |v: f32| Array4::from_elem([2, 3, 4, 4], v);
/// let mut across = AcrossBatch::new(Layout::Nchw);
/// across.push(batch(1.0).view())?;
/// let mut other = AcrossBatch::new(Layout::Nchw);
/// other.push(batch(3.0).view())?;
/// across.merge(&other)?;
/// let stats = across.finish()?;
/// assert_eq!((stats.images, stats.mean_image[[0, 0, 0]], stats.std_image[[2, 3, 3]]), (4, 2.0, 1.0));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct AcrossBatch<E: Pixel> {
    layout: Layout,
    shape: Option<[usize; 3]>,
    images: u64,
    grid: E::Grid,
    channels: Vec<E::Scalar>,
}

impl<E: Pixel> AcrossBatch<E> {
    /// No images yet; the first ones decide the shape.
    pub fn new(layout: Layout) -> Self {
        Self { layout, shape: None, images: 0, grid: E::Grid::default(), channels: Vec::new() }
    }

    /// Adds the images of a batch of any strides; `N == 0` adds nothing.
    ///
    /// # Errors
    ///
    /// The images have another shape than those before.
    pub fn push(&mut self, batch: ArrayView4<'_, E>) -> Result<()> {
        let (n, a, b, c) = batch.dim();
        if n == 0 {
            return Ok(());
        }
        self.accept([a, b, c])?;
        self.images += n as u64;
        for image in batch.outer_iter() {
            self.grid.add(image.iter().copied());
        }
        let axis = Axis(self.layout.channel_axis());
        let sums: Vec<E::Scalar> = batch.axis_iter(axis).map(sum_of::<E, _>).collect();
        self.absorb_channels(&sums);
        Ok(())
    }

    /// Adds the images that another has seen.
    ///
    /// # Errors
    ///
    /// The other's images have another shape or layout.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        let Some(shape) = other.shape else { return Ok(()) };
        if self.layout != other.layout {
            let expected = format!("{:?}", self.layout);
            return Err(Error::shape("AcrossBatch::merge", other.layout, expected));
        }
        self.accept(shape)?;
        self.images += other.images;
        self.grid.absorb(&other.grid);
        self.absorb_channels(&other.channels);
        Ok(())
    }

    /// The figures of all images so far.
    ///
    /// # Errors
    ///
    /// There were none.
    pub fn finish(&self) -> Result<BatchStats> {
        let Some(shape) = self.shape else {
            return Err(ErrorKind::Empty { what: "batch" }.into());
        };
        let (mean, std) = self.grid.mean_and_std();
        let image = |values| {
            Array3::from_shape_vec(shape, values)
                .map_err(|error| Error::shape("AcrossBatch", shape, error.to_string()))
        };
        let mut all = E::Scalar::default();
        self.channels.iter().for_each(|channel| all.absorb(channel));
        Ok(BatchStats {
            images: self.images,
            shape,
            mean_image: image(mean)?,
            std_image: image(std)?,
            channels: self.channels.iter().map(ScalarSum::figures).collect::<Result<_>>()?,
            all: all.figures()?,
        })
    }

    fn accept(&mut self, shape: [usize; 3]) -> Result<()> {
        let expected = *self.shape.get_or_insert(shape);
        if expected != shape {
            return Err(Error::shape("AcrossBatch", shape, format!("{expected:?}")));
        }
        Ok(())
    }

    fn absorb_channels(&mut self, sums: &[E::Scalar]) {
        self.channels.resize(sums.len(), E::Scalar::default());
        for (channel, sum) in self.channels.iter_mut().zip(sums) {
            channel.absorb(sum);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array4;

    #[test]
    fn no_images_have_no_figures() {
        let empty = Array4::<f32>::zeros([0, 3, 2, 2]);
        let error = BatchStats::of(empty.view(), Layout::Nchw).unwrap_err();
        assert_eq!(error.to_string(), "batch is empty");
    }

    #[test]
    fn an_infinity_stays_one_in_the_mean_image() {
        for values in [[f32::INFINITY, 1.0], [1.0, f32::INFINITY], [f32::INFINITY; 2]] {
            let batch = Array4::from_shape_vec([2, 1, 1, 1], values.to_vec()).unwrap();
            let stats = BatchStats::of(batch.view(), Layout::Nchw).unwrap();
            assert_eq!(stats.mean_image[[0, 0, 0]], f64::INFINITY, "{values:?}");
            assert_eq!(stats.all.mean, f64::INFINITY, "{values:?}");
            assert!(stats.std_image[[0, 0, 0]].is_nan(), "{values:?}");
        }
    }

    #[test]
    fn another_shape_or_layout_is_refused() {
        let mut across = AcrossBatch::<f32>::new(Layout::Nchw);
        across.push(Array4::zeros([1, 3, 2, 2]).view()).unwrap();
        let error = across.push(Array4::zeros([1, 3, 2, 4]).view()).unwrap_err();
        assert_eq!(error.to_string(), "AcrossBatch: found shape [3, 2, 4], expected [3, 2, 2]");
        let mut other = AcrossBatch::new(Layout::Nhwc);
        other.push(Array4::zeros([1, 3, 2, 2]).view()).unwrap();
        assert!(across.merge(&other).is_err());
    }
}
