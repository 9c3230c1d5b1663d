//! Export of an array as a DLPack tensor.

use dlpark::ffi::DLDataType;
use dlpark::{DlpackFlags, Managed, ManagedTensorBase, legacy, versioned};

use crate::arrays::AnyArray;
use crate::dlpack::raw;
use crate::error::{Error, Result};

/// An owned array that becomes a DLPack tensor, without a copy.
///
/// The tensor owns the array until its consumer calls the deleter, from whatever thread; a tensor that finds
/// no consumer frees the array when it is dropped. Strides stay as they are, negative ones too: NumPy takes
/// them, torch does not.
///
/// ```
/// use burn_prep::arrays::AnyArray;
/// use burn_prep::dlpack::Export;
/// use burn_prep::dlpack::dlpark::ffi::{DLDataType, DLDevice};
/// use ndarray::Array;
///
/// let array = Array::from_shape_fn([2, 3], |(row, column)| (10 * row + column) as i64);
/// let tensor = Export::new(array.reversed_axes()).into_versioned()?;
/// let described = tensor.validate().unwrap();
/// assert_eq!((described.shape(), described.strides()), (&[3, 2][..], Some(&[1, 3][..])));
/// assert_eq!((described.dtype(), described.device()), (DLDataType::I64, DLDevice::CPU));
///
/// let legacy = Export::new(AnyArray::from(ndarray::array![true, false])).into_legacy()?;
/// assert_eq!(legacy.validate().unwrap().dtype(), DLDataType::BOOL);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "to_dlpack")]
#[doc(alias = "__dlpack__")]
#[derive(Debug, Clone)]
pub struct Export {
    array: AnyArray,
    flags: DlpackFlags,
}

impl Export {
    /// Exports an [`AnyArray`], or an [`Array`](ndarray::Array) of any rank and element type, static or dynamic.
    pub fn new(array: impl Into<AnyArray>) -> Self {
        Self { array: array.into(), flags: DlpackFlags::empty() }
    }

    /// Asks the consumer not to write to the array.
    ///
    /// ```
    /// use burn_prep::dlpack::Export;
    /// use burn_prep::dlpack::dlpark::DlpackFlags;
    ///
    /// let export = Export::new(ndarray::array![1_u8]).read_only();
    /// assert_eq!(export.clone().into_versioned()?.flags(), DlpackFlags::READ_ONLY);
    /// assert!(export.into_legacy().is_err());                   // which has no place for the flag
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.flags = DlpackFlags::READ_ONLY;
        self
    }

    /// Converts the array to a tensor in the versioned form, which DLPack has had since version 1.0.
    ///
    /// # Errors
    ///
    /// The array has more axes than the format counts.
    pub fn into_versioned(self) -> Result<versioned::Dlpack> {
        self.into_managed()
    }

    /// Converts the array to a tensor in the legacy form (before version 1.0), for consumers that ask for no version.
    ///
    /// # Errors
    ///
    /// The export is [read-only](Self::read_only), which this form cannot say, or the array has more axes than
    /// the format counts.
    pub fn into_legacy(self) -> Result<legacy::Dlpack> {
        if self.flags.contains(DlpackFlags::READ_ONLY) {
            return Err(Error::parameter(
                "form of a read-only DLPack tensor",
                "legacy",
                "versioned (the legacy form has no read-only flag)",
            ));
        }
        self.into_managed()
    }

    fn into_managed<M: ManagedTensorBase>(self) -> Result<Managed<M>> {
        let flags = self.flags;
        match self.array {
            AnyArray::F64(array) => raw::managed(array, DLDataType::F64, flags),
            AnyArray::F32(array) => raw::managed(array, DLDataType::F32, flags),
            AnyArray::F16(array) => raw::managed(array, DLDataType::F16, flags),
            AnyArray::BF16(array) => raw::managed(array, DLDataType::BF16, flags),
            AnyArray::I64(array) => raw::managed(array, DLDataType::I64, flags),
            AnyArray::I32(array) => raw::managed(array, DLDataType::I32, flags),
            AnyArray::I16(array) => raw::managed(array, DLDataType::I16, flags),
            AnyArray::I8(array) => raw::managed(array, DLDataType::I8, flags),
            AnyArray::U64(array) => raw::managed(array, DLDataType::U64, flags),
            AnyArray::U32(array) => raw::managed(array, DLDataType::U32, flags),
            AnyArray::U16(array) => raw::managed(array, DLDataType::U16, flags),
            AnyArray::U8(array) => raw::managed(array, DLDataType::U8, flags),
            AnyArray::Bool(array) => raw::managed(array, DLDataType::BOOL, flags),
        }
    }
}
