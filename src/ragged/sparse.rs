//! Rows to and from coordinates.

use ndarray::{Array2, ArrayView2};

use crate::error::{Error, Result, fault};
use crate::ragged::partition::AsIndex;
use crate::ragged::room::reserved;
use crate::ragged::{Ragged, RowPartition};

/// A sparse array in coordinate format: the values and their indices.
///
/// ```
/// use burn_prep::ragged::Ragged;
///
/// let rows = Ragged::from_rows([vec![1, 2], vec![], vec![3]]);
/// let sparse = rows.to_sparse()?;
/// assert_eq!(sparse.indices, ndarray::array![[0, 0], [0, 1], [2, 0]]);
/// assert_eq!((sparse.values.as_slice(), sparse.dense_shape.as_slice()), (&[1, 2, 3][..], &[3, 2][..]));
/// assert_eq!(Ragged::from_sparse(sparse.indices.view(), sparse.values.clone(), 3)?, rows);
/// // A row with a gap is refused.
/// assert!(Ragged::from_sparse(ndarray::array![[1, 1]].view(), vec![1], 2).is_err());
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "SparseTensor")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sparse<T> {
    /// The indices of the values: one row for each value, one column for each axis.
    pub indices: Array2<usize>,
    /// The values.
    pub values: Vec<T>,
    /// The shape of the dense array that would hold all values.
    pub dense_shape: Vec<usize>,
}

impl<T: Clone> Ragged<T> {
    /// Converts the rows to values and their indices.
    ///
    /// # Errors
    ///
    /// The indices do not fit into memory.
    pub fn to_sparse(&self) -> Result<Sparse<T>> {
        let rank = self.rank();
        let count = self.values().len();
        let partitions = self.partitions_at_least(rank - 1)?;
        let mut indices = reserved(count.saturating_mul(rank), 0)?;
        indices.resize(count * rank, 0);
        // From the last axis to the first: the place in the row, then the row.
        for value in 0..count {
            let mut item = value;
            for axis in (0..rank).rev() {
                let splits = partitions[axis].splits();
                let row = splits.partition_point(|split| *split <= item) - 1;
                indices[value * rank + axis] = item - splits[row];
                item = row;
            }
        }
        let dense_shape = self.bounding_shape();
        let indices = Array2::from_shape_vec((count, rank), indices)
            .map_err(|_| Error::elements("to_sparse", [count, rank]))?;
        Ok(Sparse { indices, values: self.values().to_vec(), dense_shape })
    }

    /// Creates rows from values at the indices `[row, column]`, which are sorted by row and column.
    ///
    /// # Errors
    ///
    /// There is not one index of two numbers for each value; a row's columns are not 0, 1, 2 and so on; a row is not
    /// less than `nrows`.
    pub fn from_sparse<I: AsIndex>(indices: ArrayView2<'_, I>, values: Vec<T>, nrows: usize) -> Result<Self> {
        if indices.ncols() != 2 {
            return Err(fault!(RANK_MISMATCH, format_args!("{} numbers a place", indices.ncols()), 2));
        }
        if indices.nrows() != values.len() {
            return Err(fault!(
                VALUES_COUNT_MISMATCH,
                values.len(),
                format_args!("{} places", indices.nrows())
            ));
        }
        let mut last: Option<(usize, usize)> = None;
        let mut rowids = reserved(values.len(), 0)?;
        for place in indices.rows() {
            let found = || format!("[{}, {}]", place[0], place[1]);
            let (row, column) = match (place[0].index(), place[1].index()) {
                (Some(row), Some(column)) if row < nrows => (row, column),
                _ => return Err(fault!(INDEX_OUT_OF_RANGE, found(), format_args!("less than {nrows} rows"))),
            };
            let next = match last {
                Some((last, column)) if last == row => column + 1,
                Some((last, _)) if last > row => {
                    return Err(fault!(NOT_RAGGED_RIGHT, found(), format_args!("row {last} or later")));
                }
                _ => 0,
            };
            if column != next {
                return Err(fault!(NOT_RAGGED_RIGHT, found(), format_args!("column {next}")));
            }
            last = Some((row, column));
            rowids.push(row);
        }
        Self::new(values, vec![RowPartition::from_value_rowids(&rowids, Some(nrows))?], Vec::new())
    }
}
