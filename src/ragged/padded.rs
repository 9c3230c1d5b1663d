//! Padded rows, and their conversion back to ragged rows.

use ndarray::{Array, Array2, ArrayView, Axis, Dimension, Ix2, IxDyn};

use crate::error::{Result, fault};
use crate::ragged::partition::AsIndex;
use crate::ragged::room::reserved;
use crate::ragged::{Ragged, RowExtents, RowPartition, Side};

/// Padded rows: an array of `[N, width]` and the inner shape, with the number of real cells in each row.
///
/// Masks are built from the lengths, never by looking for the padding value: a real value may be
/// equal to it.
///
/// ```
/// use burn_prep::ragged::{Padding, Ragged, Side};
/// use ndarray::array;
///
/// let rows = Ragged::from_rows([vec![0, 7], vec![0]]);
/// let padded = rows.pad(&Padding::new(0).multiple_of(3))?;
/// assert_eq!((padded.lengths(), padded.real_items(), padded.cut_items()), (&[2, 1][..], 3, 0));
/// assert_eq!(padded.mask_valid(), array![[true, true, false], [true, false, false]]);
/// assert_eq!(padded.mask_pad(), padded.mask_valid().mapv(|valid| !valid));
/// assert_eq!((padded.side(), padded.source_rows()), (Side::Right, &[0, 1][..]));
/// assert_eq!(padded.unpad()?, rows);
/// let (data, extents) = padded.into_parts();
/// assert_eq!((data.dim(), extents.width()), ((2, 3), 3));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "batch_first")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Padded<T, D: Dimension = Ix2> {
    pub(super) data: Array<T, D>,
    pub(super) extents: RowExtents,
}

impl<T, D: Dimension> Padded<T, D> {
    /// The values and the padding, `[N, width]` and the inner shape.
    pub fn data(&self) -> ArrayView<'_, T, D> {
        self.data.view()
    }

    /// The values and the padding, moved out.
    ///
    /// ```
    /// use burn_prep::ragged::{Padding, Ragged};
    /// let padded = Ragged::from_rows([vec![1], vec![2, 3]]).pad(&Padding::new(0))?;
    /// assert_eq!(padded.into_data(), ndarray::array![[1, 0], [2, 3]]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn into_data(self) -> Array<T, D> {
        self.data
    }

    /// The lengths of the rows and the side of the padding, without the values.
    pub fn extents(&self) -> &RowExtents {
        &self.extents
    }

    /// Moves out the padded array and the lengths of its rows.
    pub fn into_parts(self) -> (Array<T, D>, RowExtents) {
        (self.data, self.extents)
    }

    /// The number of real cells in each row.
    pub fn lengths(&self) -> &[usize] {
        self.extents.lengths()
    }

    /// The side that holds the padding.
    pub fn side(&self) -> Side {
        self.extents.side()
    }

    /// The index of the source row of each padded row: ascending, and repeated where a row was split into several
    /// windows.
    #[doc(alias = "overflow_to_sample_mapping")]
    pub fn source_rows(&self) -> &[usize] {
        self.extents.source_rows()
    }

    /// The number of real cells of all rows: what a mean over a batch divides by.
    #[doc(alias = "num_items_in_batch")]
    pub fn real_items(&self) -> usize {
        self.extents.real_items()
    }

    /// The number of cells that truncation left out.
    pub fn cut_items(&self) -> usize {
        self.extents.cut_items()
    }

    /// The mask `[N, width]` that is `true` at padding, as [`RowExtents::mask_pad`].
    #[doc(alias = "key_padding_mask")]
    pub fn mask_pad(&self) -> Array2<bool> {
        self.extents.mask_pad()
    }

    /// The mask `[N, width]` that is `true` at real cells, as [`RowExtents::mask_valid`].
    #[doc(alias = "attention_mask")]
    pub fn mask_valid(&self) -> Array2<bool> {
        self.extents.mask_valid()
    }

    /// The position ids `[N, width]`: the index of each real cell in its row, as [`RowExtents::position_ids`].
    ///
    /// # Errors
    ///
    /// The last position is beyond `i64`.
    ///
    /// ```
    /// use burn_prep::ragged::{Padding, Ragged};
    /// let padded = Ragged::from_rows([vec![7, 8], vec![5]]).pad(&Padding::new(0))?;
    /// assert_eq!(padded.position_ids(0, -1)?, ndarray::array![[0, 1], [0, -1]]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn position_ids(&self, start: i64, padding: i64) -> Result<Array2<i64>> {
        self.extents.position_ids(start, padding)
    }

    /// The cumulative sequence lengths: the offset of each row among the real cells, as [`RowExtents::cu_seqlens`].
    ///
    /// # Errors
    ///
    /// A number does not fit into `I`.
    ///
    /// ```
    /// use burn_prep::ragged::{Padding, Ragged};
    /// let padded = Ragged::from_rows([vec![7, 8], vec![5]]).pad(&Padding::new(0))?;
    /// assert_eq!(padded.cu_seqlens::<i32>()?, [0, 2, 3]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "cu_seq_lens")]
    pub fn cu_seqlens<I: TryFrom<usize>>(&self) -> Result<Vec<I>> {
        self.extents.cu_seqlens()
    }

    /// Removes the padding and returns ragged rows. Truncated cells are not restored, and windows remain separate rows.
    ///
    /// # Errors
    ///
    /// The values do not fit into memory a second time.
    #[doc(alias = "unpad_sequence")]
    pub fn unpad(&self) -> Result<Ragged<T>>
    where
        T: Clone,
    {
        unpad(self.data.view(), self.lengths(), self.side())
    }

    /// Converts the array to one with a dynamic number of dimensions.
    ///
    /// ```
    /// use burn_prep::ragged::{Padding, Ragged};
    /// let padded = Ragged::from_rows([vec![1], vec![2, 3]]).pad(&Padding::new(0))?;
    /// assert_eq!(padded.into_dyn().data().ndim(), 2);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn into_dyn(self) -> Padded<T, IxDyn> {
        Padded { data: self.data.into_dyn(), extents: self.extents }
    }
}

/// Removes the padding from an array of `[N, width]` and an inner shape: keeps the first `lengths` cells of each row,
/// or the last ones with [`Side::Left`]. Lengths are not clamped.
///
/// # Errors
///
/// There are fewer than two dimensions, or another number of lengths than rows; a length is negative or
/// beyond the width.
///
/// ```
/// use burn_prep::ragged::{Ragged, Side, unpad};
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
        return Err(fault!(RANK_TOO_LOW, array.ndim(), "2 or more"));
    };
    if lengths.len() != *rows {
        return Err(fault!(LENGTHS_COUNT_MISMATCH, lengths.len(), rows));
    }
    let partition = RowPartition::from_lengths(lengths)?;
    if let Some(row) = partition.ranges().position(|row| row.len() > *width) {
        return Err(fault!(LENGTH_TOO_LONG, lengths[row], format_args!("at most {width}")).at_index(row));
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
