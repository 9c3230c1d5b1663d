//! Import of a DLPack tensor that another library made.

use std::fmt;

use crate::arrays::DType;
use ndarray::{ArrayD, ArrayViewD};

use crate::arrays::{AnyArray, ArrayElement};
use crate::dlpack::raw::Memory;
use crate::dlpack::span::Span;
use crate::error::{Error, Result};

/// A DLPack tensor in host memory, which calls the tensor's deleter once, when it is dropped.
///
/// It is read, never written to, whether the producer allows that or not.
///
/// ```
/// use burn_prep::dlpack::{Export, Imported};
/// use ndarray::array;
///
/// let tensor = Export::new(array![[1_u8, 2], [3, 250]]).read_only().into_versioned()?;
/// let imported = unsafe { Imported::new(tensor) }?;
/// assert_eq!((imported.dtype(), imported.shape()), (burn_prep::arrays::DType::U8, &[2, 2][..]));
/// assert_eq!((imported.strides(), imported.is_read_only()), (&[2, 1][..], true));
/// assert_eq!(imported.view::<u8>()?[[1, 1]], 250);              // no copy
/// assert!(imported.view::<f32>().is_err());                     // typed reads are strict
/// assert_eq!(imported.to_array::<u8>()?, array![[1, 2], [3, 250]].into_dyn());
/// assert_eq!(imported.to_any()?.cast::<f32>()?[[1, 1]], 250.0); // casts are checked
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "from_dlpack")]
pub struct Imported {
    pub(super) dtype: DType,
    pub(super) span: Span,
    pub(super) read_only: bool,
    pub(super) memory: Memory,
}

impl Imported {
    /// The dtype.
    pub fn dtype(&self) -> DType {
        self.dtype
    }

    /// The length of each axis; none for a single number.
    pub fn shape(&self) -> &[usize] {
        &self.span.shape
    }

    /// The steps along each axis, in elements; negative where an axis runs backwards in memory.
    pub fn strides(&self) -> &[isize] {
        &self.span.strides
    }

    /// Whether the producer asks not to write to the tensor. The form of before DLPack 1.0 cannot say so.
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// The tensor as an array of `E`, without a copy.
    ///
    /// # Errors
    ///
    /// The elements are of another type, or a byte of a `bool` is neither 0 nor 1.
    pub fn view<E: ArrayElement>(&self) -> Result<ArrayViewD<'_, E>> {
        if self.dtype != E::DTYPE {
            let expected = format!("{:?} (or to_any()?.cast::<{}>())", E::DTYPE, E::NAME);
            return Err(Error::dtype("Imported::view", self.dtype, expected));
        }
        self.memory.view(&self.span)
    }

    /// Copies the tensor into an array, which outlives it. The order in memory stays as it is where the
    /// tensor has no gaps.
    ///
    /// # Errors
    ///
    /// As [`Imported::view`].
    pub fn to_array<E: ArrayElement>(&self) -> Result<ArrayD<E>> {
        Ok(self.view::<E>()?.to_owned())
    }

    /// Copies the tensor into an `AnyArray`, as [`Imported::to_array`] does, where the dtype is known only at run time.
    ///
    /// # Errors
    ///
    /// A byte of a `bool` is neither 0 nor 1.
    pub fn to_any(&self) -> Result<AnyArray> {
        match self.dtype {
            DType::F64 => self.to_array().map(AnyArray::F64),
            DType::F32 => self.to_array().map(AnyArray::F32),
            DType::F16 => self.to_array().map(AnyArray::F16),
            DType::BF16 => self.to_array().map(AnyArray::BF16),
            DType::I64 => self.to_array().map(AnyArray::I64),
            DType::I32 => self.to_array().map(AnyArray::I32),
            DType::I16 => self.to_array().map(AnyArray::I16),
            DType::I8 => self.to_array().map(AnyArray::I8),
            DType::U64 => self.to_array().map(AnyArray::U64),
            DType::U32 => self.to_array().map(AnyArray::U32),
            DType::U16 => self.to_array().map(AnyArray::U16),
            DType::U8 => self.to_array().map(AnyArray::U8),
            DType::Bool => self.to_array().map(AnyArray::Bool),
        }
    }
}

impl fmt::Debug for Imported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Imported")
            .field("dtype", &self.dtype)
            .field("shape", &self.span.shape)
            .field("strides", &self.span.strides)
            .field("read_only", &self.read_only)
            .finish_non_exhaustive()
    }
}
