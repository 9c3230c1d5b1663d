//! Reductions of padded batches that leave the padding out.

use burn::tensor::{Bool, FloatDType, Tensor};

use crate::bridge::reshape;
use crate::error::{Error, Result};
use crate::ragged_tensor::reduce_rows::sum_dtype;

/// The sum of each row of a padded batch `[N, width, ..]` without the padding that the mask marks: `[N, 1, ..]`; 0 for
/// a row without real items.
///
/// Values at padding are ignored, even if they are NaN, so the sum does not depend on the width.
///
/// # Errors
///
/// The mask is not `[N, width]`.
///
/// ```
/// use burn::tensor::Tensor;
/// use burn_prep::bridge::{IntoNdarray, IntoTensor};
/// use burn_prep::device::DeviceSpec;
/// use burn_prep::ragged_tensor::masked_sum_rows;
/// use ndarray::array;
///
/// let device = DeviceSpec::Cpu.init()?;
/// let values = Tensor::<2>::from_floats([[1.0, 2.0, f32::NAN], [3.0, f32::NAN, f32::NAN]], &device);
/// let mask_pad = array![[false, false, true], [false, true, true]].into_tensor(&device)?;
/// assert_eq!(masked_sum_rows(values, mask_pad)?.into_ndarray::<f32>()?, array![[3.0], [3.0]]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
pub fn masked_sum_rows<const D: usize>(values: Tensor<D>, mask_pad: Tensor<2, Bool>) -> Result<Tensor<D>> {
    let dtype = values.dtype();
    let (values, _) = real(values, mask_pad)?;
    Ok(values.sum_dim(1).cast(FloatDType::from(dtype)))
}

/// The mean of each row of a padded batch `[N, width, ..]` without the padding that the mask marks: `[N, 1, ..]`; NaN
/// for a row without real items. For token vectors, this is mean pooling.
///
/// # Errors
///
/// The mask is not `[N, width]`.
///
/// ```
/// use burn::tensor::Tensor;
/// use burn_prep::bridge::{IntoNdarray, IntoTensor};
/// use burn_prep::device::DeviceSpec;
/// use burn_prep::ragged_tensor::masked_mean_rows;
/// use ndarray::array;
///
/// let device = DeviceSpec::Cpu.init()?;
/// let tokens = Tensor::<3>::from_floats([[[1.0, 10.0], [3.0, 30.0], [9.0, 90.0]]], &device);
/// let mask_pad = array![[false, false, true]].into_tensor(&device)?;
/// assert_eq!(masked_mean_rows(tokens, mask_pad)?.into_ndarray::<f32>()?, array![[[2.0, 20.0]]]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "mean_pooling")]
pub fn masked_mean_rows<const D: usize>(values: Tensor<D>, mask_pad: Tensor<2, Bool>) -> Result<Tensor<D>> {
    let dtype = values.dtype();
    let (values, real) = real(values, mask_pad)?;
    Ok((values.sum_dim(1) / real.sum_dim(1)).cast(FloatDType::from(dtype)))
}

/// The mean over all real items of a padded batch `[N, width]`, such as the loss of a batch, which does not depend on
/// the width; NaN where there are no real items.
///
/// # Errors
///
/// The mask is not `[N, width]`.
///
/// ```
/// use burn::tensor::Tensor;
/// use burn_prep::bridge::{IntoNdarray, IntoTensor};
/// use burn_prep::device::DeviceSpec;
/// use burn_prep::ragged_tensor::masked_mean;
///
/// let device = DeviceSpec::Cpu.init()?;
/// let losses = Tensor::<2>::from_floats([[1.0, 2.0], [6.0, 0.0]], &device);
/// let mask_pad = ndarray::array![[false, false], [false, true]].into_tensor(&device)?;
/// assert_eq!(masked_mean(losses, mask_pad)?.into_ndarray::<f32>()?, ndarray::array![3.0]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "num_items_in_batch")]
pub fn masked_mean(values: Tensor<2>, mask_pad: Tensor<2, Bool>) -> Result<Tensor<1>> {
    let dtype = values.dtype();
    let (values, real) = real(values, mask_pad)?;
    Ok((values.sum() / real.sum()).cast(FloatDType::from(dtype)))
}

/// The values with zeros at padding, and a 1 for each real item, `[N, width, 1..]`; of 32 bits at least, in
/// which both are added up.
fn real<const D: usize>(values: Tensor<D>, mask_pad: Tensor<2, Bool>) -> Result<(Tensor<D>, Tensor<D>)> {
    let (dims, mask) = (values.dims(), mask_pad.dims());
    if D < 2 || dims[..2] != mask {
        return Err(Error::shape(
            "mask_pad",
            mask,
            format!("{:?}, as the values", &dims[..dims.len().min(2)]),
        ));
    }
    let mut shape = [1; D];
    shape[..2].copy_from_slice(&mask);
    let wide = sum_dtype(values.dtype());
    if dims.contains(&0) {
        // Nothing is broadcast or added up: one column of padding stands for no columns.
        let (mut one, options) = (dims, (&values.device(), burn::tensor::DType::from(wide)));
        (one[1], shape[1]) = (1, 1);
        return Ok((Tensor::zeros(one, options), Tensor::zeros(shape, options)));
    }
    let mask_pad: Tensor<D, Bool> = reshape(mask_pad, shape);
    let (values, real) = (values.cast(wide), mask_pad.clone().bool_not().float().cast(wide));
    Ok((values.mask_fill(mask_pad.expand(dims), 0.0), real))
}
