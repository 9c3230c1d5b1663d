//! The same picture more than once in a dataset: equal files, equal pixels, and pictures that were encoded again, resized,
//! cut, brightened, flipped or turned.
//!
//! [`DuplicateRules::find`] compares the fingerprints of all pictures. It looks at pictures by their hashes, not pair by pair;
//! [`HashIndex`] is the search for itself.

mod band;
mod candidates;
mod cluster;
mod few_hashes;
mod groups;
mod hash_index;
mod near;
mod neighborhood;
mod pictures;
mod relation;
mod rules;
mod stars;

pub use cluster::{DuplicateCluster, DuplicateKind, Member};
pub use hash_index::HashIndex;
pub use pictures::{Fingerprints, Picture};
pub use rules::DuplicateRules;
pub(crate) use stars::{Star, Stars, divided};
