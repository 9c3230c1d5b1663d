//! Tensors to arrays.

use burn::tensor::kind::{Basic, Transaction as Readable};
use burn::tensor::{DType, Element, Tensor, TensorReadError};
use ndarray::{Array, Dim, Dimension};

use crate::bridge::read_data;
use crate::error::{Error, Result};

/// Turns a tensor on any device into an [`ndarray::Array`] of the same shape and dtype.
///
/// Implemented for `Tensor<D, K>` of rank 0 to 6 and every kind. The element type must be the
/// tensor's own: `f32` for floats by default, `i32` or `i64` for integers (the default differs by
/// backend, so create tensors with an explicit dtype), `bool` for booleans however they are stored.
///
/// ```
/// use burn::tensor::Tensor;
/// use burn_prep::{DeviceSpec, IntoNdarray};
///
/// let device = DeviceSpec::Cpu.init()?;
/// let tensor = Tensor::<2>::from_floats([[1.0, 2.0], [3.0, 4.0]], &device);
/// let array = tensor.into_ndarray::<f32>()?;
/// assert_eq!(array, ndarray::array![[1.0, 2.0], [3.0, 4.0]]);
/// assert_eq!(array.mean_axis(ndarray::Axis(0)).unwrap(), ndarray::array![2.0, 3.0]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
pub trait IntoNdarray<const D: usize>
where
    Dim<[usize; D]>: Dimension,
{
    /// Moves the tensor to the host. On the CPU backends a contiguous tensor without another owner
    /// becomes an array without a copy.
    ///
    /// # Errors
    ///
    /// `E` is not the tensor's dtype, or the device failed.
    #[doc(alias = "numpy")]
    fn into_ndarray<E: Element>(self) -> Result<Array<E, Dim<[usize; D]>>>;

    /// Copies the tensor to the host; later changes of the tensor do not show in the array.
    ///
    /// # Errors
    ///
    /// As [`IntoNdarray::into_ndarray`].
    ///
    /// ```
    /// use burn::tensor::Tensor;
    /// use burn_prep::{DeviceSpec, IntoNdarray};
    ///
    /// let device = DeviceSpec::Cpu.init()?;
    /// let tensor = Tensor::<1>::from_floats([1.0, 2.0], &device);
    /// let before = tensor.to_ndarray::<f32>()?;
    /// let tensor = tensor + 1.0;
    /// assert_eq!(before, ndarray::array![1.0, 2.0]);
    /// assert_eq!(tensor.to_ndarray::<f32>()?, ndarray::array![2.0, 3.0]);
    /// assert!(tensor.to_ndarray::<i64>().unwrap_err().is_usage());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "detach")]
    fn to_ndarray<E: Element>(&self) -> Result<Array<E, Dim<[usize; D]>>>;
}

impl<const D: usize, K: Basic + Readable> IntoNdarray<D> for Tensor<D, K>
where
    Dim<[usize; D]>: Dimension,
{
    fn into_ndarray<E: Element>(self) -> Result<Array<E, Dim<[usize; D]>>> {
        // Checked before the read: a wrong type must not cost a transfer.
        let found = self.dtype();
        let is_bool = matches!(found, DType::Bool(_));
        if found != E::dtype() && !(is_bool && matches!(E::dtype(), DType::Bool(_))) {
            return Err(Error::dtype("into_ndarray", found, format!("{:?}", E::dtype())));
        }
        let mut dim = <Dim<[usize; D]>>::zeros(D);
        dim.slice_mut().copy_from_slice(&self.dims());
        let device = self.device();
        let data = read_data(self)?;
        let values = if is_bool { data.try_into_vec_as::<E>() } else { data.try_into_vec::<E>() };
        let values = values.map_err(|error| Error::tensor(&device, TensorReadError::Data(error)))?;
        let count = values.len();
        Array::from_shape_vec(dim, values)
            .map_err(|_| Error::shape("into_ndarray", [count], format!("{:?}", dim.slice())))
    }

    fn to_ndarray<E: Element>(&self) -> Result<Array<E, Dim<[usize; D]>>> {
        self.clone().into_ndarray()
    }
}
