//! The order in which rows of unequal length are visited, and what padding them costs.

mod epoch;
mod length_buckets;
mod length_grouped;
mod length_histogram;
mod padding_stats;
mod sampler;
mod shard;
mod shuffle;
mod token_budget;

pub use epoch::{Epoch, EpochIter, EpochState};
pub use length_buckets::LengthBuckets;
pub use length_grouped::LengthGrouped;
pub use length_histogram::{LengthHistogram, suggest_buckets};
pub use padding_stats::{BucketWaste, PaddingStats};
pub use sampler::{LengthSampler, RowOrder, SampleRule, restore_order};
pub use shard::{Shard, UnevenShards};
pub(crate) use token_budget::OpenBatch;
pub use token_budget::{OverBudget, TokenBudget};
