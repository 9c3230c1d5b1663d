//! The integers and how many of them are summed at a time.

use crate::arrays::ArrayElement;
use crate::stats::wide::Wide;

/// An integer or a `bool`.
///
/// ```
/// use burn_prep::stats::{Integer, IntegerMoments};
/// fn total<E: Integer>(values: &[E]) -> i128 { IntegerMoments::of(values).sum() }
/// assert_eq!((total(&[1_u8, 2]), total(&[-1_i64]), total(&[true])), (3, -1, 1));
/// ```
pub trait Integer: ArrayElement {
    /// Numbers whose sums are taken at a time, so that no sum overflows.
    #[doc(hidden)]
    const PART: usize;
    /// Of at most 16 bits.
    #[doc(hidden)]
    const SMALL: bool;
    #[doc(hidden)]
    fn whole(self) -> i128;
    /// Rows whose squares sum up in 32 bits, if the type is small.
    #[doc(hidden)]
    const ROWS: usize;
    /// The value, if the type is small.
    #[doc(hidden)]
    fn small(self) -> i32;
    /// The sum and the sum of the squares of at most `PART` numbers.
    #[doc(hidden)]
    fn sums(part: &[Self]) -> (i128, Wide);
}

macro_rules! integers {
    ($($type:ident $part:literal $small:literal $rows:literal $sum:ident $square:ident;)*) => {$(
        impl Integer for $type {
            const PART: usize = $part;
            const SMALL: bool = $small;
            const ROWS: usize = $rows;

            #[inline]
            fn whole(self) -> i128 {
                i128::from(self)
            }

            #[inline]
            fn small(self) -> i32 {
                self as i32
            }

            #[inline(always)]
            fn sums(part: &[Self]) -> (i128, Wide) {
                let (mut sum, mut squares) = (0, 0);
                for &value in part {
                    let value = value as $sum;
                    sum += value;
                    squares += (value * value) as $square;
                }
                (i128::from(sum), Wide::from(u128::from(squares)))
            }
        }
    )*};
}

// The sum of PART squares fits: 65536 * 255^2 < 2^32, 65536 * 65535^2 < 2^64, 65536 * (2^32 - 1)^2 < 2^128.
integers! {
    bool 65536 true 65536 u32 u32;
    u8 65536 true 65536 u32 u32;
    i8 65536 true 65536 i32 u32;
    u16 65536 true 1 u64 u64;
    i16 65536 true 1 i64 u64;
    u32 65536 false 1 u64 u128;
    i32 65536 false 1 i64 u128;
}

macro_rules! large_integers {
    ($($type:ident)*) => {$(
        impl Integer for $type {
            const PART: usize = 65536;
            const SMALL: bool = false;
            const ROWS: usize = 1;

            #[inline]
            fn whole(self) -> i128 {
                i128::from(self)
            }

            #[inline]
            fn small(self) -> i32 {
                self as i32
            }

            #[inline(always)]
            fn sums(part: &[Self]) -> (i128, Wide) {
                let (mut sum, mut squares) = (0, Wide::default());
                for &value in part {
                    let value = i128::from(value);
                    sum += value;
                    squares += Wide::square(value);
                }
                (sum, squares)
            }
        }
    )*};
}

large_integers!(u64 i64);
