//! Selection of rows and items by index or by mask.

use crate::error::{Result, fault};
use crate::ragged::levels::{Level, Operand, Runs, assemble, axis_of, last_ragged, partitions_to};
use crate::ragged::partition::AsIndex;
use crate::ragged::{Ragged, RaggedOrDense, RowPartition};

impl<T: Clone> Ragged<T> {
    /// Selects the items of `axis` at the given indices: the result has the shape of the rows before `axis`, then that
    /// of the indices behind the batch dimensions, then that of an item.
    ///
    /// The first `batch_dims` dimensions of the rows and of the indices are the same, and each batch is
    /// indexed by itself: every index is checked against its own row.
    ///
    /// # Errors
    ///
    /// An index is negative or beyond its row; there is no such axis; `batch_dims` is more than `axis` or
    /// than the indices have; the batches differ.
    ///
    /// ```
    /// use burn_prep::ragged::Ragged;
    /// use ndarray::aview1;
    ///
    /// let rows = Ragged::from_rows([vec![1, 2, 3], vec![4], vec![5, 6]]);
    /// assert_eq!(rows.gather(aview1(&[2, 0]), 0, 0)?.into_ragged()?, rows.take(&[2, 0])?);
    /// let own = Ragged::from_rows([vec![2], vec![0], vec![1, 0]]);
    /// assert_eq!(rows.gather(&own, 1, 1)?.into_ragged()?, Ragged::from_rows([vec![3], vec![4], vec![6, 5]]));
    /// let of_the_next_row = Ragged::from_rows([vec![3], vec![0], vec![0]]);
    /// assert!(rows.gather(&of_the_next_row, 1, 1).is_err());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "index_select")]
    pub fn gather<'a, I: AsIndex + 'a>(
        &self,
        indices: impl Into<Operand<'a, I>>,
        axis: isize,
        batch_dims: usize,
    ) -> Result<RaggedOrDense<T>> {
        let indices = indices.into();
        let axis = axis_of(axis, self.rank())?;
        if batch_dims > axis || batch_dims > indices.rank() {
            let expected = format!("at most {}", axis.min(indices.rank()));
            return Err(fault!(AXIS_OUT_OF_RANGE, format_args!("{batch_dims} batch dimensions"), expected));
        }
        let (levels, index_levels) = (self.levels(), indices.levels());
        let partitions = partitions_to(&levels, axis)?;
        let own = match index_levels.len() {
            0 => Vec::new(),
            rank => partitions_to(&index_levels, rank - 1)?,
        };
        for (at, (rows, batch)) in partitions.iter().zip(&own).take(batch_dims).enumerate() {
            same_rows(rows, batch, at)?;
        }
        // The batch of each row along the axis.
        let mut batch: Vec<usize> = (0..partitions[batch_dims].nrows()).collect();
        for partition in &partitions[batch_dims..axis] {
            batch = partition.ranges().zip(batch).flat_map(|(row, batch)| row.map(move |_| batch)).collect();
        }
        let mut found = levels[..axis].to_vec();
        let mut of_row = RowPartition::from_uniform(1, batch.len())?;
        let mut runs = Runs::of(batch);
        for (partition, level) in own.iter().zip(&index_levels).skip(batch_dims) {
            let (rows, inside) = runs.descend(partition)?;
            of_row = of_row.merged(&rows);
            runs = inside;
            found.push(if let Level::Fixed(_) = level { level.clone() } else { Level::Rows(rows) });
        }
        let numbers = runs.copy(&indices.values(), 1)?;
        let mut items = Runs::default();
        for (row, of_row) in partitions[axis].ranges().zip(of_row.ranges()) {
            for number in &numbers[of_row] {
                let at = number.index().filter(|at| *at < row.len()).ok_or_else(|| {
                    fault!(INDEX_OUT_OF_RANGE, number, format_args!("0 or more and less than {}", row.len()))
                })?;
                items.push(row.start + at..row.start + at + 1);
            }
        }
        self.items(items, found, &levels[axis + 1..])
    }

    /// Items of an axis, in the dimensions `found`, with all that is below them.
    fn items(&self, items: Runs, mut found: Vec<Level>, below: &[Level]) -> Result<RaggedOrDense<T>> {
        let (below, cells, block) = items.below(below)?;
        found.extend(below);
        assemble(&found, cells.copy(self.values(), block)?)
    }

    /// Selects the rows at the indices `rows`, in that order.
    ///
    /// # Errors
    ///
    /// There is no such row.
    ///
    /// ```
    /// use burn_prep::ragged::Ragged;
    /// let rows = Ragged::from_rows([vec![1, 2], vec![], vec![3]]);
    /// assert_eq!(rows.take(&[2, 2, 0])?, Ragged::from_rows([vec![3], vec![3], vec![1, 2]]));
    /// assert_eq!(rows.filter_rows(|row| !row.is_empty())?, rows.take(&[0, 2])?);
    /// assert_eq!(rows.split(&[1, 2])?, [rows.take(&[0])?, rows.take(&[1, 2])?]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "index_select")]
    pub fn take(&self, rows: &[usize]) -> Result<Self> {
        self.gather(ndarray::aview1(rows), 0, 0)?.into_ragged()
    }

    /// Keeps the rows for which `keep` returns `true`; it is called with all values of a row.
    ///
    /// # Errors
    ///
    /// The rows do not fit into memory.
    #[doc(alias = "filter")]
    pub fn filter_rows(&self, mut keep: impl FnMut(&[T]) -> bool) -> Result<Self> {
        let rows: Vec<usize> =
            self.rows().enumerate().filter_map(|(at, row)| keep(row).then_some(at)).collect();
        self.take(&rows)
    }

    /// Splits the rows into consecutive groups of the sizes `counts`; [`concat`](Self::concat) on axis 0 joins them
    /// again.
    ///
    /// # Errors
    ///
    /// The counts do not add up to the number of rows.
    #[doc(alias = "chunk")]
    pub fn split(&self, counts: &[usize]) -> Result<Vec<Self>> {
        let groups = RowPartition::from_lengths(counts)?;
        if groups.nvals() != self.len() {
            return Err(fault!(COUNTS_SUM_MISMATCH, groups.nvals(), format_args!("{} rows", self.len())));
        }
        groups.ranges().map(|rows| self.take(&rows.collect::<Vec<_>>())).collect()
    }

    /// The items where the mask is true. A mask of the rows alone keeps rows; one of more dimensions has
    /// the same partitions as these rows, and keeps items of its last dimension, row by row.
    ///
    /// # Errors
    ///
    /// The mask has other rows, more dimensions, or none.
    ///
    /// ```
    /// use burn_prep::ragged::Ragged;
    /// let rows = Ragged::from_rows([vec![1, 2, 3], vec![4]]);
    /// let mask = Ragged::from_rows([vec![true, false, true], vec![false]]);
    /// assert_eq!(rows.boolean_mask(&mask)?, Ragged::from_rows([vec![1, 3], vec![]]));
    /// assert_eq!(rows.boolean_mask(ndarray::aview1(&[false, true]))?, Ragged::from_rows([vec![4]]));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "ak.mask")]
    #[doc(alias = "masked_select")]
    pub fn boolean_mask<'a>(&self, mask: impl Into<Operand<'a, bool>>) -> Result<Self> {
        let mask = mask.into();
        let (levels, mask_levels) = (self.levels(), mask.levels());
        if mask_levels.is_empty() || mask_levels.len() > levels.len() {
            let expected = format!("1 to {} dimensions", levels.len());
            return Err(fault!(
                MASK_SHAPE_MISMATCH,
                format_args!("{} dimensions", mask_levels.len()),
                expected
            ));
        }
        let axis = mask_levels.len() - 1;
        let partitions = partitions_to(&levels, axis)?;
        for (at, (rows, of_mask)) in partitions.iter().zip(partitions_to(&mask_levels, axis)?).enumerate() {
            if *rows != of_mask {
                let (found, expected) = (of_mask.lengths(), rows.lengths());
                let place = found.iter().zip(&expected).position(|(a, b)| a != b).unwrap_or(0);
                let (found, expected) = (found.get(place), expected.get(place));
                let say = |length: Option<&usize>| length.map_or("no row".to_owned(), usize::to_string);
                let found = format!("row {place} of {} on axis {at}", say(found));
                return Err(fault!(MASK_SHAPE_MISMATCH, found, say(expected)));
            }
        }
        let values = mask.values();
        let (mut splits, mut items) = (vec![0], Runs::default());
        for row in partitions[axis].ranges() {
            row.filter(|&at| values[at]).for_each(|at| items.push(at..at + 1));
            splits.push(items.len());
        }
        let mut found = levels[..axis].to_vec();
        found.push(Level::Rows(RowPartition::trusted(splits, None)));
        // What was dense behind the ragged dimensions and is masked now, is ragged.
        debug_assert!(axis == 0 || last_ragged(&found) == axis);
        self.items(items, found, &levels[axis + 1..])?.into_ragged()
    }
}

/// Whether operands have the same rows on an axis.
pub(crate) fn same_rows(first: &RowPartition, other: &RowPartition, axis: usize) -> Result<()> {
    if first == other {
        return Ok(());
    }
    if axis == 0 {
        return Err(fault!(ROW_COUNT_MISMATCH, other.nvals(), format_args!("{} rows", first.nvals())));
    }
    let row = first.ranges().zip(other.ranges()).position(|(a, b)| a != b).unwrap_or(0);
    let length = |partition: &RowPartition| partition.row(row).map_or(0, |row| row.len());
    let found = format!("row {row} of {} on axis {axis}", length(other));
    Err(fault!(SPLITS_MISMATCH, found, length(first)))
}
