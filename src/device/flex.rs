//! The memory of tensors on Burn's flex backend.

use burn::backend::flex::FlexTensor;
use burn::tensor::{BoolStore, DType};
use ndarray::{ArrayD, ArrayView, ArrayViewD, Axis, IxDyn, ShapeBuilder};

use crate::arrays::{ArrayElement, pack};

pub(crate) fn view<E: ArrayElement>(tensor: &FlexTensor) -> Option<ArrayViewD<'_, E>> {
    if !stored_as::<E>(tensor.dtype()) {
        return None;
    }
    let layout = tensor.layout();
    if layout.num_elements() == 0 {
        // The memory of nothing may lie anywhere, even where no element could.
        return ArrayView::from_shape(IxDyn(layout.shape().as_slice()), &[]).ok();
    }
    let elements = bytemuck::checked::try_cast_slice::<u8, E>(tensor.bytes()).ok()?;
    let (shape, strides) = (layout.shape().as_slice(), layout.strides());
    // A view goes forward from its lowest element; axes that go backward are turned afterwards.
    let backward = |&(&length, &stride): &(&usize, &isize)| stride < 0 && length > 1;
    let axes = || shape.iter().zip(strides);
    let below: usize =
        axes().filter(backward).map(|(&length, &stride)| (length - 1) * stride.unsigned_abs()).sum();
    let start = layout.start_offset().checked_sub(below)?;
    let forward: Vec<usize> = strides.iter().map(|stride| stride.unsigned_abs()).collect();
    let mut view =
        ArrayView::from_shape(IxDyn(shape).strides(IxDyn(&forward)), elements.get(start..)?).ok()?;
    for (axis, extent) in axes().enumerate() {
        if backward(&extent) {
            view.invert_axis(Axis(axis));
        }
    }
    Some(view)
}

pub(crate) fn into_array<E: ArrayElement>(tensor: FlexTensor) -> Option<ArrayD<E>> {
    let whole = tensor.layout().num_elements() * size_of::<E>() == tensor.bytes().len();
    let movable = tensor.is_unique() && tensor.is_contiguous() && tensor.layout().start_offset() == 0;
    let movable = movable && whole && tensor.layout().num_elements() > 0;
    if !movable || !stored_as::<E>(tensor.dtype()) {
        return view(&tensor).map(pack);
    }
    let shape = tensor.layout().shape().to_vec();
    let data = tensor.into_data();
    let values = if E::NAME == bool::NAME { data.try_into_vec_as::<E>() } else { data.try_into_vec::<E>() };
    ArrayD::from_shape_vec(IxDyn(&shape), values.ok()?).ok()
}

fn stored_as<E: ArrayElement>(dtype: DType) -> bool {
    match dtype {
        DType::Bool(BoolStore::Native | BoolStore::U8) => E::NAME == bool::NAME,
        other => other == E::dtype(),
    }
}
