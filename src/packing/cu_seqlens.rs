//! Cumulative sequence lengths: the bounds of several sequences in one row.

use std::ops::Range;

use ndarray::Array2;

use crate::error::{Error, ErrorKind, Result, SequenceFault};
use crate::memory::{self, reserved_for, too_large};

/// The bounds of sequences concatenated in one buffer: sequence `i` is `bounds[i]..bounds[i + 1]`, the first bound is
/// 0, and no bound is less than the one before it.
///
/// Empty sequences are legal: they have two equal bounds, and no entry in the per-item vectors. Without sequences the
/// bounds are `[0]`.
///
/// ```
/// use burn_prep::packing::CuSeqlens;
///
/// let bounds = CuSeqlens::from_lengths(&[3, 0, 2])?;
/// assert_eq!(bounds.to_vec::<i32>()?, [0, 3, 3, 5]);
/// assert_eq!(bounds.position_ids::<i64>(0)?, [0, 1, 2, 0, 1]);
/// assert_eq!(bounds.segment_ids::<i32>()?, [0, 0, 0, 2, 2]);
/// assert_eq!((bounds.len(), bounds.total(), bounds.max_length()), (3, 5, 3));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "cu_seq_lens_q")]
#[doc(alias = "cu_seq_lens_k")]
#[doc(alias = "row_splits")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CuSeqlens {
    bounds: Vec<usize>,
}

impl CuSeqlens {
    /// Takes bounds as they are.
    ///
    /// # Errors
    ///
    /// There are none, the first is not 0, or one is less than the one before it.
    ///
    /// ```
    /// use burn_prep::packing::CuSeqlens;
    /// assert_eq!(CuSeqlens::new(vec![0, 3, 4])?.lengths().collect::<Vec<_>>(), [3, 1]);
    /// assert!(CuSeqlens::new(vec![0, 3, 2]).is_err());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn new(bounds: Vec<usize>) -> Result<Self> {
        match bounds.first() {
            None => return Err(SequenceFault::BoundsEmpty.into()),
            Some(&0) => {}
            Some(&found) => return Err(SequenceFault::BoundsNotZeroFirst { found }.into()),
        }
        if let Some(at) = bounds.windows(2).position(|pair| pair[0] > pair[1]) {
            let (before, found) = (bounds[at], bounds[at + 1]);
            return Err(SequenceFault::BoundsDecreasing { at: at + 1, found, before }.into());
        }
        Ok(Self { bounds })
    }

    /// The bounds of sequences of these lengths.
    ///
    /// # Errors
    ///
    /// The sum is more than a `usize` holds.
    pub fn from_lengths(lengths: &[usize]) -> Result<Self> {
        let mut bounds = reserved_for("CuSeqlens::from_lengths", lengths.len().checked_add(1))?;
        let mut end = 0_usize;
        bounds.push(end);
        for &length in lengths {
            end =
                end.checked_add(length).ok_or_else(|| too_large("CuSeqlens::from_lengths", lengths.len()))?;
            bounds.push(end);
        }
        Ok(Self { bounds })
    }

    /// The bounds: one more than there are sequences.
    ///
    /// ```
    /// assert_eq!(burn_prep::packing::CuSeqlens::from_lengths(&[2, 1])?.bounds(), [0, 2, 3]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn bounds(&self) -> &[usize] {
        &self.bounds
    }

    /// The bounds as integers of another type, `i32` for flash attention.
    ///
    /// # Errors
    ///
    /// A bound does not fit into `I`.
    ///
    /// ```
    /// use burn_prep::packing::CuSeqlens;
    /// let bounds = CuSeqlens::new(vec![0, 40_000])?;
    /// assert_eq!(bounds.to_vec::<i64>()?, [0, 40_000]);
    /// assert!(bounds.to_vec::<i16>().unwrap_err().to_string().starts_with("40000 at index [1] does not fit"));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn to_vec<I: TryFrom<usize>>(&self) -> Result<Vec<I>> {
        let mut values = reserved_for("CuSeqlens::to_vec", Some(self.bounds.len()))?;
        for (at, &bound) in self.bounds.iter().enumerate() {
            values.push(fitting(bound, at)?);
        }
        Ok(values)
    }

    /// The number of sequences, empty ones included.
    pub fn len(&self) -> usize {
        self.bounds.len().saturating_sub(1)
    }

    /// Whether there are no sequences.
    ///
    /// ```
    /// assert!(burn_prep::packing::CuSeqlens::new(vec![0])?.is_empty());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of items of all sequences together.
    pub fn total(&self) -> usize {
        self.bounds.last().copied().unwrap_or(0)
    }

    /// The index range of each sequence in the buffer.
    ///
    /// ```
    /// let bounds = burn_prep::packing::CuSeqlens::from_lengths(&[2, 1])?;
    /// assert_eq!(bounds.ranges().collect::<Vec<_>>(), [0..2, 2..3]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn ranges(&self) -> impl ExactSizeIterator<Item = Range<usize>> + '_ {
        self.bounds.windows(2).map(|pair| pair[0]..pair[1])
    }

    /// The length of each sequence.
    #[doc(alias = "row_lengths")]
    pub fn lengths(&self) -> impl ExactSizeIterator<Item = usize> + '_ {
        self.ranges().map(|range| range.len())
    }

    /// The longest sequence's length; 0 where there are none.
    #[doc(alias = "max_seqlen")]
    #[doc(alias = "max_length_q")]
    #[doc(alias = "max_length_k")]
    pub fn max_length(&self) -> usize {
        self.lengths().max().unwrap_or(0)
    }

    /// The position of each item in its own sequence, counted from `start`: `[total]`.
    ///
    /// # Errors
    ///
    /// A position does not fit into `I`, or memory does not hold `total` numbers.
    ///
    /// ```
    /// let bounds = burn_prep::packing::CuSeqlens::from_lengths(&[3, 2])?;
    /// assert_eq!(bounds.position_ids::<i64>(2)?, [2, 3, 4, 2, 3]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "position_ids_start")]
    pub fn position_ids<I: TryFrom<usize>>(&self, start: usize) -> Result<Vec<I>> {
        let mut positions = reserved_for("CuSeqlens::position_ids", Some(self.total()))?;
        for range in self.ranges() {
            for offset in 0..range.len() {
                let at = positions.len();
                let position = start.checked_add(offset);
                positions.push(fitting(position.ok_or_else(|| does_not_fit::<I>(usize::MAX, at))?, at)?);
            }
        }
        Ok(positions)
    }

    /// The index of the sequence that each item belongs to: `[total]`. An empty sequence keeps its index, which no item
    /// has.
    ///
    /// # Errors
    ///
    /// A number does not fit into `I`, or memory does not hold `total` numbers.
    #[doc(alias = "seq_idx")]
    #[doc(alias = "value_rowids")]
    #[doc(alias = "row_splits_to_segment_ids")]
    pub fn segment_ids<I: TryFrom<usize>>(&self) -> Result<Vec<I>> {
        let mut ids = reserved_for("CuSeqlens::segment_ids", Some(self.total()))?;
        for (segment, range) in self.ranges().enumerate() {
            for at in range {
                ids.push(fitting(segment, at)?);
            }
        }
        Ok(ids)
    }

    /// The block-diagonal attention mask `[total, total]`: `true` where the row's item may attend to the column's,
    /// because both are of one sequence.
    ///
    /// # Errors
    ///
    /// Memory does not hold `total * total` flags.
    ///
    /// ```
    /// let mask = burn_prep::packing::CuSeqlens::from_lengths(&[2, 1])?.mask_block_diagonal()?;
    /// assert_eq!(mask, ndarray::array![[true, true, false], [true, true, false], [false, false, true]]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "block_diagonal")]
    #[doc(alias = "document_mask")]
    pub fn mask_block_diagonal(&self) -> Result<Array2<bool>> {
        self.mask("CuSeqlens::mask_block_diagonal", |range, _| range)
    }

    /// The block-causal attention mask `[total, total]`: `true` where the row's item may attend to the column's,
    /// because both are of one sequence and the column's does not come after the row's.
    ///
    /// # Errors
    ///
    /// Memory does not hold `total * total` flags.
    ///
    /// ```
    /// let mask = burn_prep::packing::CuSeqlens::from_lengths(&[2, 1])?.mask_block_causal()?;
    /// assert_eq!(mask, ndarray::array![[true, false, false], [true, true, false], [false, false, true]]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "block_causal")]
    pub fn mask_block_causal(&self) -> Result<Array2<bool>> {
        self.mask("CuSeqlens::mask_block_causal", |range, row| range.start..row + 1)
    }

    fn mask(
        &self,
        op: &'static str,
        seen: impl Fn(Range<usize>, usize) -> Range<usize>,
    ) -> Result<Array2<bool>> {
        let total = self.total();
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
    /// There are more or fewer values than `total`.
    ///
    /// ```
    /// let bounds = burn_prep::packing::CuSeqlens::from_lengths(&[2, 0, 1])?;
    /// assert_eq!(bounds.labels(&[5, 6, 9], -100)?, [-100, 6, -100]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "separator_id")]
    pub fn labels<L: Copy>(&self, values: &[L], ignore: L) -> Result<Vec<L>> {
        self.check_values(values.len())?;
        let mut labels = reserved_for("CuSeqlens::labels", Some(values.len()))?;
        labels.extend_from_slice(values);
        for range in self.ranges().filter(|range| !range.is_empty()) {
            labels[range.start] = ignore;
        }
        Ok(labels)
    }

    pub(crate) fn check_values(&self, found: usize) -> Result<()> {
        match self.total() {
            expected if expected == found => Ok(()),
            expected => Err(SequenceFault::BoundsLastMismatch { found, expected }.into()),
        }
    }
}

/// Computes position ids from a mask `[N, width]` in which `true` is a real item: the real items of a row are numbered
/// from `start`, regardless of the padding between or before them, and all others get `pad_position`.
///
/// With `start` 0 this is `cumsum(mask) - 1` where the mask is set, as generation with a left-padded
/// batch needs it; with `start` and `pad_position` chosen for it, it is RoBERTa's.
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

    fn category(bounds: &[usize]) -> &'static str {
        match CuSeqlens::new(bounds.to_vec()).unwrap_err().kind() {
            ErrorKind::Sequence(fault) => fault.category(),
            other => panic!("{other}"),
        }
    }

    #[test]
    fn bounds_are_checked() {
        assert_eq!(category(&[]), "splits_empty");
        assert_eq!(category(&[1, 2]), "splits_not_zero_first");
        assert_eq!(category(&[0, 2, 1]), "splits_decreasing");
        assert!(CuSeqlens::from_lengths(&[usize::MAX, 1]).is_err());
    }

    #[test]
    fn no_sequences_have_empty_masks() {
        let none = CuSeqlens::from_lengths(&[]).unwrap();
        assert_eq!(none.mask_block_causal().unwrap().dim(), (0, 0));
        assert_eq!((none.max_length(), none.total(), none.position_ids::<u8>(7).unwrap()), (0, 0, vec![]));
    }

    #[test]
    fn a_size_beyond_memory_is_an_error() {
        let huge = CuSeqlens::new(vec![0, usize::MAX]).unwrap();
        assert!(huge.mask_block_diagonal().unwrap_err().is_usage());
        assert!(huge.position_ids::<i64>(0).unwrap_err().is_usage());
        assert!(huge.segment_ids::<i64>().is_err() && huge.to_vec::<i64>().is_err());
    }

    #[test]
    fn positions_that_do_not_fit_are_errors() {
        let bounds = CuSeqlens::from_lengths(&[3]).unwrap();
        assert!(bounds.position_ids::<u8>(254).is_err());
        assert_eq!(bounds.position_ids::<u8>(253).unwrap(), [253, 254, 255]);
        assert!(bounds.position_ids::<u64>(usize::MAX).is_err());
        let mask = ndarray::array![[true, true]];
        assert!(position_ids(mask.view(), i64::MAX, 0).is_err());
        assert_eq!(
            position_ids(mask.view(), i64::MAX - 1, 0).unwrap(),
            ndarray::array![[i64::MAX - 1, i64::MAX]]
        );
    }
}
