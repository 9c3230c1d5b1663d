//! Tensors to arrays.

use std::future::Future;

use burn::tensor::kind::{Autodiff, Basic, Transaction as Readable};
use burn::tensor::{DType, Tensor};
use ndarray::{Array, ArrayD, ArrayView, Dim, Dimension, IxDyn};

use crate::arrays::{AnyArray, ArrayElement};
use crate::bridge::Readback;
use crate::device::{HostMemory, Place};
use crate::error::{Error, Result};

/// Turns a tensor on any device into an [`ndarray::Array`] of the same shape.
///
/// Implemented for `Tensor<D, K>` of rank 0 to 6 and every kind. The element type must be the
/// tensor's own: `f32` for floats by default, `i32` or `i64` for integers (the default differs by
/// backend, so create tensors with an explicit dtype), `bool` for booleans however they are stored.
/// [`IntoNdarray::into_ndarray_as`] converts, [`IntoNdarray::into_any`] is for those who do not know the
/// dtype. Tensors with autodiff are detached; quantised ones are refused: call `dequantize()` first.
///
/// The array is in row-major order. On the CPU backends a tensor that is the only owner of its memory
/// and in that order is moved without a copy; any other is copied once.
///
/// ```
/// use burn::tensor::Tensor;
/// use burn_prep::bridge::IntoNdarray;
/// use burn_prep::device::DeviceSpec;
///
/// let device = DeviceSpec::Cpu.init()?;
/// let tensor = Tensor::<2>::from_floats([[1.0, 2.0], [3.0, 4.0]], &device);
/// let array = tensor.into_ndarray::<f32>()?;
/// assert_eq!(array, ndarray::array![[1.0, 2.0], [3.0, 4.0]]);
/// assert_eq!(array.mean_axis(ndarray::Axis(0)).unwrap(), ndarray::array![2.0, 3.0]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
pub trait IntoNdarray<const D: usize>: Sized
where
    Dim<[usize; D]>: Dimension,
{
    /// Moves the tensor to the host.
    ///
    /// # Errors
    ///
    /// `E` is not the tensor's dtype, or the device failed.
    #[doc(alias = "numpy")]
    fn into_ndarray<E: ArrayElement>(self) -> Result<Array<E, Dim<[usize; D]>>>;

    /// Copies the tensor to the host; later changes of the tensor do not show in the array.
    ///
    /// # Errors
    ///
    /// As [`IntoNdarray::into_ndarray`].
    ///
    /// ```
    /// use burn::tensor::Tensor;
    /// use burn_prep::bridge::IntoNdarray;
    /// use burn_prep::device::DeviceSpec;
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
    fn to_ndarray<E: ArrayElement>(&self) -> Result<Array<E, Dim<[usize; D]>>>;

    /// As [`IntoNdarray::into_ndarray`], cast to the element type `E` by the rules of
    /// [`CastArray`](crate::arrays::CastArray).
    ///
    /// # Errors
    ///
    /// A value does not fit, and the error has the index and the value of the first; the device failed.
    ///
    /// ```
    /// use burn::tensor::Tensor;
    /// use burn_prep::bridge::IntoNdarray;
    /// use burn_prep::device::DeviceSpec;
    ///
    /// let tensor = Tensor::<1>::from_floats([1.0, 254.9, 256.0], &DeviceSpec::Cpu.init()?);
    /// assert_eq!(tensor.clone().into_ndarray_as::<f64>()?[2], 256.0);
    /// let error = tensor.into_ndarray_as::<u8>().unwrap_err();
    /// assert_eq!(error.to_string(), "256 at index [2] does not fit into u8: 0 to 255");
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "astype")]
    fn into_ndarray_as<E: ArrayElement>(self) -> Result<Array<E, Dim<[usize; D]>>>;

    /// Moves the tensor to the host as an array of whatever dtype the tensor has.
    ///
    /// # Errors
    ///
    /// The tensor is quantised, or the device failed.
    ///
    /// ```
    /// use burn::tensor::{Int, Tensor};
    /// use burn_prep::prelude::*;
    ///
    /// let tensor: Tensor<1, Int> = ndarray::array![7_i32, 8].into_tensor(&DeviceSpec::Cpu.init()?)?;
    /// assert_eq!(tensor.into_any()?.dtype_name(), "i32");
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    fn into_any(self) -> Result<AnyArray>;

    /// Calls a function with a view of the tensor as an array: without a copy on the CPU backends, even if the tensor
    /// is shared or not in row-major order; on other devices after one read.
    ///
    /// # Errors
    ///
    /// As [`IntoNdarray::into_ndarray`].
    ///
    /// ```
    /// use burn::tensor::Tensor;
    /// use burn_prep::bridge::IntoNdarray;
    /// use burn_prep::device::DeviceSpec;
    ///
    /// let tensor = Tensor::<2>::from_floats([[1.0, 2.0], [3.0, 4.0]], &DeviceSpec::Cpu.init()?);
    /// let sums = tensor.transpose().with_ndarray::<f32, _>(|array| array.sum_axis(ndarray::Axis(1)))?;
    /// assert_eq!(sums, ndarray::array![4.0, 6.0]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    fn with_ndarray<E: ArrayElement, R>(
        &self,
        look: impl FnOnce(ArrayView<'_, E, Dim<[usize; D]>>) -> R,
    ) -> Result<R>;

    /// As [`IntoNdarray::into_ndarray`], without blocking the thread while a GPU works; in a browser the
    /// only way.
    ///
    /// # Errors
    ///
    /// As [`IntoNdarray::into_ndarray`].
    ///
    /// ```
    /// use burn::tensor::Tensor;
    /// use burn_prep::bridge::IntoNdarray;
    /// use burn_prep::device::DeviceSpec;
    ///
    /// async fn mean(tensor: Tensor<1>) -> burn_prep::Result<f32> {
    ///     Ok(tensor.into_ndarray_async::<f32>().await?.mean().unwrap())
    /// }
    /// let tensor = Tensor::<1>::from_floats([1.0, 3.0], &DeviceSpec::Cpu.init()?);
    /// # let mut future = std::pin::pin!(mean(tensor));
    /// # let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    /// # let std::task::Poll::Ready(mean) = future.as_mut().poll(&mut context) else { panic!() };
    /// assert_eq!(mean?, 2.0);
    /// # use std::future::Future;
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    fn into_ndarray_async<E: ArrayElement>(self) -> impl Future<Output = Result<Array<E, Dim<[usize; D]>>>>;
}

impl<const D: usize, K: Basic + Readable + Autodiff> IntoNdarray<D> for Tensor<D, K>
where
    Dim<[usize; D]>: Dimension,
{
    fn into_ndarray<E: ArrayElement>(self) -> Result<Array<E, Dim<[usize; D]>>> {
        check_dtype::<E>(self.dtype())?;
        // Before the general way, which builds a transaction: a move is a matter of a microsecond.
        match HostMemory::of(self.without_autodiff())? {
            Place::Host(memory) => {
                let array = memory.into_array::<E>();
                ranked(array.ok_or_else(|| Error::dtype("into_ndarray", "of another storage", E::NAME))?)
            }
            Place::Device(tensor) => ranked(Readback::new().register(tensor).only()?.into_array::<E>()?),
        }
    }

    fn to_ndarray<E: ArrayElement>(&self) -> Result<Array<E, Dim<[usize; D]>>> {
        self.clone().into_ndarray()
    }

    fn into_ndarray_as<E: ArrayElement>(self) -> Result<Array<E, Dim<[usize; D]>>> {
        let any = self.into_any()?;
        ranked(match any.dtype() == E::DTYPE {
            true => any.into_array::<E>()?,
            false => any.cast::<E>()?,
        })
    }

    fn into_any(self) -> Result<AnyArray> {
        Readback::new().register(self).only()
    }

    fn with_ndarray<E: ArrayElement, R>(
        &self,
        look: impl FnOnce(ArrayView<'_, E, Dim<[usize; D]>>) -> R,
    ) -> Result<R> {
        check_dtype::<E>(self.dtype())?;
        match HostMemory::of(self.clone().without_autodiff())? {
            Place::Host(memory) => {
                let view = memory.view::<E>().and_then(|view| view.into_dimensionality().ok());
                Ok(look(view.ok_or_else(|| Error::dtype("with_ndarray", "of another storage", E::NAME))?))
            }
            Place::Device(tensor) => Ok(look(tensor.into_ndarray::<E>()?.view())),
        }
    }

    async fn into_ndarray_async<E: ArrayElement>(self) -> Result<Array<E, Dim<[usize; D]>>> {
        check_dtype::<E>(self.dtype())?;
        let mut arrays = Readback::new().register(self).execute_async().await?;
        ranked(arrays.remove(0).into_array::<E>()?)
    }
}

/// Checked before the read: a wrong type must not cost a transfer.
fn check_dtype<E: ArrayElement>(found: DType) -> Result<()> {
    let is_bool = matches!(found, DType::Bool(_)) && E::NAME == bool::NAME;
    if found == E::dtype() || is_bool {
        return Ok(());
    }
    Err(match found {
        DType::QFloat(_) => Error::dtype("into_ndarray", found, "no quantised one (call dequantize() first)"),
        _ => Error::dtype("into_ndarray", found, format!("{:?}", E::dtype())),
    })
}

fn ranked<E, const D: usize>(array: ArrayD<E>) -> Result<Array<E, Dim<[usize; D]>>>
where
    Dim<[usize; D]>: Dimension,
{
    let shape: IxDyn = array.raw_dim();
    array.into_dimensionality().map_err(|_| Error::shape("into_ndarray", shape, format!("rank {D}")))
}
