//! The lengths of padded rows, and the masks and position ids derived from them.

use ndarray::{Array2, s};

use crate::error::{Error, ErrorKind, Result};
use crate::memory;
use crate::ragged::Side;
use crate::ragged::room::too_large;

/// The number of real cells in each of `N` padded rows, from which masks, position ids and bounds are derived.
///
/// Masks are built from the lengths, never by looking for the padding value: a real value may be
/// equal to it.
///
/// ```
/// use burn_prep::ragged::{Padding, Ragged, Side};
/// use ndarray::array;
///
/// let padded = Ragged::from_rows([vec![0, 7], vec![0]]).pad(&Padding::new(0).side(Side::Left).multiple_of(3))?;
/// let extents = padded.extents();
/// assert_eq!((extents.width(), extents.lengths(), extents.side()), (3, &[2, 1][..], Side::Left));
/// assert_eq!((extents.real_items(), extents.cut_items(), extents.source_rows()), (3, 0, &[0, 1][..]));
/// assert_eq!(extents.mask_valid(), array![[false, true, true], [false, false, true]]);
/// assert_eq!(extents.mask_pad(), extents.mask_valid().mapv(|valid| !valid));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowExtents {
    pub(super) width: usize,
    pub(super) lengths: Vec<usize>,
    pub(super) sources: Vec<usize>,
    pub(super) cut: usize,
    pub(super) side: Side,
}

impl RowExtents {
    /// The number of real cells in each row.
    #[doc(alias = "return_length")]
    pub fn lengths(&self) -> &[usize] {
        &self.lengths
    }

    /// The side that holds the padding.
    pub fn side(&self) -> Side {
        self.side
    }

    /// The index of the source row of each padded row: ascending, and repeated where a row was split into several
    /// windows.
    #[doc(alias = "overflow_to_sample_mapping")]
    pub fn source_rows(&self) -> &[usize] {
        &self.sources
    }

    /// The number of real cells of all rows: what a mean over a batch divides by.
    #[doc(alias = "num_items_in_batch")]
    pub fn real_items(&self) -> usize {
        self.lengths.iter().sum()
    }

    /// The number of cells that truncation left out.
    pub fn cut_items(&self) -> usize {
        self.cut
    }

    /// The width of all rows, padding included.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The column of the first real cell of a row.
    fn start(&self, length: usize) -> usize {
        match self.side {
            Side::Right => 0,
            Side::Left => self.width.saturating_sub(length),
        }
    }

    /// The mask `[N, width]` that is `true` at padding: the polarity of Burn's `mask_pad` and of torch's
    /// `key_padding_mask`.
    #[doc(alias = "key_padding_mask")]
    pub fn mask_pad(&self) -> Array2<bool> {
        self.mask(false)
    }

    /// The mask `[N, width]` that is `true` at real cells: the polarity of Hugging Face's `attention_mask` and of
    /// `tf.sequence_mask`.
    #[doc(alias = "attention_mask")]
    pub fn mask_valid(&self) -> Array2<bool> {
        self.mask(true)
    }

    fn mask(&self, at_real: bool) -> Array2<bool> {
        let mut mask = Array2::from_elem((self.lengths.len(), self.width), !at_real);
        for (mut row, &length) in mask.outer_iter_mut().zip(&self.lengths) {
            let start = self.start(length);
            row.slice_mut(s![start..start + length]).fill(at_real);
        }
        mask
    }

    /// The position ids `[N, width]`: the index of each real cell in its row, counted from `start`, and `padding`
    /// elsewhere.
    ///
    /// # Errors
    ///
    /// The last position is beyond `i64`, or the position ids do not fit into memory.
    ///
    /// ```
    /// use burn_prep::ragged::{Padding, Ragged, Side};
    /// let rows = Ragged::from_rows([vec![7, 8, 9], vec![5]]);
    /// let padded = rows.pad(&Padding::new(0).side(Side::Left))?;
    /// assert_eq!(padded.position_ids(0, 1)?, ndarray::array![[0, 1, 2], [1, 1, 0]]);
    /// // As RoBERTa counts them: behind the padding's own number.
    /// assert_eq!(padded.position_ids(2, 1)?, ndarray::array![[2, 3, 4], [1, 1, 2]]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn position_ids(&self, start: i64, padding: i64) -> Result<Array2<i64>> {
        check_start(start, self.lengths.iter().copied().max().unwrap_or(0))?;
        let shape = (self.lengths.len(), self.width);
        let places = shape.0.checked_mul(shape.1).and_then(|count| memory::repeated(&padding, count));
        let places = places.and_then(|places| Array2::from_shape_vec(shape, places).ok());
        let mut places = places.ok_or_else(|| too_large(format_args!("{} rows of {}", shape.0, shape.1)))?;
        for (mut row, &length) in places.outer_iter_mut().zip(&self.lengths) {
            let cells = row.iter_mut().skip(self.start(length)).take(length);
            cells.enumerate().for_each(|(at, cell)| *cell = start.saturating_add_unsigned(at as u64));
        }
        Ok(places)
    }

    /// The cumulative sequence lengths, `[N + 1]`: the offset of each row among the real cells, followed by their total
    /// number. Padding is not counted.
    ///
    /// # Errors
    ///
    /// A number does not fit into `I`.
    ///
    /// ```
    /// use burn_prep::ragged::{Padding, Ragged};
    /// let padded = Ragged::from_rows([vec![0; 200], vec![], vec![0; 3]]).pad(&Padding::new(0))?;
    /// assert_eq!(padded.cu_seqlens::<i32>()?, [0, 200, 200, 203]);
    /// assert!(padded.cu_seqlens::<i8>().is_err());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "cu_seq_lens")]
    pub fn cu_seqlens<I: TryFrom<usize>>(&self) -> Result<Vec<I>> {
        let narrow = |at: usize, value: usize| {
            let to = std::any::type_name::<I>();
            let (index, hint) = (vec![at], "the range of its type (use i64)");
            I::try_from(value)
                .map_err(|_| ErrorKind::Cast { index, value: value.to_string(), to, hint }.into())
        };
        let mut end = 0_usize;
        let first = std::iter::once(narrow(0, 0));
        let ends = self.lengths.iter().enumerate().map(|(row, length)| {
            end = end.saturating_add(*length);
            narrow(row + 1, end)
        });
        first.chain(ends).collect()
    }
}

/// Whether the places of a row, counted from `start`, are numbers of 64 bits.
pub(crate) fn check_start(start: i64, longest: usize) -> Result<()> {
    let last = i64::try_from(longest.saturating_sub(1)).ok().and_then(|last| start.checked_add(last));
    if last.is_none() {
        let expected = "a start that leaves room for the longest row";
        return Err(Error::parameter("position_ids.start", start, expected));
    }
    Ok(())
}
