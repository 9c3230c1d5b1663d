//! What a folder holds besides images.

use std::fmt;
use std::path::PathBuf;

/// An entry of the folder that is not a sample.
///
/// ```
/// use burn_prep::source::{IgnoreReason, ImageFolder};
/// let folder = ImageFolder::open("assets")?;
/// let ignored = folder.ignored().iter().find(|entry| entry.path.ends_with("PROVENANCE.md")).unwrap();
/// assert_eq!(ignored.reason, IgnoreReason::NotAnImage);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ignored {
    /// The path of the entry.
    pub path: PathBuf,
    /// Why it is not listed.
    pub reason: IgnoreReason,
}

/// Why an entry of a folder is not a sample.
///
/// ```
/// assert_eq!(burn_prep::source::IgnoreReason::LinkLoop.to_string(), "a symbolic link to a directory above it");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum IgnoreReason {
    /// Its name starts with a dot.
    Hidden,
    /// A file or directory of an operating system or of network storage, like `Thumbs.db` or `@eaDir`.
    System,
    /// Neither the extension nor the first bytes are those of an image.
    NotAnImage,
    /// A socket, a pipe or a device.
    NotAFile,
    /// A symbolic link to a directory above itself.
    LinkLoop,
    /// It could not be read; holds the operating system's message.
    Unreadable(String),
}

impl fmt::Display for IgnoreReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hidden => f.write_str("hidden"),
            Self::System => f.write_str("a file or directory of the system"),
            Self::NotAnImage => f.write_str("not an image"),
            Self::NotAFile => f.write_str("neither a file nor a directory"),
            Self::LinkLoop => f.write_str("a symbolic link to a directory above it"),
            Self::Unreadable(reason) => write!(f, "unreadable: {reason}"),
        }
    }
}
