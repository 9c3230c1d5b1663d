//! Batches of rows whose lengths lie between the same bounds.

use std::num::NonZeroUsize;

use crate::error::{Error, Result, SequenceFault, fault};
use crate::order::length::budget::OverLong;

/// Buckets of lengths with **inclusive** upper bounds, and how many rows a batch of each has.
///
/// A row of length `bound` is in the bucket of `bound`, so that padding a batch to its bucket's bound
/// always has room for it. (TensorFlow's `bucket_by_sequence_length` has exclusive bounds: its
/// boundaries `[5, 9]` are `[4, 8]` here.) A batch is returned as soon as its bucket is full; at the end follow the
/// batches that are not full, shortest bucket first.
///
/// ```
/// use burn_prep::order::length::LengthBuckets;
///
/// let buckets = LengthBuckets::new([4, 8], [2, 1].map(|rows| rows.try_into().unwrap()))?;
/// assert_eq!((buckets.bucket_of(4), buckets.bucket_of(5), buckets.bucket_of(9)), (Some(0), Some(1), None));
/// assert_eq!(buckets.batches(&[3, 8, 1, 4], &[0, 1, 2, 3])?, [vec![1], vec![0, 2], vec![3]]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "bucket_by_sequence_length")]
#[doc(alias = "BucketIterator")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LengthBuckets {
    bounds: Vec<usize>,
    rows: Vec<NonZeroUsize>,
    over_long: OverLong,
    drop_last: bool,
}

impl LengthBuckets {
    /// The rule in words, for the states of its orders.
    pub(super) fn identity(&self) -> String {
        let last = if self.drop_last { "dropped" } else { "kept" };
        format!(
            "buckets up to {:?}, {:?} rows, {}, last {last}",
            self.bounds,
            self.rows,
            self.over_long.identity()
        )
    }

    /// Buckets with these inclusive upper bounds, and for each the rows a batch.
    ///
    /// # Errors
    ///
    /// There are no bounds, one is not above the one before it, or there are more or fewer numbers of rows.
    pub fn new(bounds: impl Into<Vec<usize>>, rows: impl IntoIterator<Item = NonZeroUsize>) -> Result<Self> {
        let (bounds, rows) = (bounds.into(), rows.into_iter().collect::<Vec<_>>());
        if bounds.is_empty() {
            return Err(Error::parameter("length_buckets.bounds", "[]", "at least one bound"));
        }
        if let Some(at) = bounds.windows(2).position(|pair| pair[0] >= pair[1]) {
            let name = format!("length_buckets.bounds[{}]", at + 1);
            return Err(Error::parameter(name, bounds[at + 1], "more than the bound before it"));
        }
        if rows.len() != bounds.len() {
            return Err(fault!(BUCKET_SIZES_COUNT, rows.len(), bounds.len()));
        }
        Ok(Self { bounds, rows, over_long: OverLong::default(), drop_last: false })
    }

    /// Creates buckets with these inclusive upper bounds, and in each as many rows per batch as cost no more than
    /// `max_tokens` when they are padded to the bound.
    ///
    /// # Errors
    ///
    /// The bounds are not rising, or one row of the last bucket costs more than `max_tokens`: there is
    /// no bucket with a batch size of 0.
    ///
    /// ```
    /// use burn_prep::order::length::LengthBuckets;
    /// let buckets = LengthBuckets::within([4, 8], 17)?;
    /// assert_eq!(buckets.rows(1), 2.try_into().ok());
    /// assert!(LengthBuckets::within([4, 8], 7).is_err());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn within(bounds: impl Into<Vec<usize>>, max_tokens: usize) -> Result<Self> {
        let bounds = bounds.into();
        let rows_of = |&bound: &usize| {
            // Empty rows cost nothing; a batch of them still ends somewhere.
            NonZeroUsize::new(max_tokens.checked_div(bound).unwrap_or(max_tokens.max(1))).ok_or_else(|| {
                Error::parameter("length_buckets.max_tokens", max_tokens, "at least the last bound")
            })
        };
        let rows = bounds.iter().map(rows_of).collect::<Result<Vec<_>>>()?;
        Self::new(bounds, rows)
    }

    /// What happens to a row that is longer than the last bound; an error by default.
    ///
    /// ```
    /// use burn_prep::order::length::{LengthBuckets, OverLong};
    /// let buckets = LengthBuckets::within([4], 8)?.over_long(OverLong::OwnBatch);
    /// assert_eq!(buckets.batches(&[9, 1], &[0, 1])?, [[0], [1]]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn over_long(mut self, over_long: OverLong) -> Self {
        self.over_long = over_long;
        self
    }

    /// Sets whether batches that are not full at the end are left out.
    ///
    /// ```
    /// use burn_prep::order::length::LengthBuckets;
    /// let buckets = LengthBuckets::within([4], 8)?.drop_last(true);
    /// assert_eq!(buckets.batches(&[1, 2, 3], &[0, 1, 2])?, [[0, 1]]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "drop_remainder")]
    #[must_use]
    pub fn drop_last(mut self, drop_last: bool) -> Self {
        self.drop_last = drop_last;
        self
    }

    /// The inclusive upper bounds.
    ///
    /// ```
    /// assert_eq!(burn_prep::order::length::LengthBuckets::within([4, 8], 8)?.bounds(), [4, 8]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn bounds(&self) -> &[usize] {
        &self.bounds
    }

    /// The number of rows that a batch of a bucket has.
    pub fn rows(&self, bucket: usize) -> Option<NonZeroUsize> {
        self.rows.get(bucket).copied()
    }

    /// The bucket of rows of this length; `None` above the last bound.
    pub fn bucket_of(&self, length: usize) -> Option<usize> {
        let bucket = self.bounds.partition_point(|&bound| bound < length);
        (bucket < self.bounds.len()).then_some(bucket)
    }

    /// The rows of each batch; rows are taken in the order given. No rows give no batches.
    ///
    /// # Errors
    ///
    /// The order names a row that is not there, or a row is longer than the last bound and
    /// [`OverLong::Error`] holds.
    pub fn batches(&self, lengths: &[usize], order: &[usize]) -> Result<Vec<Vec<usize>>> {
        let mut batches = Vec::new();
        let mut open: Vec<Vec<usize>> = vec![Vec::new(); self.bounds.len()];
        for (at, &row) in order.iter().enumerate() {
            let rows = lengths.len();
            let length = *lengths.get(row).ok_or(SequenceFault::IndexOutOfRange { at, found: row, rows })?;
            match (self.bucket_of(length), self.over_long) {
                (Some(bucket), _) => {
                    open[bucket].push(row);
                    if open[bucket].len() == self.rows[bucket].get() {
                        batches.push(std::mem::take(&mut open[bucket]));
                    }
                }
                (None, OverLong::OwnBatch) => batches.push(vec![row]),
                (None, OverLong::Skip) => {}
                (None, OverLong::Error) => {
                    let bound = self.bounds.last().copied().unwrap_or(0);
                    return Err(SequenceFault::RowLongerThanLastBound { row, length, bound }.into());
                }
            }
        }
        if !self.drop_last {
            batches.extend(open.into_iter().filter(|rows| !rows.is_empty()));
        }
        Ok(batches)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_rise_and_every_bucket_has_rows() {
        let one = NonZeroUsize::MIN;
        assert!(LengthBuckets::new([], []).unwrap_err().is_usage());
        let message = LengthBuckets::new([4, 4], [one, one]).unwrap_err().to_string();
        assert_eq!(message, "length_buckets.bounds[1] is 4, expected more than the bound before it");
        assert!(LengthBuckets::new([4, 8], [one]).unwrap_err().is_usage());
        assert_eq!(LengthBuckets::within([0, 4], 8).unwrap().rows(0).unwrap().get(), 8);
    }

    #[test]
    fn a_row_beyond_the_last_bound_is_named() {
        let buckets = LengthBuckets::within([4], 8).unwrap();
        let error = buckets.batches(&[1, 5], &[0, 1]).unwrap_err();
        assert!(error.is_data());
        assert!(error.to_string().starts_with("row 1 has 5 items, the last bound is 4"), "{error}");
        let skipping = buckets.over_long(OverLong::Skip);
        assert_eq!(skipping.batches(&[1, 5], &[1, 0]).unwrap(), [[0]]);
        assert!(skipping.batches(&[1], &[1]).is_err());
    }
}
