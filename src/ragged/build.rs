//! Rows from values and a partition in any encoding.

use crate::error::{Error, Mismatch, Result, fault};
use crate::ragged::partition::AsIndex;
use crate::ragged::{Ragged, RowPartition};

/// Rows copied into one buffer, as by [`Ragged::from_rows`].
///
/// ```
/// use burn_prep::ragged::Ragged;
/// let digits: Ragged<u8> = ["12", "", "3"].iter().map(|text| text.bytes().collect::<Vec<_>>()).collect();
/// assert_eq!(digits.lengths(), [2, 0, 1]);
/// ```
impl<T: Clone, R: AsRef<[T]>> FromIterator<R> for Ragged<T> {
    fn from_iter<I: IntoIterator<Item = R>>(rows: I) -> Self {
        Self::from_rows(rows)
    }
}

/// Constructors from values and a partition in any encoding; values given as a `Vec` are moved, not copied.
///
/// ```
/// use burn_prep::ragged::Ragged;
///
/// let rows = Ragged::from_rows([vec!['a', 'b'], vec![], vec!['c']]);
/// let values = || vec!['a', 'b', 'c'];
/// assert_eq!(rows, Ragged::from_lengths(values(), &[2, 0, 1])?);
/// assert_eq!(rows, Ragged::from_splits(values(), &[0, 2, 2, 3])?);
/// assert_eq!(rows, Ragged::from_offsets(values(), vec![0, 2, 2, 3])?);
/// assert_eq!(rows, Ragged::from_starts(values(), &[0, 2, 2])?);
/// assert_eq!(rows, Ragged::from_limits(values(), &[2, 2, 3])?);
/// assert_eq!(rows, Ragged::from_value_rowids(values(), &[0, 0, 2], None)?);
/// assert_eq!(rows, Ragged::unflatten(values(), &[2, 0, 1])?);
/// assert_eq!(Ragged::from_uniform(values(), 1, None)?.lengths(), [1, 1, 1]);
///
/// let nested = Ragged::from_nested_lengths(values(), &[vec![1, 2], vec![2, 0, 1]])?;
/// assert_eq!(nested, Ragged::from_nested_splits(values(), &[vec![0, 1, 3], vec![0, 2, 2, 3]])?);
/// assert_eq!((nested.len(), nested.row(1).unwrap()), (2, &['c'][..]));
///
/// let pair = Ragged::from_lengths(vec![1, 2], &[2, 0])?;
/// let cells = pair.with_values(vec![9; 8], vec![2, 2])?;        // a cell [2, 2] for each value
/// assert_eq!((cells.inner_shape(), cells.rank()), (&[2, 2][..], 4));
/// assert!(pair.with_values(vec![9; 8], vec![2]).is_err());      // 4 cells, not 2
/// # Ok::<(), burn_prep::Error>(())
/// ```
impl<T> Ragged<T> {
    /// Copies rows into one buffer, in one pass.
    #[doc(alias = "pack_sequence")]
    pub fn from_rows<R: AsRef<[T]>>(rows: impl IntoIterator<Item = R>) -> Self
    where
        T: Clone,
    {
        let rows = rows.into_iter();
        let (mut values, mut splits) = (Vec::new(), Vec::with_capacity(rows.size_hint().0 + 1));
        splits.push(0);
        for row in rows {
            values.extend_from_slice(row.as_ref());
            splits.push(values.len());
        }
        Self::trusted(values, vec![RowPartition::trusted(splits, None)], Vec::new())
    }

    /// Takes values and offsets as they are, without a copy.
    ///
    /// # Errors
    ///
    /// The offsets do not start with 0, fall, or do not end with the number of values.
    #[doc(alias = "from_row_splits")]
    #[doc(alias = "nested_tensor_from_jagged")]
    pub fn from_offsets(values: Vec<T>, offsets: Vec<usize>) -> Result<Self> {
        Self::new(values, vec![RowPartition::from_offsets(offsets)?], Vec::new())
    }

    /// Creates rows from values and splits: the start of each row, followed by the number of values.
    ///
    /// # Errors
    ///
    /// The splits do not start with 0, fall, or do not end with the number of values.
    #[doc(alias = "from_row_splits")]
    pub fn from_splits<I: AsIndex>(values: Vec<T>, splits: &[I]) -> Result<Self> {
        Self::new(values, vec![RowPartition::from_splits(splits)?], Vec::new())
    }

    /// Creates rows from values and the length of each row.
    ///
    /// # Errors
    ///
    /// A length is negative, or their sum is not the number of values.
    #[doc(alias = "from_row_lengths")]
    #[doc(alias = "split_with_sizes")]
    pub fn from_lengths<I: AsIndex>(values: Vec<T>, lengths: &[I]) -> Result<Self> {
        let partition = RowPartition::from_lengths(lengths)?;
        if partition.nvals() != values.len() {
            let found = format_args!("a sum of {}", partition.nvals()).to_string();
            return Err(fault!(LENGTHS_SUM_MISMATCH, found, values.len()));
        }
        Self::new(values, vec![partition], Vec::new())
    }

    /// Creates rows from values and the count of values in each row; [`from_lengths`](Self::from_lengths) by awkward's
    /// name.
    ///
    /// # Errors
    ///
    /// A count is negative, or their sum is not the number of values.
    #[doc(alias = "ak.unflatten")]
    pub fn unflatten<I: AsIndex>(values: Vec<T>, counts: &[I]) -> Result<Self> {
        Self::from_lengths(values, counts).map_err(|error| match error.mismatch() {
            Some(Mismatch { code: "lengths_sum_mismatch", found, expected, .. }) => {
                fault!(COUNTS_SUM_MISMATCH, found, expected)
            }
            _ => error,
        })
    }

    /// Creates rows from values and the start of each row; the last row ends with the last value.
    ///
    /// # Errors
    ///
    /// The starts do not begin with 0, fall, or pass the number of values.
    #[doc(alias = "from_row_starts")]
    pub fn from_starts<I: AsIndex>(values: Vec<T>, starts: &[I]) -> Result<Self> {
        let partition = RowPartition::from_starts(starts, values.len())?;
        Self::new(values, vec![partition], Vec::new())
    }

    /// Creates rows from values and the end of each row.
    ///
    /// # Errors
    ///
    /// A limit is negative, the limits fall, or do not end with the number of values.
    #[doc(alias = "from_row_limits")]
    pub fn from_limits<I: AsIndex>(values: Vec<T>, limits: &[I]) -> Result<Self> {
        let partition = RowPartition::from_limits(limits)?;
        if partition.nvals() != values.len() {
            return Err(fault!(LIMITS_LAST_MISMATCH, partition.nvals(), values.len()));
        }
        Self::new(values, vec![partition], Vec::new())
    }

    /// Creates rows from values and the row index of each value. `nrows` adds empty rows at the end.
    ///
    /// # Errors
    ///
    /// There is not one row id for each value, or an id is negative, less than the one before it, or
    /// not less than `nrows`.
    #[doc(alias = "segment_ids")]
    pub fn from_value_rowids<I: AsIndex>(values: Vec<T>, rowids: &[I], nrows: Option<usize>) -> Result<Self> {
        if rowids.len() != values.len() {
            let found = format_args!("{} row ids", rowids.len()).to_string();
            return Err(fault!(VALUES_COUNT_MISMATCH, found, values.len()));
        }
        Self::new(values, vec![RowPartition::from_value_rowids(rowids, nrows)?], Vec::new())
    }

    /// Creates rows of one length. If `nrows` is `None`, there are as many as the values fill, and none if the length
    /// is 0.
    ///
    /// # Errors
    ///
    /// The length is negative, or the rows do not hold just the values.
    #[doc(alias = "from_uniform_row_length")]
    pub fn from_uniform<I: AsIndex>(values: Vec<T>, length: I, nrows: Option<I>) -> Result<Self> {
        let Some(size) = length.index() else { return Err(fault!(NEGATIVE_LENGTH, length, "0 or more")) };
        let rows = match nrows {
            None => values.len().checked_div(size).unwrap_or(0),
            Some(nrows) => match nrows.index() {
                Some(nrows) => nrows,
                None => return Err(fault!(NROWS_MISMATCH, format_args!("{nrows} rows"), "0 or more")),
            },
        };
        if rows.checked_mul(size) != Some(values.len()) {
            let found = format_args!("{rows} rows of {size}").to_string();
            return Err(fault!(NROWS_MISMATCH, found, format_args!("{} values", values.len())));
        }
        Self::new(values, vec![RowPartition::from_uniform(size, rows)?], Vec::new())
    }

    /// Creates rows from values and several partitions, the outermost first, each encoded as in
    /// [`from_splits`](Self::from_splits).
    ///
    /// # Errors
    ///
    /// There are no splits, or some are not valid, or do not end with the rows of the next.
    #[doc(alias = "from_nested_row_splits")]
    pub fn from_nested_splits<I: AsIndex, S: AsRef<[I]>>(values: Vec<T>, splits: &[S]) -> Result<Self> {
        let partitions = splits.iter().map(|splits| RowPartition::from_splits(splits.as_ref()));
        Self::new(values, partitions.collect::<Result<_>>()?, Vec::new())
    }

    /// Creates rows from values and several partitions, the outermost first, each encoded as in
    /// [`from_lengths`](Self::from_lengths).
    ///
    /// # Errors
    ///
    /// There are no lengths, or one is negative, or they do not add up to the rows of the next.
    #[doc(alias = "from_nested_row_lengths")]
    pub fn from_nested_lengths<I: AsIndex, L: AsRef<[I]>>(values: Vec<T>, lengths: &[L]) -> Result<Self> {
        let partitions = lengths.iter().map(|lengths| RowPartition::from_lengths(lengths.as_ref()));
        Self::new(values, partitions.collect::<Result<_>>()?, Vec::new()).map_err(as_lengths)
    }

    /// Replaces the values and keeps the rows: `values` holds cells of the shape `inner`, one for each existing cell.
    ///
    /// # Errors
    ///
    /// There is another number of cells.
    #[doc(alias = "with_flat_values")]
    pub fn with_values<U>(&self, values: Vec<U>, inner: Vec<usize>) -> Result<Ragged<U>> {
        let found = values.len();
        Ragged::new(values, self.partitions().to_vec(), inner).map_err(|_| {
            fault!(
                VALUES_COUNT_MISMATCH,
                found,
                format_args!("one for each of {} cells", self.innermost().nvals())
            )
        })
    }
}

/// The same fault, said of lengths.
fn as_lengths(error: Error) -> Error {
    match error.mismatch() {
        Some(Mismatch { code: "splits_last_mismatch", found, expected, .. }) => {
            fault!(LENGTHS_SUM_MISMATCH, found, expected)
        }
        _ => error,
    }
}
