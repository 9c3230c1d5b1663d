//! Cells of rows that lie near each other: k-means (Lloyd, 1982) on a sample.

use std::ops::Range;

use rayon::prelude::*;

use crate::neighbors::best::{Best, NO_ROW};
use crate::neighbors::table::{BLOCK, Table};

/// Rounds of k-means. Cells need not be the best ones, since how many are searched is measured with them.
const ROUNDS: usize = 8;

/// The centres of cells.
pub(super) struct Cells {
    columns: usize,
    centres: Table,
}

impl Cells {
    /// `count` cells of a sample of prepared rows, whose first `count` rows are the first centres: a random sample in random
    /// order has random ones. Of cells whose centres are equal, and of rows as near to two centres, the first has the rows;
    /// a cell without rows keeps its centre.
    pub(super) fn of(sample: &[f32], columns: usize, count: u32) -> Self {
        let numbers: Vec<u32> = (0..count).collect();
        let first = sample[..numbers.len() * columns].to_vec();
        let mut cells = Self { columns, centres: Table::new(columns, first, numbers.clone()) };
        for _ in 0..ROUNDS {
            let nearest = |part: &[f32]| cells.nearest_each(part);
            let nearest: Vec<Vec<u32>> = sample.par_chunks(BLOCK * columns).map(nearest).collect();
            let groups = Groups::of(&nearest.concat(), numbers.len());
            let mut values = cells.centres.into_values();
            values.par_chunks_exact_mut(columns).enumerate().for_each(|(cell, centre)| {
                write_mean(sample, &groups.members[groups.places(cell)], centre);
            });
            cells = Self { columns, centres: Table::new(columns, values, numbers.clone()) };
        }
        cells
    }

    pub(super) fn len(&self) -> usize {
        self.centres.len()
    }

    /// The cells nearest to each of some prepared rows, `kept` each, nearest first.
    pub(super) fn nearest(&self, values: &[f32], kept: usize, scores: &mut Vec<f32>) -> Best {
        let lists = values.len() / self.columns;
        let entries: Vec<(u32, u32)> = (0..).zip(std::iter::repeat_n(NO_ROW, lists)).collect();
        let mut best = Best::new(lists, kept);
        self.centres.compare(0..self.len(), values, &entries, &mut best, scores);
        best
    }

    /// The nearest cell of each of some prepared rows.
    pub(super) fn nearest_each(&self, values: &[f32]) -> Vec<u32> {
        let best = self.nearest(values, 1, &mut Vec::new());
        (0..values.len() / self.columns).flat_map(|list| best.of(list)).collect()
    }

    /// For each of some cells, how many others are nearer to a prepared row, in the order of [`Self::nearest`].
    pub(super) fn ranks(&self, row: &[f32], cells: impl Iterator<Item = u32>) -> Vec<usize> {
        let scores = self.centres.scores(row);
        let rank = |cell: u32| {
            let (cell, score) = (cell as usize, scores[cell as usize]);
            let is_nearer =
                |&(other, &found): &(usize, &f32)| found > score || (found == score && other < cell);
            scores.iter().enumerate().filter(is_nearer).count()
        };
        cells.map(rank).collect()
    }
}

/// Rows by their cell, within a cell in the order of the rows.
pub(super) struct Groups {
    starts: Vec<usize>,
    pub(super) members: Vec<u32>,
}

impl Groups {
    /// The rows of each of `count` cells; `cells` has the cell of each row.
    pub(super) fn of(cells: &[u32], count: usize) -> Self {
        let mut starts = vec![0; count + 1];
        for &cell in cells {
            starts[cell as usize + 1] += 1;
        }
        for cell in 0..count {
            starts[cell + 1] += starts[cell];
        }
        let mut next = starts.clone();
        let mut members = vec![0; cells.len()];
        for (row, &cell) in (0..).zip(cells) {
            members[next[cell as usize]] = row;
            next[cell as usize] += 1;
        }
        Self { starts, members }
    }

    /// Where the rows of a cell stand among the members.
    pub(super) fn places(&self, cell: usize) -> Range<usize> {
        self.starts[cell]..self.starts[cell + 1]
    }
}

/// Writes the mean of some rows, summed in their order.
fn write_mean(sample: &[f32], members: &[u32], centre: &mut [f32]) {
    if members.is_empty() {
        return;
    }
    let columns = centre.len();
    let mut sums = vec![0.0_f64; columns];
    for &member in members {
        for (sum, &value) in sums.iter_mut().zip(&sample[member as usize * columns..]) {
            *sum += f64::from(value);
        }
    }
    for (centre, sum) in centre.iter_mut().zip(sums) {
        *centre = (sum / members.len() as f64) as f32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_heaps_are_two_cells_wherever_the_centres_begin() {
        // Around 0 and around 10; both first centres are in the heap around 0.
        let sample: Vec<f32> = (0..40_u16).map(|at| f32::from(at % 4) + 10.0 * f32::from(at / 20)).collect();
        let cells = Cells::of(&sample, 1, 2);
        assert_eq!(cells.nearest_each(&sample), [vec![0; 20], vec![1; 20]].concat());
        assert_eq!(cells.ranks(&[11.0], [0, 1].into_iter()), [1, 0]);
        let both = cells.nearest(&[11.0, 1.0], 2, &mut Vec::new());
        assert_eq!([0, 1].map(|list| both.of(list).collect::<Vec<_>>()), [[1, 0], [0, 1]]);
    }

    #[test]
    fn groups_have_each_row_once_and_in_order() {
        let groups = Groups::of(&[2, 0, 2, 3, 0], 4);
        assert_eq!(groups.members, [1, 4, 0, 2, 3]);
        assert_eq!([0, 1, 2, 3].map(|cell| groups.places(cell)), [0..2, 2..2, 2..4, 4..5]);
    }
}
