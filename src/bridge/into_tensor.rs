//! Arrays to tensors.

use burn::tensor::kind::{Basic, Kind, TensorKind};
use burn::tensor::{DType, Device, Element, Tensor, TensorData};
use ndarray::{ArcArray, Array, ArrayBase, ArrayView, CowArray, Data, Dim, Dimension, IxDyn};

use crate::arrays::{AnyArray, ArrayElement, CastArray, pack};
use crate::device::has_rank_zero;
use crate::error::{Error, Result};

/// Turns an [`ndarray`] array or view of any strides into a tensor of the same shape and dtype.
///
/// Implemented for owned arrays (one in standard layout is moved, not copied), for shared ones (moved
/// by their last owner), for views (copied once, into row-major order), and for references; of static and of
/// dynamic rank, and for [`AnyArray`]. Permuted, sliced, reversed, broadcast and Fortran-ordered inputs keep
/// their logical order of elements. Values are never scaled.
///
/// ```
/// use burn::tensor::Int;
/// use burn_prep::prelude::*;
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
pub trait IntoTensor<const D: usize>: Sized {
    /// Makes the tensor on `device`.
    ///
    /// # Errors
    ///
    /// The element type is not of kind `K` (floats for `Float`, integers for `Int`, `bool` for
    /// `Bool`), or the device does not compute with it; an array of dynamic rank has another rank than
    /// `D`. Burn's ndarray backend has no tensors of rank 0.
    ///
    /// ```
    /// use burn::tensor::Float;
    /// use burn_prep::bridge::IntoTensor;
    /// use burn_prep::device::DeviceSpec;
    ///
    /// let device = DeviceSpec::Cpu.init()?;
    /// let error = ndarray::array![1_u8].into_tensor::<Float>(&device).unwrap_err();
    /// assert_eq!(error.to_string(), "into_tensor: found dtype U8, expected a Float dtype");
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    fn into_tensor<K: Basic + TensorKind>(self, device: &Device) -> Result<Tensor<D, K>>;

    /// Casts the elements to `E` by the rules of [`CastArray`], and makes the tensor: for instance labels of `u8` on a
    /// device without `u8`, or pixels as floats.
    ///
    /// # Errors
    ///
    /// As [`IntoTensor::into_tensor`]; a value does not fit, and the error has the index and the value of
    /// the first.
    ///
    /// ```
    /// use burn::tensor::{Float, Tensor};
    /// use burn_prep::prelude::*;
    ///
    /// let device = DeviceSpec::Cpu.init()?;
    /// let pixels: Tensor<1> = ndarray::array![0_u8, 255].into_tensor_as::<f32, Float>(&device)?;
    /// assert_eq!(pixels.into_ndarray::<f32>()?, ndarray::array![0.0, 255.0]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    fn into_tensor_as<E: ArrayElement, K: Basic + TensorKind>(self, device: &Device) -> Result<Tensor<D, K>>;
}

macro_rules! through_cow {
    ($([$($lifetime:lifetime)?] $array:ty;)*) => {$(
        impl<$($lifetime,)? const D: usize, S: ArrayElement, A: Rank<D>> IntoTensor<D> for $array {
            fn into_tensor<K: Basic + TensorKind>(self, device: &Device) -> Result<Tensor<D, K>> {
                make(self.into(), device)
            }

            fn into_tensor_as<E: ArrayElement, K: Basic + TensorKind>(
                self,
                device: &Device,
            ) -> Result<Tensor<D, K>> {
                check_dtype::<K, E>(device)?;
                make(self.cast::<E>()?.into(), device)
            }
        }
    )*};
}

through_cow! {
    [] Array<S, A>;
    ['a] ArrayView<'a, S, A>;
    ['a] CowArray<'a, S, A>;
}

impl<const D: usize, S: Data, A: Rank<D>> IntoTensor<D> for &ArrayBase<S, A>
where
    S::Elem: ArrayElement,
{
    fn into_tensor<K: Basic + TensorKind>(self, device: &Device) -> Result<Tensor<D, K>> {
        make(self.view().into(), device)
    }

    fn into_tensor_as<E: ArrayElement, K: Basic + TensorKind>(self, device: &Device) -> Result<Tensor<D, K>> {
        self.view().into_tensor_as::<E, K>(device)
    }
}

impl<const D: usize, S: ArrayElement, A: Rank<D>> IntoTensor<D> for ArcArray<S, A> {
    fn into_tensor<K: Basic + TensorKind>(self, device: &Device) -> Result<Tensor<D, K>> {
        match self.try_into_owned_nocopy() {
            Ok(owned) => make(owned.into(), device),
            Err(shared) => make(shared.view().into(), device),
        }
    }

    fn into_tensor_as<E: ArrayElement, K: Basic + TensorKind>(self, device: &Device) -> Result<Tensor<D, K>> {
        self.view().into_tensor_as::<E, K>(device)
    }
}

impl<const D: usize> IntoTensor<D> for AnyArray {
    fn into_tensor<K: Basic + TensorKind>(self, device: &Device) -> Result<Tensor<D, K>> {
        crate::arrays::for_any_array!(self, array => array.into_tensor(device))
    }

    fn into_tensor_as<E: ArrayElement, K: Basic + TensorKind>(self, device: &Device) -> Result<Tensor<D, K>> {
        crate::arrays::for_any_array!(self, array => array.into_tensor_as::<E, K>(device))
    }
}

/// A dimension of `D` axes; a dynamic one may be of any rank, which is looked at when it is used.
#[doc(hidden)]
pub trait Rank<const D: usize>: Dimension {}

impl<const D: usize> Rank<D> for Dim<[usize; D]> where Dim<[usize; D]>: Dimension {}
impl<const D: usize> Rank<D> for IxDyn {}

fn make<const D: usize, K: Basic + TensorKind, E: ArrayElement, A: Dimension>(
    array: CowArray<'_, E, A>,
    device: &Device,
) -> Result<Tensor<D, K>> {
    check_dtype::<K, E>(device)?; // before anything is copied
    let misfit = |_| Error::shape("into_tensor", array.shape(), format!("rank {D}"));
    let dims: [usize; D] = array.shape().try_into().map_err(misfit)?;
    let owned = match array.is_view() || !array.is_standard_layout() {
        true => pack(array.view()),
        false => array.into_owned(),
    };
    let (values, offset) = owned.into_raw_vec_and_offset();
    let (start, count) = (offset.unwrap_or(0), dims.iter().product::<usize>());
    let values = if values.len() == count { values } else { values[start..start + count].to_vec() };
    upload(values, dims, device)
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
    Ok(transfer(TensorData::new(values, dims), device, E::dtype()))
}

/// A tensor of data, in one transfer, with the data's own dtype.
pub(crate) fn upload_data<const D: usize, K: Basic + TensorKind>(
    data: TensorData,
    device: &Device,
) -> Result<Tensor<D, K>> {
    let dtype = data.dtype();
    check::<K>(dtype, device)?;
    Ok(transfer(data, device, dtype))
}

/// Hands data to the device. Where the backend has memory that the device reads by itself (CUDA's pinned memory), the data goes
/// through it, so that the transfer runs beside what the device computes, and beside the caller.
fn transfer<const D: usize, K: Basic + TensorKind>(
    mut data: TensorData,
    device: &Device,
    dtype: DType,
) -> Tensor<D, K> {
    device.staging(std::iter::once(&mut data));
    Tensor::from_data(data, (device, dtype))
}

fn check_dtype<K: TensorKind, E: Element>(device: &Device) -> Result<()> {
    check::<K>(E::dtype(), device)
}

fn check<K: TensorKind>(dtype: DType, device: &Device) -> Result<()> {
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
