//! Reading a tensor's data into host memory, complete when the call returns.

use burn::tensor::kind::{Basic, Transaction as Readable};
use burn::tensor::{Tensor, TensorData, TensorReadError, Transaction};

use crate::error::{Error, Result};

/// Reads a tensor into host memory: row-major data, shape and dtype.
///
/// Unlike Burn's own `into_data`, which on a GPU reads when the data is first looked at and then
/// shows whatever the memory holds by that time, the data is complete when this call returns. On the
/// CPU backends the buffer is moved, not copied, where the tensor is its only owner and contiguous.
///
/// # Errors
///
/// The device failed.
///
/// ```
/// use burn::tensor::Tensor;
/// use burn_prep::{DeviceSpec, read_data};
///
/// let device = DeviceSpec::Cpu.init()?;
/// let data = read_data(Tensor::<2>::from_floats([[1.0, 2.0]], &device).transpose())?;
/// assert_eq!(data.shape().as_slice(), [2, 1]);
/// assert_eq!(data.as_slice::<f32>().unwrap(), [1.0, 2.0]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
pub fn read_data<const D: usize, K: Basic + Readable>(tensor: Tensor<D, K>) -> Result<TensorData> {
    if D == 0 {
        // CubeCL's reader panics on rank 0.
        let device = tensor.device();
        let (bytes, _, dtype) = read_data(tensor.reshape([1]))?.into_parts();
        return TensorData::try_from_bytes(bytes, [0_usize; 0], dtype)
            .map_err(|error| Error::tensor(&device, TensorReadError::Data(error)));
    }
    let mut data = read_all([tensor])?;
    Ok(data.pop().expect("one tensor was registered"))
}

/// Reads several tensors of one device in one transfer, in their order.
pub(crate) fn read_all<const D: usize, const N: usize, K: Basic + Readable>(
    tensors: [Tensor<D, K>; N],
) -> Result<Vec<TensorData>> {
    // A transaction reads at once; `into_data` leaves a lazy reader behind on CubeCL backends.
    let device = tensors[0].device();
    let transaction = tensors.into_iter().fold(Transaction::default(), Transaction::register);
    transaction.try_execute().map_err(|error| Error::tensor(&device, TensorReadError::Execution(error)))
}
