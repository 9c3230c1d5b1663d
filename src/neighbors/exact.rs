//! The neighbours of some rows: by comparison with all rows, or with those of a few cells.

use rayon::prelude::*;

use crate::error::Result;
use crate::memory::{repeated, too_large};
use crate::neighbors::best::Best;
use crate::neighbors::cells::{Cells, Groups};
use crate::neighbors::preparation::Preparation;
use crate::neighbors::table::{BLOCK, Table};
use crate::neighbors::{FeatureRows, Metric};

/// Candidates beside the `k` that are asked for: what the `f32` of the scores takes for farther may be nearer.
const SPARE: usize = 8;

/// Rows and what their neighbours are looked for with.
pub(super) struct Searched<'a> {
    pub(super) rows: &'a FeatureRows,
    pub(super) metric: Metric,
    pub(super) preparation: &'a Preparation,
    /// Neighbours of each row, 1 or more and fewer than there are rows.
    pub(super) k: usize,
    /// All rows, in any order.
    pub(super) table: Table,
}

/// Where the neighbours of some rows go: `k` for each.
pub(super) struct Slots<'a> {
    pub(super) indices: &'a mut [u32],
    pub(super) distances: &'a mut [f32],
}

impl Searched<'_> {
    /// Calls `write` for parts of `size` rows of `queries`, by all threads, and returns the indices and distances that it
    /// wrote, `k` for each row; an error where memory has no room for them.
    pub(super) fn by_parts(
        &self,
        queries: &[u32],
        size: usize,
        write: impl Fn(&[u32], Slots<'_>) + Sync,
    ) -> Result<(Vec<u32>, Vec<f32>)> {
        let count = queries.len().saturating_mul(self.k);
        let too_many = || too_large("neighbors", count);
        let mut indices = repeated(&0_u32, count).ok_or_else(too_many)?;
        let mut distances = repeated(&0.0_f32, count).ok_or_else(too_many)?;
        let slots = indices.par_chunks_mut(size * self.k).zip(distances.par_chunks_mut(size * self.k));
        queries.par_chunks(size).zip(slots).for_each(|(queries, (indices, distances))| {
            write(queries, Slots { indices, distances });
        });
        Ok((indices, distances))
    }

    /// Writes the nearest of all rows.
    pub(super) fn write_exact(&self, queries: &[u32], slots: Slots<'_>) {
        let mut best = Best::new(queries.len(), self.k + SPARE);
        let (mut values, mut scores) = (Vec::new(), Vec::new());
        for (block, first) in queries.chunks(BLOCK).zip((0_u32..).step_by(BLOCK)) {
            self.preparation.gather(self.rows, block, &mut values);
            let entries: Vec<(u32, u32)> = (first..).zip(block.iter().copied()).collect();
            self.table.compare(0..self.table.len(), &values, &entries, &mut best, &mut scores);
        }
        self.write_best(queries, &best, slots);
    }

    /// Writes the nearest of the rows in the `probes` cells that are nearest to each row; the table has the rows in the
    /// order of `groups`. A row whose cells have fewer than `k` others is compared with all.
    pub(super) fn write_probed(
        &self,
        (cells, groups, probes): (&Cells, &Groups, usize),
        queries: &[u32],
        slots: Slots<'_>,
    ) {
        let columns = self.rows.columns();
        let (mut prepared, mut scores) = (Vec::new(), Vec::new());
        self.preparation.gather(self.rows, queries, &mut prepared);
        // Which rows are compared with each cell.
        let mut pairs: Vec<(u32, u32)> = Vec::with_capacity(queries.len() * probes);
        let mut next = 0_u32;
        for values in prepared.chunks(BLOCK * columns) {
            let nearest = cells.nearest(values, probes, &mut scores);
            for list in 0..values.len() / columns {
                pairs.extend(nearest.of(list).map(|cell| (cell, next)));
                next += 1;
            }
        }
        pairs.sort_unstable();
        let mut best = Best::new(queries.len(), self.k + SPARE);
        let (mut values, mut entries) = (Vec::new(), Vec::new());
        for of_cell in pairs.chunk_by(|a, b| a.0 == b.0) {
            let places = groups.places(of_cell[0].0 as usize);
            for block in of_cell.chunks(BLOCK) {
                values.clear();
                entries.clear();
                for &(_, query) in block {
                    values.extend_from_slice(&prepared[query as usize * columns..][..columns]);
                    entries.push((query, queries[query as usize]));
                }
                self.table.compare(places.clone(), &values, &entries, &mut best, &mut scores);
            }
        }
        let Slots { indices, distances } = slots;
        let lacking =
            self.write_best(queries, &best, Slots { indices: &mut *indices, distances: &mut *distances });
        for list in lacking {
            let places = list * self.k..(list + 1) * self.k;
            let slots = Slots { indices: &mut indices[places.clone()], distances: &mut distances[places] };
            self.write_exact(&queries[list..=list], slots);
        }
    }

    /// Measures the candidates by the rows themselves, sorts them and writes the nearest. Returns the lists that have fewer
    /// than `k`, for which nothing is written.
    fn write_best(&self, queries: &[u32], best: &Best, slots: Slots<'_>) -> Vec<usize> {
        let mut lacking = Vec::new();
        let mut measured = Vec::new();
        let slots = slots.indices.chunks_exact_mut(self.k).zip(slots.distances.chunks_exact_mut(self.k));
        for ((list, &query), (indices, distances)) in queries.iter().enumerate().zip(slots) {
            let row = self.rows.row(query as usize);
            measured.clear();
            measured.extend(best.of(list).map(|other| {
                let distance = self.metric.distance(row, self.rows.row(other as usize));
                (distance, other)
            }));
            if measured.len() < self.k {
                lacking.push(list);
                continue;
            }
            measured.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            for (&(distance, other), (index, to)) in measured.iter().zip(indices.iter_mut().zip(distances)) {
                *index = other;
                *to = distance;
            }
        }
        lacking
    }
}
