//! The integration tests: one binary, because linking Burn is slow.
#![allow(clippy::unwrap_used, clippy::panic)]

#[cfg(feature = "arrow")]
mod arrow;
mod bridge_laws;
mod collate;
#[cfg(feature = "dlpack")]
mod dlpack;
mod documents;
mod examples;
mod formats;
#[cfg(feature = "dlpack")]
mod freed;
mod golden;
mod golden_npy;
mod golden_pillow;
mod golden_ragged;
mod golden_wild;
mod hostile;
mod loader;
mod modules;
mod npy_files;
mod pack_laws;
mod padding_laws;
mod ragged_laws;
mod ragged_ops;
mod ragged_tensor;
mod readback;
mod reduce_laws;
mod sequences;
mod stats_laws;
mod support;
