//! Burn devices by name, and the memory behind those on the CPU. Everything that names a backend
//! stands in this module.

#[cfg(feature = "flex")]
mod flex;
mod memory;
#[cfg(feature = "ndarray")]
mod ndarray;
mod spec;

pub(crate) use memory::{HostMemory, Place};
pub(crate) use spec::has_rank_zero;
pub use spec::{DeviceSpec, DeviceState, DeviceStatus};
