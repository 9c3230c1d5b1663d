//! The rows: all values in one buffer, and where each row starts.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result, fault};
use crate::ragged::RowPartition;

/// Rows of unequal length, stored as one buffer of values and the offsets of the rows.
///
/// The shape is `[rows, one dimension for each partition.., inner shape..]`: the values are cut into
/// cells of the inner shape (a scalar, if it is empty), the last partition cuts the cells into rows,
/// and each partition before it cuts those rows into rows of rows. Rows may be empty, and there may be
/// none; the rank and the inner shape are known even then.
///
/// ```
/// use burn_prep::ragged::{Padding, Ragged, RowPartition};
///
/// let rows = Ragged::from_rows([vec![1, 2, 3], vec![4, 5], vec![6]]);
/// assert_eq!((rows.offsets(), rows.lengths()), (&[0, 3, 5, 6][..], vec![3, 2, 1]));
/// assert_eq!(rows.row(1).unwrap(), [4, 5]);
/// assert_eq!(rows.rows().map(|row| row.iter().sum::<i32>()).collect::<Vec<_>>(), [6, 9, 6]);
/// assert_eq!((rows.len(), rows.is_empty(), rows.rank(), rows.ragged_rank()), (3, false, 2, 1));
///
/// let padded = rows.pad(&Padding::new(0))?;
/// assert_eq!(padded.data(), ndarray::array![[1, 2, 3], [4, 5, 0], [6, 0, 0]]);
///
/// let pairs = RowPartition::from_lengths(&[2, 1])?;
/// let boxes = Ragged::new(vec![1, 2, 3, 4, 5, 6], vec![pairs], vec![2])?;   // rows of cells [2]
/// assert_eq!((boxes.rank(), boxes.inner_shape(), boxes.row(0).unwrap()), (3, &[2][..], &[1, 2, 3, 4][..]));
/// assert_eq!(boxes.partitions()[0].nvals(), 3);
/// assert_eq!(boxes.into_parts().0, [1, 2, 3, 4, 5, 6]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "ListOffsetArray")]
#[doc(alias = "RaggedTensor")]
#[doc(alias = "NestedTensor")]
#[doc(alias = "ak.Array")]
#[doc(alias = "ListArray")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Raw<T>")]
pub struct Ragged<T> {
    values: Vec<T>,
    partitions: Vec<RowPartition>,
    inner: Vec<usize>,
}

#[derive(Deserialize)]
struct Raw<T> {
    values: Vec<T>,
    partitions: Vec<RowPartition>,
    #[serde(default)]
    inner: Vec<usize>,
}

impl<T> TryFrom<Raw<T>> for Ragged<T> {
    type Error = Error;

    fn try_from(raw: Raw<T>) -> Result<Self> {
        Self::new(raw.values, raw.partitions, raw.inner)
    }
}

impl<T> Ragged<T> {
    /// Creates rows from values, partitions (the outermost first) and the shape of a cell, without a copy.
    ///
    /// # Errors
    ///
    /// There is no partition, or a partition does not end with the rows of the next, or the last one
    /// not with the cells.
    #[doc(alias = "ak.from_buffers")]
    #[doc(alias = "from_nested_row_splits")]
    pub fn new(values: Vec<T>, partitions: Vec<RowPartition>, inner: Vec<usize>) -> Result<Self> {
        let Some(last) = partitions.last() else {
            return Err(fault!(BAD_RAGGED_RANK, 0, "at least one partition"));
        };
        for pair in partitions.windows(2) {
            if pair[0].nvals() != pair[1].nrows() {
                let expected =
                    format_args!("{}, the rows of the next partition", pair[1].nrows()).to_string();
                return Err(fault!(SPLITS_LAST_MISMATCH, pair[0].nvals(), expected));
            }
        }
        let block = inner.iter().try_fold(1_usize, |block, &size| block.checked_mul(size));
        if block.and_then(|block| block.checked_mul(last.nvals())) != Some(values.len()) {
            let found = format_args!("{} cells of {inner:?}", last.nvals()).to_string();
            return Err(fault!(SPLITS_LAST_MISMATCH, found, format_args!("{} values", values.len())));
        }
        Ok(Self { values, partitions, inner })
    }

    /// Parts that are known to fit.
    pub(crate) fn trusted(values: Vec<T>, partitions: Vec<RowPartition>, inner: Vec<usize>) -> Self {
        debug_assert_eq!(
            partitions.last().map(RowPartition::nvals).unwrap_or(0) * inner.iter().product::<usize>(),
            values.len()
        );
        Self { values, partitions, inner }
    }

    /// All values, row after row.
    ///
    /// ```
    /// let rows = burn_prep::ragged::Ragged::from_rows([vec![1, 2], vec![3]]);
    /// assert_eq!(rows.values(), [1, 2, 3]);
    /// ```
    #[doc(alias = "ak.ravel")]
    #[doc(alias = "flat_values")]
    #[doc(alias = "ravel")]
    pub fn values(&self) -> &[T] {
        &self.values
    }

    /// The partitions, the outermost first: at least one.
    #[doc(alias = "nested_row_lengths")]
    #[doc(alias = "nested_value_rowids")]
    #[doc(alias = "nested_row_splits")]
    pub fn partitions(&self) -> &[RowPartition] {
        &self.partitions
    }

    /// The shape of a cell; empty where cells are single values.
    pub fn inner_shape(&self) -> &[usize] {
        &self.inner
    }

    /// The values, the partitions and the inner shape, moved out.
    #[doc(alias = "ak.to_buffers")]
    pub fn into_parts(self) -> (Vec<T>, Vec<RowPartition>, Vec<usize>) {
        (self.values, self.partitions, self.inner)
    }

    /// The number of partitions.
    pub fn ragged_rank(&self) -> usize {
        self.partitions.len()
    }

    /// The number of dimensions: rows, partitions, inner shape.
    #[doc(alias = "ndim")]
    pub fn rank(&self) -> usize {
        1 + self.partitions.len() + self.inner.len()
    }

    /// The values of a cell.
    pub(crate) fn block(&self) -> usize {
        self.inner.iter().product()
    }

    /// The partition of the rows. [`new`](Self::new) refuses to make rows without one.
    pub(crate) fn outer(&self) -> &RowPartition {
        &self.partitions[0]
    }

    /// The partition of the cells.
    pub(crate) fn innermost(&self) -> &RowPartition {
        &self.partitions[self.partitions.len() - 1]
    }

    /// The start of each row, followed by the number of items in all rows: `len() + 1` numbers. Items are cells, or the
    /// rows of the next partition.
    #[doc(alias = "row_splits")]
    pub fn offsets(&self) -> &[usize] {
        self.outer().splits()
    }

    /// The number of rows.
    #[doc(alias = "nrows")]
    pub fn len(&self) -> usize {
        self.outer().nrows()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All values of one row; `None` where there is no such row.
    pub fn row(&self, index: usize) -> Option<&[T]> {
        let mut range = self.outer().row(index)?;
        for partition in &self.partitions[1..] {
            range = partition.splits()[range.start]..partition.splits()[range.end];
        }
        let block = self.block();
        Some(&self.values[range.start * block..range.end * block])
    }

    /// All values of each row, in order.
    #[doc(alias = "unstack")]
    #[doc(alias = "unbind")]
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[T]> + '_ {
        (0..self.len()).map(|row| self.row(row).unwrap_or(&[]))
    }

    /// The length of each row.
    #[doc(alias = "row_lengths")]
    #[doc(alias = "ak.num")]
    pub fn lengths(&self) -> Vec<usize> {
        self.outer().lengths()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ragged_offsets_are_checked() {
        let message =
            |offsets: &[usize]| Ragged::from_offsets(vec![7, 8], offsets.to_vec()).unwrap_err().to_string();
        assert!(message(&[]).starts_with("row splits are empty: found none, expected at least one"));
        assert!(message(&[1, 2]).starts_with("row splits do not begin with 0: found 1, expected 0"));
        assert!(message(&[0, 2, 1]).starts_with("row splits fall: found 1 behind 2 at 2"));
        assert!(message(&[0, 1]).starts_with("the last row split is not the number of values: found 1"));
    }

    #[test]
    fn ragged_without_rows_and_with_empty_rows_are_different() {
        let none = Ragged::<u8>::from_rows(Vec::<Vec<u8>>::new());
        assert_eq!((none.len(), none.offsets()), (0, &[0][..]));
        let empty = Ragged::<u8>::from_rows([vec![], vec![]]);
        assert_eq!((empty.len(), empty.row(1), empty.row(2)), (2, Some(&[][..]), None));
    }

    #[test]
    fn ragged_of_json_is_checked() {
        let rows = Ragged::from_rows([vec![1, 2], vec![3]]);
        let json = serde_json::to_string(&rows).unwrap();
        assert_eq!(serde_json::from_str::<Ragged<i32>>(&json).unwrap(), rows);
        for bad in [
            r#"{"values":[1,2],"partitions":[{"splits":[0,3]}]}"#,
            r#"{"values":[1,2],"partitions":[{"splits":[0,1,2],"uniform":2}]}"#,
            r#"{"values":[1,2],"partitions":[{"splits":[0,2,1]}]}"#,
            r#"{"values":[1,2],"partitions":[]}"#,
            r#"{"values":[],"partitions":[{"splits":[0,2]}],"inner":[9223372036854775807,4]}"#,
        ] {
            assert!(serde_json::from_str::<Ragged<i32>>(bad).is_err(), "{bad}");
        }
    }
}
