//! The order in which samples are visited, and each rank's part of it.

mod epoch;
pub mod length;
mod shard;

pub use epoch::{Epoch, EpochIter, EpochState};
pub use shard::{Shard, UnevenShards};
