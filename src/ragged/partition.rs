//! Where rows begin and end among the values.

use std::fmt::Display;
use std::ops::Range;
use std::sync::Arc;

use ndarray::ArrayViewD;
use serde::{Deserialize, Serialize};

use crate::error::{Result, fault};
use crate::ragged::room::{reserved, too_large};
use crate::ragged::stored::Stored;

/// An integer type for lengths, offsets and indices of rows: every integer type. A negative number is an error that
/// names it.
///
/// ```
/// use burn_prep::ragged::RowPartition;
/// assert_eq!(RowPartition::from_lengths(&[2_i64, 1])?, RowPartition::from_lengths(&[2_u8, 1])?);
/// # Ok::<(), burn_prep::Error>(())
/// ```
pub trait AsIndex: Copy + Display + TryInto<usize> {
    /// The number, if it is not negative.
    #[doc(hidden)]
    fn index(self) -> Option<usize> {
        self.try_into().ok()
    }
}

impl<I: Copy + Display + TryInto<usize>> AsIndex for I {}

/// The division of consecutive values into rows, as the offset of each row. It is always valid: no value of this type,
/// constructed or deserialised, has rows that overlap, run backwards or exceed the values.
///
/// The splits are `usize`, so that they index slices without a conversion; on 64-bit machines, sums of lengths do not
/// overflow as 32-bit integers would. Row `i` is `splits[i]..splits[i + 1]`. Partitions are equal if their rows are.
///
/// ```
/// use burn_prep::ragged::RowPartition;
///
/// let rows = RowPartition::from_lengths(&[2, 0, 3])?;
/// assert_eq!(rows.splits(), [0, 2, 2, 5]);
/// assert_eq!((rows.nrows(), rows.nvals(), rows.row(2)), (3, 5, Some(2..5)));
/// assert_eq!((rows.lengths(), rows.value_rowids()?), (vec![2, 0, 3], vec![0, 0, 2, 2, 2]));
/// assert_eq!((rows.starts(), rows.limits()), (&[0, 2, 2][..], &[2, 2, 5][..]));
/// assert_eq!((rows.longest(), rows.uniform_length()), (3, None));
///
/// assert_eq!(rows, RowPartition::from_splits(&[0, 2, 2, 5])?);
/// assert_eq!(rows, RowPartition::from_offsets(vec![0, 2, 2, 5])?);
/// assert_eq!(rows, RowPartition::from_starts(&[0, 2, 2], 5)?);
/// assert_eq!(rows, RowPartition::from_limits(&[2, 2, 5])?);
/// assert_eq!(rows, RowPartition::from_value_rowids(&[0, 0, 2, 2, 2], None)?);
/// assert_eq!(rows, RowPartition::from_splits_array(ndarray::array![0, 2, 2, 5].into_dyn().view())?);
/// assert_eq!(RowPartition::from_uniform(2, 3)?.uniform_length(), Some(2));
/// assert!(RowPartition::from_splits(&[0, 3, 2]).is_err());
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "row_splits")]
#[doc(alias = "cu_seqlens")]
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct RowPartition {
    pub(super) splits: Arc<Vec<usize>>,
    pub(super) uniform: Option<usize>,
}

impl PartialEq for RowPartition {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.splits, &other.splits) || self.splits == other.splits
    }
}

impl Eq for RowPartition {}

impl RowPartition {
    /// Takes splits as they are, without a copy.
    ///
    /// # Errors
    ///
    /// The splits are empty, do not begin with 0, or fall.
    #[doc(alias = "from_row_splits")]
    pub fn from_offsets(splits: Vec<usize>) -> Result<Self> {
        match splits.first() {
            None => return Err(fault!(SPLITS_EMPTY, "none", "at least one")),
            Some(0) => {}
            Some(first) => return Err(fault!(SPLITS_NOT_ZERO_FIRST, first, 0)),
        }
        if let Some(at) = splits.windows(2).position(|pair| pair[0] > pair[1]) {
            let found = format_args!("{} behind {} at {}", splits[at + 1], splits[at], at + 1).to_string();
            return Err(fault!(SPLITS_DECREASING, found, "splits that never fall"));
        }
        Ok(Self { splits: Arc::new(splits), uniform: None })
    }

    /// Creates a partition from splits: the start of each row, followed by the number of values.
    ///
    /// # Errors
    ///
    /// The splits are empty, do not begin with 0, or fall.
    #[doc(alias = "from_row_splits")]
    pub fn from_splits<I: AsIndex>(splits: &[I]) -> Result<Self> {
        let mut offsets = Vec::with_capacity(splits.len());
        for (at, &split) in splits.iter().enumerate() {
            match split.index() {
                Some(offset) => offsets.push(offset),
                None if at == 0 => return Err(fault!(SPLITS_NOT_ZERO_FIRST, split, 0)),
                None => {
                    return Err(fault!(
                        SPLITS_DECREASING,
                        format_args!("{split} at {at}"),
                        "splits that never fall"
                    ));
                }
            }
        }
        Self::from_offsets(offsets)
    }

    /// Creates a partition from an array of splits, which has to have one dimension.
    ///
    /// # Errors
    ///
    /// Those of [`from_splits`](Self::from_splits), and another number of dimensions than one.
    pub fn from_splits_array<I: AsIndex>(splits: ArrayViewD<'_, I>) -> Result<Self> {
        if splits.ndim() != 1 {
            return Err(fault!(SPLITS_RANK, format_args!("{} dimensions", splits.ndim()), "1 dimension"));
        }
        Self::from_splits(&splits.iter().copied().collect::<Vec<_>>())
    }

    /// Creates a partition from the length of each row.
    ///
    /// # Errors
    ///
    /// A length is negative, or the sum cannot be counted.
    #[doc(alias = "from_row_lengths")]
    #[doc(alias = "lengths_to_offsets")]
    pub fn from_lengths<I: AsIndex>(lengths: &[I]) -> Result<Self> {
        let mut splits = Vec::with_capacity(lengths.len() + 1);
        let mut sum = 0_usize;
        splits.push(sum);
        for (row, length) in lengths.iter().enumerate() {
            let Some(count) = length.index() else {
                return Err(fault!(NEGATIVE_LENGTH, format_args!("{length} for row {row}"), "0 or more"));
            };
            sum = sum.checked_add(count).ok_or_else(|| {
                fault!(LENGTHS_SUM_MISMATCH, "a sum beyond 64 bits", "a sum that can be counted")
            })?;
            splits.push(sum);
        }
        Ok(Self { splits: Arc::new(splits), uniform: None })
    }

    /// Creates a partition from the start of each row; the last row ends at `nvals`.
    ///
    /// # Errors
    ///
    /// The starts do not begin with 0, fall, or pass `nvals`.
    #[doc(alias = "from_row_starts")]
    pub fn from_starts<I: AsIndex>(starts: &[I], nvals: usize) -> Result<Self> {
        let mut splits: Vec<usize> = Vec::with_capacity(starts.len() + 1);
        for (row, start) in starts.iter().enumerate() {
            let index = start.index();
            let last = splits.last().copied();
            match (index, last) {
                (Some(0), None) => splits.push(0),
                (_, None) => return Err(fault!(STARTS_NOT_ZERO_FIRST, start, 0)),
                (Some(index), Some(last)) if index >= last => splits.push(index),
                (_, Some(last)) => {
                    return Err(fault!(
                        STARTS_DECREASING,
                        format_args!("{start} for row {row}"),
                        format_args!("{last} or more")
                    ));
                }
            }
        }
        match splits.last() {
            Some(&last) if last > nvals => {
                return Err(fault!(STARTS_OUT_OF_RANGE, last, format_args!("at most {nvals}")));
            }
            None if nvals > 0 => return Err(fault!(STARTS_NOT_ZERO_FIRST, "no row", 0)),
            _ => splits.push(nvals),
        }
        Self::from_offsets(splits)
    }

    /// Creates a partition from the end of each row.
    ///
    /// # Errors
    ///
    /// A limit is negative, or the limits fall.
    #[doc(alias = "from_row_limits")]
    pub fn from_limits<I: AsIndex>(limits: &[I]) -> Result<Self> {
        let mut splits = Vec::with_capacity(limits.len() + 1);
        splits.push(0);
        for (row, limit) in limits.iter().enumerate() {
            let found = || format!("{limit} for row {row}");
            splits.push(limit.index().ok_or_else(|| fault!(LIMITS_NEGATIVE, found(), "0 or more"))?);
        }
        Self::from_offsets(splits)
    }

    /// Creates a partition from the row index of each value; `nrows` adds empty rows at the end.
    ///
    /// # Errors
    ///
    /// A row id is negative, less than the one before it, or not less than `nrows`.
    #[doc(alias = "segment_ids_to_row_splits")]
    #[doc(alias = "segment_ids")]
    pub fn from_value_rowids<I: AsIndex>(rowids: &[I], nrows: Option<usize>) -> Result<Self> {
        let mut last = 0;
        for (at, rowid) in rowids.iter().enumerate() {
            let found = || format!("{rowid} at value {at}");
            let row = rowid.index().ok_or_else(|| fault!(ROWIDS_NEGATIVE, found(), "0 or more"))?;
            if row < last {
                return Err(fault!(ROWIDS_NOT_SORTED, found(), format_args!("{last} or more")));
            }
            if nrows.is_some_and(|nrows| row >= nrows) || row == usize::MAX {
                let limit = nrows.unwrap_or(usize::MAX);
                return Err(fault!(ROWIDS_OUT_OF_RANGE, found(), format_args!("less than {limit}")));
            }
            last = row;
        }
        let nrows = nrows.unwrap_or(if rowids.is_empty() { 0 } else { last + 1 });
        let mut splits = reserved(nrows, 1)?;
        splits.push(0);
        for (at, rowid) in rowids.iter().enumerate() {
            let row = rowid.index().unwrap_or(last);
            while splits.len() <= row {
                splits.push(at);
            }
        }
        splits.resize(nrows + 1, rowids.len());
        Ok(Self { splits: Arc::new(splits), uniform: None })
    }

    /// Creates a partition of `nrows` rows of one length.
    ///
    /// # Errors
    ///
    /// There would be more values or rows than fit into memory.
    #[doc(alias = "from_uniform_row_length")]
    pub fn from_uniform(length: usize, nrows: usize) -> Result<Self> {
        if nrows.checked_mul(length).is_none() {
            return Err(too_large(format_args!("{nrows} rows of {length}")));
        }
        let mut splits = reserved(nrows, 1)?;
        splits.extend((0..=nrows).map(|row| row * length));
        Ok(Self { splits: Arc::new(splits), uniform: Some(length) })
    }

    /// The rows that one partition makes of another's: of `outer`'s rows of rows, rows of values.
    pub(crate) fn merged(&self, inner: &Self) -> Self {
        let splits = self.splits.iter().map(|&split| inner.splits[split]).collect();
        let uniform = self.uniform.zip(inner.uniform).and_then(|(a, b)| a.checked_mul(b));
        Self { splits: Arc::new(splits), uniform }
    }

    /// Splits that are known to be right.
    pub(crate) fn trusted(splits: Vec<usize>, uniform: Option<usize>) -> Self {
        debug_assert!(splits.first() == Some(&0) && splits.is_sorted());
        Self { splits: Arc::new(splits), uniform }
    }

    /// The number of rows.
    pub fn nrows(&self) -> usize {
        self.splits.len() - 1
    }

    /// The number of values in all rows.
    pub fn nvals(&self) -> usize {
        self.splits.last().copied().unwrap_or(0)
    }

    /// Where each row starts, and at the end the number of values: `nrows() + 1` numbers.
    #[doc(alias = "row_splits")]
    #[doc(alias = "offsets")]
    pub fn splits(&self) -> &[usize] {
        &self.splits
    }

    /// Where each row starts.
    #[doc(alias = "row_starts")]
    pub fn starts(&self) -> &[usize] {
        &self.splits[..self.nrows()]
    }

    /// Where each row ends.
    #[doc(alias = "row_limits")]
    pub fn limits(&self) -> &[usize] {
        &self.splits[1..]
    }

    /// The length of each row.
    #[doc(alias = "row_lengths")]
    pub fn lengths(&self) -> Vec<usize> {
        self.ranges().map(|row| row.len()).collect()
    }

    /// The row of each value.
    ///
    /// # Errors
    ///
    /// There are more values than fit into memory.
    #[doc(alias = "row_splits_to_segment_ids")]
    pub fn value_rowids(&self) -> Result<Vec<usize>> {
        let mut rowids = reserved(self.nvals(), 0)?;
        for (row, limit) in self.limits().iter().enumerate() {
            rowids.resize(*limit, row);
        }
        Ok(rowids)
    }

    /// The index range of one row's values; `None` where there is no such row.
    pub fn row(&self, index: usize) -> Option<Range<usize>> {
        Some(*self.splits.get(index)?..*self.splits.get(index.checked_add(1)?)?)
    }

    /// The length that all rows have, if the partition was created with one.
    ///
    /// Rows that happen to be equally long are not uniform, so that the shape of a batch does not depend on its data.
    #[doc(alias = "uniform_row_length")]
    pub fn uniform_length(&self) -> Option<usize> {
        self.uniform
    }

    /// The length of the longest row; 0 where there is none, and the uniform length where there is one.
    #[doc(alias = "max_seqlen")]
    #[doc(alias = "max_length_q")]
    #[doc(alias = "max_length_k")]
    pub fn longest(&self) -> usize {
        self.uniform.unwrap_or_else(|| self.ranges().map(|row| row.len()).max().unwrap_or(0))
    }

    /// The places of the rows.
    pub(crate) fn ranges(&self) -> impl ExactSizeIterator<Item = Range<usize>> + Clone + '_ {
        self.splits.windows(2).map(|pair| pair[0]..pair[1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn category<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
        result.unwrap_err().code()
    }

    #[test]
    fn ragged_partitions_are_valid_or_not_there() {
        assert_eq!(category(RowPartition::from_splits::<i64>(&[])), "splits_empty");
        assert_eq!(category(RowPartition::from_splits(&[-1, 2])), "splits_not_zero_first");
        assert_eq!(category(RowPartition::from_splits(&[0, -2])), "splits_decreasing");
        assert_eq!(category(RowPartition::from_lengths(&[1, -2])), "negative_length");
        assert_eq!(category(RowPartition::from_lengths(&[usize::MAX, 1])), "lengths_sum_mismatch");
        assert_eq!(category(RowPartition::from_starts(&[0, 6], 5)), "starts_out_of_range");
        assert_eq!(category(RowPartition::from_starts::<i32>(&[], 5)), "starts_not_zero_first");
        assert_eq!(category(RowPartition::from_limits(&[3, 2])), "splits_decreasing");
        assert_eq!(category(RowPartition::from_value_rowids(&[0, 0, 2], Some(2))), "rowids_out_of_range");
        assert!(RowPartition::from_uniform(2, usize::MAX).is_err());
        assert!(RowPartition::from_uniform(0, usize::MAX - 1).is_err());
        assert!(RowPartition::from_value_rowids(&[u64::MAX - 1], None).is_err());
    }

    #[test]
    fn ragged_partitions_without_rows_or_values() {
        let none = RowPartition::from_starts::<i32>(&[], 0).unwrap();
        assert_eq!((none.nrows(), none.nvals(), none.row(0)), (0, 0, None));
        assert_eq!(none, RowPartition::from_value_rowids::<i32>(&[], None).unwrap());
        let trailing = RowPartition::from_value_rowids(&[1, 1], Some(4)).unwrap();
        assert_eq!(trailing.splits(), [0, 0, 2, 2, 2]);
        assert_eq!(RowPartition::from_uniform(0, 3).unwrap().splits(), [0, 0, 0, 0]);
        assert_eq!(trailing.row(usize::MAX), None);
    }
}
