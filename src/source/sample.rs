//! One file of a dataset, before it is opened.

use std::path::PathBuf;
use std::sync::Arc;

/// One image file of a folder: its path, and the class and split that its directories name.
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
    /// The path of the file.
    pub path: PathBuf,
    /// The path below the folder's root, with `/` between the parts on every system.
    pub uri: String,
    /// The index of the class in [`ImageFolder::classes`](crate::source::ImageFolder::classes);
    /// `None` for a file outside of any class folder.
    pub label: Option<usize>,
    /// The name of the class folder.
    pub class: Option<Arc<str>>,
    /// The name of the split folder (`train`, `val`, ...), where the root has that level.
    pub split: Option<Arc<str>>,
}
