//! The index of the cell at each position of a padded array, for a selection on the device.

use ndarray::Array;

use crate::error::Result;
use crate::ragged::dense::cell_of;
use crate::ragged::{Padding, RowExtents, RowPartition};

impl<T: Clone> Padding<T> {
    /// One cell of padding, in full.
    pub(crate) fn cell(&self, inner: &[usize]) -> Result<Vec<T>> {
        let cell = cell_of(self.fill.view(), inner)?;
        let count = inner.iter().product();
        Ok(cell.iter().cycle().take(count).cloned().collect())
    }

    /// For each place of the rectangle the cell that stands there, or `fill`: what a selection takes.
    pub(crate) fn places(&self, rows: &RowPartition, fill: usize) -> Result<(Vec<usize>, RowExtents)> {
        let plan = self.plan(rows.ranges(), rows.longest())?;
        let places = plan.rectangle(&[fill], self.side, 1, Vec::new(), |_, run, places| {
            places.iter_mut().zip(run.clone()).for_each(|(place, cell)| *place = cell);
        })?;
        let (_, extents) = plan.padded(Array::from(Vec::<T>::new()), self.side).into_parts();
        Ok((places, extents))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ragged::{Overflow, PadTo};

    #[test]
    fn pad_windows_beyond_memory_are_an_error() {
        let huge = RowPartition::from_lengths(&[usize::MAX / 2]).unwrap();
        let windows = Padding::new(0_u8).to(PadTo::Exactly(1)).overflow(Overflow::Windows { stride: 1 });
        assert!(windows.places(&huge, 0).unwrap_err().is_usage());
    }
}
