//! Arrays to tensors.

use burn::tensor::kind::{Basic, Kind, TensorKind};
use burn::tensor::{DType, Device, Element, Tensor, TensorData};
use ndarray::{Array, ArrayView, CowArray, Dim, Dimension, IntoDimension};

use crate::device::has_rank_zero;
use crate::error::{Error, Result};

/// Turns an [`ndarray`] array or view of any strides into a tensor of the same shape and dtype.
///
/// Implemented for owned arrays (an array in standard layout is moved, not copied), for views
/// (copied once, into row-major order), and for references to arrays. Permuted, sliced, reversed
/// and Fortran-ordered inputs keep their logical order of elements.
///
/// ```
/// use burn::tensor::Int;
/// use burn_prep::{DeviceSpec, IntoNdarray, IntoTensor};
/// use ndarray::array;
///
/// let device = DeviceSpec::Cpu.init()?;
/// let images = array![[1.0_f32, 2.0, 3.0], [4.0, 5.0, 6.0]];
/// let tensor = images.t().into_tensor::<burn::tensor::Float>(&device)?;   // a view with strides
/// assert_eq!(tensor.dims(), [3, 2]);
/// assert_eq!(tensor.into_ndarray::<f32>()?, images.t());
///
/// let labels = array![7_i32, 8].into_tensor::<Int>(&device)?;             // moved
/// assert_eq!(labels.into_ndarray::<i32>()?, array![7, 8]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "from_numpy")]
#[doc(alias = "from_ndarray")]
#[doc(alias = "as_tensor")]
pub trait IntoTensor<const D: usize> {
    /// Makes the tensor on `device`.
    ///
    /// # Errors
    ///
    /// The element type is not of kind `K` (floats for `Float`, integers for `Int`, `bool` for
    /// `Bool`), or the device does not compute with it. Burn's ndarray backend has no tensors of rank 0.
    ///
    /// ```
    /// use burn::tensor::Float;
    /// use burn_prep::{DeviceSpec, IntoTensor};
    ///
    /// let device = DeviceSpec::Cpu.init()?;
    /// let error = ndarray::array![1_u8].into_tensor::<Float>(&device).unwrap_err();
    /// assert_eq!(error.to_string(), "into_tensor: found dtype U8, expected a Float dtype");
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    fn into_tensor<K: Basic + TensorKind>(self, device: &Device) -> Result<Tensor<D, K>>;
}

impl<const D: usize, E: Element> IntoTensor<D> for Array<E, Dim<[usize; D]>>
where
    Dim<[usize; D]>: Dimension,
{
    fn into_tensor<K: Basic + TensorKind>(self, device: &Device) -> Result<Tensor<D, K>> {
        CowArray::from(self).into_tensor(device)
    }
}

impl<const D: usize, E: Element> IntoTensor<D> for ArrayView<'_, E, Dim<[usize; D]>>
where
    Dim<[usize; D]>: Dimension,
{
    fn into_tensor<K: Basic + TensorKind>(self, device: &Device) -> Result<Tensor<D, K>> {
        CowArray::from(self).into_tensor(device)
    }
}

impl<const D: usize, E: Element> IntoTensor<D> for &Array<E, Dim<[usize; D]>>
where
    Dim<[usize; D]>: Dimension,
{
    fn into_tensor<K: Basic + TensorKind>(self, device: &Device) -> Result<Tensor<D, K>> {
        self.view().into_tensor(device)
    }
}

impl<const D: usize, E: Element> IntoTensor<D> for CowArray<'_, E, Dim<[usize; D]>>
where
    Dim<[usize; D]>: Dimension,
{
    fn into_tensor<K: Basic + TensorKind>(self, device: &Device) -> Result<Tensor<D, K>> {
        check_dtype::<K, E>(device)?; // before anything is copied
        let mut dims = [0; D];
        dims.copy_from_slice(self.raw_dim().into_dimension().slice());
        let values = if self.is_standard_layout() {
            let (values, offset) = self.into_owned().into_raw_vec_and_offset();
            let (start, count) = (offset.unwrap_or(0), dims.iter().product::<usize>());
            if values.len() == count { values } else { values[start..start + count].to_vec() }
        } else {
            self.iter().copied().collect()
        };
        upload(values, dims, device)
    }
}

/// A tensor of a buffer, in one transfer, with the buffer's own dtype.
///
/// `values` holds as many elements as `dims` says.
pub(crate) fn upload<const D: usize, K: Basic + TensorKind, E: Element>(
    values: Vec<E>,
    dims: [usize; D],
    device: &Device,
) -> Result<Tensor<D, K>> {
    check_dtype::<K, E>(device)?;
    if D == 0 {
        if !has_rank_zero(device) {
            return Err(Error::shape("into_tensor", dims, "rank 1 to 6 on Burn's ndarray backend (use [1])"));
        }
        // Burn makes no tensor of rank 0 from data, but reshapes to it.
        let one = Tensor::<1, K>::from_data(TensorData::new(values, [1]), (device, E::dtype()));
        return Ok(one.reshape(dims));
    }
    Ok(Tensor::from_data(TensorData::new(values, dims), (device, E::dtype())))
}

fn check_dtype<K: TensorKind, E: Element>(device: &Device) -> Result<()> {
    let dtype = E::dtype();
    let fits = match K::KIND {
        Kind::Float => dtype.is_float(),
        Kind::Int => dtype.is_int() || dtype.is_uint(),
        Kind::Bool => dtype.is_bool(),
    };
    if !fits {
        return Err(Error::dtype("into_tensor", dtype, format!("a {} dtype", K::name())));
    }
    // Booleans are stored as each device likes.
    if !matches!(dtype, DType::Bool(_)) && !device.supports_dtype(dtype) {
        let expected = format!("a dtype that {device:?} computes with (f32 and i32 work everywhere)");
        return Err(Error::dtype("into_tensor", dtype, expected));
    }
    Ok(())
}
