//! Batches back to pictures.

use burn::tensor::Tensor;
use burn::tensor::kind::{Autodiff, Basic, Transaction as Readable};
use ndarray::{Array3, ArrayView3, Axis, Ix4};
use rayon::prelude::*;

use crate::arrays::{DType, Layout};
use crate::bridge::IntoNdarray;
use crate::error::{Error, ErrorKind, Result};
use crate::images::{ColorMode, Image};
use crate::transform::Normalize;

/// How far beyond 0..=1 numbers may be: by what rounding on a device, and in types of 16 bits, adds.
const REACH: f32 = 0.01;

/// What errors call this function.
const NAME: &str = "batch_to_images";

/// Turns a batch `[N, C, H, W]` back into pictures, after one read of the tensor: to look at what a model sees, or to check it by an
/// [`ImageValidator`](crate::validate::ImageValidator).
///
/// Floats are those of [`Normalize`], or `v / 255` without one: `(x * std + mean) * 255` is rounded, and what is beyond the range by
/// at most 1 % is clamped. From f32 each sample comes back as it was. Integers are the samples themselves, without a normalisation.
/// Of packed bytes give [`PackedBatch::images`](crate::loader::PackedBatch::images). An empty batch gives no pictures.
///
/// # Errors
///
/// A number is not finite, or further beyond its range, and the error names the image, the channel and the place; `C` is not 1 to 4,
/// or not the number of channels of the normalisation; the device failed.
///
/// ```
/// use burn::data::dataloader::batcher::Batcher;
/// use burn_prep::batch::batch_to_images;
/// use burn_prep::prelude::*;
/// use burn_prep::validate::{ImageValidator, NamedImage};
///
/// let normalize = Normalize::imagenet();
/// let recipe = Recipe::new().then(Resize::exact(ImageSize::square(64))).normalize(normalize.clone());
/// let dataset = ImageDataset::new(ImageFolder::open("assets/photos")?, Decoder::rgb8()).recipe(recipe);
/// let items = burn::data::dataset::Dataset::get_many(&dataset, (0..8).collect()).unwrap();
/// let batch = ImageBatcher::new().batch(items, &DeviceSpec::Cpu.init()?)?;
///
/// let images = batch_to_images(batch.images, Some(&normalize))?;
/// let named = batch.records.iter().zip(images).map(|(record, image)| NamedImage::new(&record.sample.uri, image));
/// let mut validator = ImageValidator::new();
/// validator.add(named)?;
/// let report = validator.finish()?.report;
/// assert_eq!((report.dataset.images, report.dataset.min_size), (8, Some(ImageSize::square(64))));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "to_pil_image")]
#[doc(alias = "denormalize")]
pub fn batch_to_images<K: Basic + Readable + Autodiff>(
    batch: Tensor<4, K>,
    normalize: Option<&Normalize>,
) -> Result<Vec<Image>> {
    let shape = batch.dims();
    let [count, channels, ..] = shape;
    if count == 0 {
        return Ok(Vec::new());
    }
    if ColorMode::of_channels(channels).is_none() {
        return Err(Error::shape(NAME, shape, "[N, 1 to 4, H, W]"));
    }
    if let Some(normalize) = normalize.filter(|normalize| normalize.mean().len() != channels) {
        let expected = format!("[N, {}, H, W] (Normalize::new)", normalize.mean().len());
        return Err(Error::shape(NAME, shape, expected));
    }
    let ranked = |_| Error::shape(NAME, shape, "rank 4");
    let any = batch.into_any()?;
    let images: Vec<Result<Image>> = match any.dtype() {
        DType::F64 | DType::F32 | DType::F16 | DType::BF16 => {
            let numbers = match any.dtype() == DType::F32 {
                true => any.into_array::<f32>()?,
                false => any.cast::<f32>()?,
            };
            let numbers = numbers.into_dimensionality::<Ix4>().map_err(ranked)?;
            let image = |at: usize| {
                let planes = numbers.index_axis(Axis(0), at);
                image_of(planes, normalize).map_err(|error| error.at_index(at))
            };
            (0..count).into_par_iter().map(image).collect()
        }
        DType::Bool => return Err(Error::dtype(NAME, any.dtype(), "floats or integers")),
        found if normalize.is_some() => {
            return Err(Error::dtype(NAME, found, "floats where a normalisation is given"));
        }
        _ => {
            let samples = any.cast::<u8>()?.into_dimensionality::<Ix4>().map_err(ranked)?;
            let image = |planes| Image::from_array(Layout::Nchw.permute_image(planes, Layout::Nhwc));
            samples.outer_iter().map(image).collect()
        }
    };
    images.into_iter().collect()
}

/// The picture of planes `[C, H, W]` of numbers.
fn image_of(planes: ArrayView3<'_, f32>, normalize: Option<&Normalize>) -> Result<Image> {
    let (channels, height, width) = planes.dim();
    let mut samples = Array3::<u8>::zeros([height, width, channels]);
    for (channel, plane) in planes.outer_iter().enumerate() {
        let (mean, std) = normalize.map_or((0.0, 1.0), |n| (n.mean()[channel], n.std()[channel]));
        let mut written = samples.index_axis_mut(Axis(2), channel);
        for (sample, (place, &number)) in written.iter_mut().zip(plane.indexed_iter()) {
            let unit = number * std + mean;
            *sample = sample_of(unit).ok_or_else(|| no_sample(channel, place, number, unit))?;
        }
    }
    Image::from_array(samples.view())
}

/// The sample of a number in 0..=1; `None` where it is further beyond.
fn sample_of(unit: f32) -> Option<u8> {
    // The cast cuts nothing off: it is of a whole number in 0..=255.
    (-REACH..=1.0 + REACH).contains(&unit).then(|| (unit.clamp(0.0, 1.0) * 255.0).round() as u8)
}

fn no_sample(channel: usize, (row, column): (usize, usize), number: f32, unit: f32) -> Error {
    let found = format!("{number} in channel {channel}, row {row}, column {column}");
    if !number.is_finite() {
        return ErrorKind::NotFinite { op: NAME, found, expected: "finite numbers" }.into();
    }
    let reason = format!(
        "{found}, is {unit} without its normalisation, expected 0 to 1; give the normalisation that the batch was made with"
    );
    ErrorKind::Invalid { what: "batch of images", reason }.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::ImageSize;
    use crate::transform::Recipe;

    /// `(v / 255 - mean) / std` and its inverse err by a few units of 2^-24, of which 255 times are far below a half.
    #[test]
    fn every_sample_comes_back_from_f32() {
        let normalizations = [
            None,
            Some(Normalize::imagenet()),
            Some(Normalize::new([0.5; 3], [0.5; 3]).unwrap()),
            Some(Normalize::new([0.1307, 0.0, 1.0], [0.3081, 0.01, 3.0]).unwrap()),
        ];
        let pixel = |sample: u8| [sample, 255 - sample, sample.wrapping_mul(77)];
        let pixels = (0..=255_u8).flat_map(pixel).collect();
        let image = Image::new(ImageSize::new(32, 8), ColorMode::Rgb, pixels).unwrap();
        for normalize in normalizations {
            let recipe = match &normalize {
                Some(normalize) => Recipe::new().normalize(normalize.clone()),
                None => Recipe::new(),
            };
            let numbers = recipe.numbers(&image).unwrap();
            assert_eq!(image_of(numbers.view(), normalize.as_ref()).unwrap(), image, "{normalize:?}");
        }
    }

    #[test]
    fn one_percent_beyond_the_range_is_clamped() {
        let samples = [-0.011, -0.009, 0.5, 1.009, 1.011, f32::NAN, f32::INFINITY].map(sample_of);
        assert_eq!(samples, [None, Some(0), Some(128), Some(255), None, None, None]);
    }

    #[test]
    fn an_error_names_the_channel_and_the_place() {
        let mut planes = Array3::<f32>::zeros([3, 2, 4]);
        planes[[1, 0, 2]] = 2.5;
        let normalize = Normalize::new([0.5; 3], [0.25; 3]).unwrap();
        let error = image_of(planes.view(), Some(&normalize)).unwrap_err();
        let found = "not a valid batch of images: 2.5 in channel 1, row 0, column 2, is 1.125 without";
        assert!(error.to_string().starts_with(found), "{error}");
        assert!(error.is_data());
        planes[[0, 1, 3]] = f32::NAN;
        let error = image_of(planes.view(), None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "batch_to_images: found NaN in channel 0, row 1, column 3, expected finite numbers"
        );
    }
}
