//! Statistics across images: the mean image, the standard deviation at each pixel, and the channels.

use ndarray::{Array3, ArrayView4};
use serde::{Deserialize, Serialize};

use crate::arrays::Layout;
use crate::error::{Error, ErrorKind, Result};
use crate::stats::accumulator::Accumulator;
use crate::stats::numeric::Statistics;
use crate::stats::runs::accumulate;
use crate::stats::version::Version;
use crate::stats::{Numeric, Summary};

/// Statistics across the images of a batch or of a whole dataset: mean image, deviation image and channel summaries.
///
/// ```
/// use burn_prep::arrays::Layout;
/// use burn_prep::stats::BatchStats;
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
    /// The statistics of each channel over all images and positions: the constants of a `Normalize`.
    pub channels: Vec<Summary>,
    /// The statistics over all images, channels and positions.
    pub all: Summary,
}

impl BatchStats {
    /// Computes the statistics across the images of one batch, `[N, C, H, W]` or `[N, H, W, C]` as `layout` says.
    ///
    /// # Errors
    ///
    /// The batch is empty.
    ///
    /// ```
    /// use burn_prep::arrays::Layout;
    /// use burn_prep::stats::BatchStats;
    /// use ndarray::{Array4, array};
    ///
    /// let batch = Array4::from_shape_vec([2, 1, 1, 2], vec![1_u8, 2, 5, 2]).unwrap();
    /// let stats = BatchStats::of(batch.view(), Layout::Nchw)?;
    /// assert_eq!(stats.mean_image, array![[[3.0, 2.0]]]);
    /// assert_eq!(stats.std_image, array![[[2.0, 0.0]]]);
    /// assert_eq!((stats.channels[0].mean, stats.channels[0].std), (2.5, 1.5));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn of<E: Numeric>(batch: ArrayView4<'_, E>, layout: Layout) -> Result<Self> {
        let mut across = AcrossBatch::new(layout);
        across.push(batch)?;
        across.finish()
    }
}

/// Collects [`BatchStats`] over many batches; parts can be merged, and stored with `serde`.
///
/// For integers every sum is an integer, so any order and any split give the same bits.
///
/// ```
/// use burn_prep::arrays::Layout;
/// use burn_prep::stats::AcrossBatch;
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
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound = "E::Moments: Serialize + serde::de::DeserializeOwned")]
pub struct AcrossBatch<E: Numeric> {
    version: Version<1>,
    layout: Layout,
    shape: Option<[usize; 3]>,
    images: u64,
    /// One for each position of an image, in row-major order.
    grid: Vec<E::Moments>,
}

impl<E: Numeric> AcrossBatch<E> {
    /// Creates an accumulator without images; the first image added fixes the shape of all.
    pub fn new(layout: Layout) -> Self {
        Self { version: Version, layout, shape: None, images: 0, grid: Vec::new() }
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
        let sums = accumulate(batch.into_dyn(), &[true, false, false, false], false);
        match self.grid.is_empty() {
            true => self.grid = sums,
            false => self.absorb(&sums),
        }
        Ok(())
    }

    /// Adds the images of another accumulator.
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
        self.absorb(&other.grid);
        Ok(())
    }

    /// Returns the statistics of all images added so far.
    ///
    /// # Errors
    ///
    /// No image was added.
    pub fn finish(&self) -> Result<BatchStats> {
        let Some(shape) = self.shape else {
            return Err(ErrorKind::Empty { what: "batch" }.into());
        };
        let image = |statistic: fn(&E::Moments) -> f64| {
            let values = self.grid.iter().map(statistic).collect();
            Array3::from_shape_vec(shape, values)
                .map_err(|error| Error::shape("AcrossBatch", shape, error.to_string()))
        };
        let channels = self.channels(shape);
        let mut all = E::Moments::default();
        channels.iter().for_each(|channel| all.absorb(channel));
        Ok(BatchStats {
            images: self.images,
            shape,
            mean_image: image(Statistics::mean)?,
            std_image: image(|cell| cell.var_or_nan(0).sqrt())?,
            channels: channels.iter().map(Statistics::statistics).collect::<Result<_>>()?,
            all: all.statistics()?,
        })
    }

    /// The positions of each channel together.
    fn channels(&self, shape: [usize; 3]) -> Vec<E::Moments> {
        let axis = self.layout.channel_axis() - 1;
        let (channels, inner) = (shape[axis], shape[axis + 1..].iter().product::<usize>().max(1));
        let mut sums = vec![E::Moments::default(); channels];
        for (position, cell) in self.grid.iter().enumerate() {
            sums[position / inner % channels].absorb(cell);
        }
        sums
    }

    fn accept(&mut self, shape: [usize; 3]) -> Result<()> {
        let expected = *self.shape.get_or_insert(shape);
        if expected != shape {
            return Err(Error::shape("AcrossBatch", shape, format!("{expected:?}")));
        }
        Ok(())
    }

    fn absorb(&mut self, sums: &[E::Moments]) {
        self.grid.resize(sums.len(), E::Moments::default());
        for (cell, sum) in self.grid.iter_mut().zip(sums) {
            cell.absorb(sum);
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
