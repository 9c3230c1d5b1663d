//! The memory of tensors on Burn's ndarray backend.
#![allow(deprecated)] // Burn 0.23 drops the backend; until then it is first-class here.

use burn::backend::ndarray::NdArrayTensor;
use ndarray::{ArcArray, ArrayD, ArrayViewD, IxDyn};

use crate::arrays::{AnyArray, AnyView, ArrayElement, pack};

macro_rules! for_storage {
    ($tensor:expr, $storage:ident => $body:expr) => {
        match $tensor {
            NdArrayTensor::F64($storage) => $body,
            NdArrayTensor::F32($storage) => $body,
            NdArrayTensor::I64($storage) => $body,
            NdArrayTensor::I32($storage) => $body,
            NdArrayTensor::I16($storage) => $body,
            NdArrayTensor::I8($storage) => $body,
            NdArrayTensor::U64($storage) => $body,
            NdArrayTensor::U32($storage) => $body,
            NdArrayTensor::U16($storage) => $body,
            NdArrayTensor::U8($storage) => $body,
            NdArrayTensor::Bool($storage) => $body,
        }
    };
}

pub(crate) fn view<E: ArrayElement>(tensor: &NdArrayTensor) -> Option<ArrayViewD<'_, E>> {
    fn any<S: ArrayElement>(view: ArrayViewD<'_, S>) -> AnyView<'_> {
        S::into_any_view(view)
    }
    E::of_any_view(for_storage!(tensor, storage => any(storage.view())))
}

pub(crate) fn into_array<E: ArrayElement>(tensor: NdArrayTensor) -> Option<ArrayD<E>> {
    fn any<S: ArrayElement>(array: ArcArray<S, IxDyn>) -> AnyArray {
        let owned = match array.is_standard_layout() {
            true => array.try_into_owned_nocopy(),
            false => Err(array),
        };
        owned.unwrap_or_else(|shared| pack(shared.view())).into()
    }
    E::of_any(for_storage!(tensor, storage => any(storage.into_shared()))).ok()
}
