//! Random orders that are the same on every machine and in every version.

/// A counter-based generator, SplitMix64 (Steele, Lea and Flood, 2014): the `n`-th number depends on the
/// seed and on `n` only. Not a crate's: a new version of one may change an order that someone has to
/// repeat, and `rand` says so of its `StdRng`.
pub(crate) struct SplitMix64 {
    state: u64,
}

const GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

impl SplitMix64 {
    /// A hash of 64 bits: each bit of the result depends on all of them.
    pub(crate) fn mixed(mut bits: u64) -> u64 {
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// The stream of an epoch: seeds and epochs that differ in one bit have streams that share nothing.
    pub(crate) fn of_epoch(seed: u64, epoch: u64) -> Self {
        Self {
            state: Self::mixed(seed.wrapping_add(GAMMA))
                ^ Self::mixed(epoch.wrapping_mul(GAMMA).wrapping_add(1)),
        }
    }

    /// The stream of a number that was drawn.
    pub(crate) fn of_number(number: u64) -> Self {
        Self { state: number }
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GAMMA);
        Self::mixed(self.state)
    }

    /// A number below `bound`, all equally likely (Lemire, 2019); 0 where `bound` is 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
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

/// Numbers of a key and a counter, without a state: Philox4x32-10 (Salmon, Moraes, Dror and Shaw, 2011). What is drawn for
/// a sample depends on the seed, the epoch, the sample and the step that draws, and on nothing that happened before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Philox {
    key: [u32; 2],
    epoch: u32,
}

impl Philox {
    /// The numbers of an epoch. Epochs from 2^32 on have another key.
    pub(crate) fn of_epoch(seed: u64, epoch: u64) -> Self {
        let seed = seed ^ (epoch >> 32).wrapping_mul(GAMMA);
        Self { key: [seed as u32, (seed >> 32) as u32], epoch: epoch as u32 }
    }

    /// Two numbers of 64 bits for an index and a step.
    pub(crate) fn at(self, index: u64, step: u32) -> [u64; 2] {
        let [a, b, c, d] = philox([index as u32, (index >> 32) as u32, self.epoch, step], self.key);
        let join = |low: u32, high: u32| u64::from(high) << 32 | u64::from(low);
        [join(a, b), join(c, d)]
    }

    /// Two numbers of 64 bits for an index, a step that draws (below 65,535) and a place in its stream. What `at` has for
    /// steps below 2^16, of which an order draws, is none of them.
    pub(crate) fn of_step(self, index: u64, step: u16, place: u16) -> [u64; 2] {
        self.at(index, (u32::from(step.saturating_add(1)) << 16) | u32::from(place))
    }

    /// A number in 0..1, a multiple of 2^-53, from 64 random bits.
    pub(crate) fn unit(bits: u64) -> f64 {
        (bits >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number of the exponential distribution of rate 1, above 0, from 64 random bits.
    pub(crate) fn exponential(bits: u64) -> f64 {
        // In the middle of one of 2^52 parts of 0..1.
        -ln(((bits >> 12) as f64 + 0.5) / (1_u64 << 52) as f64)
    }

    /// A number below `bound` from 64 random bits, all equally likely up to `bound` in 2^64.
    pub(crate) fn below(bits: u64, bound: usize) -> usize {
        ((u128::from(bits) * bound as u128) >> 64) as usize
    }
}

/// The natural logarithm of a normal number above 0, from sums, products and quotients alone: those are the same on every
/// machine, which `f64::ln` does not promise.
pub(crate) fn ln(number: f64) -> f64 {
    let bits = number.to_bits();
    let fraction = f64::from_bits(bits & ((1 << 52) - 1) | 1023 << 52);
    let exponent = (bits >> 52) as f64 - 1023.0;
    let is_large = fraction > std::f64::consts::SQRT_2;
    let (fraction, exponent) = if is_large { (fraction / 2.0, exponent + 1.0) } else { (fraction, exponent) };
    // ln x = 2 artanh((x - 1) / (x + 1)), whose argument is 0.172 at most: the thirteenth term is below 2^-65 of the first.
    let argument = (fraction - 1.0) / (fraction + 1.0);
    let square = argument * argument;
    let term = |sum: f64, term: u32| sum * square + 1.0 / f64::from(2 * term + 1);
    let sum = (0..13).rev().fold(0.0, term);
    exponent * std::f64::consts::LN_2 + 2.0 * argument * sum
}

fn philox(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for round in 0..10 {
        if round > 0 {
            key = [key[0].wrapping_add(0x9E37_79B9), key[1].wrapping_add(0xBB67_AE85)];
        }
        let (a, b) = (u64::from(counter[0]) * 0xD251_1F53, u64::from(counter[2]) * 0xCD9E_8D57);
        counter = [
            (b >> 32) as u32 ^ counter[1] ^ key[0],
            b as u32,
            (a >> 32) as u32 ^ counter[3] ^ key[1],
            a as u32,
        ];
    }
    counter
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn philox_has_the_published_numbers() {
        // Random123, kat_vectors, philox4x32-10: zeros, ones, digits of pi.
        let cases = [
            ([0; 4], [0; 2], [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8]),
            ([u32::MAX; 4], [u32::MAX; 2], [0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD]),
            (
                [0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344],
                [0xA409_3822, 0x299F_31D0],
                [0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1],
            ),
        ];
        for (counter, key, expected) in cases {
            assert_eq!(philox(counter, key), expected);
        }
        assert!(Philox::unit(u64::MAX) < 1.0 && Philox::unit(0) == 0.0);
        assert_eq!((Philox::below(u64::MAX, 7), Philox::below(0, 7)), (6, 0));
        let streams = [(0, 0), (0, 1), (1, 0), (u16::MAX - 1, u16::MAX)];
        let streams = streams.map(|(step, place)| Philox::of_epoch(3, 0).of_step(5, step, place));
        let steps = [0x1_0000, 0x1_0001, 0x2_0000, u32::MAX].map(|step| Philox::of_epoch(3, 0).at(5, step));
        assert_eq!(streams, steps);
        let epochs = [0, 1, 1 << 32].map(|epoch| Philox::of_epoch(3, epoch).at(5, 0));
        assert!(epochs[0] != epochs[1] && epochs[0] != epochs[2] && epochs[1] != epochs[2]);
    }

    #[test]
    fn the_logarithm_is_the_standard_librarys() {
        let numbers = (0..10_000_u64).map(|index| Philox::unit(SplitMix64::mixed(index)) + 1e-17);
        for number in numbers.chain([1.0, 0.5, 1.0 - 1e-15, 1e-300, 3.0, std::f64::consts::SQRT_2]) {
            let (own, expected) = (ln(number), number.ln());
            assert!((own - expected).abs() <= 1e-15 * expected.abs(), "ln {number} is {own}, not {expected}");
        }
        assert!(Philox::exponential(u64::MAX) > 0.0 && Philox::exponential(0) < 37.0);
        // The mean of a million is 1, with a standard deviation of 0.001.
        let drawn = (0..1_000_000_u64).map(|index| Philox::exponential(SplitMix64::mixed(index)));
        assert!((drawn.sum::<f64>() / 1e6 - 1.0).abs() < 0.005);
    }

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
