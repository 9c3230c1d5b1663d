//! The rows: all values in one buffer, and where each row starts.

use crate::error::{Error, Result};

/// Rows of unequal length, kept as one buffer of values and the offsets of the rows.
///
/// Row `i` is `values[offsets[i]..offsets[i + 1]]`. Rows may be empty, and there may be none.
///
/// ```
/// use burn_prep::{Padding, Ragged};
///
/// let rows = Ragged::from_rows([vec![1, 2, 3], vec![4, 5], vec![6]]);
/// assert_eq!(rows.offsets(), [0, 3, 5, 6]);
/// assert_eq!(rows.row(1).unwrap(), [4, 5]);
///
/// let padded = rows.pad(&Padding::new(0))?;
/// assert_eq!(padded.data(), ndarray::array![[1, 2, 3], [4, 5, 0], [6, 0, 0]]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "RaggedTensor")]
#[doc(alias = "NestedTensor")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ragged<T> {
    values: Vec<T>,
    offsets: Vec<usize>,
}

impl<T> Ragged<T> {
    /// Copies rows into one buffer.
    pub fn from_rows<R: AsRef<[T]>>(rows: impl IntoIterator<Item = R>) -> Self
    where
        T: Clone,
    {
        let (mut values, mut offsets) = (Vec::new(), vec![0]);
        for row in rows {
            values.extend_from_slice(row.as_ref());
            offsets.push(values.len());
        }
        Self { values, offsets }
    }

    /// Takes values and offsets as they are, without a copy.
    ///
    /// # Errors
    ///
    /// The offsets do not start with 0, fall, or do not end with the number of values.
    ///
    /// ```
    /// use burn_prep::Ragged;
    ///
    /// let rows = Ragged::from_offsets(vec!['a', 'b', 'c'], vec![0, 0, 2, 3])?;
    /// assert_eq!(rows.lengths(), [0, 2, 1]);
    /// assert!(Ragged::from_offsets(vec![1, 2], vec![0, 3]).is_err());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "from_row_splits")]
    pub fn from_offsets(values: Vec<T>, offsets: Vec<usize>) -> Result<Self> {
        let problem = if offsets.first() != Some(&0) {
            Some((0, "0 as the first offset"))
        } else if let Some(at) = offsets.windows(2).position(|pair| pair[0] > pair[1]) {
            Some((at + 1, "offsets that never fall"))
        } else if offsets.last() != Some(&values.len()) {
            Some((offsets.len() - 1, "the number of values as the last offset"))
        } else {
            None
        };
        match problem {
            None => Ok(Self { values, offsets }),
            Some((at, expected)) => {
                let found = offsets.get(at).map_or("absent".to_owned(), usize::to_string);
                Err(Error::parameter(format!("offsets[{at}]"), found, expected))
            }
        }
    }

    /// All values, row after row.
    ///
    /// ```
    /// let rows = burn_prep::Ragged::from_rows([vec![1, 2], vec![3]]);
    /// assert_eq!(rows.values(), [1, 2, 3]);
    /// ```
    #[doc(alias = "flat_values")]
    pub fn values(&self) -> &[T] {
        &self.values
    }

    /// Where each row starts, and at the end the number of values: `len() + 1` numbers.
    #[doc(alias = "row_splits")]
    pub fn offsets(&self) -> &[usize] {
        &self.offsets
    }

    /// The number of rows.
    ///
    /// ```
    /// let rows = burn_prep::Ragged::from_rows([vec![1, 2], vec![3]]);
    /// assert_eq!(rows.len(), 2);
    /// ```
    #[doc(alias = "nrows")]
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether there are no rows.
    ///
    /// ```
    /// let rows = burn_prep::Ragged::from_rows([vec![1, 2], vec![3]]);
    /// assert!(!rows.is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One row; `None` where there is no such row.
    pub fn row(&self, index: usize) -> Option<&[T]> {
        self.rows().nth(index)
    }

    /// The rows in order.
    ///
    /// ```
    /// let rows = burn_prep::Ragged::from_rows([vec![1, 2], vec![3]]);
    /// assert_eq!(rows.rows().map(|row| row.iter().sum::<i32>()).collect::<Vec<_>>(), [3, 3]);
    /// ```
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[T]> + '_ {
        self.offsets.windows(2).map(|pair| &self.values[pair[0]..pair[1]])
    }

    /// The length of each row.
    #[doc(alias = "row_lengths")]
    pub fn lengths(&self) -> Vec<usize> {
        self.offsets.windows(2).map(|pair| pair[1] - pair[0]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_checked() {
        let message =
            |offsets: &[usize]| Ragged::from_offsets(vec![7, 8], offsets.to_vec()).unwrap_err().to_string();
        assert_eq!(message(&[]), "offsets[0] is absent, expected 0 as the first offset");
        assert_eq!(message(&[1, 2]), "offsets[0] is 1, expected 0 as the first offset");
        assert_eq!(message(&[0, 2, 1]), "offsets[2] is 1, expected offsets that never fall");
        assert_eq!(message(&[0, 1]), "offsets[1] is 1, expected the number of values as the last offset");
    }

    #[test]
    fn no_rows_and_empty_rows_are_different() {
        let none = Ragged::<u8>::from_rows(Vec::<Vec<u8>>::new());
        assert_eq!((none.len(), none.offsets()), (0, &[0][..]));
        let empty = Ragged::<u8>::from_rows([vec![], vec![]]);
        assert_eq!((empty.len(), empty.row(1), empty.row(2)), (2, Some(&[][..]), None));
    }
}
