//! A view whose element type is known at run time.

use half::{bf16, f16};
use ndarray::ArrayViewD;

/// As [`AnyArray`](crate::arrays::AnyArray), of borrowed memory.
#[doc(hidden)]
#[derive(Debug, Clone)]
#[allow(missing_docs)] // the variants are named as Burn's dtypes
pub enum AnyView<'a> {
    F64(ArrayViewD<'a, f64>),
    F32(ArrayViewD<'a, f32>),
    F16(ArrayViewD<'a, f16>),
    BF16(ArrayViewD<'a, bf16>),
    I64(ArrayViewD<'a, i64>),
    I32(ArrayViewD<'a, i32>),
    I16(ArrayViewD<'a, i16>),
    I8(ArrayViewD<'a, i8>),
    U64(ArrayViewD<'a, u64>),
    U32(ArrayViewD<'a, u32>),
    U16(ArrayViewD<'a, u16>),
    U8(ArrayViewD<'a, u8>),
    Bool(ArrayViewD<'a, bool>),
}
