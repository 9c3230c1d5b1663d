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
    // To count eight times how many are above a bound takes less time than to count each value once.
    let (mut low, mut high) = (0, u8::MAX);
    while low < high {
        let middle = low.midpoint(high);
        let above = widest(CountAbove { differences, bound: middle });
        if above as u128 * 100 <= differences.len() as u128 {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// The bytes of the longest vectors.
const LANES: usize = 64;

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
}
