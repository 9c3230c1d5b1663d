//! Ragged arrays, whose rows have unequal length, and their padding to rectangular arrays.
//!
//! [`Ragged`] holds the values of all rows in one buffer and a [`RowPartition`] for each ragged axis. [`Padding`] makes a
//! rectangular array of it, [`Padded`], which knows the lengths of the rows and gives masks. Rows are sliced, gathered, joined,
//! sorted and reduced without padding; [`Ragged::reduce`] is `np.mean` and the like for them.
//!
//! ```
//! use burn_prep::ragged::{Padding, Ragged, Side};
//! use ndarray::array;
//!
//! let rows = Ragged::from_rows([vec![1, 2, 3], vec![4]]);
//! assert_eq!(rows.reduce().axis(1).mean()?.into_dense()?, array![2.0, 4.0].into_dyn());
//!
//! let padded = rows.pad(&Padding::new(0).side(Side::Left).multiple_of(4))?;
//! assert_eq!(padded.data(), array![[0, 1, 2, 3], [0, 0, 0, 4]]);
//! assert_eq!(padded.mask_valid(), array![[false, true, true, true], [false, false, false, true]]);
//! assert_eq!(padded.unpad()?, rows);
//! # Ok::<(), burn_prep::Error>(())
//! ```

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
