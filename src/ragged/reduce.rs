//! Reductions of ragged rows along axes, and their result for empty rows.

use crate::error::{ErrorKind, Result};
use crate::ragged::levels::{Level, assemble, axis_of, partitions_to};
use crate::ragged::{Ragged, RaggedOrDense, RowPartition};

/// The result of a reduction over no values: of an empty row, or of a column that no row reaches.
///
/// ```
/// use burn_prep::ragged::{EmptyRow, Ragged};
///
/// let rows = Ragged::from_rows([vec![2.0_f32, 3.0], vec![]]);
/// let largest = |policy| rows.reduce().axis(1).empty(policy).max();
/// assert!(rows.reduce().axis(1).max().is_err());                    // max has no default
/// assert_eq!(largest(EmptyRow::Identity)?.into_dense()?[1], f32::NEG_INFINITY);
/// assert_eq!(largest(EmptyRow::DtypeExtreme)?.into_dense()?[1], f32::MIN);
/// assert!(largest(EmptyRow::Nan)?.into_dense()?[1].is_nan());
/// assert_eq!(rows.reduce().axis(1).max_or_none()?.into_dense()?, ndarray::array![Some(3.0), None].into_dyn());
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EmptyRow {
    /// The identity of the reduction: 0 for a sum, 1 for a product, `false` for any, `true` for all; for a maximum the
    /// lowest value of the type and for a minimum the highest, which for floats are -inf and +inf. A mean has no
    /// identity and is NaN.
    Identity,
    /// NaN; an error for integers, which have no NaN.
    Nan,
    /// An error.
    Error,
    /// As in TensorFlow: the lowest finite value of the type for a maximum, the highest for a minimum; otherwise the
    /// identity.
    DtypeExtreme,
}

/// A reduction of ragged rows along some axes: which axes, whether they are kept with size 1, and the result over no
/// values.
///
/// Without an axis all values are reduced to one. Reducing the last axis gives one result for each row; reducing axis 0
/// gives one for each column, over all rows that reach it. Sums and products of integers are checked: a result beyond
/// the type is an error. Those of floats are computed in `f64`.
///
/// ```
/// use burn_prep::ragged::Ragged;
/// use ndarray::array;
///
/// let rows = Ragged::from_rows([vec![3_i32, 1, 4], vec![], vec![5]]);
/// assert_eq!(rows.reduce().axis(1).sum()?.into_dense()?, array![8, 0, 5].into_dyn());
/// assert_eq!(rows.reduce().axis(0).sum()?.into_dense()?, array![8, 1, 4].into_dyn());
/// assert_eq!(rows.reduce().sum()?.into_dense()?, ndarray::arr0(13).into_dyn());
/// assert_eq!(rows.reduce().axes(&[0, 1]).keep_dims().prod()?.into_dense()?, array![[60]].into_dyn());
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "segment_min")]
#[doc(alias = "segment_prod")]
#[doc(alias = "segment_reduce")]
#[doc(alias = "reduce_sum")]
#[doc(alias = "reduce_mean")]
#[doc(alias = "reduce_max")]
#[doc(alias = "reduce_min")]
#[doc(alias = "reduce_prod")]
#[doc(alias = "reduce_variance")]
#[doc(alias = "reduce_std")]
#[doc(alias = "reduce_any")]
#[doc(alias = "reduce_all")]
#[doc(alias = "segment_sum")]
#[doc(alias = "ak.sum")]
#[derive(Debug, Clone)]
pub struct Reduction<'a, T> {
    pub(crate) rows: &'a Ragged<T>,
    pub(crate) axes: Option<Vec<isize>>,
    keep_dims: bool,
    pub(crate) empty: Option<EmptyRow>,
}

impl<T> Ragged<T> {
    /// Creates a reduction of these rows, along all axes unless others are set: `rows.reduce().axis(1).mean()` has the mean of
    /// each row.
    ///
    /// ```
    /// use burn_prep::ragged::Ragged;
    /// let rows = Ragged::from_rows([vec![1.0, 3.0], vec![5.0]]);
    /// assert_eq!(rows.reduce().axis(1).mean()?.into_dense()?, ndarray::array![2.0, 5.0].into_dyn());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "ak.max")]
    pub fn reduce(&self) -> Reduction<'_, T> {
        Reduction { rows: self, axes: None, keep_dims: false, empty: None }
    }
}

/// The output to which each value of a reduction belongs.
#[derive(Debug)]
pub(crate) struct ReductionPlan {
    levels: Vec<Level>,
    /// The output cell of each cell.
    cells: Vec<usize>,
    /// The place in the output cell of each place in a cell.
    inner: Vec<usize>,
    block: usize,
    count: usize,
    /// Along the one reduced axis, if it is ragged: the place of each cell in its row.
    pub(crate) places: Vec<usize>,
    /// The same, if it is an inner axis: of each place in a cell.
    pub(crate) inner_places: Vec<usize>,
}

impl<T> Reduction<'_, T> {
    /// Reduces one axis; negative ones count from the end.
    #[must_use]
    pub fn axis(self, axis: isize) -> Self {
        self.axes(&[axis])
    }

    /// Reduces several axes at once; an empty list leaves the shape as it is.
    #[must_use]
    pub fn axes(mut self, axes: &[isize]) -> Self {
        self.axes = Some(axes.to_vec());
        self
    }

    /// Keeps the reduced axes, with size 1.
    ///
    /// The result is an array if no ragged axis is left: reducing axis 0 of rows of rank 2 leaves one row, which is a
    /// plain dimension. Behind two axes that are kept, a ragged axis remains ragged, with its one row: `axes(&[0, 1])`
    /// of rows of rows gives rows `[1, 1, None]`, as in TensorFlow.
    #[doc(alias = "keepdims")]
    #[must_use]
    pub fn keep_dims(mut self) -> Self {
        self.keep_dims = true;
        self
    }

    /// Sets the result of a reduction over no values. The default is the identity for a sum, product, any and all; NaN
    /// for a mean, variance and standard deviation; an error for a maximum and minimum.
    #[must_use]
    pub fn empty(mut self, policy: EmptyRow) -> Self {
        self.empty = Some(policy);
        self
    }

    pub(crate) fn plan(&self) -> Result<ReductionPlan> {
        let rank = self.rows.rank();
        let mut reduced_axes = vec![self.axes.is_none(); rank];
        for &axis in self.axes.iter().flatten() {
            reduced_axes[axis_of(axis, rank)?] = true;
        }
        let ragged = self.rows.ragged_rank();
        let partitions = partitions_to(&self.rows.levels(), ragged)?;
        let mut levels = Vec::with_capacity(rank);
        // The output item of each item, and how many there are.
        let (mut of_item, mut count) = (vec![0_usize], 1_usize);
        let mut places = vec![0_usize];
        for (axis, (partition, reduced)) in partitions.iter().zip(&reduced_axes).enumerate() {
            let mut inside = Vec::with_capacity(partition.nvals());
            let mut inside_places = Vec::with_capacity(partition.nvals());
            if *reduced {
                for (row, of_item) in partition.ranges().zip(&of_item) {
                    inside.resize(row.end, *of_item);
                    inside_places.extend(0..row.len());
                }
                if self.keep_dims {
                    levels.push(Level::Fixed(1));
                }
            } else {
                let mut lengths = vec![0_usize; count];
                for (row, of_item) in partition.ranges().zip(&of_item) {
                    lengths[*of_item] = lengths[*of_item].max(row.len());
                }
                let rows = RowPartition::from_lengths(&lengths)?;
                for ((row, of_item), place) in partition.ranges().zip(&of_item).zip(&places) {
                    let start = rows.splits()[*of_item];
                    inside.extend(start..start + row.len());
                    inside_places.resize(row.end, *place);
                }
                count = rows.nvals();
                // Of one item there is one row, which is a plain dimension.
                let is_one = (axis <= 1 || !self.keep_dims) && reduced_axes[..axis].iter().all(|axis| *axis);
                levels.push(match partition.uniform_length().filter(|_| !lengths.is_empty()) {
                    _ if is_one => Level::Fixed(count),
                    Some(length) if lengths.iter().all(|found| *found == length) => {
                        Level::Rows(RowPartition::from_uniform(length, lengths.len())?)
                    }
                    _ => Level::Rows(rows),
                });
            }
            (of_item, places) = (inside, inside_places);
        }
        let (mut inner, mut inner_places, mut block) = (vec![0_usize], vec![0_usize], 1);
        for (&size, reduced) in self.rows.inner_shape().iter().zip(&reduced_axes[ragged + 1..]) {
            let step = if *reduced { (0, 1) } else { (1, size) };
            let next = |inner: &usize, at: usize| inner * step.1 + at * step.0;
            inner_places = inner_places
                .iter()
                .flat_map(|&place| (0..size).map(move |at| if *reduced { at } else { place }))
                .collect();
            inner = inner.iter().flat_map(|inner| (0..size).map(move |at| next(inner, at))).collect();
            block *= step.1;
            if !*reduced {
                levels.push(Level::Fixed(size));
            } else if self.keep_dims {
                levels.push(Level::Fixed(1));
            }
        }
        Ok(ReductionPlan { levels, cells: of_item, inner, block, count: count * block, places, inner_places })
    }

    /// The policy for the statistics of nothing, or an error where they are refused.
    pub(crate) fn policy(&self, default: EmptyRow) -> EmptyRow {
        self.empty.unwrap_or(default)
    }
}

impl ReductionPlan {
    /// Folds the values into one accumulator for each output.
    pub(crate) fn fold<T, A: Clone>(
        &self,
        values: &[T],
        first: A,
        mut add: impl FnMut(&mut A, &T, usize),
    ) -> Vec<A> {
        let mut found = vec![first; self.count];
        for (at, value) in values.iter().enumerate() {
            add(&mut found[self.output_of(at)], value, at);
        }
        found
    }

    /// Folds the values by runs of neighbours that have the same output.
    pub(crate) fn fold_runs<T, A: Clone>(
        &self,
        values: &[T],
        first: A,
        mut add: impl FnMut(&mut A, &[T]),
    ) -> Vec<A> {
        let mut found = vec![first; self.count];
        let mut start = 0;
        while start < values.len() {
            let output = self.output_of(start);
            let end = (start + 1..values.len()).find(|&at| self.output_of(at) != output);
            let end = end.unwrap_or(values.len());
            add(&mut found[output], &values[start..end]);
            start = end;
        }
        found
    }

    /// The output to which a value belongs.
    fn output_of(&self, at: usize) -> usize {
        let size = self.inner.len();
        self.cells[at / size] * self.block + self.inner[at % size]
    }

    pub(crate) fn assemble<A>(self, found: Vec<A>) -> Result<RaggedOrDense<A>> {
        assemble(&self.levels, found)
    }
}

/// The error of a statistic of nothing.
pub(crate) fn nothing(at: usize) -> crate::error::Error {
    crate::error::Error::from(ErrorKind::Empty {
        what: "reduced row (Reduction::empty says what its statistic is)",
    })
    .at_index(at)
}
