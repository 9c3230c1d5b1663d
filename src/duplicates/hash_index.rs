//! Search for hashes that differ in few bits.

use std::fmt;

use rayon::prelude::*;

use crate::simd::{Kernel, widest};
use crate::threads::least_pieces;

/// How many parts a hash is divided into, and the bits of each.
const BANDS: u32 = 4;
const BAND_BITS: u32 = 16;
/// How many values a part has.
const KEYS: usize = 1 << BAND_BITS;
/// Hashes are compared in blocks of this size, which vectors divide without a rest.
const BLOCK: usize = 32;

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
    /// in ascending order.
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
            let of_key = |key: usize| {
                let mut found = Vec::new();
                let (others, other_ids) = table.of(key);
                if !others.is_empty() {
                    let distance = self.distance;
                    widest(NearInKey { band, key, distance, others, other_ids, found: &mut found });
                }
                found.retain(|near| self.is_found(at, near.difference) && accept(near.id, near.other_id));
                found.into_iter().map(|near| (near.id, near.other_id))
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

/// A hash of the index that is near another one.
struct Near {
    id: usize,
    other_id: usize,
    difference: u64,
}

/// Compares hashes of one value of a band with those of the index whose value differs little, and whose index is lower.
struct NearInKey<'a> {
    band: &'a Band,
    key: usize,
    distance: u32,
    others: &'a [u64],
    other_ids: &'a [usize],
    found: &'a mut Vec<Near>,
}

impl Kernel for NearInKey<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (table, distance) = (&self.band.table, u64::from(self.distance));
        for difference in &self.band.differences {
            let key = self.key ^ difference;
            let (hashes, ids) = table.of(key);
            let mut below = 0;
            for (&other, &other_id) in self.others.iter().zip(self.other_ids) {
                while below < ids.len() && ids[below] < other_id {
                    below += 1;
                }
                // Counting has no branches, and nearly always there is none. What is behind does no harm.
                let mut near = 0_u64;
                for &hash in table.blocks(key, below) {
                    near += u64::from(u64::from((hash ^ other).count_ones()) <= distance);
                }
                if near > 0 {
                    for (&hash, &id) in hashes[..below].iter().zip(ids) {
                        let difference = hash ^ other;
                        if u64::from(difference.count_ones()) <= distance {
                            self.found.push(Near { id, other_id, difference });
                        }
                    }
                }
            }
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
