//! Batching of rows of unequal length by their lengths, and statistics on the cost of padding them.

mod buckets;
mod budget;
mod grouped;
mod histogram;
mod sampler;
mod waste;

pub use buckets::LengthBuckets;
#[cfg(feature = "burn")]
pub(crate) use budget::OpenBatch;
pub use budget::{OverLong, TokenBudget};
pub use grouped::LengthGrouped;
pub use histogram::{LengthHistogram, suggest_buckets};
pub use sampler::{LengthSampler, RowOrder, SampleRule, restore_order};
pub use waste::{BucketWaste, PaddingStats};
