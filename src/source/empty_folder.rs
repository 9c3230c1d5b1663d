//! Folders that may be meant as classes or splits, without images.

/// A folder on the level of the classes or splits that has no images, and so is neither: see
/// [`ImageFolder::empty_folders`](crate::source::ImageFolder::empty_folders).
///
/// ```
/// use burn_prep::source::ImageFolder;
///
/// let folder = tempfile::tempdir()?;
/// for file in ["cat/1.png", "annotations/1.xml"] {
///     let path = folder.path().join(file);
///     std::fs::create_dir(path.parent().unwrap())?;
///     std::fs::write(path, b"")?;
/// }
/// let folder = ImageFolder::open(folder.path())?;
/// let empty = &folder.empty_folders()[0];
/// assert_eq!((empty.name.as_str(), empty.has_files), ("annotations", true));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EmptyFolder {
    /// The name of the folder, as a class or split would have it.
    pub name: String,
    /// Whether there are files in it that are no images, as in a folder of annotations.
    pub has_files: bool,
}
