//! What can be wrong with a `.npy` file.

/// Why a `.npy` file, or a member of a `.npz` archive, cannot be read as an array.
///
/// ```
/// use burn_prep::error::{ErrorKind, NpyFault};
/// use burn_prep::npy;
///
/// let error = npy::read(&b"PK\x03\x04 a zip archive"[..]).unwrap_err();
/// assert!(matches!(error.kind(), ErrorKind::Npy(NpyFault::BadMagic { .. })));
/// assert!(error.is_data());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NpyFault {
    /// The bytes end before the array does.
    #[error("truncated: found {found} bytes of {part}, expected {expected}")]
    Truncated {
        /// `magic`, `header` or `data`.
        part: &'static str,
        /// How many bytes there are.
        found: u64,
        /// How many there have to be.
        expected: u64,
    },
    /// The first bytes are not those of the format.
    #[error("not a .npy file: it begins with {found:?}, expected \"\\x93NUMPY\"")]
    BadMagic {
        /// The first bytes.
        found: String,
    },
    /// The format's version is not 1.0, 2.0 or 3.0.
    #[error("found .npy version {major}.{minor}, expected 1.0, 2.0 or 3.0")]
    BadVersion {
        /// The version before the point.
        major: u8,
        /// The version behind the point.
        minor: u8,
    },
    /// The header is not a dictionary of `descr`, `fortran_order` and `shape`, or too long.
    #[error("header: {reason}")]
    BadHeader {
        /// What was found and what was expected.
        reason: String,
    },
    /// A dtype that no array of this crate has.
    #[error("found dtype {descr}, expected a bool, an integer or a float of up to 8 bytes")]
    BadDType {
        /// The dtype as the header has it.
        descr: String,
    },
    /// The shape has more elements than can be addressed.
    #[error("shape {shape} is larger than memory can be")]
    ShapeOverflow {
        /// The shape as the header has it.
        shape: String,
    },
    /// Python objects, which would have to be unpickled; that runs code of the file's author.
    #[error(
        "dtype {descr} holds Python objects, which are never unpickled: save numbers, for instance with `a.astype(np.float32)`"
    )]
    ObjectDType {
        /// The dtype as the header has it.
        descr: String,
    },
    /// The dtype is structured: each element is a record of several fields.
    #[error("dtype {descr} is a record: save its fields one by one, for instance with `np.savez`")]
    StructuredDType {
        /// The dtype as the header has it.
        descr: String,
    },
    /// Complex numbers, which Burn does not have.
    #[error("dtype {descr} is complex: save `a.real` and `a.imag`")]
    ComplexDType {
        /// The dtype as the header has it.
        descr: String,
    },
    /// The dtype is `V2`, two bytes an element of no stated type, which is how NumPy writes bfloat16.
    #[error(
        "dtype {descr} has two bytes an element without a meaning: if it is bfloat16, read it with ReadOptions::assume(DType::BF16), else save it as float32 or uint16"
    )]
    VoidDType {
        /// The dtype as the header has it.
        descr: String,
    },
    /// The array is larger than the caller allows; nothing was allocated.
    #[error("array data of {found} bytes, limit is {allowed} (raise ReadOptions::max_bytes to accept it)")]
    TooLarge {
        /// How many bytes the header asks for.
        found: u64,
        /// How many are allowed.
        allowed: u64,
    },
    /// The file is valid, but its array cannot be viewed without a copy, or cannot be appended to.
    #[error("cannot be used in place: {reason} (npy::read_file makes an array of it)")]
    NotInPlace {
        /// Why it cannot.
        reason: String,
    },
    /// The archive around the arrays is damaged, or of a kind that is not read.
    #[error("archive: {reason}")]
    BadArchive {
        /// What was found.
        reason: String,
    },
}

impl NpyFault {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Truncated { .. } => "npy_truncated",
            Self::BadMagic { .. } => "npy_bad_magic",
            Self::BadVersion { .. } => "npy_bad_version",
            Self::BadHeader { .. } => "npy_bad_header",
            Self::BadDType { .. } => "npy_bad_dtype",
            Self::ShapeOverflow { .. } => "npy_shape_overflow",
            Self::ObjectDType { .. } => "npy_object_dtype",
            Self::StructuredDType { .. } => "npy_structured_dtype",
            Self::ComplexDType { .. } => "npy_complex_dtype",
            Self::VoidDType { .. } => "npy_void_dtype",
            Self::TooLarge { .. } => "npy_too_large",
            Self::NotInPlace { .. } => "npy_not_in_place",
            Self::BadArchive { .. } => "npy_bad_archive",
        }
    }
}
