//! The element types of arrays: every dtype that Burn has, but for quantised ones.

use std::fmt;

use bytemuck::{CheckedBitPattern, NoUninit, Zeroable};
use half::{bf16, f16};
use ndarray::{ArrayD, ArrayViewD};

use crate::arrays::{AnyArray, AnyView, DType};

mod sealed {
    #[doc(hidden)]
    pub trait Sealed {}
}

/// What the elements of a tensor need besides, where tensors are compiled in.
#[cfg(feature = "burn")]
use burn::tensor::Element as TensorElement;
/// Without tensors, elements need nothing besides.
#[cfg(not(feature = "burn"))]
#[doc(hidden)]
pub trait TensorElement {}
#[cfg(not(feature = "burn"))]
impl<E: sealed::Sealed> TensorElement for E {}

/// An element type of arrays that can become tensors: `bool`, `u8` to `u64`, `i8` to `i64`,
/// [struct@f16], [`bf16`], `f32` and `f64`.
///
/// ```
/// use half::f16;
/// use burn_prep::arrays::ArrayElement;
///
/// assert_eq!((u8::NAME, f16::NAME, bool::NAME), ("u8", "f16", "bool"));
/// assert!(f32::IS_FLOAT && !i64::IS_FLOAT);
/// ```
pub trait ArrayElement:
    Copy
    + Default
    + PartialOrd
    + fmt::Debug
    + fmt::Display
    + Send
    + Sync
    + NoUninit
    + CheckedBitPattern
    + Zeroable
    + TensorElement
    + sealed::Sealed
    + 'static
{
    /// The `DType` of this type.
    const DTYPE: DType;
    /// The name of the type, as in Rust and in Burn's `DType`, in small letters.
    const NAME: &'static str = Self::DTYPE.name();
    /// The smallest value but for an infinity.
    #[doc(hidden)]
    const LEAST: Self;
    /// The largest value but for an infinity.
    #[doc(hidden)]
    const MOST: Self;
    /// Whether the type is a floating-point type, which has NaN and infinities.
    const IS_FLOAT: bool;
    /// The value, exact.
    #[doc(hidden)]
    fn number(self) -> Number;
    /// The nearest value of this type, if the number is within its range.
    #[doc(hidden)]
    fn from_number(number: Number) -> Option<Self>;
    #[doc(hidden)]
    fn is_nan(self) -> bool;
    #[doc(hidden)]
    fn to_f64(self) -> f64;
    #[doc(hidden)]
    fn into_any(array: ArrayD<Self>) -> AnyArray;
    #[doc(hidden)]
    fn of_any(any: AnyArray) -> Result<ArrayD<Self>, AnyArray>;
    #[doc(hidden)]
    fn view_of_any(any: &AnyArray) -> Option<ArrayViewD<'_, Self>>;
    #[doc(hidden)]
    fn into_any_view(view: ArrayViewD<'_, Self>) -> AnyView<'_>;
    #[doc(hidden)]
    fn of_any_view(any: AnyView<'_>) -> Option<ArrayViewD<'_, Self>>;
}

/// A number on its way from one element type to another.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// Of a float.
    Float(f64),
    /// Of an integer or a `bool`.
    Int(i128),
}

impl Number {
    /// The number as an integer of `min..=max`; fractions are cut once the number is within them.
    fn to_int(self, min: i128, max: i128) -> Option<i128> {
        let whole = match self {
            Self::Int(value) => value,
            Self::Float(value) if !value.is_finite() => return None,
            Self::Float(value) => {
                let whole = value.trunc() as i128;
                let beyond = whole == min && value < whole as f64 || whole == max && value > whole as f64;
                if beyond {
                    return None;
                }
                whole
            }
        };
        (min..=max).contains(&whole).then_some(whole)
    }
}

macro_rules! common {
    ($type:ty, $variant:ident) => {
        fn into_any(array: ArrayD<Self>) -> AnyArray {
            AnyArray::$variant(array)
        }

        fn of_any(any: AnyArray) -> Result<ArrayD<Self>, AnyArray> {
            match any {
                AnyArray::$variant(array) => Ok(array),
                other => Err(other),
            }
        }

        fn view_of_any(any: &AnyArray) -> Option<ArrayViewD<'_, Self>> {
            match any {
                AnyArray::$variant(array) => Some(array.view()),
                _ => None,
            }
        }

        fn into_any_view(view: ArrayViewD<'_, Self>) -> AnyView<'_> {
            AnyView::$variant(view)
        }

        fn of_any_view(any: AnyView<'_>) -> Option<ArrayViewD<'_, Self>> {
            match any {
                AnyView::$variant(view) => Some(view),
                _ => None,
            }
        }
    };
}

macro_rules! integers {
    ($($type:ident $variant:ident),*) => {$(
        impl sealed::Sealed for $type {}
        impl ArrayElement for $type {
            const DTYPE: DType = DType::$variant;
            const LEAST: Self = Self::MIN;
            const MOST: Self = Self::MAX;
            const IS_FLOAT: bool = false;

            #[inline]
            fn number(self) -> Number {
                Number::Int(i128::from(self))
            }

            #[inline]
            fn from_number(number: Number) -> Option<Self> {
                number.to_int(i128::from(Self::MIN), i128::from(Self::MAX))?.try_into().ok()
            }

            #[inline]
            fn is_nan(self) -> bool {
                false
            }

            #[inline]
            fn to_f64(self) -> f64 {
                self as f64
            }

            common!($type, $variant);
        }
    )*};
}

/// The f32 next to the number, with its last bit set where it is not the number itself: what comes of
/// rounding it to fewer bits is then what comes of rounding the number (Boldo and Melquiond, 2005).
fn to_odd_f32(number: Number) -> f32 {
    let (near, order) = match number {
        Number::Float(value) => {
            let near = value as f32;
            (near, f64::from(near).abs().partial_cmp(&value.abs()))
        }
        Number::Int(value) => {
            let near = value as f32;
            (near, Some((near as i128).abs().cmp(&value.abs())))
        }
    };
    match order {
        _ if !near.is_finite() => near,
        Some(std::cmp::Ordering::Greater) => f32::from_bits((near.to_bits() - 1) | 1),
        Some(std::cmp::Ordering::Less) => f32::from_bits(near.to_bits() | 1),
        _ => near,
    }
}

macro_rules! floats {
    ($($type:ident $variant:ident $narrow:expr, $widen:expr;)*) => {$(
        impl sealed::Sealed for $type {}
        impl ArrayElement for $type {
            const DTYPE: DType = DType::$variant;
            const LEAST: Self = Self::MIN;
            const MOST: Self = Self::MAX;
            const IS_FLOAT: bool = true;

            #[inline]
            fn number(self) -> Number {
                Number::Float($widen(self))
            }

            #[inline]
            fn from_number(number: Number) -> Option<Self> {
                let narrow: Self = $narrow(number);
                // A finite number that turns into an infinity is out of range.
                let finite = !matches!(number, Number::Float(value) if !value.is_finite());
                ($widen(narrow).is_finite() || !finite).then_some(narrow)
            }

            #[inline]
            fn is_nan(self) -> bool {
                <$type>::is_nan(self)
            }

            #[inline]
            fn to_f64(self) -> f64 {
                $widen(self)
            }

            common!($type, $variant);
        }
    )*};
}

integers!(u8 U8, u16 U16, u32 U32, u64 U64, i8 I8, i16 I16, i32 I32, i64 I64);
floats! {
    f64 F64 |number| match number { Number::Float(value) => value, Number::Int(value) => value as f64 }, |value: f64| value;
    f32 F32 |number| match number { Number::Float(value) => value as f32, Number::Int(value) => value as f32 }, f64::from;
    f16 F16 |number| f16::from_f32(to_odd_f32(number)), f16::to_f64;
    bf16 BF16 |number| bf16::from_f32(to_odd_f32(number)), bf16::to_f64;
}

impl sealed::Sealed for bool {}
impl ArrayElement for bool {
    const DTYPE: DType = DType::Bool;
    const LEAST: Self = false;
    const MOST: Self = true;
    const IS_FLOAT: bool = false;

    #[inline]
    fn number(self) -> Number {
        Number::Int(i128::from(self))
    }

    #[inline]
    fn from_number(number: Number) -> Option<Self> {
        match number {
            Number::Int(0) => Some(false),
            Number::Int(1) => Some(true),
            Number::Float(0.0) => Some(false),
            Number::Float(1.0) => Some(true),
            _ => None,
        }
    }

    #[inline]
    fn is_nan(self) -> bool {
        false
    }

    #[inline]
    fn to_f64(self) -> f64 {
        f64::from(u8::from(self))
    }

    common!(bool, Bool);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_float_fits_an_integer_within_its_bounds_before_the_fraction_is_cut() {
        let of = |value| u8::from_number(Number::Float(value));
        assert_eq!((of(0.9), of(254.9), of(255.0)), (Some(0), Some(254), Some(255)));
        assert_eq!((of(-0.1), of(255.1), of(f64::NAN), of(f64::INFINITY)), (None, None, None, None));
        assert_eq!(i64::from_number(Number::Float(9_223_372_036_854_775_808.0)), None);
        assert_eq!(i64::from_number(Number::Float(-9_223_372_036_854_775_808.0)), Some(i64::MIN));
        assert_eq!(u64::from_number(Number::Float(1e300)), None);
    }

    #[test]
    fn a_number_is_rounded_once() {
        // np.float64(4.001953125000014).astype(np.float16); through f32 it is a tie, and 4.0
        assert_eq!(f16::from_number(Number::Float(4.001953125000014)).unwrap().to_f64(), 4.00390625);
        assert_eq!(f16::from_number(Number::Float(4.001953125)).unwrap().to_f64(), 4.0);
        assert_eq!(f16::from_number(Number::Float(-4.001953125000014)).unwrap().to_f64(), -4.00390625);
        assert_eq!(bf16::from_number(Number::Float(4.015625000000014)).unwrap().to_f64(), 4.03125);
        assert_eq!(bf16::from_number(Number::Int(269_484_033)).unwrap().to_f64(), 270_532_608.0);
        // np.int64(288230393331580929).astype(np.float32); through f64 it is a tie
        let expected = 288_230_410_511_450_112.0;
        assert_eq!(f32::from_number(Number::Int(288_230_393_331_580_929)).map(f64::from), Some(expected));
    }

    #[test]
    fn a_finite_number_never_becomes_an_infinity() {
        assert_eq!(f16::from_number(Number::Float(65519.0)), Some(f16::MAX));
        assert_eq!(f16::from_number(Number::Float(65520.0)), None);
        assert_eq!(f32::from_number(Number::Float(1e39)), None);
        assert_eq!(f32::from_number(Number::Float(f64::INFINITY)), Some(f32::INFINITY));
        assert!(f32::from_number(Number::Float(f64::NAN)).unwrap().is_nan());
        assert_eq!(f16::from_number(Number::Int(70_000)), None);
    }
}
