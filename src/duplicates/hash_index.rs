//! Search for hashes that differ in few bits.

use std::fmt;

use rayon::prelude::*;

use super::band::{Band, KEYS, Part, Table};
use super::candidates::Candidates;
use super::few_hashes::{self, FewHashes};
use super::neighborhood::{Neighborhood, TOGETHER};
use crate::threads::least_pieces;

/// Values of a band that are looked up in one piece of work.
const GROUP: usize = 64;

/// Finds all hashes of 64 bits that differ in at most a given number of bits from another one; among more than 2,048 without
/// comparing all.
///
/// Of two hashes that differ in at most 10 bits, one of four bands of 16 bits differs in at most 2 (in the highest band: 1), so
/// that few values of each band have to be looked up. The search misses none. It is fast for distances up to about 11.
///
/// ```
/// use burn_prep::duplicates::HashIndex;
/// let index = HashIndex::new(&[0, u64::MAX, 0b111], 3);
/// assert_eq!(index.neighbors(0), [0, 2]);
/// assert_eq!(index.neighbors(u64::MAX - 1), [1]);
/// ```
#[doc(alias = "hamming")]
pub struct HashIndex {
    distance: u32,
    search: Search,
}

/// How hashes are found.
enum Search {
    All(FewHashes),
    Bands(Vec<Band>),
}

impl HashIndex {
    /// Indexes hashes, of which those within a distance of others are to be found.
    pub fn new(hashes: &[u64], distance: u32) -> Self {
        match hashes.len() <= few_hashes::MOST {
            true => Self { distance, search: Search::All(FewHashes::new(hashes)) },
            false => Self::with_bands(hashes, distance),
        }
    }

    fn with_bands(hashes: &[u64], distance: u32) -> Self {
        let bands = Part::all(distance).into_iter().map(|part| Band::new(hashes, part)).collect();
        Self { distance, search: Search::Bands(bands) }
    }

    /// The indices of all hashes within the distance of this one, in ascending order.
    #[doc(alias = "neighbours")]
    pub fn neighbors(&self, hash: u64) -> Vec<usize> {
        let bands = match &self.search {
            Search::All(hashes) => return hashes.neighbors(hash, self.distance),
            Search::Bands(bands) => bands,
        };
        let mut found = Vec::new();
        for (at, band) in bands.iter().enumerate() {
            for difference in &band.differences {
                let (hashes, ids) = band.table.of(band.part.key(hash) ^ difference);
                let near =
                    hashes.iter().zip(ids).filter(|(other, _)| self.is_found(&bands[..at], hash ^ **other));
                found.extend(near.map(|(_, id)| *id));
            }
        }
        found.sort_unstable();
        found
    }

    /// Whether a difference is near, and no earlier band says so.
    fn is_found(&self, earlier: &[Band], difference: u64) -> bool {
        difference.count_ones() <= self.distance
            && !earlier.iter().any(|earlier| earlier.part.is_near(difference))
    }

    /// All pairs of the index of a hash and the larger index of another list's hash that are within the distance and accepted,
    /// in ascending order. Of a hash that is near more than 128 of lower indices the first 64 of them and the nearest 64 others are
    /// among those that are looked at, and not all.
    ///
    /// What is looked up together is near together in memory, so that each value of a band is read from there once.
    pub(super) fn pairs_below(
        &self,
        others: &[u64],
        accept: impl Fn(usize, usize) -> bool + Sync,
    ) -> Vec<(usize, usize)> {
        let mut pairs = match &self.search {
            Search::All(hashes) => hashes.pairs_below(others, self.distance, accept),
            Search::Bands(bands) => self.pairs_by_bands(bands, others, accept),
        };
        pairs.par_sort_unstable();
        pairs
    }

    fn pairs_by_bands(
        &self,
        bands: &[Band],
        others: &[u64],
        accept: impl Fn(usize, usize) -> bool + Sync,
    ) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        for (at, band) in bands.iter().enumerate() {
            let table = Table::new(others, band.part);
            let of_group = |group: usize| {
                let mut pairs = Vec::new();
                let mut neighborhood = Neighborhood::new(band);
                let mut found: Vec<Candidates> = Vec::new();
                found.resize_with(TOGETHER, Candidates::default);
                for key in group * GROUP..(group + 1) * GROUP {
                    let (others, other_ids) = table.of(key);
                    if !others.is_empty() {
                        neighborhood.gather(band, key);
                    }
                    for (others, other_ids) in others.chunks(TOGETHER).zip(other_ids.chunks(TOGETHER)) {
                        neighborhood.find(&bands[..=at], self.distance, others, other_ids, &mut found);
                        for (found, &other_id) in found.iter_mut().zip(other_ids) {
                            let accepted = found.take().filter(|&id| accept(id, other_id));
                            pairs.extend(accepted.map(|id| (id, other_id)));
                        }
                    }
                }
                pairs
            };
            let groups = (0..KEYS / GROUP).into_par_iter().with_min_len(least_pieces());
            pairs.par_extend(groups.flat_map_iter(of_group));
        }
        pairs
    }
}

impl fmt::Debug for HashIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hashes = match &self.search {
            Search::All(hashes) => hashes.len(),
            Search::Bands(bands) => bands.first().map_or(0, |band| band.table.ids.len()),
        };
        f.debug_struct("HashIndex").field("hashes", &hashes).field("distance", &self.distance).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SplitMix64;

    /// A hash that differs from another one in this many bits.
    fn changed(hash: u64, bits: u32, numbers: &mut SplitMix64) -> u64 {
        let mut changed = hash;
        while (changed ^ hash).count_ones() < bits {
            // A bit that is drawn twice is as it was, and another one is drawn.
            changed ^= 1_u64 << numbers.below(64);
        }
        changed
    }

    /// Random hashes, each with planted neighbours at all distances from 0 to 13.
    fn planted(count: usize, numbers: &mut SplitMix64) -> Vec<u64> {
        let mut hashes = Vec::new();
        for _ in 0..count {
            let hash = numbers.next();
            hashes.push(hash);
            hashes.extend((0..14).map(|bits| changed(hash, bits, numbers)));
        }
        numbers.shuffle(&mut hashes);
        hashes
    }

    /// The search by comparing all, and that by bands.
    fn both(hashes: &[u64], distance: u32) -> [HashIndex; 2] {
        let indices = [HashIndex::new(hashes, distance), HashIndex::with_bands(hashes, distance)];
        assert!(matches!(indices[0].search, Search::All(_)), "{} hashes", hashes.len());
        indices
    }

    fn compared(hashes: &[u64], hash: u64, distance: u32) -> Vec<usize> {
        (0..hashes.len()).filter(|&at| (hashes[at] ^ hash).count_ones() <= distance).collect()
    }

    #[test]
    fn the_search_finds_what_comparing_all_finds() {
        let mut numbers = SplitMix64::of_epoch(1, 0);
        let hashes = planted(60, &mut numbers);
        for distance in [0, 1, 2, 3, 4, 7, 10, 11, 12] {
            for index in both(&hashes, distance) {
                let mut found = 0;
                for &hash in hashes.iter().take(300) {
                    let neighbors = index.neighbors(hash);
                    assert_eq!(neighbors, compared(&hashes, hash, distance), "distance {distance}");
                    found += neighbors.len();
                }
                assert!(found >= 300, "{found}");
            }
        }
    }

    #[test]
    fn pairs_are_those_of_comparing_all_with_all() {
        let mut numbers = SplitMix64::of_epoch(2, 0);
        let hashes = planted(40, &mut numbers);
        let others: Vec<u64> = hashes.iter().map(|&hash| changed(hash, 1, &mut numbers)).collect();
        let mut expected = Vec::new();
        for (other_id, &other) in others.iter().enumerate() {
            let near = compared(&hashes, other, 10);
            expected
                .extend(near.into_iter().filter(|&id| id < other_id && id % 7 != 0).map(|id| (id, other_id)));
        }
        expected.sort_unstable();
        assert!(expected.len() > 1_000, "{}", expected.len());
        for index in both(&hashes, 10) {
            assert!(index.pairs_below(&others, |id, _| id % 7 != 0) == expected, "{index:?}");
        }
        let few = &others[..hashes.len() / 2];
        expected.retain(|&(_, other_id)| other_id < few.len());
        for index in both(&hashes, 10) {
            assert!(index.pairs_below(few, |id, _| id % 7 != 0) == expected, "{index:?}");
        }
    }

    /// All of 2,000 hashes are near one another, which would be 2 million pairs.
    #[test]
    fn of_many_near_hashes_the_first_and_the_nearest_are_looked_at() {
        let mut numbers = SplitMix64::of_epoch(3, 0);
        let middle = numbers.next();
        let hashes: Vec<u64> = (0..2000).map(|at| changed(middle, at % 6, &mut numbers)).collect();
        let [compared, by_bands] = both(&hashes, 10).map(|index| index.pairs_below(&hashes, |_, _| true));
        assert!(compared.len() <= hashes.len() * 128 && by_bands.len() <= hashes.len() * 4 * 128);
        for pairs in [compared, by_bands] {
            for at in (0..hashes.len()).step_by(37) {
                let is_pair = |lower: usize| pairs.binary_search(&(lower, at)).is_ok();
                assert!((0..at.min(64)).all(is_pair), "{at}");
                let mut others: Vec<usize> = (64..at).collect();
                others.sort_by_key(|&other| (hashes[other] ^ hashes[at]).count_ones());
                assert!(others.into_iter().take(64).all(is_pair), "{at}");
            }
        }
    }

    #[test]
    fn an_index_of_nothing_finds_nothing() {
        for index in both(&[], 10) {
            assert!(index.neighbors(3).is_empty());
            assert!(index.pairs_below(&[5, 5], |_, _| true).is_empty());
        }
    }
}
