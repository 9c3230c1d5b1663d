//! The order in which samples are visited, and each rank's part of it.

mod epoch;
pub mod length;
mod order_state;
mod permutation;
mod sample_batches;
mod sample_order;
mod shard;
mod state;

pub use epoch::{Epoch, EpochIter};
pub use order_state::OrderState;
pub use sample_batches::{OrderedSample, SampleBatch, SampleBatches};
pub use sample_order::{LastBatch, SampleEpoch, SampleOrder};
pub use shard::{Shard, UnevenShards};
#[cfg(feature = "burn")]
pub(crate) use state::fnv1a;
pub use state::{EpochState, PlanIdentity};
