//! The order in which samples are visited, and each rank's part of it.
//!
//! [`SampleOrder`] computes which sample comes at a position of an epoch: in order, shuffled, by weight or by class. The module
//! [`length`] plans batches of rows of similar length. Both are resumed from a small state.
//!
//! ```
//! use burn_prep::order::{SampleOrder, Shard};
//!
//! let epoch = SampleOrder::sequential(5).batch_size(2).epoch(0)?;
//! let batches: Vec<Vec<usize>> = epoch.batches(Shard::new(0, 1)?)?.map(|batch| batch.indices()).collect();
//! assert_eq!(batches, [vec![0, 1], vec![2, 3], vec![4]]);
//! # Ok::<(), burn_prep::Error>(())
//! ```

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
