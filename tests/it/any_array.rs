//! A match over the dtypes of an `AnyArray`; also that of `tests/dlpack_python`.

/// Evaluates an expression with `$array` bound to the array inside, whatever its element type.
macro_rules! for_any_array {
    ($any:expr, $array:ident => $body:expr) => {
        match $any {
            burn_prep::arrays::AnyArray::F64($array) => $body,
            burn_prep::arrays::AnyArray::F32($array) => $body,
            burn_prep::arrays::AnyArray::F16($array) => $body,
            burn_prep::arrays::AnyArray::BF16($array) => $body,
            burn_prep::arrays::AnyArray::I64($array) => $body,
            burn_prep::arrays::AnyArray::I32($array) => $body,
            burn_prep::arrays::AnyArray::I16($array) => $body,
            burn_prep::arrays::AnyArray::I8($array) => $body,
            burn_prep::arrays::AnyArray::U64($array) => $body,
            burn_prep::arrays::AnyArray::U32($array) => $body,
            burn_prep::arrays::AnyArray::U16($array) => $body,
            burn_prep::arrays::AnyArray::U8($array) => $body,
            burn_prep::arrays::AnyArray::Bool($array) => $body,
            _ => unreachable!("every dtype has an arm"),
        }
    };
}
pub(crate) use for_any_array;
