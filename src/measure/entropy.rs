//! The entropy of a histogram.

use crate::simd::{Kernel, widest};

/// Shannon's entropy in bits, as Pillow's `Image.entropy`; 0 of a histogram without samples.
pub(super) fn entropy(counts: &[u64; 256]) -> f64 {
    let terms = widest(Terms { counts, total: counts.iter().sum() });
    terms.iter().fold(0.0, |entropy, term| entropy - term)
}

/// Each share times its logarithm; 0 where there is none.
struct Terms<'a> {
    counts: &'a [u64; 256],
    total: u64,
}

impl Kernel for Terms<'_> {
    type Output = [f64; 256];

    #[inline(always)]
    fn run(self) -> [f64; 256] {
        let total = self.total as f64;
        self.counts.map(|count| {
            let share = count as f64 / total;
            let term = share * log2(share);
            if count > 0 { term } else { 0.0 }
        })
    }
}

/// The logarithm to base 2 of a normal number above 0.
///
/// The standard library's differs in the last digit between systems; this one is made of exactly rounded
/// operations, and has no branches, so that many are computed at once.
#[inline(always)]
fn log2(x: f64) -> f64 {
    const MANTISSA: u64 = (1 << 52) - 1;
    let bits = x.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as f64 - 1023.0;
    let fraction = f64::from_bits((bits & MANTISSA) | 1.0_f64.to_bits());
    let is_high = fraction > std::f64::consts::SQRT_2;
    let fraction = if is_high { fraction / 2.0 } else { fraction };
    let exponent = if is_high { exponent + 1.0 } else { exponent };
    // ln m = 2 (s + s^3 / 3 + s^5 / 5 + ..) with s = (m - 1) / (m + 1), which is at most 0.172.
    let s = (fraction - 1.0) / (fraction + 1.0);
    let square = s * s;
    let mut series = 0.0;
    for odd in (1..=21).rev().step_by(2) {
        series = series * square + 1.0 / f64::from(odd);
    }
    exponent + 2.0 * std::f64::consts::LOG2_E * s * series
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logarithm_is_that_of_the_standard_library() {
        let mut x = 1.0_f64;
        while x > 1e-12 {
            let expected = x.log2();
            assert!((log2(x) - expected).abs() <= 4.0 * f64::EPSILON * expected.abs().max(1.0), "{x}");
            x *= 0.997;
        }
        assert_eq!((log2(1.0), log2(0.5), log2(0.125)), (0.0, -1.0, -3.0));
    }

    #[test]
    fn equal_shares_have_the_bits_of_their_number() {
        assert_eq!(entropy(&[3; 256]), 8.0);
        let mut one = [0; 256];
        one[9] = 77;
        assert_eq!(entropy(&one), 0.0);
        assert_eq!(entropy(&[0; 256]), 0.0);
    }
}
