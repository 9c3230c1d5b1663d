//! Rows to a rectangle, and masks of lengths.

use ndarray::{ArrayD, ArrayView, ArrayViewD, Dimension, IxDyn};

use crate::error::{Error, Result, fault};
use crate::ragged::padded_rows::filled;
use crate::ragged::partition::AsIndex;
use crate::ragged::room::{reserved, too_large};
use crate::ragged::{Ragged, RowPartition};

impl<T: Clone> Ragged<T> {
    /// The rows as an array of their [bounding shape](Self::bounding_shape), with `default` where there
    /// is no value: on the right of short rows.
    ///
    /// No rows give `[0, 0]` and the inner shape. [`pad`](Self::pad) has the side, the length and masks.
    ///
    /// # Errors
    ///
    /// The array does not fit into memory.
    ///
    /// ```
    /// use burn_prep::ragged::Ragged;
    /// use ndarray::{array, aview0, aview1};
    ///
    /// let rows = Ragged::from_rows([vec![1, 2, 3], vec![], vec![4]]);
    /// assert_eq!(rows.to_dense(0)?, array![[1, 2, 3], [0, 0, 0], [4, 0, 0]].into_dyn());
    /// // Rows are cut or filled to the sizes that are given.
    /// assert_eq!(rows.to_dense_of(aview0(&9), &[Some(2), Some(2)])?, array![[1, 2], [9, 9]].into_dyn());
    /// // A default of the shape of the cells.
    /// let cells = rows.with_values((0..8).collect(), vec![2])?;
    /// let dense = cells.to_dense_of(aview1(&[-1, -2]), &[None, Some(1), None])?;
    /// assert_eq!(dense, array![[[0, 1]], [[-1, -2]], [[6, 7]]].into_dyn());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "convert_to_numpy")]
    #[doc(alias = "to_tensor")]
    #[doc(alias = "to_padded_tensor")]
    #[doc(alias = "ak.to_numpy")]
    pub fn to_dense(&self, default: T) -> Result<ArrayD<T>> {
        self.to_dense_of(ndarray::aview0(&default), &vec![None; self.rank()])
    }

    /// Converts the rows to an array of a given shape: for each dimension a size, or `None` for that of the bounding
    /// shape.
    ///
    /// A smaller size cuts the tail, a larger one fills it, rows too; 0 is allowed. `default` is a
    /// scalar, or an array that broadcasts to the inner shape.
    ///
    /// # Errors
    ///
    /// The shape has another rank, a negative size or another inner size; the default does not broadcast
    /// to the inner shape; the array does not fit into memory.
    #[doc(alias = "to_tensor")]
    pub fn to_dense_of<D: Dimension>(
        &self,
        default: ArrayView<'_, T, D>,
        shape: &[Option<isize>],
    ) -> Result<ArrayD<T>> {
        let cell = cell_of(default.into_dyn(), self.inner_shape())?;
        let sizes = self.sizes(shape)?;
        let count = sizes.iter().try_fold(1_usize, |count, &size| count.checked_mul(size));
        let count = count.ok_or_else(|| too_large(format_args!("{sizes:?}")))?;
        let mut data = filled(&cell, count)?;
        if count > 0 {
            self.fill(0, 0..self.len(), &sizes, &mut data);
        }
        ArrayD::from_shape_vec(IxDyn(&sizes), data).map_err(|_| Error::elements("to_dense", sizes))
    }

    /// The sizes asked for, with the natural ones in the gaps.
    fn sizes(&self, shape: &[Option<isize>]) -> Result<Vec<usize>> {
        let mut sizes = self.bounding_shape();
        if shape.len() != sizes.len() {
            return Err(fault!(SHAPE_RANK_MISMATCH, shape.len(), sizes.len()));
        }
        let first_inner = 1 + self.ragged_rank();
        for (axis, size) in shape.iter().enumerate() {
            let Some(asked) = *size else { continue };
            let found = || format!("{asked} for axis {axis}");
            let asked = usize::try_from(asked).map_err(|_| fault!(NEGATIVE_SHAPE, found(), "0 or more"))?;
            if axis >= first_inner && asked != sizes[axis] {
                return Err(fault!(INNER_DIM_MISMATCH, found(), sizes[axis]));
            }
            sizes[axis] = asked;
        }
        Ok(sizes)
    }

    /// Copies the items `items` of a level over the block of the output that holds them.
    fn fill(&self, level: usize, items: std::ops::Range<usize>, sizes: &[usize], block: &mut [T]) {
        let items = items.start..items.end.min(items.start.saturating_add(sizes[0]));
        let size: usize = sizes[1..].iter().product();
        let Some(partition) = self.partitions().get(level) else {
            let values = &self.values()[items.start * size..items.end * size];
            block[..values.len()].clone_from_slice(values);
            return;
        };
        for (item, block) in items.zip(block.chunks_exact_mut(size)) {
            if let Some(inside) = partition.row(item) {
                self.fill(level + 1, inside, &sizes[1..], block);
            }
        }
    }

    /// An array, if all rows of each dimension are equally long.
    ///
    /// # Errors
    ///
    /// The rows differ in length; the first row that differs is named. Without rows, the length is that of a uniform
    /// partition, else 0.
    ///
    /// ```
    /// use burn_prep::ragged::Ragged;
    /// assert_eq!(Ragged::from_rows([vec![1, 2], vec![3, 4]]).to_regular()?, ndarray::array![[1, 2], [3, 4]].into_dyn());
    /// let uneven = Ragged::from_rows([vec![1, 2], vec![3]]);
    /// assert!(uneven.to_regular().is_err() && !uneven.is_regular());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "ak.to_regular")]
    #[doc(alias = "ak.to_numpy")]
    pub fn to_regular(&self) -> Result<ArrayD<T>> {
        for (axis, partition) in self.partitions().iter().enumerate() {
            let first = partition.row(0).map_or(0, |row| row.len());
            if let Some(row) = partition.ranges().position(|row| row.len() != first) {
                let length = partition.row(row).map_or(0, |row| row.len());
                let found = format!("row {row} of {length} on axis {}", axis + 1);
                return Err(fault!(NOT_REGULAR, found, format_args!("{first} as in row 0")));
            }
        }
        let shape = self.bounding_shape();
        ArrayD::from_shape_vec(IxDyn(&shape), self.values().to_vec())
            .map_err(|_| Error::elements("to_regular", shape))
    }
}

impl<T> Ragged<T> {
    /// Whether all rows of each dimension are equally long.
    pub fn is_regular(&self) -> bool {
        let even = |partition: &RowPartition| {
            let mut lengths = partition.ranges().map(|row| row.len());
            let first = lengths.next();
            lengths.all(|length| Some(length) == first)
        };
        self.partitions().iter().all(even)
    }
}

/// The mask `[lengths.., width]` that is `true` at the first `length` positions of each row.
///
/// If `width` is `None`, it is the largest length; a smaller width cuts rows off. Without lengths the mask has no rows.
///
/// # Errors
///
/// A length is negative, or the mask does not fit into memory.
///
/// ```
/// use burn_prep::ragged::sequence_mask;
/// use ndarray::{array, aview1};
/// assert_eq!(sequence_mask(aview1(&[1, 2]), None)?, array![[true, false], [true, true]].into_dyn());
/// assert_eq!(sequence_mask(aview1(&[0, 0]), Some(1))?, array![[false], [false]].into_dyn());
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "tf.sequence_mask")]
#[doc(alias = "attention_mask")]
pub fn sequence_mask<I: AsIndex, D: Dimension>(
    lengths: ArrayView<'_, I, D>,
    width: Option<usize>,
) -> Result<ArrayD<bool>> {
    let mut counts = Vec::with_capacity(lengths.len());
    for (at, length) in lengths.iter().enumerate() {
        let found = || format!("{length} for row {at}");
        counts.push(length.index().ok_or_else(|| fault!(NEGATIVE_LENGTH, found(), "0 or more"))?);
    }
    let width = width.unwrap_or_else(|| counts.iter().copied().max().unwrap_or(0));
    let count = counts.len().checked_mul(width);
    let count = count.ok_or_else(|| too_large(format_args!("{} rows of {width}", counts.len())))?;
    let mut mask: Vec<bool> = reserved(count, 0)?;
    for (row, count) in counts.into_iter().enumerate() {
        let start = row * width;
        mask.resize(start + count.min(width), true);
        mask.resize(start + width, false);
    }
    let shape = [lengths.shape(), &[width]].concat();
    ArrayD::from_shape_vec(IxDyn(&shape), mask).map_err(|_| Error::elements("sequence_mask", shape))
}

/// One cell of a default value, which broadcasts to the inner shape.
pub(super) fn cell_of<T: Clone>(default: ArrayViewD<'_, T>, inner: &[usize]) -> Result<Vec<T>> {
    if default.ndim() > inner.len() {
        let found = format_args!("{:?}", default.shape()).to_string();
        return Err(fault!(DEFAULT_VALUE_RANK, found, format_args!("at most {} dimensions", inner.len())));
    }
    if let (0, Some(value)) = (default.ndim(), default.first()) {
        return Ok(vec![value.clone()]);
    }
    let cell = default.broadcast(IxDyn(inner)).ok_or_else(|| {
        let found = format_args!("{:?}", default.shape()).to_string();
        fault!(DEFAULT_VALUE_NOT_BROADCASTABLE, found, format_args!("{inner:?}"))
    })?;
    Ok(cell.iter().cloned().collect())
}
