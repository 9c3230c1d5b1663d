//! Truncation of sequences to a length, and packing of rows into bins of one length without padding.

mod attention;
mod packed_bins;
#[allow(clippy::module_inception)] // the file is named after the type it holds
mod packing;
mod truncation;

pub use attention::position_ids;
pub use packed_bins::{PackedBins, Piece};
pub use packing::Packing;
pub use truncation::{PairCut, Truncated, Truncation};
