//! How often each byte occurs in three channels, counted two pixels at a time.

use std::cell::Cell;

use crate::simd::{Kernel, widest};

/// A counter for each pair of bytes.
type Pairs = [u16; 1 << 16];
/// One for each channel.
type Tables = [Box<Pairs>; 3];
/// As many pairs as 16 bits count.
const MOST_PAIRS: usize = u16::MAX as usize;

thread_local! {
    /// Tables of zeros that the last picture left: to clear them anew would take as long as to count.
    static TABLES: Cell<Option<Tables>> = const { Cell::new(None) };
}

/// Counts of the values 0 to 255 in each of three channels, for pictures of many pixels.
///
/// A processor writes one counter at a time, and a counter of pairs halves how many it writes. Neighbors are alike, so that few of
/// the pairs occur, and their counters stay in the fastest cache. The three channels take turns, because an addition to a counter
/// waits for the last one to the same counter.
pub(super) struct PairCounts {
    tables: Tables,
    /// The pairs that each table has, at most `MOST_PAIRS`.
    pairs: usize,
    settled: [[u64; 256]; 3],
}

impl PairCounts {
    /// Pictures from so many pixels on are worth it: to settle the tables takes as long as to count 20,000 pixels.
    pub(super) const FEWEST_PIXELS: usize = 1 << 16;

    pub(super) fn new() -> Self {
        let zeros = |_| Box::new([0; 1 << 16]);
        let tables = TABLES.take().unwrap_or_else(|| std::array::from_fn(zeros));
        Self { tables, pairs: 0, settled: [[0; 256]; 3] }
    }

    /// Adds at most 131,070 pixels, the channels of which have equal lengths.
    #[inline(always)]
    pub(super) fn add(&mut self, planes: [&[u8]; 3]) {
        let [(first, last), (second, last_of_second), (third, last_of_third)] =
            planes.map(|plane| plane.as_chunks::<2>());
        debug_assert!(first.len() <= MOST_PAIRS);
        if self.pairs + first.len() > MOST_PAIRS {
            self.settle();
        }
        self.pairs += first.len();
        let place = |pair: [u8; 2]| usize::from(u16::from_le_bytes(pair));
        let [of_first, of_second, of_third] = self.tables.each_mut().map(|table| &mut **table);
        for ((&first, &second), &third) in first.iter().zip(second).zip(third) {
            of_first[place(first)] += 1;
            of_second[place(second)] += 1;
            of_third[place(third)] += 1;
        }
        for (counts, last) in self.settled.iter_mut().zip([last, last_of_second, last_of_third]) {
            last.iter().for_each(|&byte| counts[usize::from(byte)] += 1);
        }
    }

    /// Moves the counts of pairs to those of their bytes.
    fn settle(&mut self) {
        for (pairs, counts) in self.tables.iter_mut().zip(&mut self.settled) {
            widest(Settle { pairs, counts });
        }
        self.pairs = 0;
    }

    /// The counts of each channel by value.
    pub(super) fn total(mut self) -> [[u64; 256]; 3] {
        self.settle();
        TABLES.set(Some(self.tables));
        self.settled
    }
}

struct Settle<'a> {
    pairs: &'a mut Pairs,
    counts: &'a mut [u64; 256],
}

impl Kernel for Settle<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let mut of_first = [0_u32; 256];
        for (pairs, of_second) in self.pairs.as_chunks_mut::<256>().0.iter_mut().zip(&mut *self.counts) {
            let mut sum = 0;
            for (of_first, count) in of_first.iter_mut().zip(pairs) {
                let count = u32::from(std::mem::take(count));
                *of_first += count;
                sum += count;
            }
            *of_second += u64::from(sum);
        }
        self.counts.iter_mut().zip(of_first).for_each(|(count, of_first)| *count += u64::from(of_first));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::byte_counts::ByteCounts;

    #[test]
    fn counts_are_those_of_single_bytes() {
        let mut numbers = crate::random::SplitMix64::of_epoch(1, 0);
        // More pixels than 16 bits count, and an odd number of them; most of a channel are equal.
        let mut planes = [const { Vec::new() }; 3];
        for at in 0..300_001 {
            let number = numbers.next();
            planes[0].push(number as u8);
            planes[1].push((number >> 8) as u8 % 4);
            planes[2].push(if at % 1000 == 0 { (number >> 16) as u8 } else { 255 });
        }
        // Twice, because the second one has the tables of the first.
        for _ in 0..2 {
            let mut pairs = PairCounts::new();
            for begun in (0..planes[0].len()).step_by(1000) {
                pairs.add(planes.each_ref().map(|plane| &plane[begun..plane.len().min(begun + 1000)]));
            }
            for (found, plane) in pairs.total().iter().zip(&planes) {
                let mut expected = ByteCounts::new();
                expected.add(plane);
                assert_eq!(*found, expected.total());
            }
        }
    }
}
