//! Dimensions added and merged.

use std::num::NonZeroUsize;

use crate::error::{Result, fault};
use crate::ragged::levels::{Level, assemble, axis_of, partitions_to};
use crate::ragged::room::reserved;
use crate::ragged::{Ragged, RaggedOrDense, RowPartition};

impl<T: Clone> Ragged<T> {
    /// The same values with a new dimension of size 1 at `axis`; `rank()`, or -1, is behind all others.
    ///
    /// # Errors
    ///
    /// There can be no such axis.
    ///
    /// ```
    /// use burn_prep::ragged::Ragged;
    /// let rows = Ragged::from_rows([vec![1, 2], vec![3]]);
    /// assert_eq!(rows.expand_dims(0)?.bounding_shape(), [1, 2, 2]);
    /// assert_eq!(rows.expand_dims(-1)?.inner_shape(), [1]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "unsqueeze")]
    pub fn expand_dims(&self, axis: isize) -> Result<Self> {
        let axis = axis_of(axis, self.rank() + 1)?;
        let mut levels = self.levels();
        levels.insert(axis, Level::Fixed(1));
        assemble(&levels, self.values().to_vec())?.into_ragged()
    }

    /// Merges the axes from `outer` to `inner` into one; the values and their order stay the same.
    ///
    /// # Errors
    ///
    /// There are no such axes, or `outer` stands behind `inner`.
    ///
    /// ```
    /// use burn_prep::ragged::Ragged;
    /// let rows: Ragged<i32> = Ragged::from_nested(vec![vec![vec![1, 2], vec![3]], vec![], vec![vec![4]]]);
    /// assert_eq!(rows.merge_dims(1, 2)?.into_ragged()?, Ragged::from_rows([vec![1, 2, 3], vec![], vec![4]]));
    /// assert_eq!(rows.merge_dims(0, -1)?.into_dense()?, ndarray::array![1, 2, 3, 4].into_dyn());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "flatten")]
    #[doc(alias = "ak.flatten")]
    pub fn merge_dims(&self, outer: isize, inner: isize) -> Result<RaggedOrDense<T>> {
        let (first, last) = (axis_of(outer, self.rank())?, axis_of(inner, self.rank())?);
        if first > last {
            return Err(fault!(AXIS_OUT_OF_RANGE, outer, format_args!("at most {inner}, the inner axis")));
        }
        let levels = self.levels();
        let size = levels[first..=last].iter().try_fold(1_usize, |size, level| match level {
            Level::Fixed(length) => size.checked_mul(*length),
            Level::Rows(_) => None,
        });
        let merged = match size {
            Some(size) => Level::Fixed(size),
            None => {
                let partitions = partitions_to(&levels, last)?;
                let rows = partitions[first + 1..].iter();
                Level::Rows(rows.fold(partitions[first].clone(), |rows, inner| rows.merged(inner)))
            }
        };
        let levels = [&levels[..first], &[merged], &levels[last + 1..]].concat();
        assemble(&levels, self.values().to_vec())
    }

    /// The windows of each innermost row: `size` cells that start every `stride` cells, whole ones only.
    /// A row shorter than `size` has none.
    ///
    /// # Errors
    ///
    /// The windows do not fit into memory.
    ///
    /// ```
    /// use burn_prep::ragged::Ragged;
    /// use std::num::NonZeroUsize;
    /// let two = NonZeroUsize::new(2).unwrap();
    /// let windows = Ragged::from_rows([vec![1, 2, 3, 4, 5], vec![6]]).windows(two, two)?;
    /// assert_eq!(windows, Ragged::from_nested(vec![vec![vec![1, 2], vec![3, 4]], vec![]]));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "window")]
    #[doc(alias = "timeseries_dataset_from_array")]
    #[doc(alias = "unfold")]
    #[doc(alias = "sliding_window")]
    pub fn windows(&self, size: NonZeroUsize, stride: NonZeroUsize) -> Result<Self> {
        let (size, stride) = (size.get(), stride.get());
        let counts: Vec<usize> = self
            .innermost()
            .ranges()
            .map(|row| row.len().checked_sub(size).map_or(0, |rest| rest / stride + 1))
            .collect();
        let rows = RowPartition::from_lengths(&counts)?;
        let windows = RowPartition::from_uniform(size, rows.nvals())?;
        let block = self.block();
        let count = windows.nvals().saturating_mul(block);
        let mut values = reserved(count, 0)?;
        for (row, count) in self.innermost().starts().iter().zip(counts) {
            for window in 0..count {
                let start = row + window * stride;
                values.extend_from_slice(&self.values()[start * block..(start + size) * block]);
            }
        }
        let outer = &self.partitions()[..self.ragged_rank() - 1];
        let partitions = [outer, &[rows, windows]].concat();
        Ragged::new(values, partitions, self.inner_shape().to_vec())
    }
}
