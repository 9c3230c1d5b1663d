//! Padding of separately stored rows and arrays to one rectangular array.

use std::ops::Range;

use ndarray::{Array2, ArrayD, ArrayView, Axis, Dimension, IxDyn};

use crate::error::{Error, Result};
use crate::ragged::dense::cell_of;
use crate::ragged::from_arrays::common_inner_shape;
use crate::ragged::{Padded, Padding};

impl<T: Clone + Send + Sync> Padding<T> {
    /// Pads rows of values to a rectangle `[N, width]`: one allocation, one copy of each row. No rows give
    /// `[0, 0]`, or `[0, n]` where the width is given.
    ///
    /// # Errors
    ///
    /// A row is longer than the padding allows, and is named; the rectangle does not fit into memory; the
    /// padding is no single value.
    ///
    /// ```
    /// use burn_prep::ragged::Padding;
    /// let padded = Padding::new(0).multiple_of(2).pad_rows(&[vec![1, 2, 3], vec![4]])?;
    /// assert_eq!(padded.data(), ndarray::array![[1, 2, 3, 0], [4, 0, 0, 0]]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "pad_sequences")]
    pub fn pad_rows<R: AsRef<[T]> + Sync>(&self, rows: &[R]) -> Result<Padded<T>> {
        let fill = cell_of(self.fill.view(), &[])?;
        let ranges = rows.iter().map(|row| 0..row.as_ref().len());
        let plan = self.plan(ranges.clone(), longest(ranges))?;
        let data = plan.rectangle(&fill, self.side, 1, Vec::new(), |row, run, cells| {
            cells.clone_from_slice(&rows[row].as_ref()[run.clone()]);
        })?;
        let shape = (plan.runs.len(), plan.width);
        let data = Array2::from_shape_vec(shape, data).map_err(|_| Error::elements("pad", shape))?;
        Ok(plan.padded(data, self.side))
    }

    /// Pads arrays of unequal length along their first axis, and stacks them: one allocation, one copy of
    /// each array, whatever its strides.
    ///
    /// The result is `[N, width]` and the shape of what is behind the first axis, which all have.
    ///
    /// # Errors
    ///
    /// There is no array, so that the shape is not known; an array is a scalar, or differs from the first in
    /// rank or in what is behind the first axis, or is longer than the padding allows, and is named; the
    /// padding does not broadcast to what is behind the first axis.
    ///
    /// ```
    /// use burn_prep::ragged::Padding;
    /// use ndarray::array;
    /// let (a, b) = (array![[1, 2], [3, 4]], array![[5, 6]]);
    /// let padded = Padding::new(0).pad_arrays(&[a.view(), b.view()])?;
    /// assert_eq!(padded.data(), array![[[1, 2], [3, 4]], [[5, 6], [0, 0]]].into_dyn());
    /// assert_eq!(padded.lengths(), [2, 1]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "pad_sequence")]
    #[doc(alias = "pad_stack")]
    pub fn pad_arrays<D: Dimension>(&self, arrays: &[ArrayView<'_, T, D>]) -> Result<Padded<T, IxDyn>> {
        let inner = common_inner_shape(arrays, 1)?;
        let fill = cell_of(self.fill.view(), &inner)?;
        let ranges = arrays.iter().map(|array| 0..array.shape()[0]);
        let plan = self.plan(ranges.clone(), longest(ranges))?;
        let block = inner.iter().product();
        let data = plan.rectangle(&fill, self.side, block, Vec::new(), |row, run, cells| {
            let array = &arrays[row];
            match array.as_slice() {
                Some(values) => cells.clone_from_slice(&values[run.start * block..run.end * block]),
                None => {
                    let items = array.view().into_dyn();
                    let items = items.slice_axis_move(Axis(0), (run.start..run.end).into());
                    cells.iter_mut().zip(items).for_each(|(cell, item)| *cell = item.clone());
                }
            }
        })?;
        let shape = [&[plan.runs.len(), plan.width], &inner[..]].concat();
        let data =
            ArrayD::from_shape_vec(IxDyn(&shape), data).map_err(|_| Error::elements("pad_arrays", shape))?;
        Ok(plan.padded(data, self.side))
    }
}

fn longest(rows: impl Iterator<Item = Range<usize>>) -> usize {
    rows.map(|row| row.len()).max().unwrap_or(0)
}
