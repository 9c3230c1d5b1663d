//! The order in which samples are visited, and each rank's part of it.

mod epoch;
pub mod length;
mod shard;
mod state;

pub use epoch::{Epoch, EpochIter};
pub use shard::{Shard, UnevenShards};
pub use state::{EpochState, PlanIdentity};
