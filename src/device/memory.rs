//! The memory of tensors that live on a CPU backend, without a copy.
#![allow(deprecated)] // Burn's ndarray backend
#![allow(clippy::result_large_err)] // what cannot be taken apart is given back

use burn::tensor::Tensor;
use burn::tensor::kind::{Autodiff, Basic};
use ndarray::{ArrayD, ArrayViewD};

use crate::arrays::ArrayElement;

#[cfg(feature = "flex")]
use burn::backend::flex::FlexTensor;
#[cfg(feature = "ndarray")]
use burn::backend::ndarray::NdArrayTensor;

/// What a tensor on a CPU backend is made of.
pub(crate) enum HostMemory {
    #[cfg(feature = "flex")]
    Flex(FlexTensor),
    #[cfg(feature = "ndarray")]
    NdArray(NdArrayTensor),
}

impl HostMemory {
    /// Takes a tensor apart, or gives it back where it lives on another device.
    pub(crate) fn of<const D: usize, K: Basic + Autodiff>(
        tensor: Tensor<D, K>,
    ) -> Result<Self, Tensor<D, K>> {
        #[cfg(feature = "flex")]
        if tensor.device() == burn::tensor::Device::flex() {
            return flex(tensor);
        }
        #[cfg(feature = "ndarray")]
        if tensor.device() == super::spec::ndarray_device() {
            return ndarray(tensor);
        }
        Err(tensor)
    }

    pub(crate) fn dtype(&self) -> burn::tensor::DType {
        match self {
            #[cfg(feature = "flex")]
            Self::Flex(tensor) => tensor.dtype(),
            #[cfg(feature = "ndarray")]
            Self::NdArray(tensor) => burn::backend::TensorMetadata::dtype(tensor),
        }
    }

    /// The elements where they are; `None` if they are not stored as `E`.
    pub(crate) fn view<E: ArrayElement>(&self) -> Option<ArrayViewD<'_, E>> {
        match self {
            #[cfg(feature = "flex")]
            Self::Flex(tensor) => super::flex::view(tensor),
            #[cfg(feature = "ndarray")]
            Self::NdArray(tensor) => super::ndarray::view(tensor),
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

/// Burn names a tensor's kind by a type, its primitive by the backend alone.
#[cfg(any(feature = "flex", feature = "ndarray"))]
macro_rules! primitive {
    ($tensor:ident, $backend:ty) => {{
        use burn::tensor::kind::Kind;
        use burn::tensor::{Bool, Float, Int};
        let dispatch = $tensor.into_dispatch();
        let again = dispatch.clone();
        let primitive = match K::KIND {
            Kind::Float => Tensor::<D, Float>::from_dispatch(dispatch).try_into_primitive::<$backend>(),
            Kind::Int => Tensor::<D, Int>::from_dispatch(dispatch).try_into_primitive::<$backend>(),
            Kind::Bool => Tensor::<D, Bool>::from_dispatch(dispatch).try_into_primitive::<$backend>(),
        };
        primitive.map_err(|_| Tensor::from_dispatch(again))
    }};
}

#[cfg(feature = "flex")]
fn flex<const D: usize, K: Basic + Autodiff>(tensor: Tensor<D, K>) -> Result<HostMemory, Tensor<D, K>> {
    primitive!(tensor, burn::backend::Flex).map(HostMemory::Flex)
}

#[cfg(feature = "ndarray")]
fn ndarray<const D: usize, K: Basic + Autodiff>(tensor: Tensor<D, K>) -> Result<HostMemory, Tensor<D, K>> {
    primitive!(tensor, burn::backend::NdArray).map(HostMemory::NdArray)
}
