//! Rows that others are compared with, by products of matrices.

use std::ops::Range;

use ndarray::linalg::general_mat_mul;
use ndarray::{ArrayView2, ArrayViewMut2};
use rayon::prelude::*;

use crate::neighbors::best::Best;

/// Rows that are compared at a time with a part of the table.
pub(super) const BLOCK: usize = 256;

/// Rows of the table that are compared at a time: the scores of a block then take 512 KB.
const PART: usize = 512;

/// Prepared rows with their numbers. The score of a row `x` with a row `y` of the table is `x y - y y / 2`, which is higher
/// the nearer they are.
pub(super) struct Table {
    columns: usize,
    values: Vec<f32>,
    /// `-y y / 2`.
    biases: Vec<f32>,
    numbers: Vec<u32>,
}

impl Table {
    pub(super) fn new(columns: usize, values: Vec<f32>, numbers: Vec<u32>) -> Self {
        let bias = |row: &[f32]| {
            let square: f64 = row.iter().map(|&value| f64::from(value) * f64::from(value)).sum();
            (-square / 2.0) as f32
        };
        let biases = values.par_chunks(columns).map(bias).collect();
        Self { columns, values, biases, numbers }
    }

    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }

    pub(super) fn into_values(self) -> Vec<f32> {
        self.values
    }

    /// Offers the rows at `places` of the table to the lists of other rows. `entries` has, for each row of `values`, its
    /// list and its own number; `scores` is memory that is used again.
    pub(super) fn compare(
        &self,
        places: Range<usize>,
        values: &[f32],
        entries: &[(u32, u32)],
        best: &mut Best,
        scores: &mut Vec<f32>,
    ) {
        for start in places.clone().step_by(PART) {
            let part = start..places.end.min(start + PART);
            self.products(part.clone(), values, scores);
            for (&(list, own), products) in entries.iter().zip(scores.chunks_exact(part.len())) {
                let (biases, numbers) = (&self.biases[part.clone()], &self.numbers[part.clone()]);
                best.offer(list as usize, own, products, biases, numbers);
            }
        }
    }

    /// The scores of one row with all of the table.
    pub(super) fn scores(&self, row: &[f32]) -> Vec<f32> {
        let mut scores = Vec::new();
        self.products(0..self.len(), row, &mut scores);
        scores.iter().zip(&self.biases).map(|(product, bias)| product + bias).collect()
    }

    /// The products of each row of `values` with those at `places`, row by row. Each is summed over the columns in an order
    /// that does not depend on where in the matrices it stands, so that equal rows have equal products: with factors of 1
    /// and 0, `matrixmultiply` computes the edges of a matrix as it does the rest.
    fn products(&self, places: Range<usize>, values: &[f32], products: &mut Vec<f32>) {
        let columns = self.columns;
        let (high, wide) = (values.len() / columns, places.len());
        let part = &self.values[places.start * columns..places.end * columns];
        products.resize(high * wide, 0.0);
        let rows = ArrayView2::from_shape((high, columns), values);
        let others = ArrayView2::from_shape((wide, columns), part);
        let to = ArrayViewMut2::from_shape((high, wide), products.as_mut_slice());
        match (rows, others, to) {
            (Ok(rows), Ok(others), Ok(mut to)) => general_mat_mul(1.0_f32, &rows, &others.t(), 0.0, &mut to),
            _ => unreachable!("all rows have {columns} values"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Philox, SplitMix64};

    #[test]
    fn a_score_does_not_depend_on_where_a_row_stands() {
        // Of 300 columns, which is more than matrixmultiply sums at a time.
        let (rows, columns) = (37, 300);
        let unit = |at: u64| (Philox::unit(SplitMix64::mixed(at)) - 0.5) as f32;
        let values: Vec<f32> = (0..rows * columns).map(|at| unit(at as u64)).collect();
        let table = Table::new(columns, values.clone(), (0..37).collect());
        let mut products = Vec::new();
        table.products(0..rows, &values, &mut products);
        for (row, values) in values.chunks_exact(columns).enumerate() {
            let mut alone = Vec::new();
            for other in 0..rows {
                table.products(other..other + 1, values, &mut alone);
                assert_eq!(alone, [products[row * rows + other]], "row {row} with {other}");
            }
        }
    }
}
