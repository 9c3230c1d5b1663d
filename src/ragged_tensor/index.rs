//! Numbers of rows as an index on a device, and the rows it names.

use burn::tensor::kind::Basic;
use burn::tensor::{Bool, Device, Int, IntDType, Tensor};

use crate::bridge::upload;
use crate::error::{Error, Result};

/// An index, in the device's own integers.
pub(super) fn index_tensor(
    rows: impl ExactSizeIterator<Item = usize>,
    device: &Device,
) -> Result<Tensor<1, Int>> {
    fn narrow<I: TryFrom<usize>>(rows: impl Iterator<Item = usize>) -> Result<Vec<I>> {
        let fits = |row: usize| {
            I::try_from(row).map_err(|_| {
                let expected = "numbers of cells that the device's integers hold (DeviceConfig: i64)";
                Error::parameter("RaggedTensor index", row, expected)
            })
        };
        rows.map(fits).collect()
    }
    let count = [rows.len()];
    match device.settings().int_dtype {
        IntDType::I64 => upload(narrow::<i64>(rows)?, count, device),
        _ => upload(narrow::<i32>(rows)?, count, device),
    }
}

/// The rows of an index.
pub(super) fn select_rows<const D: usize, K: Basic>(
    tensor: Tensor<D, K>,
    index: Tensor<1, Int>,
) -> Tensor<D, K> {
    if !tensor.dtype().is_bool() {
        return tensor.select(0, index);
    }
    // Burn's flex marks selected flags as u8, which nothing else takes for flags: they go as integers.
    let flags = Tensor::<D, Bool>::from_dispatch(tensor.into_dispatch());
    Tensor::from_dispatch(flags.int().select(0, index).bool().into_dispatch())
}
