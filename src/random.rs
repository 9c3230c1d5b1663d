//! Random orders that are the same on every machine and in every version.

/// A counter-based generator, SplitMix64 (Steele, Lea and Flood, 2014): the `n`-th number depends on the
/// seed and on `n` only. Not a crate's: a new version of one may change an order that someone has to
/// repeat, and `rand` says so of its `StdRng`.
pub(crate) struct SplitMix64 {
    state: u64,
}

const GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

fn mixed(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

impl SplitMix64 {
    /// The stream of an epoch: seeds and epochs that differ in one bit have streams that share nothing.
    pub(crate) fn of_epoch(seed: u64, epoch: u64) -> Self {
        Self { state: mixed(seed.wrapping_add(GAMMA)) ^ mixed(epoch.wrapping_mul(GAMMA).wrapping_add(1)) }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GAMMA);
        mixed(self.state)
    }

    /// A number below `bound`, all equally likely (Lemire, 2019); 0 where `bound` is 0.
    fn below(&mut self, bound: u64) -> u64 {
        loop {
            let product = u128::from(self.next()) * u128::from(bound);
            let low = product & u128::from(u64::MAX);
            // 2^64 mod bound numbers come up once too often; those are drawn again.
            if low >= u128::from(bound.wrapping_neg().checked_rem(bound).unwrap_or(0)) {
                return u64::try_from(product >> 64).unwrap_or(0);
            }
        }
    }

    /// Fisher and Yates's shuffle, from the back.
    pub(crate) fn shuffle<T>(&mut self, values: &mut [T]) {
        for end in (1..values.len()).rev() {
            let bound = u64::try_from(end).unwrap_or(u64::MAX).saturating_add(1);
            let other = usize::try_from(self.below(bound)).unwrap_or(end);
            values.swap(end, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_paper() {
        // The sequence for the seed 1234567 of the reference program by Vigna, splitmix64.c.
        let mut numbers = SplitMix64 { state: 1_234_567 };
        let expected = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!([numbers.next(), numbers.next(), numbers.next()], expected);
    }

    #[test]
    fn every_order_is_as_likely() {
        let mut counts = std::collections::BTreeMap::new();
        for epoch in 0..24_000 {
            let mut values = [0, 1, 2, 3];
            SplitMix64::of_epoch(7, epoch).shuffle(&mut values);
            *counts.entry(values).or_insert(0) += 1;
        }
        assert_eq!(counts.len(), 24);
        // 1000 each, with a standard deviation of 31.
        assert!(counts.values().all(|count| (850..1150).contains(count)), "{counts:?}");
    }

    #[test]
    fn an_order_is_never_another_one_in_a_new_version() {
        let mut values: Vec<u8> = (0..10).collect();
        SplitMix64::of_epoch(42, 3).shuffle(&mut values);
        // As a program of twenty lines in another language has it.
        assert_eq!(values, [6, 7, 3, 5, 1, 0, 2, 8, 4, 9]);
    }
}
