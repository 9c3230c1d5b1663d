//! The copy of ragged rows into a rectangle.

use std::ops::Range;

use ndarray::{Array, Array2, ArrayD, ArrayView, Dimension, IxDyn};

use crate::error::{Error, Result, fault};
use crate::ragged::dense::cell_of;
use crate::ragged::padded_rows::{PaddedRows, filled};
use crate::ragged::room::{reserved, too_large};
use crate::ragged::{Padded, Padding, Ragged, RowPartition, Side};

impl<T: Clone + Send + Sync> Ragged<T> {
    /// Pads rows of values to a rectangle `[N, width]`: one allocation, one copy of each row.
    ///
    /// No rows give `[0, 0]`, or `[0, n]` where the width is given. Rows of cells have
    /// [`pad_cells`](Self::pad_cells), several ragged dimensions [`pad_shape`](Self::pad_shape).
    ///
    /// # Errors
    ///
    /// The rows are not of rank 2; a row is longer than the padding allows, and is named; the rectangle
    /// does not fit into memory.
    ///
    /// ```
    /// use burn_prep::ragged::{Padding, Ragged};
    /// let padded = Ragged::from_rows([vec![1, 2], vec![3]]).pad(&Padding::new(0))?;
    /// assert_eq!(padded.data(), ndarray::array![[1, 2], [3, 0]]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "pad_input")]
    #[doc(alias = "pad_sequence")]
    #[doc(alias = "to_tensor")]
    #[doc(alias = "to_padded_tensor")]
    pub fn pad(&self, padding: &Padding<T>) -> Result<Padded<T>> {
        self.pad_into(padding, Vec::new())
    }

    /// Pads rows as [`pad`](Self::pad) does, and reuses `buffer` where it is large enough, such as the memory of an
    /// earlier batch (`padded.into_data().into_raw_vec_and_offset().0`). Allocating new memory takes longer than the
    /// copy.
    ///
    /// # Errors
    ///
    /// As with [`pad`](Self::pad); the buffer is lost then.
    ///
    /// ```
    /// use burn_prep::ragged::{Padding, Ragged};
    /// let buffer = vec![7; 100];
    /// let place = buffer.as_ptr();
    /// let padded = Ragged::from_rows([vec![1, 2], vec![3]]).pad_into(&Padding::new(0), buffer)?;
    /// assert_eq!((padded.data(), padded.data().as_ptr()), (ndarray::array![[1, 2], [3, 0]].view(), place));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "out")]
    pub fn pad_into(&self, padding: &Padding<T>, buffer: Vec<T>) -> Result<Padded<T>> {
        if self.rank() != 2 {
            let expected = "rows of values, of rank 2 (Ragged::pad_cells)";
            return Err(Error::shape("pad", self.bounding_shape(), expected));
        }
        let (plan, data) = self.rectangle(padding, buffer)?;
        let shape = (plan.runs.len(), plan.width);
        let data = Array2::from_shape_vec(shape, data).map_err(|_| Error::elements("pad", shape))?;
        Ok(plan.padded(data, padding.side))
    }

    /// Pads rows of cells to an array of `[N, width]` and the inner shape.
    ///
    /// # Errors
    ///
    /// As with [`pad`](Self::pad); there are several ragged dimensions; the padding does not broadcast to
    /// the inner shape.
    ///
    /// ```
    /// use burn_prep::ragged::{Padding, Ragged};
    /// let points = Ragged::from_lengths(vec![0, 1], &[2, 0])?.with_values(vec![1, 2, 3, 4], vec![2])?;
    /// let padded = points.pad_cells(&Padding::new(9))?;
    /// assert_eq!(padded.data(), ndarray::array![[[1, 2], [3, 4]], [[9, 9], [9, 9]]].into_dyn());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "pad_sequence")]
    #[doc(alias = "padded_batch")]
    pub fn pad_cells(&self, padding: &Padding<T>) -> Result<Padded<T, IxDyn>> {
        if self.ragged_rank() != 1 {
            let expected = "one ragged dimension (Ragged::pad_shape)";
            return Err(Error::shape("pad_cells", self.bounding_shape(), expected));
        }
        let (plan, data) = self.rectangle(padding, Vec::new())?;
        let shape = [&[plan.runs.len(), plan.width], self.inner_shape()].concat();
        let data =
            ArrayD::from_shape_vec(IxDyn(&shape), data).map_err(|_| Error::elements("pad_cells", shape))?;
        Ok(plan.padded(data, padding.side))
    }

    /// Fills short rows up to the width and leaves longer rows unchanged, which tokenizers call padding. The overflow
    /// policy is not used.
    ///
    /// # Errors
    ///
    /// As with [`pad_cells`](Self::pad_cells), but no row is too long.
    ///
    /// ```
    /// use burn_prep::ragged::{PadTo, Padding, Ragged, Side};
    /// let rows = Ragged::from_rows([vec![1, 2, 3], vec![4]]);
    /// let filled = rows.fill_rows(&Padding::new(0).to(PadTo::Exactly(2)).side(Side::Left))?;
    /// assert_eq!(filled, Ragged::from_rows([vec![1, 2, 3], vec![0, 4]]));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "pad_encodings")]
    pub fn fill_rows(&self, padding: &Padding<T>) -> Result<Self> {
        if self.ragged_rank() != 1 {
            return Err(Error::shape("fill_rows", self.bounding_shape(), "one ragged dimension"));
        }
        let fill = cell_of(padding.fill.view(), self.inner_shape())?;
        let width = padding.width(self.outer().longest())?;
        let block = self.block();
        let lengths: Vec<usize> = self.outer().ranges().map(|row| row.len().max(width)).collect();
        let total = lengths.iter().try_fold(0_usize, |sum, length| sum.checked_add(*length));
        let count = total.and_then(|total| total.checked_mul(block));
        let count = count.ok_or_else(|| too_large(format_args!("{} rows of {width}", lengths.len())))?;
        let mut values: Vec<T> = reserved(count, 0)?;
        for row in self.outer().ranges() {
            let missing = width.saturating_sub(row.len()) * block;
            let filling = || fill.iter().cycle().take(missing).cloned();
            if padding.side == Side::Left {
                values.extend(filling());
            }
            values.extend_from_slice(&self.values()[row.start * block..row.end * block]);
            if padding.side == Side::Right {
                values.extend(filling());
            }
        }
        Self::new(values, vec![RowPartition::from_lengths(&lengths)?], self.inner_shape().to_vec())
    }

    /// The rows' plan and the rectangle's values.
    fn rectangle(&self, padding: &Padding<T>, buffer: Vec<T>) -> Result<(PaddedRows, Vec<T>)> {
        let fill = cell_of(padding.fill.view(), self.inner_shape())?;
        let plan = padding.plan(self.outer().ranges(), self.outer().longest())?;
        let block = self.block();
        let data = plan.rectangle(&fill, padding.side, block, buffer, |row, run, cells| {
            debug_assert!(row < self.len());
            cells.clone_from_slice(&self.values()[run.start * block..run.end * block]);
        })?;
        Ok((plan, data))
    }

    /// Pads all ragged dimensions at once, to their longest rows or to sizes that are not smaller.
    ///
    /// `sizes` has a size, or `None` for the natural one, for each dimension. With [`Side::Left`] every
    /// ragged dimension is filled in front; rows that are added stand behind the others. `fill` is a
    /// scalar, or broadcasts to the inner shape.
    ///
    /// # Errors
    ///
    /// A size is smaller than the rows, or an inner one differs; the number of sizes is not the rank; the
    /// padding does not broadcast to the inner shape; the array does not fit into memory.
    ///
    /// ```
    /// use burn_prep::ragged::{Ragged, Side};
    /// use ndarray::{array, aview0};
    /// let nested = Ragged::from_nested(vec![vec![vec![1, 2], vec![3]], vec![vec![4]]]);
    /// let left = nested.pad_shape(aview0(&0), Side::Left, &[None; 3])?;
    /// assert_eq!(left, array![[[1, 2], [0, 3]], [[0, 0], [0, 4]]].into_dyn());
    /// assert!(nested.pad_shape(aview0(&0), Side::Right, &[None, Some(1), None]).is_err());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "output_size")]
    #[doc(alias = "to_padded_tensor")]
    #[doc(alias = "pad_stack")]
    pub fn pad_shape<D: Dimension>(
        &self,
        fill: ArrayView<'_, T, D>,
        side: Side,
        sizes: &[Option<usize>],
    ) -> Result<ArrayD<T>> {
        let mut shape = self.bounding_shape();
        if sizes.len() != shape.len() {
            return Err(fault!(SHAPE_RANK_MISMATCH, sizes.len(), shape.len()));
        }
        for (axis, (natural, size)) in shape.iter_mut().zip(sizes).enumerate() {
            let Some(size) = *size else { continue };
            if axis > self.ragged_rank() && size != *natural {
                return Err(fault!(INNER_DIM_MISMATCH, format_args!("{size} for axis {axis}"), natural));
            }
            if size < *natural {
                let found = format_args!("{size} for axis {axis}").to_string();
                return Err(fault!(OUTPUT_SIZE_TOO_SMALL, found, format_args!("{natural} or more")));
            }
            *natural = size;
        }
        let fill = cell_of(fill.into_dyn(), self.inner_shape())?;
        let count = shape.iter().try_fold(1_usize, |count, size| count.checked_mul(*size));
        let count = count.ok_or_else(|| too_large(format_args!("{shape:?}")))?;
        let mut data = filled(&fill, count)?;
        if count > 0 {
            self.place(0, 0..self.len(), side, &shape, &mut data);
        }
        Array::from_shape_vec(IxDyn(&shape), data).map_err(|_| Error::elements("pad_shape", shape))
    }

    /// Copies the items of a level into the block that holds them.
    fn place(&self, level: usize, items: Range<usize>, side: Side, sizes: &[usize], block: &mut [T]) {
        let size: usize = sizes[1..].iter().product();
        let before = if level > 0 && side == Side::Left { sizes[0] - items.len() } else { 0 };
        let block = &mut block[before * size..][..items.len() * size];
        let Some(partition) = self.partitions().get(level) else {
            return block.clone_from_slice(&self.values()[items.start * size..items.end * size]);
        };
        for (item, block) in items.zip(block.chunks_exact_mut(size)) {
            if let Some(inside) = partition.row(item) {
                self.place(level + 1, inside, side, &sizes[1..], block);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ragged::PadTo;
    use crate::ragged::padded_rows::PARALLEL;
    use ndarray::array;

    #[test]
    fn a_row_that_is_too_long_is_named() {
        let rows = Ragged::from_rows([vec![1], vec![2, 3, 4]]);
        let error = rows.pad(&Padding::new(0).to(PadTo::Exactly(2))).unwrap_err();
        assert_eq!(error.index(), Some(1));
        assert!(error.to_string().contains("found a row of 3, expected at most 2"), "{error}");
    }

    #[test]
    fn pad_of_empty_rows_and_no_rows_is_legal() {
        let empty = Ragged::<i32>::from_rows([vec![], vec![5]]);
        assert_eq!(empty.pad(&Padding::new(9)).unwrap().data(), array![[9], [5]]);
        let none = Ragged::<i32>::from_rows(Vec::<Vec<i32>>::new());
        assert_eq!(none.pad(&Padding::new(9)).unwrap().data().shape(), [0, 0]);
        let uniform = Ragged::<i32>::from_uniform(vec![], 3, Some(0)).unwrap();
        assert_eq!(uniform.pad(&Padding::new(9)).unwrap().data().shape(), [0, 3]);
        let wide = none.pad(&Padding::new(9).to(PadTo::Exactly(4))).unwrap();
        assert_eq!(wide.data().shape(), [0, 4]);
        assert_eq!(wide.mask_pad().shape(), [0, 4]);
    }

    #[test]
    fn pad_to_a_width_beyond_memory_is_an_error() {
        let none = Ragged::<u8>::from_rows(Vec::<Vec<u8>>::new());
        assert!(none.pad(&Padding::new(0).to(PadTo::Exactly(usize::MAX))).is_err());
        let rows = Ragged::from_rows([vec![1_i64], vec![2]]);
        for width in [usize::MAX, usize::MAX / 32] {
            let padding = Padding::new(0).to(PadTo::Exactly(width));
            assert!(rows.pad(&padding).unwrap_err().is_usage());
            assert!(rows.fill_rows(&padding).unwrap_err().is_usage());
            assert!(rows.pad_shape(ndarray::aview0(&0), Side::Left, &[None, Some(width)]).is_err());
        }
    }

    #[test]
    fn pad_of_cells_of_nothing_has_room_for_the_mask() {
        let nothing =
            Ragged::<i32>::new(vec![], vec![RowPartition::from_lengths(&[0]).unwrap()], vec![0]).unwrap();
        let padded = nothing.pad_cells(&Padding::new(0).to(PadTo::Exactly(3))).unwrap();
        assert_eq!((padded.data().shape(), padded.mask_pad()), (&[1, 3, 0][..], array![[true; 3]]));
        assert!(nothing.pad_cells(&Padding::new(0).to(PadTo::Exactly(1 << 60))).unwrap_err().is_usage());
    }

    #[test]
    fn pad_copies_large_rows_in_parallel_to_the_same() {
        let lengths: Vec<usize> = (0..1500).map(|row| row * 7 % 1200).collect();
        let rows = Ragged::from_lengths((0..lengths.iter().sum()).collect(), &lengths).unwrap();
        for side in [Side::Right, Side::Left] {
            let padding = Padding::new(usize::MAX).side(side);
            let padded = rows.pad(&padding).unwrap();
            assert!(padded.data().len() > PARALLEL);
            assert_eq!(padded.unpad().unwrap(), rows);
            // The memory of another batch holds nothing of it afterwards.
            let used = vec![9; padded.data().len() + 3];
            assert_eq!(rows.pad_into(&padding, used).unwrap(), padded);
            // What counts is how much the memory holds, not how much was in it.
            let mut used = Vec::with_capacity(padded.data().len());
            used.resize(77, 9);
            let place = used.as_ptr();
            let again = rows.pad_into(&padding, used).unwrap();
            assert_eq!((&again, again.data().as_ptr()), (&padded, place));
        }
    }
}
