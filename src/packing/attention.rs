//! What attention over rows without padding needs: bounds, positions, segments, masks, labels.

use std::ops::Range;

use ndarray::Array2;

use crate::error::{Error, ErrorKind, Result, fault};
use crate::memory::{self, reserved_for, too_large};
use crate::ragged::RowPartition;

/// Inputs of attention for models that take all rows of a batch one behind the other, without padding (with
/// `cu_seqlens`, or with a block mask). Each row is then one sequence. An empty one keeps its index, and adds no item,
/// position or label.
///
/// ```
/// use burn_prep::ragged::Ragged;
///
/// let rows = Ragged::from_rows([vec![5, 6, 7], vec![], vec![9, 10]]);
/// let sequences = &rows.partitions()[0];
/// assert_eq!(rows.values(), [5, 6, 7, 9, 10]);
/// assert_eq!(sequences.cu_seqlens::<i32>()?, [0, 3, 3, 5]);
/// assert_eq!(sequences.position_ids::<i64>(0)?, [0, 1, 2, 0, 1]);
/// assert_eq!(sequences.segment_ids::<i32>()?, [0, 0, 0, 2, 2]);
/// assert_eq!(sequences.labels(rows.values(), -100)?, [-100, 6, 7, -100, 10]);
/// assert_eq!(sequences.longest(), 3);
/// # Ok::<(), burn_prep::Error>(())
/// ```
impl RowPartition {
    /// The cumulative lengths of the sequences as integers of any type, `i32` for flash attention: the
    /// [`splits`](Self::splits).
    ///
    /// # Errors
    ///
    /// A split does not fit into `I`.
    ///
    /// ```
    /// use burn_prep::ragged::RowPartition;
    /// let sequences = RowPartition::from_lengths(&[40_000])?;
    /// assert_eq!(sequences.cu_seqlens::<i64>()?, [0, 40_000]);
    /// assert!(sequences.cu_seqlens::<i16>().unwrap_err().to_string().starts_with("40000 at index [1] does not fit"));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "cu_seq_lens_q")]
    #[doc(alias = "cu_seq_lens_k")]
    pub fn cu_seqlens<I: TryFrom<usize>>(&self) -> Result<Vec<I>> {
        let mut values = reserved_for("RowPartition::cu_seqlens", Some(self.splits().len()))?;
        for (at, &split) in self.splits().iter().enumerate() {
            values.push(fitting(split, at)?);
        }
        Ok(values)
    }

    /// The position of each item in its own sequence, counted from `start`: `[nvals]`.
    ///
    /// # Errors
    ///
    /// A position does not fit into `I`, or memory does not hold `nvals` numbers.
    ///
    /// ```
    /// let sequences = burn_prep::ragged::RowPartition::from_lengths(&[3, 2])?;
    /// assert_eq!(sequences.position_ids::<i64>(2)?, [2, 3, 4, 2, 3]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "position_ids_start")]
    pub fn position_ids<I: TryFrom<usize>>(&self, start: usize) -> Result<Vec<I>> {
        let mut positions = reserved_for("RowPartition::position_ids", Some(self.nvals()))?;
        for range in self.ranges() {
            for offset in 0..range.len() {
                let at = positions.len();
                let position = start.checked_add(offset);
                positions.push(fitting(position.ok_or_else(|| does_not_fit::<I>(usize::MAX, at))?, at)?);
            }
        }
        Ok(positions)
    }

    /// The index of the sequence that each item belongs to: `[nvals]`. An empty sequence keeps its index, which no item
    /// has.
    ///
    /// # Errors
    ///
    /// A number does not fit into `I`, or memory does not hold `nvals` numbers.
    #[doc(alias = "seq_idx")]
    #[doc(alias = "value_rowids")]
    #[doc(alias = "row_splits_to_segment_ids")]
    pub fn segment_ids<I: TryFrom<usize>>(&self) -> Result<Vec<I>> {
        let mut ids = reserved_for("RowPartition::segment_ids", Some(self.nvals()))?;
        for (segment, range) in self.ranges().enumerate() {
            for at in range {
                ids.push(fitting(segment, at)?);
            }
        }
        Ok(ids)
    }

    /// The block-diagonal attention mask `[nvals, nvals]`: `true` where the row's item may attend to the column's,
    /// because both are of one sequence.
    ///
    /// # Errors
    ///
    /// Memory does not hold `nvals * nvals` flags.
    ///
    /// ```
    /// let mask = burn_prep::ragged::RowPartition::from_lengths(&[2, 1])?.mask_block_diagonal()?;
    /// assert_eq!(mask, ndarray::array![[true, true, false], [true, true, false], [false, false, true]]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "block_diagonal")]
    #[doc(alias = "document_mask")]
    pub fn mask_block_diagonal(&self) -> Result<Array2<bool>> {
        self.mask("RowPartition::mask_block_diagonal", |range, _| range)
    }

    /// The block-causal attention mask `[nvals, nvals]`: `true` where the row's item may attend to the column's,
    /// because both are of one sequence and the column's does not come after the row's.
    ///
    /// # Errors
    ///
    /// Memory does not hold `nvals * nvals` flags.
    ///
    /// ```
    /// let mask = burn_prep::ragged::RowPartition::from_lengths(&[2, 1])?.mask_block_causal()?;
    /// assert_eq!(mask, ndarray::array![[true, false, false], [true, true, false], [false, false, true]]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "block_causal")]
    pub fn mask_block_causal(&self) -> Result<Array2<bool>> {
        self.mask("RowPartition::mask_block_causal", |range, row| range.start..row + 1)
    }

    fn mask(
        &self,
        op: &'static str,
        seen: impl Fn(Range<usize>, usize) -> Range<usize>,
    ) -> Result<Array2<bool>> {
        let total = self.nvals();
        let count = total.checked_mul(total).ok_or_else(|| too_large(op, total))?;
        let mut flags = memory::repeated(&false, count).ok_or_else(|| too_large(op, total))?;
        for range in self.ranges() {
            for row in range.clone() {
                let seen = seen(range.clone(), row);
                flags[row * total + seen.start..row * total + seen.end].fill(true);
            }
        }
        Array2::from_shape_vec((total, total), flags).map_err(|_| too_large(op, total))
    }

    /// Labels for the items: the values, with `ignore` in place of the first one of each sequence, which
    /// has no item before it that could predict it. An empty sequence has no first item: nothing is
    /// added for it, and there are as many labels as values.
    ///
    /// # Errors
    ///
    /// There are more or fewer values than `nvals`.
    ///
    /// ```
    /// let sequences = burn_prep::ragged::RowPartition::from_lengths(&[2, 0, 1])?;
    /// assert_eq!(sequences.labels(&[5, 6, 9], -100)?, [-100, 6, -100]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "separator_id")]
    pub fn labels<L: Copy>(&self, values: &[L], ignore: L) -> Result<Vec<L>> {
        if values.len() != self.nvals() {
            return Err(fault!(LABELS_COUNT_MISMATCH, values.len(), self.nvals()));
        }
        let mut labels = reserved_for("RowPartition::labels", Some(values.len()))?;
        labels.extend_from_slice(values);
        for range in self.ranges().filter(|range| !range.is_empty()) {
            labels[range.start] = ignore;
        }
        Ok(labels)
    }
}

/// Computes position ids from a mask `[N, width]` in which `true` is a real item: the real items of a row are numbered
/// from `start`, regardless of the padding between or before them, and all others get `pad_position`.
///
/// With `start` 0 the position ids are `cumsum(mask) - 1` where the mask is set, which generation with a left-padded
/// batch needs; with `start` 2 and `pad_position` 1 they are RoBERTa's.
///
/// # Errors
///
/// A position is more than an `i64` holds.
///
/// ```
/// use burn_prep::packing::position_ids;
///
/// let mask = ndarray::array![[false, false, true], [true, true, true]];
/// assert_eq!(position_ids(mask.view(), 0, 1)?, ndarray::array![[1, 1, 0], [0, 1, 2]]);
/// assert_eq!(position_ids(mask.view(), 2, 1)?, ndarray::array![[1, 1, 2], [2, 3, 4]]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "create_position_ids_from_input_ids")]
pub fn position_ids(
    mask_valid: ndarray::ArrayView2<'_, bool>,
    start: i64,
    pad_position: i64,
) -> Result<Array2<i64>> {
    let (rows, width) = mask_valid.dim();
    let count = rows.checked_mul(width).ok_or_else(|| too_large("position_ids", rows))?;
    let mut positions = reserved_for("position_ids", Some(count))?;
    for row in mask_valid.outer_iter() {
        let mut next = Some(start);
        for (at, &valid) in row.iter().enumerate() {
            positions.push(match (valid, next) {
                (false, _) => pad_position,
                (true, Some(position)) => {
                    next = position.checked_add(1);
                    position
                }
                (true, None) => return Err(does_not_fit::<i64>(usize::MAX, at)),
            });
        }
    }
    Array2::from_shape_vec((rows, width), positions).map_err(|_| too_large("position_ids", rows))
}

fn fitting<I: TryFrom<usize>>(value: usize, at: usize) -> Result<I> {
    I::try_from(value).map_err(|_| does_not_fit::<I>(value, at))
}

fn does_not_fit<I>(value: usize, at: usize) -> Error {
    let (to, hint) = (std::any::type_name::<I>(), "choose a wider integer, or fewer items a batch");
    ErrorKind::Cast { index: vec![at], value: value.to_string(), to, hint }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lengths: &[usize]) -> RowPartition {
        RowPartition::from_lengths(lengths).unwrap()
    }

    #[test]
    fn no_sequences_have_empty_masks() {
        let none = of(&[]);
        assert_eq!(none.mask_block_causal().unwrap().dim(), (0, 0));
        assert_eq!((none.longest(), none.nvals(), none.position_ids::<u8>(7).unwrap()), (0, 0, vec![]));
    }

    #[test]
    fn a_size_beyond_memory_is_an_error() {
        let huge = of(&[usize::MAX]);
        assert!(huge.mask_block_diagonal().unwrap_err().is_usage());
        assert!(huge.position_ids::<i64>(0).unwrap_err().is_usage());
        assert!(huge.segment_ids::<i64>().is_err() && huge.cu_seqlens::<i64>().is_err());
    }

    #[test]
    fn only_empty_sequences_have_no_labels_and_others_have_one_for_each_value() {
        assert!(of(&[0, 0]).labels::<i64>(&[], -100).unwrap().is_empty());
        assert_eq!(of(&[2]).labels(&[1, 2, 3], 0).unwrap_err().code(), "labels_count_mismatch");
    }

    #[test]
    fn positions_that_do_not_fit_are_errors() {
        let three = of(&[3]);
        assert!(three.position_ids::<u8>(254).is_err());
        assert_eq!(three.position_ids::<u8>(253).unwrap(), [253, 254, 255]);
        assert!(three.position_ids::<u64>(usize::MAX).is_err());
        let mask = ndarray::array![[true, true]];
        assert!(position_ids(mask.view(), i64::MAX, 0).is_err());
        assert_eq!(
            position_ids(mask.view(), i64::MAX - 1, 0).unwrap(),
            ndarray::array![[i64::MAX - 1, i64::MAX]]
        );
    }
}
