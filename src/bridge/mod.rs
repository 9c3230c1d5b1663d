//! Conversion between tensors on a Burn device and `ndarray` arrays in host memory.

mod into_ndarray;
mod into_tensor;
mod readback;
mod reshape;

pub use into_ndarray::IntoNdarray;
pub use into_tensor::IntoTensor;
pub(crate) use into_tensor::{upload, upload_data};
pub use readback::{Readback, readback};
pub(crate) use reshape::reshape;
