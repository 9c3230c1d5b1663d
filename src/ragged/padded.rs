//! Rows of equal length, and the way back.

use ndarray::{Array, Array2, ArrayView, Axis, Dimension, Ix2, IxDyn};

use crate::error::{Error, ErrorKind, Result, fault};
use crate::ragged::partition::{AsIndex, reserved};
use crate::ragged::{Ragged, RowPartition, Side};

/// Rows of equal length, `[N, width]` and the inner shape, and how much of each is real.
///
/// Masks are built from the lengths, never by looking for the padding value: a real value may be
/// equal to it.
///
/// ```
/// use burn_prep::{Padding, Ragged, Side};
/// use ndarray::array;
///
/// let rows = Ragged::from_rows([vec![0, 7], vec![0]]);
/// let padded = rows.pad(&Padding::new(0).multiple_of(3))?;
/// assert_eq!((padded.lengths(), padded.real_items(), padded.cut_items()), (&[2, 1][..], 3, 0));
/// assert_eq!(padded.mask_valid(), array![[true, true, false], [true, false, false]]);
/// assert_eq!(padded.mask_pad(), padded.mask_valid().mapv(|valid| !valid));
/// assert_eq!((padded.side(), padded.source_rows()), (Side::Right, &[0, 1][..]));
/// assert_eq!(padded.unpad()?, rows);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Padded<T, D: Dimension = Ix2> {
    pub(super) data: Array<T, D>,
    pub(super) lengths: Vec<usize>,
    pub(super) sources: Vec<usize>,
    pub(super) cut: usize,
    pub(super) side: Side,
}

impl<T, D: Dimension> Padded<T, D> {
    /// The values and the padding, `[N, width]` and the inner shape.
    pub fn data(&self) -> ArrayView<'_, T, D> {
        self.data.view()
    }

    /// The values and the padding, moved out.
    ///
    /// ```
    /// use burn_prep::{Padding, Ragged};
    /// let padded = Ragged::from_rows([vec![1], vec![2, 3]]).pad(&Padding::new(0))?;
    /// assert_eq!(padded.into_data(), ndarray::array![[1, 0], [2, 3]]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn into_data(self) -> Array<T, D> {
        self.data
    }

    /// The number of real cells in each row.
    pub fn lengths(&self) -> &[usize] {
        &self.lengths
    }

    /// The side that holds the padding.
    pub fn side(&self) -> Side {
        self.side
    }

    /// The row that each row comes from: rising numbers, repeated where a row became several windows.
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

    fn width(&self) -> usize {
        self.data.shape().get(1).copied().unwrap_or(0)
    }

    /// The column of the first real cell of a row.
    fn start(&self, length: usize) -> usize {
        match self.side {
            Side::Right => 0,
            Side::Left => self.width().saturating_sub(length),
        }
    }

    /// `[N, width]`, `true` at padding: the polarity of Burn's `mask_pad` and of torch's
    /// `key_padding_mask`.
    #[doc(alias = "key_padding_mask")]
    pub fn mask_pad(&self) -> Array2<bool> {
        self.mask_valid().mapv_into(|valid| !valid)
    }

    /// `[N, width]`, `true` at real cells: the polarity of Hugging Face's `attention_mask` and of
    /// `tf.sequence_mask`.
    #[doc(alias = "attention_mask")]
    #[doc(alias = "sequence_mask")]
    pub fn mask_valid(&self) -> Array2<bool> {
        self.places(false, |_| true)
    }

    /// `[N, width]`: a value of the place in the row at each real cell.
    fn places<U: Clone>(&self, padding: U, of: impl Fn(usize) -> U) -> Array2<U> {
        let mut places = Array2::from_elem((self.lengths.len(), self.width()), padding);
        for (mut row, &length) in places.outer_iter_mut().zip(&self.lengths) {
            let cells = row.iter_mut().skip(self.start(length)).take(length);
            cells.enumerate().for_each(|(at, cell)| *cell = of(at));
        }
        places
    }

    /// `[N, width]`, the place of each real cell in its row, counted from `start`, and `padding` elsewhere.
    ///
    /// # Errors
    ///
    /// The last place is beyond `i64`.
    ///
    /// ```
    /// use burn_prep::{Padding, Ragged, Side};
    /// let rows = Ragged::from_rows([vec![7, 8, 9], vec![5]]);
    /// let padded = rows.pad(&Padding::new(0).side(Side::Left))?;
    /// assert_eq!(padded.position_ids(0, 1)?, ndarray::array![[0, 1, 2], [1, 1, 0]]);
    /// // As RoBERTa counts them: behind the padding's own number.
    /// assert_eq!(padded.position_ids(2, 1)?, ndarray::array![[2, 3, 4], [1, 1, 2]]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn position_ids(&self, start: i64, padding: i64) -> Result<Array2<i64>> {
        let width = i64::try_from(self.width()).ok();
        if width.and_then(|width| start.checked_add(width)).is_none() {
            return Err(Error::parameter(
                "position_ids.start",
                start,
                "a start that leaves room for the width",
            ));
        }
        Ok(self.places(padding, |at| start.saturating_add_unsigned(at as u64)))
    }

    /// Where each row begins among the real cells, and their number at the end: `[N + 1]`. Padding is
    /// not counted.
    ///
    /// # Errors
    ///
    /// A number does not fit into `I`.
    ///
    /// ```
    /// use burn_prep::{Padding, Ragged};
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

    /// The rows without their padding. What truncation left out stays away, and windows stay rows.
    ///
    /// # Errors
    ///
    /// The values do not fit into memory a second time.
    #[doc(alias = "unpad_sequence")]
    pub fn unpad(&self) -> Result<Ragged<T>>
    where
        T: Clone,
    {
        unpad(self.data.view(), &self.lengths, self.side)
    }

    /// The same with a dynamic number of dimensions.
    ///
    /// ```
    /// use burn_prep::{Padding, Ragged};
    /// let padded = Ragged::from_rows([vec![1], vec![2, 3]]).pad(&Padding::new(0))?;
    /// assert_eq!(padded.into_dyn().data().ndim(), 2);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn into_dyn(self) -> Padded<T, IxDyn> {
        let Self { data, lengths, sources, cut, side } = self;
        Padded { data: data.into_dyn(), lengths, sources, cut, side }
    }
}

/// The rows of an array `[N, width]` and inner shape, of which the first `lengths` cells are real, or the
/// last with [`Side::Left`]. Nothing is clamped.
///
/// # Errors
///
/// There are fewer than two dimensions, or another number of lengths than rows; a length is negative or
/// beyond the width.
///
/// ```
/// use burn_prep::{Ragged, Side, unpad};
/// let array = ndarray::array![[1, 2, 3], [4, 0, 0]];
/// assert_eq!(unpad(array.view(), &[3, 1], Side::Right)?, Ragged::from_rows([vec![1, 2, 3], vec![4]]));
/// assert_eq!(unpad(array.view(), &[1, 2], Side::Left)?, Ragged::from_rows([vec![3], vec![0, 0]]));
/// assert!(unpad(array.view(), &[4, 1], Side::Right).is_err());
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "unpad_sequence")]
#[doc(alias = "unpad_input")]
pub fn unpad<T: Clone, I: AsIndex, D: Dimension>(
    array: ArrayView<'_, T, D>,
    lengths: &[I],
    side: Side,
) -> Result<Ragged<T>> {
    let array = array.into_dyn();
    let [rows, width, inner @ ..] = array.shape() else {
        return Err(fault!(RankTooLow, array.ndim(), "2 or more"));
    };
    if lengths.len() != *rows {
        return Err(fault!(LengthsCountMismatch, lengths.len(), rows));
    }
    let partition = RowPartition::from_lengths(lengths)?;
    if let Some(row) = partition.ranges().position(|row| row.len() > *width) {
        return Err(fault!(LengthTooLong, lengths[row], format_args!("at most {width}")).at_index(row));
    }
    let block: usize = inner.iter().product();
    let mut values = reserved(partition.nvals().saturating_mul(block), 0)?;
    for (array, row) in array.outer_iter().zip(partition.ranges()) {
        let start = if side == Side::Left { width - row.len() } else { 0 };
        let cells = array.slice_axis(Axis(0), (start..start + row.len()).into());
        match cells.as_slice() {
            Some(cells) => values.extend_from_slice(cells),
            None => values.extend(cells.iter().cloned()),
        }
    }
    Ragged::new(values, vec![partition], inner.to_vec())
}
