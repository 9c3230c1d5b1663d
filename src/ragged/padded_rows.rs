//! The plan of a padded array: its width, and the cells of each of its rows.

use std::ops::Range;

use ndarray::{Array, Dimension};
use rayon::prelude::*;

use crate::error::Result;
use crate::memory;
use crate::ragged::room::{reserved, too_large};
use crate::ragged::{Padded, RowExtents, Side};

/// From this number of values on, rows are copied by several threads.
pub(super) const PARALLEL: usize = 1 << 20;

/// What padding makes of rows.
pub(super) struct PaddedRows {
    pub(super) width: usize,
    /// The cells of each row of the result.
    pub(super) runs: Vec<Range<usize>>,
    /// The row that each comes from.
    pub(super) sources: Vec<usize>,
    /// The cells left out.
    pub(super) cut: usize,
}

impl PaddedRows {
    pub(super) fn push(&mut self, run: Range<usize>, source: usize) {
        self.runs.push(run);
        self.sources.push(source);
    }

    /// The values of the rectangle: a cell of padding, and what `copy` puts into the cells of each run of
    /// each row. Memory of an earlier batch is written once; new memory comes zeroed from the system where the
    /// padding is zero.
    pub(super) fn rectangle<T: Clone + Send + Sync>(
        &self,
        fill: &[T],
        side: Side,
        block: usize,
        mut buffer: Vec<T>,
        copy: impl Fn(usize, &Range<usize>, &mut [T]) + Sync,
    ) -> Result<Vec<T>> {
        let size = self.width.checked_mul(block);
        let count = size.and_then(|size| size.checked_mul(self.runs.len()));
        let (Some(size), Some(count)) = (size, count) else {
            return Err(too_large(format_args!("{} rows of {}", self.runs.len(), self.width)));
        };
        if block == 0 {
            // Cells of nothing take no memory, but their mask does.
            drop(reserved::<bool>(self.runs.len().saturating_mul(self.width), 0)?);
        }
        let is_new = buffer.capacity() < count;
        if is_new {
            buffer = filled(fill, count)?;
        } else if let Some(value) = fill.first() {
            buffer.resize(count, value.clone());
        }
        let place = |(cells, (source, run)): (&mut [T], (&usize, &Range<usize>))| {
            let real = run.len() * block;
            let start = if side == Side::Left { cells.len() - real } else { 0 };
            if !is_new {
                fill_cells(cells, fill);
            }
            copy(*source, run, &mut cells[start..start + real]);
        };
        if count >= PARALLEL && rayon::current_num_threads() > 1 {
            let rows = self.sources.par_iter().zip(&self.runs);
            buffer.par_chunks_exact_mut(size).zip(rows).for_each(place);
        } else if count > 0 {
            buffer.chunks_exact_mut(size).zip(self.sources.iter().zip(&self.runs)).for_each(place);
        }
        Ok(buffer)
    }

    pub(super) fn padded<T, D: Dimension>(self, data: Array<T, D>, side: Side) -> Padded<T, D> {
        let lengths = self.runs.iter().map(|run| run.len()).collect();
        let Self { width, sources, cut, .. } = self;
        Padded { data, extents: RowExtents { width, lengths, sources, cut, side } }
    }
}

/// So many values of padding, in whole cells.
pub(super) fn filled<T: Clone>(cell: &[T], count: usize) -> Result<Vec<T>> {
    if let [value] = cell {
        return memory::repeated(value, count).ok_or_else(|| too_large(format_args!("{count} elements")));
    }
    let mut data = reserved(count, 0)?;
    data.extend(cell.iter().cycle().take(count).cloned());
    Ok(data)
}

/// Padding over what stood there, in whole cells.
fn fill_cells<T: Clone>(cells: &mut [T], fill: &[T]) {
    match fill {
        [value] => cells.fill(value.clone()),
        _ => cells.iter_mut().zip(fill.iter().cycle()).for_each(|(cell, value)| *cell = value.clone()),
    }
}
