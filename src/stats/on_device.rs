//! The same figures as tensor operations, for batches that live on a GPU: one small read.

use burn::tensor::{DType, Tensor};
use ndarray::{Array3, Axis};

use crate::bridge::read_all;
use crate::error::{Error, ErrorKind, Result};
use crate::stats::{BatchStats, ImageStats, Summary};

/// The figures of each image of a batch `[N, C, H, W]`, computed on the tensor's device.
///
/// Sums are f32 and taken axis by axis, so they agree with [`per_image`](crate::per_image) on the
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
/// use burn_prep::{DeviceSpec, per_image_on_device};
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
    check_batch(&images)?;
    let mean = images.clone().mean_dim(3).mean_dim(2);
    let deviation = images.clone() - mean.clone();
    let variance = (deviation.clone() * deviation).mean_dim(3).mean_dim(2);
    let min = images.clone().min_dim(3).min_dim(2);
    let max = images.max_dim(3).max_dim(2);
    let figures = read_floats([mean, variance, min, max])?;
    let of_image = |image: usize| {
        let channels: Vec<Summary> =
            (0..c).map(|channel| summary(&figures, image * c + channel, (h * w) as u64)).collect();
        ImageStats { shape: [c, h, w], dtype: "f32", all: pooled(&channels), channels }
    };
    Ok((0..n).map(of_image).collect())
}

/// The figures across a batch `[N, C, H, W]`, computed on the tensor's device.
///
/// As exact as [`per_image_on_device`].
///
/// # Errors
///
/// The batch is empty or not of f32, or the device failed.
///
/// ```
/// use burn::tensor::Tensor;
/// use burn_prep::{DeviceSpec, across_batch_on_device};
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
    check_batch(&images)?;
    let mean = images.clone().mean_dim(0);
    let deviation = images.clone() - mean.clone();
    let variance = (deviation.clone() * deviation).mean_dim(0);
    let min = images.clone().min_dim(0);
    let max = images.max_dim(0);
    let [mean, variance, min, max] = read_floats([mean, variance, min, max])?;
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

fn check_batch(images: &Tensor<4>) -> Result<()> {
    if images.dims().contains(&0) {
        return Err(ErrorKind::Empty { what: "batch" }.into());
    }
    match images.dtype() {
        DType::F32 => Ok(()),
        other => Err(Error::dtype("statistics on a device", other, "F32 (cast the tensor first)")),
    }
}

/// Reads the tensors in one transfer, as f64.
fn read_floats<const N: usize>(tensors: [Tensor<4>; N]) -> Result<[Vec<f64>; N]> {
    let mut read = read_all(tensors)?.into_iter();
    let mut figures: [Vec<f64>; N] = std::array::from_fn(|_| Vec::new());
    for (figure, data) in figures.iter_mut().zip(&mut read) {
        *figure = data.iter::<f64>().collect();
    }
    Ok(figures)
}

fn summary([mean, variance, min, max]: &[Vec<f64>; 4], at: usize, count: u64) -> Summary {
    Summary { count, mean: mean[at], std: variance[at].sqrt(), min: min[at], max: max[at] }
}

/// The figures of parts of equal count together: `var = mean(var_i + (mean_i - mean)^2)`.
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
