//! Samples of named fields to a batch: each field stacked, padded or kept as it is described.

mod assembly;
mod boxes;
mod collated;
mod collator;
mod derived;
mod field_rule;
mod pass;
mod path;
mod record;

#[cfg(feature = "burn")]
pub(crate) use collated::no_such_field;
pub use collated::{Collated, CollatedField};
pub use collator::Collator;
pub use record::{Field, Record};
