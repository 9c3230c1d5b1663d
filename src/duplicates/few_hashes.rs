//! Search among few hashes, by comparing all.

use rayon::prelude::*;

use super::candidates::{Candidates, Near};
use crate::simd::{Kernel, widest_counting};
use crate::threads::least_pieces;

/// Up to so many hashes, to compare all takes less time than to fill the tables of an index.
pub(super) const MOST: usize = 2048;

/// Hashes are compared in blocks of this size before any is looked at alone.
const BLOCK: usize = 32;

/// Hashes without an order.
pub(super) struct FewHashes(Vec<u64>);

impl FewHashes {
    pub(super) fn new(hashes: &[u64]) -> Self {
        Self(hashes.to_vec())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The indices of the hashes within a distance of one, in ascending order.
    pub(super) fn neighbors(&self, other: u64, distance: u32) -> Vec<usize> {
        let mut near = Vec::new();
        widest_counting(Compare { hashes: &self.0, other, distance, found: &mut near });
        near.into_iter().map(|near| near.id).collect()
    }

    /// The pairs of the index of a hash and the larger index of another list's hash that are within the distance and accepted; of
    /// many near ones as [`Candidates`] has them.
    pub(super) fn pairs_below(
        &self,
        others: &[u64],
        distance: u32,
        accept: impl Fn(usize, usize) -> bool + Sync,
    ) -> Vec<(usize, usize)> {
        let of_other = |other_id: usize| {
            let hashes = &self.0[..other_id.min(self.0.len())];
            let mut near = Vec::new();
            widest_counting(Compare { hashes, other: others[other_id], distance, found: &mut near });
            let mut candidates = Candidates::default();
            near.into_iter().for_each(|near| candidates.push(near));
            let accepted: Vec<usize> = candidates.take().filter(|&id| accept(id, other_id)).collect();
            accepted.into_iter().map(move |id| (id, other_id))
        };
        let ids = (0..others.len()).into_par_iter().with_min_len(least_pieces());
        ids.flat_map_iter(of_other).collect()
    }
}

/// Finds the hashes within a distance of another one.
struct Compare<'a> {
    hashes: &'a [u64],
    other: u64,
    distance: u32,
    found: &'a mut Vec<Near>,
}

impl Kernel for Compare<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let distance_of = |hash: u64| (hash ^ self.other).count_ones();
        for (block, start) in self.hashes.chunks(BLOCK).zip((0..).step_by(BLOCK)) {
            let near: u32 = block.iter().map(|&hash| u32::from(distance_of(hash) <= self.distance)).sum();
            if near > 0 {
                let all =
                    block.iter().zip(start..).map(|(&hash, id)| Near { id, distance: distance_of(hash) });
                self.found.extend(all.filter(|near| near.distance <= self.distance));
            }
        }
    }
}
