//! Rows of unequal length, and their padding to a rectangle.

mod cu_seqlens;
mod epoch;
mod length_buckets;
mod length_grouped;
mod length_histogram;
mod packed;
mod packed_bins;
mod packing;
mod pad;
mod padding_stats;
#[allow(clippy::module_inception)] // the file is named after the type it holds
mod ragged;
mod sampler;
mod shard;
mod shuffle;
mod token_budget;
mod truncation;

pub use cu_seqlens::{CuSeqlens, position_ids};
pub use epoch::{Epoch, EpochIter, EpochState};
pub use length_buckets::LengthBuckets;
pub use length_grouped::LengthGrouped;
pub use length_histogram::{LengthHistogram, suggest_buckets};
pub use packed::Packed;
pub use packed_bins::{PackedBins, Piece};
pub use packing::{OverLong, Packing};
pub use pad::{PadTo, Padded, Padding, Side};
pub use padding_stats::{BucketWaste, PaddingStats};
pub use ragged::Ragged;
pub use sampler::{LengthSampler, RowOrder, SampleRule, restore_order};
pub use shard::{Shard, UnevenShards};
pub(crate) use token_budget::OpenBatch;
pub use token_budget::{OverBudget, TokenBudget};
pub use truncation::{PairCut, Truncated, Truncation};
