//! The error type: what went wrong, with the place where it did.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::printed;
use crate::error::{Cause, ErrorKind, Mismatch, NpyFault, SequenceFault};

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an operation failed, and on which file or item.
///
/// `Display` is one complete line, `[path: ][item N: ][field F, sample S: ]reason`, because Burn's multi-threaded
/// loader keeps nothing of an error but its text. The type is one pointer wide and cheap to clone.
///
/// ```
/// use burn_prep::source::ImageFolder;
///
/// let error = ImageFolder::open("no/such/folder").unwrap_err();
/// assert_eq!(error.path().unwrap().to_str(), Some("no/such/folder"));
/// assert!(error.is_environment() && !error.is_data() && !error.is_usage());
/// assert_eq!(std::mem::size_of_val(&error), 8);
/// ```
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    kind: Arc<ErrorKind>,
    path: Option<PathBuf>,
    index: Option<usize>,
    field: Option<(String, Option<usize>)>,
}

impl Error {
    /// The kind of error, with its details.
    ///
    /// ```
    /// use burn_prep::error::ErrorKind;
    /// use burn_prep::images::Decoder;
    /// let error = Decoder::rgb8().decode(&[]).unwrap_err();
    /// assert!(matches!(error.kind(), ErrorKind::Empty { what: "file" }));
    /// ```
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// A one-word code for the kind of error, the same in every version: for logs, and for code that counts errors.
    ///
    /// ```
    /// let error = burn_prep::images::Decoder::rgb8().decode(b"text").unwrap_err();
    /// assert_eq!(error.code(), "unknown_format");
    /// let error = burn_prep::npy::read(&b"PK"[..]).unwrap_err();
    /// assert_eq!(error.code(), "npy_bad_magic");
    /// ```
    pub fn code(&self) -> &'static str {
        self.kind().code()
    }

    /// The path of the file that the error concerns, if there is one.
    ///
    /// ```
    /// let error = burn_prep::images::Decoder::rgb8().decode_file("gone.jpg".as_ref()).unwrap_err();
    /// assert_eq!(error.path().unwrap().to_str(), Some("gone.jpg"));
    /// ```
    pub fn path(&self) -> Option<&Path> {
        self.0.path.as_deref()
    }

    /// The index in the dataset or batch of the item that the error concerns, if there is one.
    ///
    /// ```
    /// let error = burn_prep::images::Decoder::rgb8().decode(&[]).unwrap_err();
    /// assert_eq!(error.index(), None);
    /// assert_eq!(error.at_index(7).index(), Some(7));
    /// ```
    pub fn index(&self) -> Option<usize> {
        self.0.index
    }

    /// The field of a record that the error concerns, if there is one: a path of names, such as `question.input_ids`.
    ///
    /// ```
    /// use burn_prep::collate::{Collator, Record};
    /// let samples = [Record::new().with("x", 1_i64), Record::new().with("x", 1.5_f32).at_index(70)];
    /// let error = Collator::new().collate(&samples).unwrap_err();
    /// assert_eq!((error.field(), error.sample(), error.index()), (Some("x"), Some(1), Some(70)));
    /// ```
    pub fn field(&self) -> Option<&str> {
        self.0.field.as_ref().map(|(field, _)| field.as_str())
    }

    /// The position in the batch of the sample that the error concerns, if there is one.
    ///
    /// ```
    /// assert_eq!(burn_prep::images::Decoder::rgb8().decode(&[]).unwrap_err().sample(), None);
    /// ```
    pub fn sample(&self) -> Option<usize> {
        self.0.field.as_ref().and_then(|(_, sample)| *sample)
    }

    /// Whether the data is at fault, such as a damaged file (skip it and go on).
    ///
    /// ```
    /// assert!(burn_prep::images::Decoder::rgb8().decode(b"text").unwrap_err().is_data());
    /// ```
    pub fn is_data(&self) -> bool {
        use ErrorKind::*;
        if let Sequence(fault) = self.kind() {
            return fault.is_data();
        }
        matches!(
            self.kind(),
            UnknownFormat { .. }
                | Unsupported { .. }
                | Decode { .. }
                | Truncated { .. }
                | Limit { .. }
                | Invalid { .. }
                | Empty { .. }
                | Npy(_)
                | Data(_)
                | Cast { .. }
                | NotFinite { .. }
                | TooManyBad { .. }
        )
    }

    /// Whether the call is at fault, such as a parameter out of range (fix the program).
    ///
    /// ```
    /// assert!(burn_prep::transform::Normalize::new([0.5], [0.0]).unwrap_err().is_usage());
    /// ```
    pub fn is_usage(&self) -> bool {
        use ErrorKind::*;
        if let Sequence(fault) = self.kind() {
            return !fault.is_data();
        }
        matches!(self.kind(), Parameter { .. } | Shape { .. } | DType { .. } | Panicked { .. } | Call(_))
    }

    /// Whether the machine or the build is at fault (mount, install, enable, then retry).
    ///
    /// ```
    /// let error = burn_prep::images::Decoder::rgb8().decode_file("gone.jpg".as_ref()).unwrap_err();
    /// assert!(error.is_environment());
    /// ```
    pub fn is_environment(&self) -> bool {
        use ErrorKind::*;
        matches!(self.kind(), Io(_) | Unavailable { .. } | Tensor { .. })
    }

    /// Returns the error with `path` as the file that it concerns.
    ///
    /// ```
    /// let error = burn_prep::images::Decoder::rgb8().decode(&[]).unwrap_err().at_path("cats/7.png");
    /// assert_eq!(error.to_string(), "cats/7.png: file is empty");
    /// ```
    #[must_use]
    pub fn at_path(self, path: impl Into<PathBuf>) -> Self {
        let mut inner = Arc::unwrap_or_clone(self.0);
        inner.path = Some(path.into());
        Self(Arc::new(inner))
    }

    /// Returns the error with `index` as the index of the item that it concerns.
    ///
    /// ```
    /// let error = burn_prep::images::Decoder::rgb8().decode(&[]).unwrap_err().at_index(3);
    /// assert_eq!(error.to_string(), "item 3: file is empty");
    /// ```
    #[must_use]
    pub fn at_index(self, index: usize) -> Self {
        let mut inner = Arc::unwrap_or_clone(self.0);
        inner.index = Some(index);
        Self(Arc::new(inner))
    }

    /// The same error, said of a field of the sample at a place of the batch, which is `index` in the dataset.
    pub(crate) fn in_field(self, field: &str, sample: Option<usize>, index: Option<usize>) -> Self {
        let mut inner = Arc::unwrap_or_clone(self.0);
        inner.field = Some((field.to_owned(), sample));
        inner.index = index;
        Self(Arc::new(inner))
    }

    pub(crate) fn parameter(
        name: impl Into<String>,
        found: impl fmt::Display,
        expected: &'static str,
    ) -> Self {
        let (name, found) = (name.into(), found.to_string());
        ErrorKind::Parameter { name, found, expected }.into()
    }

    pub(crate) fn shape(op: &'static str, found: impl fmt::Debug, expected: impl fmt::Display) -> Self {
        ErrorKind::Shape { op, found: format!("{found:?}"), expected: expected.to_string() }.into()
    }

    pub(crate) fn dtype(op: &'static str, found: impl fmt::Debug, expected: impl fmt::Display) -> Self {
        ErrorKind::DType { op, found: format!("{found:?}"), expected: expected.to_string() }.into()
    }

    /// An index beyond the samples of a source.
    pub(crate) fn no_sample(index: usize, count: usize) -> Self {
        let found = format!("{index} of {count} samples");
        ErrorKind::Parameter { name: "index".into(), found, expected: "less than the number of samples" }
            .into()
    }

    /// Values that do not fill a shape.
    pub(crate) fn elements(op: &'static str, shape: impl fmt::Debug) -> Self {
        Self::shape(op, shape, "a shape with as many elements as there are values")
    }

    /// The two things that do not fit together, if the error is of that kind.
    pub(crate) fn mismatch(&self) -> Option<&Mismatch> {
        match self.kind() {
            ErrorKind::Data(mismatch) | ErrorKind::Call(mismatch) => Some(mismatch),
            _ => None,
        }
    }

    /// What Burn says when a tensor cannot be read back.
    #[cfg(feature = "burn")]
    pub(crate) fn tensor(
        device: &burn::tensor::Device,
        error: impl Into<burn::tensor::TensorReadError>,
    ) -> Self {
        ErrorKind::Tensor { device: format!("{device:?}"), error: Box::new(error.into()) }.into()
    }

    pub(crate) fn unsupported(format: &'static str, property: impl Into<String>) -> Self {
        ErrorKind::Unsupported { format, property: property.into() }.into()
    }

    #[cfg_attr(not(feature = "files"), allow(dead_code))] // of the formats
    pub(crate) fn truncated(format: &'static str, detail: impl Into<String>) -> Self {
        ErrorKind::Truncated { format, detail: detail.into() }.into()
    }

    pub(crate) fn decode(format: &'static str, reason: impl Into<Cause>) -> Self {
        let reason = reason.into();
        ErrorKind::Decode { format, reason }.into()
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self(Arc::new(Inner { kind: Arc::new(kind), path: None, index: None, field: None }))
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        ErrorKind::Io(error).into()
    }
}

impl From<NpyFault> for Error {
    fn from(fault: NpyFault) -> Self {
        ErrorKind::Npy(fault).into()
    }
}

impl From<SequenceFault> for Error {
    fn from(fault: SequenceFault) -> Self {
        ErrorKind::Sequence(fault).into()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.0.path {
            write!(f, "{}: ", printed(path.as_os_str()))?;
        }
        if let Some(index) = self.0.index {
            write!(f, "item {index}: ")?;
        }
        match &self.0.field {
            Some((field, Some(sample))) => write!(f, "field `{field}`, sample {sample}: ")?,
            Some((field, None)) => write!(f, "field `{field}`: ")?,
            None => {}
        }
        write!(f, "{}", self.0.kind)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} ({:?})", self.0.kind)
    }
}

/// `source()` returns the cause below the error that `Display` already prints, so that no text is printed twice.
impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self.kind() {
            ErrorKind::Io(error) => error.source(),
            ErrorKind::Decode { reason, .. } => reason.source(),
            ErrorKind::Tensor { error, .. } => error.source(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_says_one_complete_line() {
        let kinds: [(ErrorKind, &str); 6] = [
            (
                ErrorKind::Truncated { format: "JPEG", detail: "no end-of-image marker".into() },
                "truncated JPEG image: no end-of-image marker",
            ),
            (
                ErrorKind::Limit { what: "max_pixels", found: 3_600_000_000, allowed: 178_956_970 },
                "max_pixels is 3600000000, limit is 178956970 (raise Limits::max_pixels to accept it)",
            ),
            (
                ErrorKind::Parameter {
                    name: "normalize.std[1]".into(),
                    found: "0".into(),
                    expected: "a finite value > 0",
                },
                "normalize.std[1] is 0, expected a finite value > 0",
            ),
            (
                ErrorKind::Shape {
                    op: "stack",
                    found: "[480, 640, 3]".into(),
                    expected: "[224, 224, 3]".into(),
                },
                "stack: found shape [480, 640, 3], expected [224, 224, 3]",
            ),
            (
                ErrorKind::Unavailable {
                    what: "device cuda:0".into(),
                    hint: "build with `--features cuda`".into(),
                },
                "device cuda:0 is not available: build with `--features cuda`",
            ),
            (ErrorKind::Empty { what: "file" }, "file is empty"),
        ];
        for (kind, line) in kinds {
            assert_eq!(Error::from(kind).to_string(), line);
        }
    }

    #[test]
    fn place_comes_before_reason() {
        let error = Error::from(ErrorKind::Empty { what: "file" }).at_index(7).at_path("cats/007.png");
        assert_eq!(error.to_string(), "cats/007.png: item 7: file is empty");
    }

    #[test]
    fn error_crosses_threads() {
        fn check<T: Send + Sync + Clone + 'static>() {}
        check::<Error>();
    }
}
