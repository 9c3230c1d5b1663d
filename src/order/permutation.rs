//! A random order of any number of indices, computed one by one.

use crate::random::SplitMix64;

/// A permutation of `0..count` that a seed and an epoch determine, without a list: the swap-or-not shuffle (Hoang, Morris and
/// Rogaway, 2012). Each round pairs every index `x` with `key - x`, and a bit of a hash of the pair decides whether the two
/// change places. It takes `6 log2(count) + 32` rounds, of 16 bytes each.
#[derive(Debug, Clone)]
pub(super) struct Permutation {
    count: u64,
    rounds: Vec<Round>,
}

#[derive(Debug, Clone, Copy)]
struct Round {
    /// The sum of the indices that are paired, modulo the count.
    sum: u64,
    /// The key of the hash.
    key: u64,
}

impl Permutation {
    pub(super) fn new(count: usize, seed: u64, epoch: u64) -> Self {
        let count = count as u64;
        let mut numbers = SplitMix64::of_epoch(seed, epoch);
        let rounds = if count < 2 { 0 } else { 6 * (64 - count.leading_zeros()) + 32 };
        let round = |_| Round { sum: numbers.below(count), key: numbers.next() };
        Self { count, rounds: (0..rounds).map(round).collect() }
    }

    /// The index at a position, which is less than the count.
    pub(super) fn at(&self, position: usize) -> usize {
        let mut index = position as u64;
        for round in &self.rounds {
            // Both are below the count, which is below 2^63: no overflow.
            let partner = round.sum + self.count - index;
            let partner = if partner >= self.count { partner - self.count } else { partner };
            if SplitMix64::mixed(round.key ^ index.max(partner)) >> 63 == 1 {
                index = partner;
            }
        }
        index as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_index_comes_once() {
        for count in [0, 1, 2, 3, 10, 1000, 4097] {
            let permutation = Permutation::new(count, 7, 3);
            let mut seen: Vec<usize> = (0..count).map(|position| permutation.at(position)).collect();
            assert!(count < 100 || !seen.is_sorted());
            seen.sort_unstable();
            assert!(seen.into_iter().eq(0..count), "{count}");
        }
    }

    #[test]
    fn every_order_is_as_likely() {
        let mut counts = std::collections::BTreeMap::new();
        for epoch in 0..24_000 {
            let permutation = Permutation::new(4, 7, epoch);
            let order: Vec<usize> = (0..4).map(|position| permutation.at(position)).collect();
            *counts.entry(order).or_insert(0) += 1;
        }
        assert_eq!(counts.len(), 24);
        // 1000 each, with a standard deviation of 31.
        assert!(counts.values().all(|count| (850..1150).contains(count)), "{counts:?}");
    }

    /// The indices at a position, and the pairs of neighbours, are spread evenly over many epochs: chi-square.
    #[test]
    fn indices_and_their_neighbours_are_spread_evenly() {
        const COUNT: usize = 100;
        let (mut first, mut neighbours) = (vec![0_u32; COUNT], vec![0_u32; COUNT]);
        let epochs = 20_000;
        for epoch in 0..epochs {
            let permutation = Permutation::new(COUNT, 11, epoch);
            let (a, b) = (permutation.at(0), permutation.at(1));
            first[a] += 1;
            neighbours[(b + COUNT - a) % COUNT] += 1;
        }
        let chi = |counts: &[u32], expected: f64| -> f64 {
            counts.iter().map(|&count| (f64::from(count) - expected).powi(2) / expected).sum()
        };
        // 99 and 98 degrees of freedom: above 160 once in ten thousand.
        let (first, neighbours) =
            (chi(&first, epochs as f64 / 100.0), chi(&neighbours[1..], epochs as f64 / 99.0));
        assert!(first < 160.0 && neighbours < 160.0, "{first} {neighbours}");
    }

    /// A thousand million indices take as much memory as a thousand.
    #[test]
    fn large_orders_are_small() {
        let permutation = Permutation::new(1_000_000_000, 5, 0);
        assert!(permutation.rounds.len() * size_of::<Round>() < 4096);
        let at: Vec<usize> = (700_000_000..700_000_004).map(|position| permutation.at(position)).collect();
        assert!(at.iter().all(|index| *index < 1_000_000_000));
        // The same on every machine and in every version: as a program in another language has it.
        assert_eq!(at, [210_651_071, 522_998_639, 288_188_171, 48_425_798]);
    }
}
