//! The one error type of the crate: what went wrong, where, and what to do about it.
//!
//! A program looks at [`Error::is_data`], [`Error::is_usage`] and [`Error::is_environment`] to decide what to do, at
//! [`Error::code`] to count and log, and at [`Error::kind`] for the details.
//!
#![doc = include_str!("../../docs/ERRORS.md")]

pub(crate) mod collate;
#[allow(clippy::module_inception)]
mod error;
mod kind;
mod mismatch;
mod npy;
mod printed;
pub(crate) mod ragged;
mod sequence;

pub(crate) use collate::collate_fault;
pub use error::{Error, Result};
pub(crate) use kind::Cause;
pub use kind::ErrorKind;
pub use mismatch::Mismatch;
pub use npy::NpyFault;
pub(crate) use printed::printed;
pub(crate) use ragged::fault;
pub use sequence::SequenceFault;
