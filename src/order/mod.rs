//! The order in which samples are visited, and each rank's part of it.
//!
//! [`SampleOrder`] computes which sample comes at a position of an epoch: in order, shuffled, by weight, by class, or a mix of
//! other orders; without those that are excluded; epoch after epoch or in epochs of so many steps. The module [`length`] plans
//! batches of rows of similar length, on their own or as the rule of an order. All are resumed from a small state.
//!
//! ```
//! use burn_prep::order::{SampleOrder, Shard};
//!
//! let epoch = SampleOrder::sequential(5).batch_size(2).epoch(0)?;
//! let batches: Vec<Vec<usize>> = epoch.batches(Shard::new(0, 1)?)?.map(|batch| batch.indices()).collect();
//! assert_eq!(batches, [vec![0, 1], vec![2, 3], vec![4]]);
//! # Ok::<(), burn_prep::Error>(())
//! ```

mod endless_batches;
mod epoch;
mod excluded;
mod last_batch;
pub mod length;
mod order_state;
mod permutation;
#[cfg(feature = "burn")]
mod replacement;
mod rule;
mod sample_batches;
mod sample_epoch;
mod sample_order;
mod shard;
mod state;
mod stream;

pub use endless_batches::EndlessBatches;
pub use epoch::{Epoch, EpochIter};
pub use last_batch::LastBatch;
pub use order_state::OrderState;
pub use sample_batches::{OrderedSample, SampleBatch, SampleBatches};
pub use sample_epoch::SampleEpoch;
pub use sample_order::SampleOrder;
pub use shard::{Shard, UnevenShards};
#[cfg(feature = "burn")]
pub(crate) use state::fnv1a;
pub use state::{EpochState, PlanIdentity};
