//! The best candidates of each of many rows.

/// For each of some rows the candidates with the highest scores, best first; of equal scores the lower number is better.
pub(super) struct Best {
    kept: usize,
    /// Score and number of each candidate, `kept` for each row.
    candidates: Vec<(f32, u32)>,
}

/// Where no candidate came yet. No row has this number, since fewer than 2^32 are searched.
const NONE: (f32, u32) = (f32::NEG_INFINITY, NO_ROW);

/// A number that no row has.
pub(super) const NO_ROW: u32 = u32::MAX;

/// Scores that are looked at together: few of many are better than the worst that is kept.
const RUN: usize = 16;

impl Best {
    /// Room for `kept` candidates, 1 or more, for each of `lists` rows.
    pub(super) fn new(lists: usize, kept: usize) -> Self {
        Self { kept, candidates: vec![NONE; lists * kept] }
    }

    /// Offers the candidates `numbers` to the list of the row `own`, which is left out where it is among them. The score of a
    /// candidate is its product with that row plus its bias.
    pub(super) fn offer(&mut self, list: usize, own: u32, products: &[f32], biases: &[f32], numbers: &[u32]) {
        let candidates = &mut self.candidates[list * self.kept..][..self.kept];
        let last = self.kept - 1;
        let mut worst = candidates[last].0;
        let runs = products.chunks(RUN).zip(biases.chunks(RUN)).zip(numbers.chunks(RUN));
        for ((products, biases), numbers) in runs {
            let scores = || products.iter().zip(biases).map(|(product, bias)| product + bias);
            if !scores().fold(false, |any, score| any | (score >= worst)) {
                continue;
            }
            for (score, &number) in scores().zip(numbers) {
                if score < worst || number == own {
                    continue;
                }
                let is_better =
                    |&(other, before): &(f32, u32)| other > score || (other == score && before < number);
                let place = candidates.partition_point(is_better);
                if place <= last {
                    candidates.copy_within(place..last, place + 1);
                    candidates[place] = (score, number);
                    worst = candidates[last].0;
                }
            }
        }
    }

    /// The numbers of the candidates of a list, best first; fewer than are kept where fewer were offered.
    pub(super) fn of(&self, list: usize) -> impl Iterator<Item = u32> + '_ {
        let candidates = &self.candidates[list * self.kept..][..self.kept];
        candidates.iter().map(|&(_, number)| number).take_while(|&number| number != NO_ROW)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_are_those_of_a_sort_whatever_comes_first() {
        // Few different scores, so that many are equal.
        let scores: Vec<f32> = (0..100_u16).map(|at| f32::from(at * 37 % 11)).collect();
        let numbers: Vec<u32> = (0..100).map(|at| at * 71 % 100).collect();
        let mut sorted: Vec<(f32, u32)> = scores.iter().copied().zip(numbers.iter().copied()).collect();
        sorted.retain(|&(_, number)| number != 40);
        sorted.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let expected: Vec<u32> = sorted.iter().map(|&(_, number)| number).take(20).collect();
        let zeros = vec![0.0; 100];
        for first in [0, 1, 17, 50, 100] {
            let mut best = Best::new(2, 20);
            for part in [first..100, 0..first] {
                let (scores, numbers) = (&scores[part.clone()], &numbers[part.clone()]);
                best.offer(1, 40, scores, &zeros[part], numbers);
            }
            assert_eq!(best.of(1).collect::<Vec<_>>(), expected);
            assert_eq!(best.of(0).count(), 0);
        }
    }
}
