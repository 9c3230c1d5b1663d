//! An array whose element type is known at run time.

use half::{bf16, f16};
use ndarray::{Array, ArrayD, ArrayViewD, Dimension};

use crate::arrays::{ArrayElement, DType, cast_array};
use crate::error::{Error, Result};

/// An array of any rank and of any of Burn's dtypes, where the dtype is known only at run time.
///
/// ```
/// use burn_prep::arrays::AnyArray;
/// use ndarray::array;
///
/// let any = AnyArray::from(array![[1_u8, 2], [3, 250]]);
/// assert_eq!((any.dtype_name(), any.shape()), ("u8", &[2, 2][..]));
/// assert_eq!(any.view::<u8>()?.sum_axis(ndarray::Axis(1)), array![3, 253].into_dyn());
/// assert!(any.view::<f32>().is_err());                         // typed reads are strict
/// assert_eq!(any.cast::<f32>()?[[1, 1]], 250.0);               // casts are checked
/// assert_eq!(any.cast::<i8>().unwrap_err().to_string(), "250 at index [1, 1] does not fit into i8: -128 to 127");
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[allow(missing_docs)] // the variants are named as Burn's dtypes
pub enum AnyArray {
    F64(ArrayD<f64>),
    F32(ArrayD<f32>),
    F16(ArrayD<f16>),
    BF16(ArrayD<bf16>),
    I64(ArrayD<i64>),
    I32(ArrayD<i32>),
    I16(ArrayD<i16>),
    I8(ArrayD<i8>),
    U64(ArrayD<u64>),
    U32(ArrayD<u32>),
    U16(ArrayD<u16>),
    U8(ArrayD<u8>),
    Bool(ArrayD<bool>),
}

/// Evaluates an expression with `$array` bound to the array inside, whatever its element type.
macro_rules! for_any_array {
    ($any:expr, $array:ident => $body:expr) => {
        match $any {
            $crate::arrays::AnyArray::F64($array) => $body,
            $crate::arrays::AnyArray::F32($array) => $body,
            $crate::arrays::AnyArray::F16($array) => $body,
            $crate::arrays::AnyArray::BF16($array) => $body,
            $crate::arrays::AnyArray::I64($array) => $body,
            $crate::arrays::AnyArray::I32($array) => $body,
            $crate::arrays::AnyArray::I16($array) => $body,
            $crate::arrays::AnyArray::I8($array) => $body,
            $crate::arrays::AnyArray::U64($array) => $body,
            $crate::arrays::AnyArray::U32($array) => $body,
            $crate::arrays::AnyArray::U16($array) => $body,
            $crate::arrays::AnyArray::U8($array) => $body,
            $crate::arrays::AnyArray::Bool($array) => $body,
        }
    };
}
pub(crate) use for_any_array;

impl AnyArray {
    /// The dtype.
    ///
    /// ```
    /// let any = burn_prep::arrays::AnyArray::from(ndarray::array![1.0_f32]);
    /// assert_eq!(any.dtype(), burn_prep::arrays::DType::F32);
    /// ```
    pub fn dtype(&self) -> DType {
        fn of<E: ArrayElement>(_: &ArrayD<E>) -> DType {
            E::DTYPE
        }
        for_any_array!(self, array => of(array))
    }

    /// The name of the element type: `f32`, `u8`, `bool`, ...
    pub fn dtype_name(&self) -> &'static str {
        self.dtype().name()
    }

    /// The length of each axis; none for a single number.
    pub fn shape(&self) -> &[usize] {
        for_any_array!(self, array => array.shape())
    }

    /// A view of the array with elements of type `E`, without a copy.
    ///
    /// # Errors
    ///
    /// The elements are of another type.
    pub fn view<E: ArrayElement>(&self) -> Result<ArrayViewD<'_, E>> {
        E::view_of_any(self).ok_or_else(|| Error::dtype("AnyArray::view", self.dtype(), expected::<E>()))
    }

    /// Unwraps the array with elements of type `E`, without a copy.
    ///
    /// # Errors
    ///
    /// The elements are of another type.
    ///
    /// ```
    /// let any = burn_prep::arrays::AnyArray::from(ndarray::array![true, false]);
    /// assert_eq!(any.into_array::<bool>()?, ndarray::array![true, false].into_dyn());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "downcast")]
    pub fn into_array<E: ArrayElement>(self) -> Result<ArrayD<E>> {
        E::of_any(self).map_err(|other| Error::dtype("AnyArray::into_array", other.dtype(), expected::<E>()))
    }

    /// A new array with the elements converted to `E`, by the rules of [`CastArray`](crate::arrays::CastArray).
    ///
    /// # Errors
    ///
    /// A value does not fit; the error names the first.
    #[doc(alias = "astype")]
    pub fn cast<E: ArrayElement>(&self) -> Result<ArrayD<E>> {
        for_any_array!(self, array => cast_array(array.view()))
    }
}

fn expected<E: ArrayElement>() -> String {
    format!("{:?} (or cast::<{}>())", E::DTYPE, E::NAME)
}

impl<E: ArrayElement, D: Dimension> From<Array<E, D>> for AnyArray {
    fn from(array: Array<E, D>) -> Self {
        E::into_any(array.into_dyn())
    }
}
