//! Rows of unequal length on a device, their padding and reductions, and masked reductions of padded batches.

mod index;
mod masked;
mod padded_tensor;
#[allow(clippy::module_inception)] // the file is named after the type it holds
mod ragged_tensor;
mod reduce_rows;

pub use masked::{masked_mean, masked_mean_rows, masked_sum_rows};
pub use ragged_tensor::RaggedTensor;
