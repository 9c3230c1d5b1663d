//! The nearest other rows of each row of features.

use crate::error::Result;
use crate::neighbors::{FeatureRows, Metric, NeighborSearch, Neighbors};

/// Rows of so many columns at most are positions rather than directions, and compared by the Euclidean distance, as in cleanlab.
const POSITIONS: usize = 3;

/// Of each row the nearest others and how far they are, the nearest first and equally near ones by their index.
#[derive(Debug)]
pub(crate) struct NearestRows {
    /// Whether rows are compared by the cosine, rather than by the Euclidean distance.
    pub(crate) is_cosine: bool,
    rows: usize,
    /// `None` where a single row has no others.
    found: Option<Neighbors>,
}

impl NearestRows {
    /// The `k` nearest rows of each, or all others where there are fewer. Each row is finite, and none is zero where there are more
    /// than 3 columns.
    pub(crate) fn of(rows: &FeatureRows, k: usize) -> Result<Self> {
        let is_cosine = Self::is_cosine(rows.columns());
        let metric = if is_cosine { Metric::Cosine } else { Metric::Euclidean };
        let search = NeighborSearch::new(k).metric(metric);
        let found = (rows.len() > 1).then(|| search.find(rows)).transpose()?;
        Ok(Self { is_cosine, rows: rows.len(), found })
    }

    /// Whether rows of so many columns are compared by the cosine.
    pub(crate) fn is_cosine(columns: usize) -> bool {
        columns > POSITIONS
    }

    /// The number of rows.
    pub(crate) fn len(&self) -> usize {
        self.rows
    }

    /// The distances and indices of the rows next to one.
    pub(crate) fn of_row(&self, row: usize) -> impl Iterator<Item = (f64, usize)> + '_ {
        self.found.iter().flat_map(move |found| {
            let distances = found.distances(row).iter().map(|&distance| f64::from(distance));
            distances.zip(found.indices(row).iter().map(|&other| other as usize))
        })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The nearest rows of some that are given one by one.
    pub(in crate::checks) fn nearest<const N: usize>(rows: &[[f32; N]], k: usize) -> NearestRows {
        NearestRows::of(&FeatureRows::new(N, rows.concat()).unwrap(), k).unwrap()
    }

    #[test]
    fn many_columns_are_directions_and_few_are_positions() {
        let rows = [[0.3, 0.1, 0.7, 0.9], [0.0, 1.0, 0.0, 0.0], [0.6, 0.2, 1.4, 1.8], [0.0, 0.0, 0.0, 2.0]];
        let found: Vec<(f64, usize)> = nearest(&rows, 2).of_row(0).collect();
        // scipy 1.17.1: distance.cosine.
        assert!(found[0].0 < 1e-12 && (found[1].0 - 0.239_361_170_744_335).abs() < 1e-7, "{found:?}");
        assert_eq!((found[0].1, found[1].1), (2, 3));

        let found = nearest(&[[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]], 10);
        assert!(!found.is_cosine && found.len() == 3);
        assert!(found.of_row(0).eq([(5.0, 1), (10.0, 2)]) && found.of_row(1).eq([(5.0, 0), (5.0, 2)]));
    }

    #[test]
    fn a_single_row_has_none_next_to_it() {
        assert_eq!(nearest(&[[1.0; 4]], 10).of_row(0).count(), 0);
    }
}
