//! The one error type of the crate: what went wrong, where, and what to do about it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use burn::tensor::TensorReadError;

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why an operation failed, and on which file or item.
///
/// `Display` is one complete line, `[path: ][item N: ]reason`, because Burn's multi-threaded
/// loader keeps nothing of an error but its text. The type is one pointer wide and cheap to clone.
///
/// ```
/// use burn_prep::ImageFolder;
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
}

/// What went wrong. Each variant has one party at fault: the machine, the data or the caller.
///
/// ```
/// use burn_prep::{ErrorKind, Normalize};
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
    /// Data: a limit stands in the way; nothing was allocated.
    #[error("{what} is {found}, limit is {allowed} (raise Limits::{what} to accept it)")]
    Limit {
        /// The limit's name, as a method of [`Limits`](crate::Limits).
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
    /// Data: there is nothing to compute on.
    #[error("{what} is empty")]
    Empty {
        /// What holds nothing.
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
    #[error("reading the tensor back failed: {0}")]
    Tensor(TensorReadError),
}

impl Error {
    /// What went wrong.
    ///
    /// ```
    /// use burn_prep::{Decoder, ErrorKind};
    /// let error = Decoder::rgb8().decode(&[]).unwrap_err();
    /// assert!(matches!(error.kind(), ErrorKind::Empty { what: "file" }));
    /// ```
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The file it happened on, where there is one.
    ///
    /// ```
    /// let error = burn_prep::Decoder::rgb8().decode_file("gone.jpg".as_ref()).unwrap_err();
    /// assert_eq!(error.path().unwrap().to_str(), Some("gone.jpg"));
    /// ```
    pub fn path(&self) -> Option<&Path> {
        self.0.path.as_deref()
    }

    /// The index in the dataset or batch it happened on, where there is one.
    ///
    /// ```
    /// let error = burn_prep::Decoder::rgb8().decode(&[]).unwrap_err();
    /// assert_eq!(error.index(), None);
    /// assert_eq!(error.at_index(7).index(), Some(7));
    /// ```
    pub fn index(&self) -> Option<usize> {
        self.0.index
    }

    /// The file itself is at fault (skip it and go on).
    ///
    /// ```
    /// assert!(burn_prep::Decoder::rgb8().decode(b"text").unwrap_err().is_data());
    /// ```
    pub fn is_data(&self) -> bool {
        use ErrorKind::*;
        matches!(
            self.kind(),
            UnknownFormat { .. } | Decode { .. } | Truncated { .. } | Limit { .. } | Empty { .. }
        )
    }

    /// The call is at fault (fix the program).
    ///
    /// ```
    /// assert!(burn_prep::Normalize::new([0.5], [0.0]).unwrap_err().is_usage());
    /// ```
    pub fn is_usage(&self) -> bool {
        use ErrorKind::*;
        matches!(self.kind(), Parameter { .. } | Shape { .. } | DType { .. })
    }

    /// The machine or the build is at fault (mount, install, enable, then retry).
    ///
    /// ```
    /// let error = burn_prep::Decoder::rgb8().decode_file("gone.jpg".as_ref()).unwrap_err();
    /// assert!(error.is_environment());
    /// ```
    pub fn is_environment(&self) -> bool {
        use ErrorKind::*;
        matches!(self.kind(), Io(_) | Unavailable { .. } | Tensor(_))
    }

    /// The same error, said of the file at `path`.
    ///
    /// ```
    /// let error = burn_prep::Decoder::rgb8().decode(&[]).unwrap_err().at_path("cats/7.png");
    /// assert_eq!(error.to_string(), "cats/7.png: file is empty");
    /// ```
    #[must_use]
    pub fn at_path(self, path: impl Into<PathBuf>) -> Self {
        let mut inner = Arc::unwrap_or_clone(self.0);
        inner.path = Some(path.into());
        Self(Arc::new(inner))
    }

    /// The same error, said of the item at `index`.
    ///
    /// ```
    /// let error = burn_prep::Decoder::rgb8().decode(&[]).unwrap_err().at_index(3);
    /// assert_eq!(error.to_string(), "item 3: file is empty");
    /// ```
    #[must_use]
    pub fn at_index(self, index: usize) -> Self {
        let mut inner = Arc::unwrap_or_clone(self.0);
        inner.index = Some(index);
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

    pub(crate) fn decode(format: &'static str, reason: impl Into<Cause>) -> Self {
        let reason = reason.into();
        ErrorKind::Decode { format, reason }.into()
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self(Arc::new(Inner { kind: Arc::new(kind), path: None, index: None }))
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        ErrorKind::Io(error).into()
    }
}

impl From<TensorReadError> for Error {
    fn from(error: TensorReadError) -> Self {
        ErrorKind::Tensor(error).into()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.0.path {
            write!(f, "{}: ", path.display())?;
        }
        if let Some(index) = self.0.index {
            write!(f, "item {index}: ")?;
        }
        write!(f, "{}", self.0.kind)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} ({:?})", self.0.kind)
    }
}

/// `source()` is what stands below the text already printed: never the same words twice.
impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self.kind() {
            ErrorKind::Io(error) => error.source(),
            ErrorKind::Decode { reason, .. } => reason.source(),
            ErrorKind::Tensor(error) => error.source(),
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
