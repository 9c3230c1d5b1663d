//! The kinds of errors.

use std::io;

use crate::error::{Mismatch, NpyFault, SequenceFault};

pub(crate) type Cause = Box<dyn std::error::Error + Send + Sync>;

/// The kind of an error. Each variant's description begins with what is at fault: the machine, the data or the caller.
///
/// ```
/// use burn_prep::error::ErrorKind;
/// use burn_prep::transform::Normalize;
///
/// let error = Normalize::new([0.5], [-1.0]).unwrap_err();
/// match error.kind() {
///     ErrorKind::Parameter { name, found, .. } => assert_eq!((name.as_str(), found.as_str()), ("normalize.std[0]", "-1")),
///     other => panic!("{other}"),
/// }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Machine: a file could not be opened, read or written.
    #[error("{0}")]
    Io(io::Error),
    /// Data: the bytes are in no image format that this crate reads.
    #[error("not a readable image: found {found}, expected {expected}")]
    UnknownFormat {
        /// What the first bytes look like.
        found: String,
        /// The formats that are read.
        expected: &'static str,
    },
    /// Data: the file may be sound, but it has a property that is not read.
    #[error("unsupported {format} image: {property} cannot be read (convert the file first)")]
    Unsupported {
        /// The detected format.
        format: &'static str,
        /// What is not read, by name.
        property: String,
    },
    /// Data: the bytes are not a valid image of the detected format.
    #[error("not a valid {format} image: {reason}")]
    Decode {
        /// The detected format.
        format: &'static str,
        /// What the decoder says.
        reason: Cause,
    },
    /// Data: the file ends before the image does.
    #[error("truncated {format} image: {detail}")]
    Truncated {
        /// The detected format.
        format: &'static str,
        /// What is missing.
        detail: String,
    },
    /// Data: the file exceeds one of the decoder's limits; nothing was allocated.
    #[error("{what} is {found}, limit is {allowed} (raise Limits::{what} to accept it)")]
    Limit {
        /// The limit's name, as a method of [`Limits`](crate::images::Limits).
        what: &'static str,
        /// What the data asks for.
        found: u64,
        /// What the limit allows.
        allowed: u64,
    },
    /// Caller: a parameter is outside of its documented range.
    #[error("{name} is {found}, expected {expected}")]
    Parameter {
        /// The parameter, with its index where it is one of several.
        name: String,
        /// The value given.
        found: String,
        /// The values allowed.
        expected: &'static str,
    },
    /// Caller: shapes that do not fit together.
    #[error("{op}: found shape {found}, expected {expected}")]
    Shape {
        /// The operation.
        op: &'static str,
        /// The shape given.
        found: String,
        /// The shape needed.
        expected: String,
    },
    /// Caller: an element type that does not fit.
    #[error("{op}: found dtype {found}, expected {expected}")]
    DType {
        /// The operation.
        op: &'static str,
        /// The dtype given.
        found: String,
        /// The dtype needed.
        expected: String,
    },
    /// Data: an input is empty.
    #[error("{what} is empty")]
    Empty {
        /// What is empty.
        what: &'static str,
    },
    /// Machine or build: the feature is off, or the device or driver is absent.
    #[error("{what} is not available: {hint}")]
    Unavailable {
        /// What was asked for.
        what: String,
        /// What to do.
        hint: String,
    },
    /// Machine: Burn failed to run or to read a tensor back.
    #[error("reading a tensor back from {device} failed: {error}")]
    Tensor {
        /// The device, as Burn names it.
        device: String,
        /// What Burn says.
        error: Cause,
    },
    /// Data: a file is not valid in the format that it is read as.
    #[error("not a valid {what}: {reason}")]
    Invalid {
        /// The name of that format.
        what: &'static str,
        /// What was found, and what was expected.
        reason: String,
    },
    /// Data: a `.npy` file or a member of a `.npz` archive that cannot be read.
    #[error("{0}")]
    Npy(NpyFault),
    /// Data: rows, samples or lengths that do not fit together, or do not allow the operation.
    #[error("{0}")]
    Data(Mismatch),
    /// Caller: an operation that these rows or samples do not support, or arguments that do not fit together.
    #[error("{0}")]
    Call(Mismatch),
    /// Data or caller, as the fault says: sequences that cannot be truncated, packed, batched or padded.
    #[error("{0}")]
    Sequence(SequenceFault),
    /// Data: a value that the wanted element type cannot hold.
    #[error("{value} at index {index:?} does not fit into {to}: {hint}")]
    Cast {
        /// The index of the first such value.
        index: Vec<usize>,
        /// The value.
        value: String,
        /// The element type that was wanted.
        to: &'static str,
        /// The values that fit.
        hint: &'static str,
    },
    /// Caller: code of the program panicked while it read or transformed a sample.
    #[error("loading the sample panicked: {message}")]
    Panicked {
        /// The message of the panic.
        message: String,
    },
    /// Data: more samples of an epoch cannot be used than may be.
    #[error(
        "{found} samples of this epoch cannot be used, where {allowed} may be (see the quarantine file; Loader::max_bad)"
    )]
    TooManyBad {
        /// Samples that cannot be used.
        found: usize,
        /// Samples that may be.
        allowed: usize,
    },
    /// Data: a NaN or an infinity where a finite number is needed.
    #[error("{op}: found {found}, expected {expected}")]
    NotFinite {
        /// The operation.
        op: &'static str,
        /// What was found, and where.
        found: String,
        /// What is needed.
        expected: &'static str,
    },
}

impl ErrorKind {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Io(_) => "io",
            Self::UnknownFormat { .. } => "unknown_format",
            Self::Unsupported { .. } => "unsupported",
            Self::Decode { .. } => "undecodable",
            Self::Truncated { .. } => "truncated",
            Self::Limit { .. } => "limit",
            Self::Parameter { .. } => "parameter",
            Self::Shape { .. } => "shape",
            Self::DType { .. } => "dtype",
            Self::Empty { .. } => "empty",
            Self::Unavailable { .. } => "unavailable",
            Self::Tensor { .. } => "tensor",
            Self::Invalid { .. } => "invalid",
            Self::Npy(fault) => fault.code(),
            Self::Data(mismatch) | Self::Call(mismatch) => mismatch.code,
            Self::Sequence(fault) => fault.code(),
            Self::Cast { .. } => "cast",
            Self::Panicked { .. } => "panicked",
            Self::NotFinite { .. } => "not_finite",
            Self::TooManyBad { .. } => "too_many_bad",
        }
    }
}
