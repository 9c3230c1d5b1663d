//! The hashes that may be near those of one value of a band, in one list.

use std::ops::Range;

use super::band::{Band, KEYS};
use super::candidates::{Candidates, Near};
use crate::simd::{Kernel, widest_counting};

/// Hashes are compared in blocks of a multiple of this size, which vectors divide without a rest.
const BLOCK: usize = 32;
/// So many hashes stay in the nearest memory while they are compared with others in turn.
const NEAREST: usize = 16 * BLOCK;
/// How many hashes are compared with the same list in turn; at most 32.
pub(super) const TOGETHER: usize = 16;
/// Into how many sections a list is divided at most, and how many hashes of one value are in each.
const SECTIONS: usize = 8;
const OF_SECTION: usize = 16;

/// The hashes of an index whose part differs little from one value. They are copied into one list, since the lists of the single
/// values are short: looking at each of them takes longer than comparing.
///
/// The list has sections by index, so that of a hash of a low index not all need be compared.
pub(super) struct Neighborhood {
    sections: usize,
    /// With a block of zeros behind them.
    hashes: Vec<u64>,
    runs: Vec<Run>,
    /// Where each section ends.
    ends: Vec<usize>,
    /// Of each difference what is to be copied next.
    next: Vec<usize>,
}

/// Hashes that stand one behind the other here and in the band's table.
struct Run {
    start: usize,
    /// Their places in the table.
    places: Range<usize>,
}

impl Run {
    fn end(&self) -> usize {
        self.start + self.places.len()
    }
}

impl Neighborhood {
    /// Memory for the neighborhoods of a band.
    pub(super) fn new(band: &Band) -> Self {
        let of_key = band.table.ids.len() / KEYS;
        Self::with_sections((of_key / OF_SECTION).clamp(1, SECTIONS))
    }

    fn with_sections(sections: usize) -> Self {
        Self { sections, hashes: Vec::new(), runs: Vec::new(), ends: Vec::new(), next: Vec::new() }
    }

    /// All indices in a section are below this one, but for the last section.
    fn limit(&self, band: &Band, section: usize) -> usize {
        band.table.ids.len() / self.sections * (section + 1)
    }

    /// Gathers the hashes around a value. The memory of the last ones is used again.
    pub(super) fn gather(&mut self, band: &Band, key: usize) {
        let table = &band.table;
        self.hashes.clear();
        self.runs.clear();
        self.ends.clear();
        self.next.clear();
        self.next.extend(band.differences.iter().map(|difference| table.starts[key ^ difference]));
        for section in 0..self.sections {
            let limit = self.limit(band, section);
            for (difference, next) in band.differences.iter().zip(&mut self.next) {
                let all = *next..table.starts[(key ^ difference) + 1];
                let count = match section + 1 == self.sections {
                    true => all.len(),
                    false => table.ids[all].partition_point(|id| *id < limit),
                };
                if count > 0 {
                    let places = *next..*next + count;
                    *next = places.end;
                    let start = self.hashes.len();
                    self.hashes.extend_from_slice(&table.hashes[places.clone()]);
                    self.runs.push(Run { start, places });
                }
            }
            self.ends.push(self.hashes.len());
        }
        self.hashes.resize(self.hashes.len() + BLOCK, 0);
    }

    /// Compares hashes with those of the last of the bands, whose neighborhood this is, that have a lower index. What is found of
    /// each is added to its candidates, if none of the bands before it finds the same. The indices are in ascending order.
    pub(super) fn find(
        &self,
        bands: &[Band],
        distance: u32,
        others: &[u64],
        other_ids: &[usize],
        found: &mut [Candidates],
    ) {
        let (Some((band, earlier)), Some(&last)) = (bands.split_last(), other_ids.last()) else { return };
        // All indices below that of the last one are in the sections up to this one.
        let mut sections = self.ends.iter().enumerate();
        let section = sections.find(|(section, _)| self.limit(band, *section) >= last);
        let end = section.map(|(_, end)| *end).or(self.ends.last().copied()).unwrap_or(0);
        for (at, block) in self.hashes[..end.next_multiple_of(BLOCK)].chunks(NEAREST).enumerate() {
            let near = widest_counting(Nearness { block, others, distance });
            if near == 0 {
                continue;
            }
            let looked = at * NEAREST..(at * NEAREST + block.len()).min(end);
            for (place, found) in found.iter_mut().enumerate().take(others.len()) {
                if (near >> place) & 1 == 1 {
                    let other = (others[place], other_ids[place]);
                    self.look(band, earlier, distance, other, looked.clone(), found);
                }
            }
        }
    }

    /// Looks at some of the hashes one by one.
    fn look(
        &self,
        band: &Band,
        earlier: &[Band],
        distance: u32,
        (other, other_id): (u64, usize),
        looked: Range<usize>,
        found: &mut Candidates,
    ) {
        let first = self.runs.partition_point(|run| run.end() <= looked.start);
        for run in self.runs[first..].iter().take_while(|run| run.start < looked.end) {
            let (from, to) = (run.start.max(looked.start), run.end().min(looked.end));
            let ids = &band.table.ids[run.places.start + from - run.start..];
            for (&hash, &id) in self.hashes[from..to].iter().zip(ids) {
                let difference = hash ^ other;
                let bits = difference.count_ones();
                if id < other_id
                    && bits <= distance
                    && !earlier.iter().any(|band| band.part.is_near(difference))
                {
                    found.push(Near { id, distance: bits });
                }
            }
        }
    }
}

/// Which of at most 32 hashes are near one of a block: the lowest bit stands for the first.
struct Nearness<'a> {
    block: &'a [u64],
    others: &'a [u64],
    distance: u32,
}

impl Kernel for Nearness<'_> {
    type Output = u32;

    #[inline(always)]
    fn run(self) -> u32 {
        let distance = u64::from(self.distance);
        let mut all = 0;
        for (place, &other) in self.others.iter().enumerate() {
            // Counting has no branches, and nearly always there is none.
            let mut near = 0_u64;
            for &hash in self.block {
                near += u64::from(u64::from((hash ^ other).count_ones()) <= distance);
            }
            all |= u32::from(near > 0) << place;
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::duplicates::band::{Part, Table};
    use crate::random::SplitMix64;

    /// The sections are those of millions of hashes.
    #[test]
    fn all_sections_together_have_what_comparing_all_finds() {
        let mut numbers = SplitMix64::of_epoch(6, 0);
        let middles = [numbers.next(), numbers.next()];
        // Four drawn bits each, so that two hashes of one middle differ in at most eight.
        let hash = |at: usize, numbers: &mut SplitMix64| {
            (0..4).fold(middles[at % 2], |hash, _| hash ^ (1_u64 << numbers.below(64)))
        };
        let hashes: Vec<u64> = (0..200).map(|at| hash(at, &mut numbers)).collect();
        let others: Vec<u64> = (0..200).map(|at| hash(at, &mut numbers)).collect();
        let is_near = |a: usize, b: usize| (hashes[a] ^ others[b]).count_ones() <= 6;
        let pairs_of = |b: usize| (0..b).filter(move |a| is_near(*a, b)).map(move |a| (a, b));
        let expected: Vec<(usize, usize)> = (0..200).flat_map(pairs_of).collect();
        assert!((1000..15_000).contains(&expected.len()), "{}", expected.len());
        let bands: Vec<Band> = Part::all(6).into_iter().map(|part| Band::new(&hashes, part)).collect();
        for sections in [1, 3, 8] {
            let mut neighborhood = Neighborhood::with_sections(sections);
            let mut pairs = Vec::new();
            for (at, band) in bands.iter().enumerate() {
                let table = Table::new(&others, band.part);
                for key in 0..KEYS {
                    let (others, other_ids) = table.of(key);
                    for (others, other_ids) in others.chunks(5).zip(other_ids.chunks(5)) {
                        let mut found: Vec<Candidates> = Vec::new();
                        found.resize_with(5, Candidates::default);
                        neighborhood.gather(band, key);
                        neighborhood.find(&bands[..=at], 6, others, other_ids, &mut found);
                        for (found, &b) in found.iter_mut().zip(other_ids) {
                            pairs.extend(found.take().map(|a| (a, b)));
                        }
                    }
                }
            }
            pairs.sort_unstable_by_key(|&(a, b)| (b, a));
            assert!(pairs == expected, "{} of {}, {sections} sections", pairs.len(), expected.len());
        }
    }
}
