//! Statistics computed with tensor operations, for batches on a GPU: only the results are read.

use burn::tensor::{DType, Tensor};
use ndarray::{Array3, ArrayD, Axis, IxDyn};

use crate::bridge::readback;
use crate::error::{Error, ErrorKind, Result};
use crate::stats::{BatchStats, ImageStats, NanPolicy, Reduce, Summary};

/// Count, sum, mean, variance, minimum and maximum of a reduction on a device, as [`Reduce::moments_on_device`] reads
/// them.
///
/// ```
/// use burn::tensor::Tensor;
/// use burn_prep::device::DeviceSpec;
/// use burn_prep::stats::Reduce;
///
/// let device = DeviceSpec::Cpu.init()?;
/// let values = Tensor::<2>::from_floats([[1.0, 5.0], [3.0, 5.0]], &device);
/// let moments = Reduce::across_batch().moments_on_device(values)?;
/// assert_eq!((moments.count, moments.mean[[0]], moments.var(1)[[0]]), (2, 2.0, 2.0));
/// assert_eq!((moments.min[[0]], moments.max[[1]], moments.sum()[[1]]), (1.0, 5.0, 10.0));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DeviceMoments {
    /// How many numbers there are for each result.
    pub count: u64,
    /// The means.
    pub mean: ArrayD<f64>,
    /// The minima.
    pub min: ArrayD<f64>,
    /// The maxima.
    pub max: ArrayD<f64>,
    variance: ArrayD<f64>,
}

impl DeviceMoments {
    /// The variances `sum((x - mean)^2) / (n - ddof)`; NaN where `n <= ddof`.
    pub fn var(&self, ddof: u64) -> ArrayD<f64> {
        let factor = match self.count.checked_sub(ddof) {
            None | Some(0) => f64::NAN,
            Some(freedom) => self.count as f64 / freedom as f64,
        };
        &self.variance * factor
    }

    /// The standard deviations, the roots of [`DeviceMoments::var`].
    ///
    /// ```
    /// # use burn_prep::device::DeviceSpec;
    /// # use burn_prep::stats::Reduce;
    /// let values = burn::tensor::Tensor::<1>::from_floats([1.0, 5.0], &DeviceSpec::Cpu.init()?);
    /// assert_eq!(Reduce::all().moments_on_device(values)?.std(0).first(), Some(&2.0));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn std(&self, ddof: u64) -> ArrayD<f64> {
        self.var(ddof).mapv_into(f64::sqrt)
    }

    /// The sums, count times mean.
    pub fn sum(&self) -> ArrayD<f64> {
        &self.mean * self.count as f64
    }
}

impl Reduce<'_> {
    /// Count, sum, mean, variance, minimum and maximum as tensor operations on the tensor's device, with
    /// one read of the results.
    ///
    /// Sums are f32 and taken axis by axis, so they agree with [`Reduce::moments`] on the host to about
    /// 1e-6 of the largest magnitude. Use it where the tensor is on a GPU and not needed on the host; on a CPU
    /// backend [`Reduce::moments`] is more accurate and faster (`docs/BENCHMARKS.md`). A NaN makes mean and
    /// variance NaN; its effect on minimum and maximum depends on the device.
    ///
    /// # Errors
    ///
    /// The tensor is empty, not of f32, or has no such axes; NaN are to be ignored or refused, or there
    /// is a mask, which the host alone does; the device failed.
    pub fn moments_on_device<const D: usize>(&self, tensor: Tensor<D>) -> Result<DeviceMoments> {
        if self.nan_policy() != NanPolicy::Propagate || self.has_mask() {
            let expected =
                "NanPolicy::Propagate and no mask on a device (read the tensor back and use Reduce::moments)";
            return Err(Error::parameter("reduce", "NanPolicy or mask", expected));
        }
        check(&tensor)?;
        let reduced = self.reduced_axes(D)?;
        let shape = self.result_shape(&tensor.dims(), &reduced);
        let lengths = tensor.dims().into_iter().zip(&reduced);
        let count = lengths.map(|(length, &reduced)| if reduced { length as u64 } else { 1 }).product();
        let [mean, variance, min, max] = statistics(tensor, &reduced)?;
        let shaped = |values| {
            ArrayD::from_shape_vec(IxDyn(&shape), values)
                .map_err(|_| Error::elements("moments_on_device", &shape))
        };
        Ok(DeviceMoments {
            count,
            mean: shaped(mean)?,
            variance: shaped(variance)?,
            min: shaped(min)?,
            max: shaped(max)?,
        })
    }
}

/// Mean, variance, minimum and maximum over some axes, in one read.
fn statistics<const D: usize>(tensor: Tensor<D>, reduced: &[bool]) -> Result<[Vec<f64>; 4]> {
    let over = |tensor: Tensor<D>, step: fn(Tensor<D>, usize) -> Tensor<D>| {
        (0..D).rev().filter(|&axis| reduced[axis]).fold(tensor, step)
    };
    let mean = over(tensor.clone(), Tensor::mean_dim);
    let deviation = tensor.clone() - mean.clone();
    let variance = over(deviation.clone() * deviation, Tensor::mean_dim);
    let min = over(tensor.clone(), Tensor::min_dim);
    let max = over(tensor, Tensor::max_dim);
    read_floats([mean, variance, min, max])
}

/// The statistics of each image of a batch `[N, C, H, W]`, computed on the tensor's device.
///
/// Sums are f32 and taken axis by axis, so they agree with [`per_image`](crate::stats::per_image) on the
/// host to about 1e-6 of the largest magnitude. Worth it where the batch is on a GPU and not needed
/// on the host; on a CPU backend the host's way is exact and faster. What a NaN does to minimum and
/// maximum is the device's choice; mean and deviation become NaN.
///
/// # Errors
///
/// The batch is empty or not of f32, or the device failed.
///
/// ```
/// use burn::tensor::Tensor;
/// use burn_prep::device::DeviceSpec;
/// use burn_prep::device_stats::per_image_on_device;
///
/// let device = DeviceSpec::Cpu.init()?;
/// let images = Tensor::<4>::from_floats([[[[1.0, 2.0], [3.0, 6.0]]]], &device);
/// let stats = per_image_on_device(images)?;
/// assert_eq!((stats[0].all.mean, stats[0].all.max), (3.0, 6.0));
/// assert!((stats[0].channels[0].std - 3.5_f64.sqrt()).abs() < 1e-6);
/// # Ok::<(), burn_prep::Error>(())
/// ```
pub fn per_image_on_device(images: Tensor<4>) -> Result<Vec<ImageStats>> {
    let [n, c, h, w] = images.dims();
    check(&images)?;
    let statistics = statistics(images, &[false, false, true, true])?;
    let of_image = |image: usize| {
        let channels: Vec<Summary> =
            (0..c).map(|channel| summary(&statistics, image * c + channel, (h * w) as u64)).collect();
        ImageStats { shape: [c, h, w], dtype: "f32", all: pooled(&channels), channels }
    };
    Ok((0..n).map(of_image).collect())
}

/// The statistics across the images of a batch `[N, C, H, W]`, computed on the tensor's device.
///
/// As exact as [`per_image_on_device`].
///
/// # Errors
///
/// The batch is empty or not of f32, or the device failed.
///
/// ```
/// use burn::tensor::Tensor;
/// use burn_prep::device::DeviceSpec;
/// use burn_prep::device_stats::across_batch_on_device;
///
/// let device = DeviceSpec::Cpu.init()?;
/// let images = Tensor::<4>::from_floats([[[[1.0, 2.0]]], [[[5.0, 2.0]]]], &device);
/// let stats = across_batch_on_device(images)?;
/// assert_eq!(stats.mean_image, ndarray::array![[[3.0, 2.0]]]);
/// assert_eq!(stats.std_image, ndarray::array![[[2.0, 0.0]]]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
pub fn across_batch_on_device(images: Tensor<4>) -> Result<BatchStats> {
    let [n, c, h, w] = images.dims();
    check(&images)?;
    let [mean, variance, min, max] = statistics(images, &[true, false, false, false])?;
    let image = |values| {
        Array3::from_shape_vec([c, h, w], values)
            .map_err(|error| Error::shape("across_batch_on_device", [c, h, w], error.to_string()))
    };
    let (mean, variance) = (image(mean)?, image(variance)?);
    let (min, max) = (image(min)?, image(max)?);
    let of_channel = |channel: usize| {
        let positions: Vec<Summary> = mean
            .index_axis(Axis(0), channel)
            .indexed_iter()
            .map(|((y, x), &mean)| Summary {
                count: n as u64,
                mean,
                std: variance[[channel, y, x]].sqrt(),
                min: min[[channel, y, x]],
                max: max[[channel, y, x]],
            })
            .collect();
        pooled(&positions)
    };
    let channels: Vec<Summary> = (0..c).map(of_channel).collect();
    Ok(BatchStats {
        images: n as u64,
        shape: [c, h, w],
        all: pooled(&channels),
        channels,
        std_image: variance.mapv(f64::sqrt),
        mean_image: mean,
    })
}

fn check<const D: usize>(images: &Tensor<D>) -> Result<()> {
    if images.dims().contains(&0) {
        return Err(ErrorKind::Empty { what: "batch" }.into());
    }
    match images.dtype() {
        DType::F32 => Ok(()),
        other => Err(Error::dtype("statistics on a device", other, "F32 (cast the tensor first)")),
    }
}

/// Reads the tensors in one transfer, as f64.
fn read_floats<const D: usize, const N: usize>(tensors: [Tensor<D>; N]) -> Result<[Vec<f64>; N]> {
    let mut read = readback(tensors)?.into_iter();
    let mut statistics: [Vec<f64>; N] = std::array::from_fn(|_| Vec::new());
    for (statistic, array) in statistics.iter_mut().zip(&mut read) {
        *statistic = array.view::<f32>()?.iter().map(|&value| f64::from(value)).collect();
    }
    Ok(statistics)
}

fn summary([mean, variance, min, max]: &[Vec<f64>; 4], at: usize, count: u64) -> Summary {
    Summary { count, mean: mean[at], std: variance[at].sqrt(), min: min[at], max: max[at] }
}

/// The statistics of parts of equal count together: `var = mean(var_i + (mean_i - mean)^2)`.
fn pooled(parts: &[Summary]) -> Summary {
    let n = parts.len() as f64;
    let mean = parts.iter().map(|part| part.mean).sum::<f64>() / n;
    let variance = parts.iter().map(|part| part.std.powi(2) + (part.mean - mean).powi(2)).sum::<f64>() / n;
    Summary {
        count: parts.iter().map(|part| part.count).sum(),
        mean,
        std: variance.sqrt(),
        min: fold_or_nan(parts.iter().map(|part| part.min), f64::min),
        max: fold_or_nan(parts.iter().map(|part| part.max), f64::max),
    }
}

/// `f64::min` and `f64::max` pass over NaN; a summary must not.
fn fold_or_nan(values: impl Iterator<Item = f64>, pick: fn(f64, f64) -> f64) -> f64 {
    let pick = |a: f64, b: f64| if a.is_nan() || b.is_nan() { f64::NAN } else { pick(a, b) };
    values.reduce(pick).unwrap_or(f64::NAN)
}
