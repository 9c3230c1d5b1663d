//! Selection of Burn devices by name, and access to the memory of tensors on CPU backends. All code that names a
//! backend is in this module.

#[cfg(feature = "flex")]
mod flex;
mod memory;
#[cfg(feature = "ndarray")]
mod ndarray;
mod spec;

pub(crate) use memory::{HostMemory, Place};
pub(crate) use spec::has_rank_zero;
pub use spec::{DeviceSpec, DeviceState, DeviceStatus};
