//! Samples of named fields to a batch: each field stacked, padded or kept as it is described, then uploaded.

mod assembly;
mod batch;
mod boxes;
mod collated;
mod collator;
mod derived;
mod field_rule;
mod pass;
mod path;
mod record;

pub use batch::CollatedBatch;
pub use collated::{Collated, CollatedField};
pub use collator::Collator;
pub use record::{Field, Record};
