//! The one error type of the crate: what went wrong, where, and what to do about it.

mod collate;
#[allow(clippy::module_inception)]
mod error;
mod faults;
mod kind;
mod npy;
mod printed;
mod ragged;
mod sequence;

pub use collate::CollateFault;
pub(crate) use collate::collate_fault;
pub use error::{Error, Result};
pub(crate) use faults::fault_of;
pub(crate) use kind::Cause;
pub use kind::ErrorKind;
pub use npy::NpyFault;
pub(crate) use printed::printed;
pub use ragged::RaggedFault;
pub(crate) use ragged::fault;
pub use sequence::SequenceFault;
