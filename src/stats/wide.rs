//! Sums of squares of 64-bit integers, which need more than 128 bits.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

/// A natural number of 256 bits. Sums of fewer than 2^64 squares of 64-bit integers, times their
/// count, fit.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Wide {
    high: u128,
    low: u128,
}

impl From<u128> for Wide {
    fn from(low: u128) -> Self {
        Self { high: 0, low }
    }
}

impl Wide {
    #[inline]
    pub(crate) fn square(value: i128) -> Self {
        let value = value.unsigned_abs();
        match value.checked_mul(value) {
            Some(low) => Self { high: 0, low },
            None => {
                let (a, b) = (value >> 64, value & u128::from(u64::MAX));
                // (a 2^64 + b)^2 = a^2 2^128 + 2ab 2^64 + b^2
                let middle = a * b;
                let mut square = Self { high: a * a + (middle >> 63), low: b * b };
                square += Self::from(middle << 65);
                square
            }
        }
    }

    pub(crate) fn times(self, factor: u64) -> Self {
        let factor = u128::from(factor);
        let (a, b) = (self.low >> 64, self.low & u128::from(u64::MAX));
        let mut product = Self { high: self.high * factor + ((a * factor) >> 64), low: b * factor };
        product += Self::from((a * factor) << 64);
        product
    }

    /// `self - other`, which must not be below 0.
    pub(crate) fn minus(self, other: Self) -> Self {
        let (low, borrow) = self.low.overflowing_sub(other.low);
        Self { high: self.high.saturating_sub(other.high).saturating_sub(u128::from(borrow)), low }
    }

    /// The variance `(n S2 - S1^2) / (n max(n - ddof, 0))` of `count` integers with this sum of squares,
    /// exact up to the division.
    pub(crate) fn variance(self, count: u64, sum: i128, ddof: u64) -> f64 {
        let spread = self.times(count).minus(Self::square(sum));
        spread.to_f64() / (count as f64 * count.saturating_sub(ddof) as f64)
    }

    pub(crate) fn to_f64(self) -> f64 {
        self.high as f64 * 2.0_f64.powi(128) + self.low as f64
    }
}

impl AddAssign for Wide {
    #[inline]
    fn add_assign(&mut self, other: Self) {
        let (low, carry) = self.low.overflowing_add(other.low);
        *self = Self { high: self.high + other.high + u128::from(carry), low };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_and_products_carry_into_the_high_half() {
        let value = i128::from(u64::MAX) * 12_345;
        let square = Wide::square(value);
        let expected = (value as f64).powi(2);
        assert!((square.to_f64() / expected - 1.0).abs() < 1e-15);
        // (2^64)^2 = 2^128, (2^96 + 1)^2 = 2^192 + 2^97 + 1
        assert_eq!(Wide::square(1 << 64), Wide { high: 1, low: 0 });
        assert_eq!(Wide::square((1 << 96) + 1), Wide { high: 1 << 64, low: (1 << 97) + 1 });
        let product = Wide::from(u128::MAX).times(u64::MAX);
        // (2^128 - 1)(2^64 - 1) = (2^64 - 2) 2^128 + (2^128 - 2^64 + 1)
        assert_eq!(
            product,
            Wide { high: u128::from(u64::MAX) - 1, low: u128::MAX - u128::from(u64::MAX) + 1 }
        );
        let difference = Wide { high: 2, low: 0 }.minus(Wide::from(1));
        assert_eq!(difference, Wide { high: 1, low: u128::MAX });
    }
}
