//! One sample of a dataset, before it is read.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::Error;

/// One sample of a [`Source`](crate::source::Source), which is not read yet: its name, class and split.
///
/// ```
/// let folder = burn_prep::source::ImageFolder::open("assets/photos").unwrap();
/// let first = &folder.samples()[0];
/// assert_eq!(first.uri, "animals/cat.jpg");
/// assert_eq!((first.label, first.class.as_deref()), (Some(0), Some("animals")));
/// assert_eq!(first.split, None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sample {
    /// The path of the file; `None` where the sample is not a file of its own.
    pub path: Option<PathBuf>,
    /// The name within the source, unique there: of a file in a folder its path below the root, with `/` between the
    /// parts on every system.
    pub uri: String,
    /// The index of the class, in a folder that in [`ImageFolder::classes`](crate::source::ImageFolder::classes); `None`
    /// where the sample has no class.
    pub label: Option<usize>,
    /// The name of the class folder.
    pub class: Option<Arc<str>>,
    /// The name of the split folder (`train`, `val`, ...), where the root has that level.
    pub split: Option<Arc<str>>,
}

impl Sample {
    /// Creates a sample of a source of one's own, which has nothing but its name; the fields may be set.
    ///
    /// ```
    /// use burn_prep::source::Sample;
    /// let mut sample = Sample::new("row 17");
    /// sample.label = Some(3);
    /// assert_eq!((sample.uri.as_str(), sample.path), ("row 17", None));
    /// ```
    pub fn new(uri: impl Into<String>) -> Self {
        Self { path: None, uri: uri.into(), label: None, class: None, split: None }
    }

    /// The error with the sample as its place: the path, or the name where there is none.
    pub(crate) fn name(&self, error: Error) -> Error {
        error.at_path(self.path.as_deref().unwrap_or(Path::new(&self.uri)))
    }
}
