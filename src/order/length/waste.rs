//! Statistics on how much of each batch is padding.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{Result, SequenceFault};
use crate::order::length::histogram::wide;

/// The number of rows, real items and padding items of the rows padded to one width.
///
/// ```
/// use burn_prep::order::length::PaddingStats;
/// let stats = PaddingStats::at_width(&[1, 3], 4);
/// let waste = stats.by_width().next().unwrap();
/// assert_eq!((waste.width, waste.rows, waste.pad, waste.efficiency()), (4, 2, 4, 0.5));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BucketWaste {
    /// The width that rows are padded to.
    pub width: usize,
    /// The number of rows.
    pub rows: u64,
    /// The number of real items in them.
    pub real: u128,
    /// The number of items of padding in them.
    pub pad: u128,
}

impl BucketWaste {
    /// The fraction of all items, real and padding, that are real; 1 where there are no items.
    pub fn efficiency(&self) -> f64 {
        efficiency(self.real, self.real.saturating_add(self.pad))
    }
}

/// Padding statistics of one batch or of many: real items, padding, truncations and distinct shapes.
///
/// ```
/// use burn_prep::order::length::PaddingStats;
///
/// let mut stats = PaddingStats::at_width(&[1, 100], 100);
/// assert_eq!((stats.real(), stats.padded(), stats.pad(), stats.efficiency()), (101, 200, 99, 0.505));
///
/// stats.add(&[30, 50], 40);                      // one of the rows is cut to 40
/// assert_eq!((stats.truncated_rows(), stats.truncated_items()), (1, 10));
/// assert_eq!((stats.rows(), stats.distinct_shapes()), (4, 2));
/// ```
#[doc(alias = "padding_efficiency")]
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PaddingStats {
    by_width: BTreeMap<usize, (u64, u128)>,
    shapes: BTreeSet<(usize, usize)>,
    truncated_rows: u64,
    truncated_items: u128,
}

impl PaddingStats {
    /// The statistics of one batch of rows of these lengths, padded, or cut, to `width`.
    pub fn at_width(lengths: &[usize], width: usize) -> Self {
        let mut stats = Self::default();
        stats.add(lengths, width);
        stats
    }

    /// The statistics of batches of row indices, each padded to its longest row.
    ///
    /// # Errors
    ///
    /// A batch names a row that is not there.
    ///
    /// ```
    /// use burn_prep::order::length::PaddingStats;
    /// let stats = PaddingStats::of_batches(&[4, 1, 1], &[vec![0], vec![1, 2]])?;
    /// assert_eq!((stats.efficiency(), stats.distinct_shapes()), (1.0, 2));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn of_batches(lengths: &[usize], batches: &[Vec<usize>]) -> Result<Self> {
        Self::of_batches_with(lengths, batches, |longest| longest)
    }

    /// The statistics of batches of row indices, each padded to the width that `width` gives for its longest row: to a
    /// multiple, to a bucket's bound, or less, where rows are cut.
    ///
    /// # Errors
    ///
    /// A batch names a row that is not there.
    ///
    /// ```
    /// use burn_prep::order::length::PaddingStats;
    /// let to_eight = |longest: usize| longest.next_multiple_of(8);
    /// let stats = PaddingStats::of_batches_with(&[4, 9], &[vec![0], vec![1]], to_eight)?;
    /// assert_eq!((stats.real(), stats.padded()), (13, 24));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn of_batches_with(
        lengths: &[usize],
        batches: &[Vec<usize>],
        width: impl Fn(usize) -> usize,
    ) -> Result<Self> {
        let (mut stats, rows) = (Self::default(), lengths.len());
        for batch in batches {
            let length_of = |(at, &row): (usize, &usize)| {
                lengths.get(row).copied().ok_or(SequenceFault::IndexOutOfRange { at, found: row, rows })
            };
            let own = batch.iter().enumerate().map(length_of).collect::<Result<Vec<usize>, _>>()?;
            stats.add(&own, width(own.iter().copied().max().unwrap_or(0)));
        }
        Ok(stats)
    }

    /// Counts one batch of rows of these lengths, padded, or cut, to `width`.
    pub fn add(&mut self, lengths: &[usize], width: usize) {
        let (rows, real) = self.by_width.entry(width).or_default();
        for &length in lengths {
            *rows = rows.saturating_add(1);
            *real = real.saturating_add(wide(length.min(width)));
            if let Some(cut) = length.checked_sub(width).filter(|&cut| cut > 0) {
                self.truncated_rows = self.truncated_rows.saturating_add(1);
                self.truncated_items = self.truncated_items.saturating_add(wide(cut));
            }
        }
        self.shapes.insert((lengths.len(), width));
    }

    /// Adds the statistics of other batches.
    ///
    /// ```
    /// use burn_prep::order::length::PaddingStats;
    /// let mut stats = PaddingStats::at_width(&[2], 4);
    /// stats.merge(&PaddingStats::at_width(&[4], 4));
    /// assert_eq!((stats.efficiency(), stats.distinct_shapes()), (0.75, 1));
    /// ```
    pub fn merge(&mut self, other: &Self) {
        for (&width, &(rows, real)) in &other.by_width {
            let own = self.by_width.entry(width).or_default();
            *own = (own.0.saturating_add(rows), own.1.saturating_add(real));
        }
        self.shapes.extend(&other.shapes);
        self.truncated_rows = self.truncated_rows.saturating_add(other.truncated_rows);
        self.truncated_items = self.truncated_items.saturating_add(other.truncated_items);
    }

    /// The number of rows.
    pub fn rows(&self) -> u64 {
        self.by_width.values().fold(0, |sum, (rows, _)| sum.saturating_add(*rows))
    }

    /// The number of real items in all batches, without those that were cut off.
    pub fn real(&self) -> u128 {
        self.by_width.values().fold(0, |sum, (_, real)| sum.saturating_add(*real))
    }

    /// The number of items of all batches, real and padding.
    pub fn padded(&self) -> u128 {
        self.by_width().fold(0, |sum, waste| sum.saturating_add(waste.real).saturating_add(waste.pad))
    }

    /// The number of items of padding.
    pub fn pad(&self) -> u128 {
        self.padded() - self.real()
    }

    /// The fraction of all items, real and padding, that are real; 1 where there are no items.
    pub fn efficiency(&self) -> f64 {
        efficiency(self.real(), self.padded())
    }

    /// How many rows were longer than their width.
    pub fn truncated_rows(&self) -> u64 {
        self.truncated_rows
    }

    /// The number of items that were cut off from rows longer than their width.
    pub fn truncated_items(&self) -> u128 {
        self.truncated_items
    }

    /// The number of distinct batch shapes, rows by width; a backend that tunes or compiles for a shape does so as
    /// often.
    #[doc(alias = "recompiles")]
    pub fn distinct_shapes(&self) -> usize {
        self.shapes.len()
    }

    /// The statistics of each width, narrowest first.
    pub fn by_width(&self) -> impl Iterator<Item = BucketWaste> + '_ {
        self.by_width.iter().map(|(&width, &(rows, real))| {
            let padded = wide(width).saturating_mul(u128::from(rows));
            BucketWaste { width, rows, real, pad: padded.saturating_sub(real) }
        })
    }
}

fn efficiency(real: u128, padded: u128) -> f64 {
    match padded {
        0 => 1.0,
        padded => real as f64 / padded as f64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_padded_is_nothing_wasted() {
        for stats in
            [PaddingStats::default(), PaddingStats::at_width(&[], 7), PaddingStats::at_width(&[0], 0)]
        {
            assert_eq!((stats.real(), stats.pad(), stats.efficiency()), (0, 0, 1.0));
        }
        assert_eq!(PaddingStats::at_width(&[0, 0], 3).efficiency(), 0.0);
    }

    #[test]
    fn a_row_that_is_not_there_is_an_error() {
        assert!(PaddingStats::of_batches(&[1], &[vec![0], vec![1]]).unwrap_err().is_usage());
    }

    #[test]
    fn large_widths_do_not_wrap() {
        let stats = PaddingStats::at_width(&[1, 2], usize::MAX);
        assert_eq!(stats.padded(), 2 * wide(usize::MAX));
    }
}
