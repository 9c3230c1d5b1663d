//! Search for hashes that differ in few bits.

use std::fmt;

use rayon::prelude::*;

use super::candidates::{Candidates, Near};
use crate::simd::{Kernel, widest_counting};
use crate::threads::least_pieces;

/// How many parts a hash is divided into, and the bits of each.
const BANDS: u32 = 4;
const BAND_BITS: u32 = 16;
/// How many values a part has.
const KEYS: usize = 1 << BAND_BITS;
/// Hashes are compared in blocks of this size, which vectors divide without a rest.
const BLOCK: usize = 32;
/// How many hashes are compared with the same ones in turn, which then stay in the nearest memory.
const TOGETHER: usize = 16;

/// Finds all hashes of 64 bits that differ in at most a given number of bits from another one, without comparing all.
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
    bands: Vec<Band>,
}

/// A band of all hashes.
struct Band {
    part: Part,
    /// All ways in which the part may differ.
    differences: Vec<usize>,
    table: Table,
}

/// Which bits a band has, and in how many of them near hashes may differ.
#[derive(Clone, Copy)]
struct Part {
    shift: u32,
    radius: u32,
}

impl Part {
    /// The parts for a distance: if all differed in more than their radius, the hashes would differ in more than the distance.
    fn all(distance: u32) -> Vec<Self> {
        let bits = distance.saturating_add(1);
        let of_band = |band: u32| {
            // The highest band gets the least: its first bit says little in perceptual hashes.
            let share = bits / BANDS + u32::from(band < bits % BANDS);
            Some(Self { shift: band * BAND_BITS, radius: share.checked_sub(1)? })
        };
        (0..BANDS).filter_map(of_band).collect()
    }

    #[inline(always)]
    fn key(self, hash: u64) -> usize {
        ((hash >> self.shift) & (KEYS as u64 - 1)) as usize
    }

    /// Whether hashes of this difference are near in this part.
    #[inline(always)]
    fn is_near(self, difference: u64) -> bool {
        self.key(difference).count_ones() <= self.radius
    }
}

impl HashIndex {
    /// Indexes hashes, of which those within a distance of others are to be found.
    pub fn new(hashes: &[u64], distance: u32) -> Self {
        let bands = Part::all(distance).into_iter().map(|part| Band {
            part,
            differences: (0..KEYS).filter(|key| key.count_ones() <= part.radius).collect(),
            table: Table::new(hashes, part),
        });
        Self { distance, bands: bands.collect() }
    }

    /// The indices of all hashes within the distance of this one, in ascending order.
    #[doc(alias = "neighbours")]
    pub fn neighbors(&self, hash: u64) -> Vec<usize> {
        let mut found = Vec::new();
        for (at, band) in self.bands.iter().enumerate() {
            for difference in &band.differences {
                let (hashes, ids) = band.table.of(band.part.key(hash) ^ difference);
                let near = hashes.iter().zip(ids).filter(|(other, _)| self.is_found(at, hash ^ **other));
                found.extend(near.map(|(_, id)| *id));
            }
        }
        found.sort_unstable();
        found
    }

    /// Whether a difference is near, and this is the first band that says so.
    fn is_found(&self, band: usize, difference: u64) -> bool {
        difference.count_ones() <= self.distance
            && !self.bands[..band].iter().any(|earlier| earlier.part.is_near(difference))
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
        let mut pairs = Vec::new();
        for (at, band) in self.bands.iter().enumerate() {
            let table = Table::new(others, band.part);
            let (bands, distance) = (&self.bands[..=at], self.distance);
            let of_key = |key: usize| {
                let (others, other_ids) = table.of(key);
                let mut pairs = Vec::new();
                if others.is_empty() {
                    return pairs;
                }
                let mut below: Vec<usize> = vec![0; band.differences.len()];
                let mut found: Vec<Candidates> = Vec::new();
                found.resize_with(others.len().min(TOGETHER), Candidates::default);
                for (others, other_ids) in others.chunks(TOGETHER).zip(other_ids.chunks(TOGETHER)) {
                    let found = &mut found[..others.len()];
                    widest_counting(NearInKey {
                        bands,
                        key,
                        distance,
                        others,
                        other_ids,
                        below: &mut below,
                        found: &mut *found,
                    });
                    for (found, &other_id) in found.iter_mut().zip(other_ids) {
                        let accepted = found.take().filter(|&id| accept(id, other_id));
                        pairs.extend(accepted.map(|id| (id, other_id)));
                    }
                }
                pairs
            };
            let keys = (0..KEYS).into_par_iter().with_min_len(least_pieces());
            pairs.par_extend(keys.flat_map_iter(of_key));
        }
        pairs.par_sort_unstable();
        pairs
    }
}

impl fmt::Debug for HashIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hashes = self.bands.first().map_or(0, |band| band.table.ids.len());
        f.debug_struct("HashIndex").field("hashes", &hashes).field("distance", &self.distance).finish()
    }
}

/// Hashes in the order of a part of them, those of one value in ascending order of their indices.
struct Table {
    /// Where the hashes of each value start, and where the last ones end.
    starts: Vec<usize>,
    /// With a block of zeros behind them.
    hashes: Vec<u64>,
    ids: Vec<usize>,
}

impl Table {
    fn new(all: &[u64], part: Part) -> Self {
        let mut starts = vec![0; KEYS + 1];
        for &hash in all {
            starts[part.key(hash) + 1] += 1;
        }
        let mut before = 0;
        for start in &mut starts {
            before += *start;
            *start = before;
        }
        let mut next = starts.clone();
        let (mut hashes, mut ids) = (vec![0; all.len() + BLOCK], vec![0; all.len()]);
        for (id, &hash) in all.iter().enumerate() {
            let place = &mut next[part.key(hash)];
            hashes[*place] = hash;
            ids[*place] = id;
            *place += 1;
        }
        Self { starts, hashes, ids }
    }

    /// The hashes of one value, and their indices.
    #[inline(always)]
    fn of(&self, key: usize) -> (&[u64], &[usize]) {
        let (start, end) = (self.starts[key], self.starts[key + 1]);
        (&self.hashes[start..end], &self.ids[start..end])
    }

    /// The first hashes of one value and what follows them, in whole blocks.
    #[inline(always)]
    fn blocks(&self, key: usize, count: usize) -> &[u64] {
        &self.hashes[self.starts[key]..][..count.next_multiple_of(BLOCK)]
    }
}

/// Compares hashes of one value of a band with those of the index whose value differs little, and whose index is lower.
struct NearInKey<'a> {
    /// The band, behind those that were looked at before.
    bands: &'a [Band],
    key: usize,
    distance: u32,
    others: &'a [u64],
    other_ids: &'a [usize],
    /// Of each difference how many hashes of the index are known to have a lower index than the others.
    below: &'a mut [usize],
    /// What is found of each of the others, if it was not found in an earlier band.
    found: &'a mut [Candidates],
}

impl Kernel for NearInKey<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { bands, key, distance, others, other_ids, below, found } = self;
        let Some((band, earlier)) = bands.split_last() else { return };
        let table = &band.table;
        for (difference, below) in band.differences.iter().zip(below) {
            let key = key ^ difference;
            let (hashes, ids) = table.of(key);
            let mut lower = *below;
            for ((&other, &other_id), found) in others.iter().zip(other_ids).zip(found.iter_mut()) {
                while lower < ids.len() && ids[lower] < other_id {
                    lower += 1;
                }
                // Counting has no branches, and nearly always there is none. What is behind does no harm.
                let mut near = 0_u64;
                for &hash in table.blocks(key, lower) {
                    near += u64::from(u64::from((hash ^ other).count_ones()) <= u64::from(distance));
                }
                if near > 0 {
                    for (&hash, &id) in hashes[..lower].iter().zip(ids) {
                        let difference = hash ^ other;
                        let bits = difference.count_ones();
                        if bits <= distance && !earlier.iter().any(|band| band.part.is_near(difference)) {
                            found.push(Near { id, distance: bits });
                        }
                    }
                }
            }
            *below = lower;
        }
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

    fn compared(hashes: &[u64], hash: u64, distance: u32) -> Vec<usize> {
        (0..hashes.len()).filter(|&at| (hashes[at] ^ hash).count_ones() <= distance).collect()
    }

    #[test]
    fn the_search_finds_what_comparing_all_finds() {
        let mut numbers = SplitMix64::of_epoch(1, 0);
        let hashes = planted(60, &mut numbers);
        for distance in [0, 1, 2, 3, 4, 7, 10, 11, 12] {
            let index = HashIndex::new(&hashes, distance);
            let mut found = 0;
            for &hash in hashes.iter().take(300) {
                let neighbors = index.neighbors(hash);
                assert_eq!(neighbors, compared(&hashes, hash, distance), "distance {distance}");
                found += neighbors.len();
            }
            assert!(found >= 300, "{found}");
        }
    }

    #[test]
    fn pairs_are_those_of_comparing_all_with_all() {
        let mut numbers = SplitMix64::of_epoch(2, 0);
        let hashes = planted(40, &mut numbers);
        let others: Vec<u64> = hashes.iter().map(|&hash| changed(hash, 1, &mut numbers)).collect();
        let index = HashIndex::new(&hashes, 10);
        let pairs = index.pairs_below(&others, |id, _| id % 7 != 0);
        let mut expected = Vec::new();
        for (other_id, &other) in others.iter().enumerate() {
            let near = compared(&hashes, other, 10);
            expected
                .extend(near.into_iter().filter(|&id| id < other_id && id % 7 != 0).map(|id| (id, other_id)));
        }
        expected.sort_unstable();
        assert!(expected.len() > 1_000, "{}", expected.len());
        assert!(pairs == expected);
    }

    /// All of 2,000 hashes are near one another, which would be 2 million pairs.
    #[test]
    fn of_many_near_hashes_the_first_and_the_nearest_are_looked_at() {
        let mut numbers = SplitMix64::of_epoch(3, 0);
        let middle = numbers.next();
        let hashes: Vec<u64> = (0..2000).map(|at| changed(middle, at % 6, &mut numbers)).collect();
        let pairs = HashIndex::new(&hashes, 10).pairs_below(&hashes, |_, _| true);
        assert!(pairs.len() <= hashes.len() * 4 * 128, "{}", pairs.len());
        for at in (0..hashes.len()).step_by(37) {
            let is_pair = |lower: usize| pairs.binary_search(&(lower, at)).is_ok();
            assert!((0..at.min(64)).all(is_pair), "{at}");
            let mut others: Vec<usize> = (64..at).collect();
            others.sort_by_key(|&other| (hashes[other] ^ hashes[at]).count_ones());
            assert!(others.into_iter().take(64).all(is_pair), "{at}");
        }
    }

    #[test]
    fn the_radii_leave_no_hash_out() {
        for distance in 0..80 {
            let parts = Part::all(distance);
            let reached: u32 = parts.iter().map(|part| part.radius + 1).sum();
            assert_eq!(reached, distance + 1);
        }
        assert!(HashIndex::new(&[], 10).neighbors(3).is_empty());
    }
}
