//! Collation of samples with named fields into a batch: each field is stacked, padded or kept ragged.

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
