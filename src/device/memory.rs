//! The memory of tensors that live on a CPU backend, without a copy.
#![allow(deprecated)] // Burn's ndarray backend

use burn::tensor::kind::{Autodiff, Basic};
use burn::tensor::{DType, Tensor};
use ndarray::{ArrayD, ArrayViewD};

use crate::arrays::ArrayElement;
use crate::error::{Error, Result};

#[cfg(feature = "flex")]
use burn::backend::flex::FlexTensor;
#[cfg(feature = "ndarray")]
use burn::backend::ndarray::NdArrayTensor;

/// Burn names a tensor's kind by a type, its primitive by the backend alone.
#[cfg(any(feature = "flex", feature = "ndarray"))]
macro_rules! primitive {
    ($tensor:ident, $backend:ty) => {{
        use burn::tensor::kind::Kind;
        use burn::tensor::{Bool, Float, Int};
        let dispatch = $tensor.into_dispatch();
        let primitive = match K::KIND {
            Kind::Float => Tensor::<D, Float>::from_dispatch(dispatch).try_into_primitive::<$backend>(),
            Kind::Int => Tensor::<D, Int>::from_dispatch(dispatch).try_into_primitive::<$backend>(),
            Kind::Bool => Tensor::<D, Bool>::from_dispatch(dispatch).try_into_primitive::<$backend>(),
        };
        primitive.map_err(|error| Error::dtype("readback", error, "a tensor of the device that it names"))
    }};
}

/// What a tensor on a CPU backend is made of.
pub(crate) enum HostMemory {
    #[cfg(feature = "flex")]
    Flex(FlexTensor),
    #[cfg(feature = "ndarray")]
    NdArray(NdArrayTensor),
}

/// Where a tensor lives.
#[cfg_attr(not(any(feature = "flex", feature = "ndarray")), allow(dead_code))]
pub(crate) enum Place<const D: usize, K: Basic> {
    /// On a CPU backend, taken apart.
    Host(HostMemory),
    /// On another device.
    Device(Tensor<D, K>),
}

impl HostMemory {
    /// Takes a tensor apart, if it lives on a CPU backend. The tensor has no autodiff.
    pub(crate) fn of<const D: usize, K: Basic + Autodiff>(tensor: Tensor<D, K>) -> Result<Place<D, K>> {
        if let DType::QFloat(_) = tensor.dtype() {
            return Err(Error::dtype(
                "readback",
                tensor.dtype(),
                "no quantised one (call dequantize() first)",
            ));
        }
        #[cfg(feature = "flex")]
        if tensor.device() == burn::tensor::Device::flex() {
            let memory = primitive!(tensor, burn::backend::Flex)?;
            return Ok(Place::Host(Self::Flex(memory)));
        }
        #[cfg(feature = "ndarray")]
        if tensor.device() == super::spec::ndarray_device() {
            let memory = primitive!(tensor, burn::backend::NdArray)?;
            return Ok(Place::Host(Self::NdArray(memory)));
        }
        Ok(Place::Device(tensor))
    }

    pub(crate) fn dtype(&self) -> DType {
        // Without a CPU backend there is nothing to look at.
        match *self {
            #[cfg(feature = "flex")]
            Self::Flex(ref tensor) => tensor.dtype(),
            #[cfg(feature = "ndarray")]
            Self::NdArray(ref tensor) => burn::backend::TensorMetadata::dtype(tensor),
        }
    }

    /// The elements where they are; `None` if they are not stored as `E`.
    pub(crate) fn view<E: ArrayElement>(&self) -> Option<ArrayViewD<'_, E>> {
        match *self {
            #[cfg(feature = "flex")]
            Self::Flex(ref tensor) => super::flex::view(tensor),
            #[cfg(feature = "ndarray")]
            Self::NdArray(ref tensor) => super::ndarray::view(tensor),
        }
    }

    /// The elements in row-major order: moved if the tensor is their only owner and has them in that
    /// order, else in one copy. `None` if they are not stored as `E`.
    pub(crate) fn into_array<E: ArrayElement>(self) -> Option<ArrayD<E>> {
        match self {
            #[cfg(feature = "flex")]
            Self::Flex(tensor) => super::flex::into_array(tensor),
            #[cfg(feature = "ndarray")]
            Self::NdArray(tensor) => super::ndarray::into_array(tensor),
        }
    }
}
