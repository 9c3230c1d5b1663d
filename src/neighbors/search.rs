//! The search for neighbours, as it is asked for.

use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::memory::{repeated, too_large};
use crate::neighbors::cells::{Cells, Groups};
use crate::neighbors::exact::Searched;
use crate::neighbors::preparation::Preparation;
use crate::neighbors::probes::fewest;
use crate::neighbors::table::{BLOCK, Table};
use crate::neighbors::{FeatureRows, Metric, Neighbors};
use crate::random::SplitMix64;

/// Up to so many rows are compared with each other: 20,000 rows of 384 columns take a few seconds.
const EXACT_UP_TO: usize = 20_000;

/// Rows whose true neighbours are looked for, so that the recall is known.
const SAMPLE: usize = 512;

/// Of the sample, so many are compared at a time with all rows.
const SAMPLE_PART: usize = 64;

/// Rows for each cell in the sample that k-means runs on.
const TRAINED_PER_CELL: usize = 64;

/// The seed of samples.
const SEED: u64 = 0x6E65_6967_6862_6F72;

/// A search for the `k` nearest neighbours of each row of features among the other rows.
///
/// Up to 20,000 rows it is exact; of more it finds the share of the true neighbours that [`recall`](Self::recall) asks for. The
/// documentation of [the module](crate::neighbors) describes the algorithm and the memory that it needs. Results do not depend
/// on the number of threads.
///
/// ```
/// use burn_prep::neighbors::{FeatureRows, Metric, NeighborSearch};
///
/// let rows = FeatureRows::new(2, vec![1.0, 0.0, 0.0, 1.0, 2.0, 2.0, 0.0, 3.0])?;
/// let found = NeighborSearch::new(1).find(&rows)?;
/// assert_eq!([0, 1, 2, 3].map(|row| found.indices(row)[0]), [2, 3, 0, 1]);
/// assert_eq!(found.distances(1), [0.0]);
/// let found = NeighborSearch::new(1).metric(Metric::Euclidean).find(&rows)?;
/// assert_eq!((found.indices(1), found.distances(1)), (&[0][..], &[2.0_f32.sqrt()][..]));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "NearestNeighbors")]
#[doc(alias = "knn")]
#[doc(alias = "faiss")]
#[derive(Debug, Clone, PartialEq)]
pub struct NeighborSearch {
    k: usize,
    metric: Metric,
    recall: f64,
    /// Smaller in tests.
    exact_up_to: usize,
}

impl NeighborSearch {
    /// A search for `k` neighbours of each row by [`Metric::Cosine`] with a recall of 0.95. `k` is 1 or more; where there are
    /// fewer other rows, all of them are found.
    #[doc(alias = "n_neighbors")]
    pub fn new(k: usize) -> Self {
        Self { k, metric: Metric::default(), recall: 0.95, exact_up_to: EXACT_UP_TO }
    }

    /// Sets the distance by which rows are compared.
    #[must_use]
    pub fn metric(mut self, metric: Metric) -> Self {
        self.metric = metric;
        self
    }

    /// Sets the share of the true neighbours that has to be found, above 0 and up to 1, where there are more than 20,000
    /// rows. With 1 all rows are compared, which takes time in proportion to the square of their number.
    ///
    /// ```
    /// use burn_prep::neighbors::{FeatureRows, NeighborSearch};
    /// let rows = FeatureRows::new(1, vec![1.0, 2.0])?;
    /// let error = NeighborSearch::new(1).recall(95.0).find(&rows).unwrap_err();
    /// assert_eq!(error.to_string(), "recall is 95, expected above 0 and up to 1");
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn recall(mut self, recall: f64) -> Self {
        self.recall = recall;
        self
    }

    /// Finds the neighbours of all rows. A row is never its own neighbour, as in scikit-learn's `kneighbors()` without an
    /// argument. No rows give no neighbours, and a single row gives none for itself.
    ///
    /// # Errors
    ///
    /// `k` or the recall is out of range, there are 2^32 rows or more, memory has no room for a copy of the rows or for what is
    /// found, or a row cannot be compared: it has a value that is not finite, or is all zeros under [`Metric::Cosine`]. The
    /// error has the index of the first such row.
    ///
    /// ```
    /// use burn_prep::neighbors::{FeatureRows, NeighborSearch};
    /// let rows = FeatureRows::new(2, vec![1.0, 2.0, 3.0, f32::NAN])?;
    /// let error = NeighborSearch::new(1).find(&rows).unwrap_err();
    /// assert_eq!((error.code(), error.index()), ("not_finite", Some(1)));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "kneighbors")]
    #[doc(alias = "get_nearest_examples")]
    pub fn find(&self, rows: &FeatureRows) -> Result<Neighbors> {
        if self.k == 0 {
            return Err(Error::parameter("k", self.k, "1 or more"));
        }
        if !(self.recall > 0.0 && self.recall <= 1.0) {
            return Err(Error::parameter("recall", self.recall, "above 0 and up to 1"));
        }
        let count = u32::try_from(rows.len());
        let count = count.map_err(|_| Error::parameter("rows", rows.len(), "fewer than 2^32"))?;
        let preparation = Preparation::of(rows, self.metric)?;
        let k = self.k.min(rows.len().saturating_sub(1));
        if k == 0 {
            return Ok(Neighbors::new(rows.len(), k, (Vec::new(), Vec::new()), 1.0));
        }
        let all: Vec<u32> = (0..count).collect();
        if rows.len() > self.exact_up_to && self.recall < 1.0 {
            self.in_cells(rows, &preparation, k, &all)
        } else {
            let table = table_of(rows, &preparation, all.clone())?;
            let searched = Searched { rows, metric: self.metric, preparation: &preparation, k, table };
            exact(&searched, &all)
        }
    }

    fn in_cells(
        &self,
        rows: &FeatureRows,
        preparation: &Preparation,
        k: usize,
        all: &[u32],
    ) -> Result<Neighbors> {
        let columns = rows.columns();
        let mut drawn = all.to_vec();
        SplitMix64::of_epoch(SEED, 0).shuffle(&mut drawn);
        let count = cell_count(all.len());
        let trained = &drawn[..drawn.len().min(count as usize * TRAINED_PER_CELL)];
        let mut values = zeros(trained.len(), columns)?;
        preparation.gather_all(rows, trained, &mut values);
        let cells = Cells::of(&values, columns, count);
        drop(values);

        let cell_of = |block: &[u32]| {
            let mut values = Vec::new();
            preparation.gather(rows, block, &mut values);
            cells.nearest_each(&values)
        };
        let cell_of = all.par_chunks(BLOCK).map(cell_of).collect::<Vec<_>>().concat();
        let groups = Groups::of(&cell_of, cells.len());
        let table = table_of(rows, preparation, groups.members.clone())?;
        let searched = Searched { rows, metric: self.metric, preparation, k, table };

        // The last ones drawn: of many rows, k-means saw none of them.
        let sample = &drawn[drawn.len().saturating_sub(SAMPLE)..];
        let (truth, _) = searched.by_parts(sample, SAMPLE_PART, |queries, slots| {
            searched.write_exact(queries, slots);
        })?;
        let ranks = |(&query, truth): (&u32, &[u32])| {
            let mut row = Vec::new();
            preparation.gather(rows, &[query], &mut row);
            cells.ranks(&row, truth.iter().map(|&other| cell_of[other as usize]))
        };
        let ranks: Vec<Vec<usize>> = sample.par_iter().zip(truth.par_chunks(k)).map(ranks).collect();
        let probes = fewest(&ranks, cells.len(), self.recall);
        if probes > cells.len() / 2 {
            return exact(&searched, all);
        }
        let (indices, distances) = searched.by_parts(all, part_size(all.len()), |queries, slots| {
            searched.write_probed((&cells, &groups, probes), queries, slots);
        })?;
        let found = |(&query, truth): (&u32, &[u32])| {
            let found = &indices[query as usize * k..][..k];
            truth.iter().filter(|other| found.contains(other)).count()
        };
        let hits: usize = sample.iter().zip(truth.chunks(k)).map(found).sum();
        let recall = hits as f64 / truth.len() as f64;
        Ok(Neighbors::new(rows.len(), k, (indices, distances), recall))
    }
}

/// Compares all rows.
fn exact(searched: &Searched<'_>, all: &[u32]) -> Result<Neighbors> {
    let found = searched.by_parts(all, part_size(all.len()), |queries, slots| {
        searched.write_exact(queries, slots);
    })?;
    Ok(Neighbors::new(all.len(), searched.k, found, 1.0))
}

/// A table of the rows with these numbers, in their order.
fn table_of(rows: &FeatureRows, preparation: &Preparation, numbers: Vec<u32>) -> Result<Table> {
    let mut values = zeros(numbers.len(), rows.columns())?;
    preparation.gather_all(rows, &numbers, &mut values);
    Ok(Table::new(rows.columns(), values, numbers))
}

fn zeros(rows: usize, columns: usize) -> Result<Vec<f32>> {
    let count = rows * columns;
    repeated(&0.0_f32, count).ok_or_else(|| too_large("neighbors", count))
}

/// Cells of so many rows: more cells have fewer rows to compare, and more centres.
fn cell_count(rows: usize) -> u32 {
    let wanted = (2.0 * (rows as f64).sqrt()).ceil() as usize;
    u32::try_from(wanted.min(rows)).unwrap_or(u32::MAX)
}

/// Rows whose neighbours one thread looks for at a time. Many of them go to a cell together, which takes less time; and there
/// are some for each thread. It does not depend on the number of threads, though results would not either.
fn part_size(rows: usize) -> usize {
    (rows / 64).clamp(BLOCK, 1 << 14)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Philox;

    /// A number in -0.5..0.5.
    fn drawn(at: usize) -> f32 {
        (Philox::unit(SplitMix64::mixed(at as u64)) - 0.5) as f32
    }

    /// Rows around 40 centres, each as long as the distance between them is large.
    fn mixture(rows: usize, columns: usize) -> FeatureRows {
        let value = |at: usize| {
            let (row, column) = (at / columns, at % columns);
            4.0 * drawn((1 << 40) + row % 40 * columns + column) + drawn(at)
        };
        FeatureRows::new(columns, (0..rows * columns).map(value).collect()).unwrap()
    }

    /// Measures all pairs of rows, and sorts.
    fn plain(rows: &FeatureRows, metric: Metric, k: usize) -> Vec<Vec<(u32, f32)>> {
        let of_row = |row: usize| {
            let others = (0..rows.len()).filter(|&other| other != row);
            let measured = |other: usize| (other as u32, metric.distance(rows.row(row), rows.row(other)));
            let mut found: Vec<(u32, f32)> = others.map(measured).collect();
            found.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
            found.truncate(k);
            found
        };
        (0..rows.len()).map(of_row).collect()
    }

    fn of_each_row(found: &Neighbors) -> Vec<Vec<(u32, f32)>> {
        let pairs = |row: usize| -> Vec<(u32, f32)> {
            found.indices(row).iter().copied().zip(found.distances(row).iter().copied()).collect()
        };
        (0..found.len()).map(pairs).collect()
    }

    #[test]
    fn few_rows_have_the_neighbours_of_a_sort_with_ties_by_index() {
        // Whole numbers of 64 kinds, so that dozens of rows are equally far.
        let values = (0..900).map(|at| (4.0 * (drawn(at) + 0.5)).floor()).collect();
        let rows = FeatureRows::new(3, values).unwrap();
        let found = NeighborSearch::new(40).metric(Metric::Euclidean).find(&rows).unwrap();
        assert_eq!(of_each_row(&found), plain(&rows, Metric::Euclidean, 40));
        // Each row 12 times, more often than there are spare candidates; more rows than a block has.
        let values = (0..300).flat_map(|row| (0..7).map(move |column| drawn(row % 25 * 7 + column)));
        let rows = FeatureRows::new(7, values.collect()).unwrap();
        let found = NeighborSearch::new(15).find(&rows).unwrap();
        assert_eq!(of_each_row(&found), plain(&rows, Metric::Cosine, 15));
        assert_eq!((found.recall(), found.distances(0)[10]), (1.0, 0.0));
    }

    #[test]
    fn cells_find_the_share_that_is_asked_for_and_measure_it() {
        let rows = mixture(3000, 16);
        for metric in [Metric::Cosine, Metric::Euclidean] {
            let exact = NeighborSearch::new(10).metric(metric).find(&rows).unwrap();
            assert_eq!(exact.recall(), 1.0);
            for asked in [0.7, 0.95] {
                let search = NeighborSearch { exact_up_to: 100, ..NeighborSearch::new(10) };
                let found = search.metric(metric).recall(asked).find(&rows).unwrap();
                let shared = |row: usize| {
                    let near = found.indices(row).iter();
                    near.filter(|index| exact.indices(row).contains(index)).count()
                };
                let recall = (0..3000).map(shared).sum::<usize>() as f64 / 30_000.0;
                assert!(recall >= asked, "{metric:?}: {recall}, asked {asked}");
                let measured = found.recall();
                assert!((recall - measured).abs() < 0.04, "{metric:?}: {recall}, measured {measured}");
            }
        }
    }

    #[test]
    fn threads_change_nothing() {
        let rows = mixture(1500, 8);
        for metric in [Metric::Cosine, Metric::Euclidean] {
            let search = NeighborSearch { exact_up_to: 100, ..NeighborSearch::new(5) }.metric(metric);
            let with = |threads: usize| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                pool.install(|| search.find(&rows)).unwrap()
            };
            assert_eq!(with(1), with(2));
        }
    }

    #[test]
    fn rows_whose_cells_have_too_few_are_compared_with_all() {
        // One cell of some 12 rows reaches the share, not the number of neighbours.
        let rows = mixture(600, 4);
        let search = NeighborSearch { exact_up_to: 100, ..NeighborSearch::new(60) }.recall(0.01);
        let found = search.find(&rows).unwrap();
        let plain = plain(&rows, Metric::Cosine, 60);
        let mut equal = 0;
        for (row, (found, plain)) in of_each_row(&found).iter().zip(&plain).enumerate() {
            let mut indices: Vec<u32> = found.iter().map(|&(index, _)| index).collect();
            indices.sort_unstable();
            indices.dedup();
            assert_eq!(indices.len(), 60);
            assert!(!indices.contains(&(row as u32)) && found.is_sorted_by(|a, b| a.1 <= b.1));
            equal += usize::from(found == plain);
        }
        assert!(equal >= 500, "{equal} of 600");
    }

    #[test]
    fn no_rows_one_row_and_few_rows_are_searched() {
        let find = |k: usize, values: Vec<f32>| {
            let rows = FeatureRows::new(1, values).unwrap();
            NeighborSearch::new(k).metric(Metric::Euclidean).find(&rows)
        };
        let none = find(3, Vec::new()).unwrap();
        assert_eq!((none.len(), none.is_empty(), none.k(), none.recall()), (0, true, 0, 1.0));
        let one = find(3, vec![7.0]).unwrap();
        assert_eq!((one.len(), one.k(), one.indices(0).len(), one.distances(0).len()), (1, 0, 0, 0));
        for k in [2, 3, usize::MAX] {
            let found = find(k, vec![0.0, 3.0, 1.0]).unwrap();
            assert_eq!((found.k(), found.indices(1), found.distances(1)), (2, &[2, 0][..], &[2.0, 3.0][..]));
        }
        assert_eq!(find(0, vec![1.0]).unwrap_err().to_string(), "k is 0, expected 1 or more");
        for recall in [0.0, -1.0, 1.5, f64::NAN] {
            let rows = FeatureRows::new(1, vec![1.0]).unwrap();
            assert!(NeighborSearch::new(1).recall(recall).find(&rows).unwrap_err().is_usage());
        }
    }
}
