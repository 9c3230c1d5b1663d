//! Of very many near hashes, those that are looked at further.

/// Of more near hashes than twice this, the first ones and the nearest of the others are looked at, as many of each. Of frames of
/// a camera that does not move each is near all others, and all pairs of 100,000 would take 40 GB.
const MOST: usize = 64;

/// How many are kept before some are left out.
const ROOM: usize = 1024;

/// A hash that is near another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Near {
    pub(super) id: usize,
    pub(super) distance: u32,
}

/// The hashes that are near one hash. What is left of many does not depend on the order in which they were found.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    found: Vec<Near>,
}

impl Candidates {
    /// Adds a hash that was not added before.
    pub(super) fn push(&mut self, near: Near) {
        if self.found.len() >= ROOM {
            self.prune();
        }
        self.found.push(near);
    }

    /// The indices of those that are left, without an order; afterwards there are none.
    pub(super) fn take(&mut self) -> impl Iterator<Item = usize> + '_ {
        self.prune();
        self.found.drain(..).map(|near| near.id)
    }

    /// What is left out has as many before it, and as many others nearer, as are kept: more hashes change nothing about that.
    fn prune(&mut self) {
        if self.found.len() > 2 * MOST {
            self.found.select_nth_unstable_by_key(MOST, |near| near.id);
            self.found[MOST..].select_nth_unstable_by_key(MOST, |near| (near.distance, near.id));
            self.found.truncate(2 * MOST);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SplitMix64;

    #[test]
    fn the_first_and_the_nearest_are_left_in_any_order() {
        let mut numbers = SplitMix64::of_epoch(5, 0);
        for count in [0, 1, 128, 129, 5000] {
            let mut all: Vec<Near> =
                (0..count).map(|id| Near { id, distance: numbers.below(11) as u32 }).collect();
            let mut others = all.get(MOST..).unwrap_or(&[]).to_vec();
            others.sort_by_key(|near| near.distance);
            let first = all.iter().take(MOST).map(|near| near.id);
            let nearest = others.iter().take(MOST).map(|near| near.id);
            let mut expected: Vec<usize> = first.chain(nearest).collect();
            expected.sort_unstable();
            for _ in 0..3 {
                numbers.shuffle(&mut all);
                let mut candidates = Candidates::default();
                all.iter().for_each(|near| candidates.push(*near));
                let mut left: Vec<usize> = candidates.take().collect();
                left.sort_unstable();
                assert_eq!(left, expected);
                assert_eq!(candidates.take().count(), 0);
            }
        }
    }
}
