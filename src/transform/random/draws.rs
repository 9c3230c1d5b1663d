//! The random numbers of one step for one sample.

use crate::random::Philox;
use crate::transform::SampleKey;

/// A stream of numbers, which depends on the key of a sample and on the place of the step in its recipe.
///
/// It repeats after 131,072 numbers. A step draws a few dozen; what needs one for each pixel takes a seed from here.
#[derive(Debug, Clone)]
pub(crate) struct Draws {
    numbers: Philox,
    index: u64,
    step: u16,
    place: u16,
    second: Option<u64>,
}

impl Draws {
    /// The stream of the step at the place `step` of a recipe, from 0. Steps from 65,534 on share one.
    pub(crate) fn new(key: SampleKey, step: u16) -> Self {
        let numbers = Philox::of_epoch(key.seed, key.epoch);
        Self { numbers, index: key.index, step, place: 0, second: None }
    }

    /// 64 random bits.
    pub(crate) fn bits(&mut self) -> u64 {
        if let Some(second) = self.second.take() {
            return second;
        }
        let [first, second] = self.numbers.of_step(self.index, self.step, self.place);
        self.place = self.place.wrapping_add(1);
        self.second = Some(second);
        first
    }

    /// A number in 0..1.
    pub(crate) fn unit(&mut self) -> f64 {
        Philox::unit(self.bits())
    }

    /// A number from `low` up to `high`, which is less likely than others to come up itself.
    pub(crate) fn uniform(&mut self, [low, high]: [f64; 2]) -> f64 {
        (low + self.unit() * (high - low)).min(high)
    }

    /// A number whose logarithm is uniform between those of `low` and `high`, which are above 0.
    pub(crate) fn log_uniform(&mut self, [low, high]: [f64; 2]) -> f64 {
        self.uniform([low.ln(), high.ln()]).exp().clamp(low, high)
    }

    /// A whole number below `bound`, all equally likely; 0 where `bound` is 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(bound)) >> 64) as u64
    }

    /// The values in one of their orders, all equally likely (Fisher and Yates).
    pub(crate) fn shuffled<T, const N: usize>(&mut self, mut values: [T; N]) -> [T; N] {
        for end in (1..N).rev() {
            let other = self.below(end as u64 + 1) as usize;
            values.swap(end, other);
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::random::chi_square::{assert_uniform, draws};

    #[test]
    fn numbers_depend_on_the_key_and_the_step_and_on_nothing_else() {
        let key = SampleKey { seed: 1, epoch: 2, index: 3 };
        let stream = |key, step| -> Vec<u64> {
            let mut draws = Draws::new(key, step);
            (0..6).map(|_| draws.bits()).collect()
        };
        let one = stream(key, 0);
        assert_eq!(one, stream(key, 0));
        let others = [
            stream(SampleKey { seed: 2, ..key }, 0),
            stream(SampleKey { epoch: 3, ..key }, 0),
            stream(SampleKey { index: 4, ..key }, 0),
            stream(key, 1),
        ];
        for other in others {
            assert!(one.iter().all(|number| !other.contains(number)));
        }
        // An order of samples draws from the same key with the step 0.
        let order = Philox::of_epoch(1, 2).at(3, 0);
        assert!(!one.contains(&order[0]) && !one.contains(&order[1]));
        let mut long = Draws::new(key, 0);
        let numbers: std::collections::BTreeSet<u64> = (0..131_072).map(|_| long.bits()).collect();
        assert_eq!(numbers.len(), 131_072);
        assert_eq!(long.bits(), one[0]);
    }

    #[test]
    fn numbers_are_of_their_distributions() {
        assert_uniform(20, draws(0).map(|mut draws| draws.unit()));
        assert_uniform(20, draws(1).map(|mut draws| draws.uniform([-3.0, 5.0]) / 8.0 + 0.375));
        assert_uniform(7, draws(2).map(|mut draws| (draws.below(7) as f64 + 0.5) / 7.0));
        let logarithm = |x: f64| (x.ln() - 0.5_f64.ln()) / (3.0_f64.ln() - 0.5_f64.ln());
        assert_uniform(20, draws(3).map(|mut draws| logarithm(draws.log_uniform([0.5, 3.0]))));
        // Each of the 24 orders is a bin.
        let rank = |[a, b, c, d]: [usize; 4]| {
            let less = |x: usize, rest: &[usize]| rest.iter().filter(|&&y| y < x).count();
            6 * less(a, &[b, c, d]) + 2 * less(b, &[c, d]) + less(c, &[d])
        };
        assert_uniform(
            24,
            draws(4).map(|mut draws| (rank(draws.shuffled([0, 1, 2, 3])) as f64 + 0.5) / 24.0),
        );
    }

    #[test]
    fn bounds_stay_within() {
        let mut draws = Draws::new(SampleKey { seed: 0, epoch: 0, index: 0 }, 0);
        assert_eq!((draws.below(0), draws.below(1)), (0, 0));
        assert_eq!(draws.uniform([2.0, 2.0]), 2.0);
        assert_eq!(draws.log_uniform([1.0 / 3.0, 1.0 / 3.0]), 1.0 / 3.0);
    }
}
