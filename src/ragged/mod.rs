//! Ragged arrays, whose rows have unequal length, and their padding to rectangular arrays.

#[cfg(feature = "arrow")]
mod arrow;
mod broadcast;
mod build;
mod dense;
mod extents;
mod from_arrays;
mod from_dense;
mod gather;
mod join;
mod levels;
mod look;
mod map;
mod nested;
mod packed_sequence;
mod pad;
mod pad_arrays;
mod padded;
mod padded_rows;
mod padding;
mod partition;
#[cfg(feature = "burn")]
mod places;
#[allow(clippy::module_inception)] // the file is named after the type it holds
mod ragged;
mod reduce;
mod reducers;
mod room;
mod rows;
mod shape;
mod slice;
mod sparse;
mod stored;

#[cfg(feature = "arrow")]
pub use arrow::ArrowElement;
pub use dense::sequence_mask;
pub use extents::RowExtents;
pub(crate) use extents::check_start;
pub use from_dense::FromDense;
#[cfg(feature = "burn")]
pub(crate) use join::side_by_side;
pub use levels::{Operand, RaggedOrDense};
pub use nested::{Nested, NestedRows};
pub use packed_sequence::PackedSequence;
pub use padded::{Padded, unpad};
pub use padding::{Overflow, PadTo, Padding, Side};
pub use partition::{AsIndex, RowPartition};
pub use ragged::Ragged;
pub use reduce::{EmptyRow, Reduction};
pub use rows::SortOrder;
pub use slice::RaggedIndex;
pub use sparse::Sparse;
