//! How far the channels of a pixel lie apart.

use crate::simd::{Kernel, widest};

/// `max(|R - G|, |G - B|)` of each pixel.
#[inline(always)]
pub(super) fn differences([r, g, b]: [&[u8]; 3], differences: &mut [u8]) {
    for (((difference, &r), &g), &b) in differences.iter_mut().zip(r).zip(g).zip(b) {
        *difference = r.abs_diff(g).max(g.abs_diff(b));
    }
}

/// The smallest value that 99 % of the differences do not exceed, as NumPy's percentile by `inverted_cdf`; 0 of none.
pub(super) fn percentile_99(differences: &[u8]) -> u8 {
    // To count a few times how many are above a bound takes less time than to count each value once.
    let (lines, _) = differences.as_chunks::<LANES>();
    let some: Vec<u8> = lines.iter().step_by(STEP).flatten().copied().collect();
    let guess = lowest(0, u8::MAX, |bound| is_rarely_above(&some, bound));
    let is_enough = |bound| is_rarely_above(differences, bound);
    // Steps away from the guess, each twice as long, until the value is between two of them.
    let (mut low, mut high, mut step) = (guess, guess, 1_u8);
    if is_enough(guess) {
        loop {
            low = low.saturating_sub(step);
            if low == 0 || !is_enough(low) {
                break;
            }
            (high, step) = (low, step.saturating_mul(2));
        }
    } else {
        loop {
            low = high + 1;
            high = high.saturating_add(step);
            if high == u8::MAX || is_enough(high) {
                break;
            }
            step = step.saturating_mul(2);
        }
    }
    lowest(low, high, is_enough)
}

/// The lowest bound that is enough, of `low..=high`, where the last one is.
fn lowest(mut low: u8, mut high: u8, is_enough: impl Fn(u8) -> bool) -> u8 {
    while low < high {
        let middle = low.midpoint(high);
        if is_enough(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// Whether at most one percent are above the bound.
fn is_rarely_above(differences: &[u8], bound: u8) -> bool {
    widest(CountAbove { differences, bound }) as u128 * 100 <= differences.len() as u128
}

/// Of so many lines one is looked at for a guess.
const STEP: usize = 16;

/// The bytes of four of the longest vectors: an addition to a counter waits for the last one to the same counter.
const LANES: usize = 256;

/// How many are above the bound.
struct CountAbove<'a> {
    differences: &'a [u8],
    bound: u8,
}

impl Kernel for CountAbove<'_> {
    type Output = usize;

    #[inline(always)]
    fn run(self) -> usize {
        let is_above = |difference: u8| u8::from(difference > self.bound);
        let (lines, rest) = self.differences.as_chunks::<LANES>();
        let mut above = rest.iter().map(|&difference| usize::from(is_above(difference))).sum();
        // As many lines as a byte can count.
        for lines in lines.chunks(255) {
            let mut counts = [0_u8; LANES];
            for line in lines {
                counts.iter_mut().zip(line).for_each(|(count, &difference)| *count += is_above(difference));
            }
            above += counts.into_iter().map(usize::from).sum::<usize>();
        }
        above
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn red_and_blue_are_compared_with_green() {
        let mut found = [0; 3];
        differences([&[9, 200, 5], &[9, 0, 7], &[9, 200, 100]], &mut found);
        assert_eq!(found, [0, 200, 93]);
    }

    #[test]
    fn one_percent_of_the_pixels_may_be_colored() {
        let mut differences = vec![2; 990];
        differences.extend([255; 10]);
        assert_eq!(percentile_99(&differences), 2);
        differences.push(255);
        assert_eq!(percentile_99(&differences), 255);
        assert_eq!((percentile_99(&[]), percentile_99(&[9; 600]), percentile_99(&[0; 300])), (0, 9, 0));
    }

    /// Also where the lines that are looked at first are unlike the others.
    #[test]
    fn the_percentile_is_that_of_the_sorted_differences() {
        let mut numbers = crate::random::SplitMix64::of_epoch(4, 0);
        for case in 0..300 {
            let count = 1 + numbers.below(20 * (LANES * STEP) as u64) as usize;
            let (often, rarely) = (1 + numbers.below(255), 1 + numbers.below(255));
            let is_guessed = |at: usize| (at / LANES).is_multiple_of(STEP) == (case % 2 == 0);
            let value = |at: usize| if is_guessed(at) { often } else { rarely };
            let differences: Vec<u8> = (0..count).map(|at| numbers.below(value(at)) as u8).collect();
            let mut sorted = differences.clone();
            sorted.sort_unstable();
            let expected = sorted[(count * 99).div_ceil(100) - 1];
            assert_eq!(percentile_99(&differences), expected, "{count}: {often}, {rarely}");
        }
    }
}
