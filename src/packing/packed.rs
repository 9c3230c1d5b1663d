//! Several sequences in one row, without padding.

use crate::error::Result;
use crate::memory::reserved_for;
use crate::packing::cu_seqlens::CuSeqlens;

/// Sequences concatenated in one buffer, with the bounds of each: a batch without padding, for attention that takes
/// `cu_seqlens` or a block mask.
///
/// Beside the values it gives what such a model needs: positions that start anew in every sequence,
/// segment ids, the longest length, masks, and labels. No rows give an empty buffer; empty rows keep
/// their place in [`CuSeqlens`] and add no value, no position and no label.
///
/// ```
/// use burn_prep::packing::Packed;
///
/// let packed = Packed::from_rows([vec![5, 6, 7], vec![], vec![9, 10]])?;
/// assert_eq!(packed.values(), [5, 6, 7, 9, 10]);
/// assert_eq!(packed.labels(-100)?, [-100, 6, 7, -100, 10]);
/// assert_eq!(packed.segments().position_ids::<i64>(0)?, [0, 1, 2, 0, 1]);
/// assert_eq!(packed.segments().to_vec::<i32>()?, [0, 3, 3, 5]);
/// assert_eq!(packed.segments().max_length(), 3);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "DataCollatorWithFlattening")]
#[doc(alias = "padding_free")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed<T> {
    values: Vec<T>,
    segments: CuSeqlens,
}

impl<T> Packed<T> {
    /// Copies rows into one buffer.
    ///
    /// # Errors
    ///
    /// Memory does not hold all rows together.
    pub fn from_rows<R: AsRef<[T]>>(rows: impl IntoIterator<Item = R>) -> Result<Self>
    where
        T: Clone,
    {
        let rows: Vec<R> = rows.into_iter().collect();
        let lengths: Vec<usize> = rows.iter().map(|row| row.as_ref().len()).collect();
        let segments = CuSeqlens::from_lengths(&lengths)?;
        let mut values = reserved_for("Packed::from_rows", Some(segments.total()))?;
        for row in &rows {
            values.extend_from_slice(row.as_ref());
        }
        Ok(Self { values, segments })
    }

    /// Takes values and bounds as they are, without a copy: those of a
    /// [`Ragged`](crate::ragged::Ragged) are already packed.
    ///
    /// # Errors
    ///
    /// There are more or fewer values than the last bound says.
    ///
    /// ```
    /// use burn_prep::packing::{CuSeqlens, Packed};
    /// let packed = Packed::from_parts(vec!['a', 'b', 'c'], CuSeqlens::new(vec![0, 1, 3])?)?;
    /// assert_eq!(packed.row(1).unwrap(), ['b', 'c']);
    /// assert_eq!(packed.into_parts().0.len(), 3);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn from_parts(values: Vec<T>, segments: CuSeqlens) -> Result<Self> {
        segments.check_values(values.len())?;
        Ok(Self { values, segments })
    }

    /// All values, row after row: `[total]`. Models that want a batch axis take it as `[1, total]`.
    #[doc(alias = "input_ids")]
    pub fn values(&self) -> &[T] {
        &self.values
    }

    /// The bounds of the rows, from which position ids, segment ids and masks are computed.
    pub fn segments(&self) -> &CuSeqlens {
        &self.segments
    }

    /// The values and the bounds, moved out.
    pub fn into_parts(self) -> (Vec<T>, CuSeqlens) {
        (self.values, self.segments)
    }

    /// One row; `None` where there is no such row.
    pub fn row(&self, index: usize) -> Option<&[T]> {
        let bounds = self.segments.bounds();
        let end = *bounds.get(index.checked_add(1)?)?;
        self.values.get(*bounds.get(index)?..end)
    }

    /// The values as labels, with `ignore` in place of the first one of each row; see
    /// [`CuSeqlens::labels`], which also takes labels of their own.
    ///
    /// # Errors
    ///
    /// Memory does not hold the copy.
    pub fn labels(&self, ignore: T) -> Result<Vec<T>>
    where
        T: Copy,
    {
        self.segments.labels(&self.values, ignore)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back() {
        let rows = [vec![1_u8, 2], vec![], vec![3]];
        let packed = Packed::from_rows(&rows).unwrap();
        for (index, row) in rows.iter().enumerate() {
            assert_eq!(packed.row(index).unwrap(), row);
        }
        assert_eq!((packed.row(3), packed.row(usize::MAX)), (None, None));
    }

    #[test]
    fn only_empty_rows_have_no_labels() {
        let packed = Packed::<i64>::from_rows([[], []]).unwrap();
        assert!(packed.labels(-100).unwrap().is_empty());
        assert_eq!(packed.segments().bounds(), [0, 0, 0]);
    }

    #[test]
    fn a_wrong_number_of_values_is_an_error() {
        let bounds = CuSeqlens::new(vec![0, 2]).unwrap();
        let error = Packed::from_parts(vec![1, 2, 3], bounds).unwrap_err();
        assert_eq!(error.to_string(), "found 3 values, expected 2 as the last bound of cu_seqlens");
    }
}
