//! The sample types that statistics are computed of, and how each is summed.

use ndarray::{ArrayView, Dimension};

use crate::error::Result;
use crate::stats::histogram::exact_variance;
use crate::stats::{ByteHistogram, Moments, Summary};

mod sealed {
    #[doc(hidden)]
    pub trait Sealed {}
    impl Sealed for u8 {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// A sample of an image: `u8` (summed exactly in integers), `f32` or `f64` (in f64).
///
/// ```
/// use burn_prep::Pixel;
/// assert_eq!((u8::DTYPE, f32::DTYPE), ("u8", "f32"));
/// ```
pub trait Pixel: sealed::Sealed + Copy + Send + Sync + 'static {
    /// The name of the type, as NumPy's short form without the byte order.
    const DTYPE: &'static str;
    /// Sums over a set of samples.
    #[doc(hidden)]
    type Scalar: ScalarSum<Self>;
    /// Sums at each position of an image, over images.
    #[doc(hidden)]
    type Grid: GridSum<Self>;
}

impl Pixel for u8 {
    const DTYPE: &'static str = "u8";
    type Scalar = ByteHistogram;
    type Grid = ByteGrid;
}

impl Pixel for f32 {
    const DTYPE: &'static str = "f32";
    type Scalar = Moments;
    type Grid = FloatGrid;
}

impl Pixel for f64 {
    const DTYPE: &'static str = "f64";
    type Scalar = Moments;
    type Grid = FloatGrid;
}

/// Sums over a set of samples.
#[doc(hidden)]
pub trait ScalarSum<E>: Clone + Default + Send + Sync + std::fmt::Debug {
    fn add(&mut self, samples: &[E]);
    fn absorb(&mut self, other: &Self);
    fn figures(&self) -> Result<Summary>;
}

impl ScalarSum<u8> for ByteHistogram {
    fn add(&mut self, samples: &[u8]) {
        self.extend(samples);
    }

    fn absorb(&mut self, other: &Self) {
        self.merge(other);
    }

    fn figures(&self) -> Result<Summary> {
        self.summary()
    }
}

impl<E: Copy + Into<f64>> ScalarSum<E> for Moments {
    fn add(&mut self, samples: &[E]) {
        self.extend(samples);
    }

    fn absorb(&mut self, other: &Self) {
        self.merge(other);
    }

    fn figures(&self) -> Result<Summary> {
        self.summary()
    }
}

/// Sums a view of any strides, in its logical order.
pub(crate) fn sum_of<E: Pixel, D: Dimension>(view: ArrayView<'_, E, D>) -> E::Scalar {
    let mut sum = E::Scalar::default();
    if let Some(samples) = view.as_slice() {
        sum.add(samples);
        return sum;
    }
    let mut part = Vec::with_capacity(2048);
    for &sample in &view {
        part.push(sample);
        if part.len() == part.capacity() {
            sum.add(&part);
            part.clear();
        }
    }
    sum.add(&part);
    sum
}

/// Sums at each position of an image, over images.
#[doc(hidden)]
pub trait GridSum<E>: Clone + Default + Send + Sync + std::fmt::Debug {
    /// Adds one image whose samples come in logical order.
    fn add(&mut self, image: impl ExactSizeIterator<Item = E>);
    fn absorb(&mut self, other: &Self);
    /// The mean and the population's standard deviation at each position.
    fn mean_and_std(&self) -> (Vec<f64>, Vec<f64>);
}

/// Integer sums of samples and of their squares.
#[doc(hidden)]
#[derive(Debug, Clone, Default)]
pub struct ByteGrid {
    images: u64,
    sums: Vec<(u64, u64)>,
}

impl GridSum<u8> for ByteGrid {
    fn add(&mut self, image: impl ExactSizeIterator<Item = u8>) {
        self.images += 1;
        self.sums.resize(image.len(), (0, 0));
        for ((sum, squares), sample) in self.sums.iter_mut().zip(image) {
            let sample = u64::from(sample);
            *sum += sample;
            *squares += sample * sample;
        }
    }

    fn absorb(&mut self, other: &Self) {
        self.images += other.images;
        self.sums.resize(other.sums.len().max(self.sums.len()), (0, 0));
        for ((sum, squares), more) in self.sums.iter_mut().zip(&other.sums) {
            *sum += more.0;
            *squares += more.1;
        }
    }

    fn mean_and_std(&self) -> (Vec<f64>, Vec<f64>) {
        let figures = |&(sum, squares): &(u64, u64)| {
            let variance = exact_variance(self.images, u128::from(sum), u128::from(squares));
            (sum as f64 / self.images as f64, variance.sqrt())
        };
        self.sums.iter().map(figures).unzip()
    }
}

/// Mean and sum of squared deviations (Welford 1962, merged by Chan's rule).
#[doc(hidden)]
#[derive(Debug, Clone, Default)]
pub struct FloatGrid {
    images: u64,
    sums: Vec<(f64, f64)>,
}

impl<E: Copy + Into<f64>> GridSum<E> for FloatGrid {
    fn add(&mut self, image: impl ExactSizeIterator<Item = E>) {
        self.images += 1;
        self.sums.resize(image.len(), (0.0, 0.0));
        let share = 1.0 / self.images as f64;
        for ((mean, m2), sample) in self.sums.iter_mut().zip(image) {
            let sample: f64 = sample.into();
            let delta = sample - *mean;
            // The difference of two infinities is NaN, their mean need not be.
            *mean = if delta.is_finite() { *mean + delta * share } else { *mean + sample };
            *m2 += delta * (sample - *mean);
        }
    }

    fn absorb(&mut self, other: &Self) {
        if self.images == 0 {
            self.clone_from(other);
            return;
        }
        let images = self.images + other.images;
        let share = other.images as f64 / images as f64;
        for ((mean, m2), &(other_mean, other_m2)) in self.sums.iter_mut().zip(&other.sums) {
            let delta = other_mean - *mean;
            *mean = if delta.is_finite() { *mean + delta * share } else { *mean + other_mean };
            *m2 += other_m2 + delta * delta * (self.images as f64 * share);
        }
        self.images = images;
    }

    fn mean_and_std(&self) -> (Vec<f64>, Vec<f64>) {
        self.sums.iter().map(|&(mean, m2)| (mean, (m2 / self.images as f64).sqrt())).unzip()
    }
}
