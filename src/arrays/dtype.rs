//! The element types, known at run time.

use std::fmt;

/// The type of an array's elements, as a value at run time.
///
/// It has all of Burn's dtypes except the quantised ones: the floats, integers and booleans of NumPy, and `BF16`. With
/// a backend compiled in, `into()` converts a `DType` to Burn's.
///
/// ```
/// use burn_prep::arrays::{AnyArray, ArrayElement, DType};
///
/// assert_eq!(AnyArray::from(ndarray::array![1.0_f32]).dtype(), DType::F32);
/// assert_eq!((DType::F32.name(), DType::F32.size()), ("f32", 4));
/// assert_eq!(bool::DTYPE.to_string(), "bool");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // the variants are named as Rust's types
pub enum DType {
    F64,
    F32,
    F16,
    BF16,
    I64,
    I32,
    I16,
    I8,
    U64,
    U32,
    U16,
    U8,
    Bool,
}

impl DType {
    /// The name, as Rust writes it: `f32`, `bf16`, `u8`, `bool`, ...
    pub const fn name(self) -> &'static str {
        match self {
            Self::F64 => "f64",
            Self::F32 => "f32",
            Self::F16 => "f16",
            Self::BF16 => "bf16",
            Self::I64 => "i64",
            Self::I32 => "i32",
            Self::I16 => "i16",
            Self::I8 => "i8",
            Self::U64 => "u64",
            Self::U32 => "u32",
            Self::U16 => "u16",
            Self::U8 => "u8",
            Self::Bool => "bool",
        }
    }

    /// The size of an element, in bytes.
    #[doc(alias = "itemsize")]
    pub fn size(self) -> usize {
        match self {
            Self::F64 | Self::I64 | Self::U64 => 8,
            Self::F32 | Self::I32 | Self::U32 => 4,
            Self::F16 | Self::BF16 | Self::I16 | Self::U16 => 2,
            Self::I8 | Self::U8 | Self::Bool => 1,
        }
    }
}

impl fmt::Display for DType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(feature = "burn")]
impl From<DType> for burn::tensor::DType {
    fn from(dtype: DType) -> Self {
        match dtype {
            DType::F64 => Self::F64,
            DType::F32 => Self::F32,
            DType::F16 => Self::F16,
            DType::BF16 => Self::BF16,
            DType::I64 => Self::I64,
            DType::I32 => Self::I32,
            DType::I16 => Self::I16,
            DType::I8 => Self::I8,
            DType::U64 => Self::U64,
            DType::U32 => Self::U32,
            DType::U16 => Self::U16,
            DType::U8 => Self::U8,
            DType::Bool => Self::Bool(burn::tensor::BoolStore::Native),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::arrays::ArrayElement;

    #[test]
    fn sizes_are_those_of_the_types() {
        fn check<E: ArrayElement>() {
            assert_eq!((E::DTYPE.name(), E::DTYPE.size()), (E::NAME, size_of::<E>()));
            #[cfg(feature = "burn")]
            assert_eq!(burn::tensor::DType::from(E::DTYPE), <E as burn::tensor::Element>::dtype());
        }
        check::<f64>();
        check::<f32>();
        check::<half::f16>();
        check::<half::bf16>();
        check::<i64>();
        check::<i32>();
        check::<i16>();
        check::<i8>();
        check::<u64>();
        check::<u32>();
        check::<u16>();
        check::<u8>();
        check::<bool>();
    }
}
