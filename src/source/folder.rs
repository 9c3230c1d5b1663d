//! A folder of images: a class per directory, optionally below a directory per split.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::source::listing::{Listing, looks_split};
use crate::source::{Ignored, Sample};

/// Whether the first directory level below the root names splits.
///
/// ```
/// use burn_prep::{ImageFolder, SplitLevel};
/// let classes = |level| ImageFolder::open_with("assets", level).map(|folder| folder.classes().len());
/// assert_eq!((classes(SplitLevel::Absent)?, classes(SplitLevel::Present)?), (2, 6));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SplitLevel {
    /// It does if every directory there is called `train`, `val`, `test` or the like.
    #[default]
    Auto,
    /// `root/class/file`.
    Absent,
    /// `root/split/class/file`.
    Present,
}

/// A folder of image files, listed and sorted, none of them decoded.
///
/// `root/class/**/file`, or `root/split/class/**/file`; files directly in the root (or in a split)
/// have no label. Classes and files are sorted by name, so the same folder gives the same labels on
/// every machine; a directory without images is no class. A file counts as an image by its
/// extension, or, where that says nothing, by its first bytes. Symbolic links are followed; loops,
/// hidden files, system files and files that are no images are not listed but kept in
/// [`ImageFolder::ignored`] with the reason.
///
/// ```
/// use burn_prep::ImageFolder;
///
/// let folder = ImageFolder::open("assets/photos").unwrap();
/// assert_eq!(folder.classes(), ["animals", "objects", "people", "science", "space", "textures"]);
/// assert!(folder.len() >= 30);
/// ```
#[doc(alias = "image_dataset_from_directory")]
#[doc(alias = "ImageFolderDataset")]
#[doc(alias = "torchvision.datasets.ImageFolder")]
#[derive(Debug, Clone)]
pub struct ImageFolder {
    root: PathBuf,
    classes: Vec<String>,
    splits: Vec<String>,
    samples: Vec<Sample>,
    ignored: Vec<Ignored>,
}

impl ImageFolder {
    /// Lists the images below `root`, finding out by itself whether there is a split level.
    ///
    /// A folder without images is not an error here: [`ImageFolder::is_empty`] tells.
    ///
    /// # Errors
    ///
    /// `root` does not exist, is no directory, or cannot be read.
    pub fn open(root: impl AsRef<Path>) -> Result<Self> {
        Self::open_with(root, SplitLevel::Auto)
    }

    /// Lists the images below `root`, with the directory levels as stated.
    ///
    /// # Errors
    ///
    /// As [`ImageFolder::open`].
    ///
    /// ```
    /// use burn_prep::{ImageFolder, SplitLevel};
    ///
    /// let folder = ImageFolder::open_with("assets", SplitLevel::Present).unwrap();
    /// assert!(folder.splits().contains(&"photos".to_string()));
    /// ```
    pub fn open_with(root: impl AsRef<Path>, split_level: SplitLevel) -> Result<Self> {
        let root = root.as_ref();
        let has_splits = match split_level {
            SplitLevel::Auto => looks_split(root),
            SplitLevel::Absent => std::fs::read_dir(root).map(|_| false),
            SplitLevel::Present => std::fs::read_dir(root).map(|_| true),
        };
        let listing = Listing::walk(root, has_splits.map_err(|e| Error::from(e).at_path(root))?);
        Ok(Self {
            root: root.to_owned(),
            classes: listing.classes(),
            splits: listing.splits(),
            samples: listing.samples,
            ignored: listing.ignored,
        })
    }

    /// The folder that was opened.
    ///
    /// ```
    /// let folder = burn_prep::ImageFolder::open("assets/photos")?;
    /// assert_eq!(folder.root().to_str(), Some("assets/photos"));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The names of the class folders, sorted; a sample's `label` is an index into them.
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// The names of the split folders, sorted; empty where there is no such level.
    pub fn splits(&self) -> &[String] {
        &self.splits
    }

    /// The image files, sorted by path.
    ///
    /// ```
    /// let folder = burn_prep::ImageFolder::open("assets/photos")?;
    /// assert_eq!(folder.samples()[39].uri, "textures/gravel_stones.jpg");
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn samples(&self) -> &[Sample] {
        &self.samples
    }

    /// The entries that are not samples, each with its reason, sorted by path.
    ///
    /// ```
    /// let folder = burn_prep::ImageFolder::open("assets/photos")?;
    /// assert_eq!(folder.ignored().len(), 0);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn ignored(&self) -> &[Ignored] {
        &self.ignored
    }

    /// The number of image files.
    pub fn len(&self) -> usize {
        self.samples.len()
    }

    /// Whether there is no image file.
    ///
    /// ```
    /// assert!(burn_prep::ImageFolder::open("src")?.is_empty());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }

    /// The samples of one split, with the classes (and so the labels) of the whole folder.
    ///
    /// # Errors
    ///
    /// There is no such split.
    ///
    /// ```
    /// let folder = burn_prep::ImageFolder::open("assets/photos").unwrap();
    /// let error = folder.split("train").unwrap_err();
    /// assert_eq!(error.to_string(), "assets/photos: split is train, expected one of ImageFolder::splits()");
    /// ```
    pub fn split(&self, name: &str) -> Result<Self> {
        if !self.splits.iter().any(|split| split == name) {
            let expected = "one of ImageFolder::splits()";
            return Err(Error::parameter("split", name, expected).at_path(&self.root));
        }
        let mut folder = self.clone();
        folder.samples.retain(|sample| sample.split.as_deref() == Some(name));
        folder.splits = vec![name.to_owned()];
        Ok(folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::IgnoreReason;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

    fn folder_of(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            let path = root.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        root
    }

    fn uris(folder: &ImageFolder) -> Vec<&str> {
        folder.samples().iter().map(|sample| sample.uri.as_str()).collect()
    }

    #[test]
    fn classes_and_files_are_sorted_and_labelled() {
        let root =
            folder_of(&[("dog/b.png", PNG), ("cat/z/9.jpg", b""), ("dog/a.png", PNG), ("loose.gif", b"")]);
        let folder = ImageFolder::open(root.path()).unwrap();
        assert_eq!(folder.classes(), ["cat", "dog"]);
        assert_eq!(uris(&folder), ["cat/z/9.jpg", "dog/a.png", "dog/b.png", "loose.gif"]);
        let labels: Vec<_> = folder.samples().iter().map(|sample| sample.label).collect();
        assert_eq!(labels, [Some(0), Some(1), Some(1), None]);
        assert!(folder.splits().is_empty());
    }

    #[test]
    fn a_split_level_is_found_by_its_names_and_can_be_refused() {
        let root = folder_of(&[("train/cat/1.png", PNG), ("Val/cat/2.png", PNG), ("train/dog/3.png", PNG)]);
        let folder = ImageFolder::open(root.path()).unwrap();
        assert_eq!(folder.splits(), ["Val", "train"]);
        assert_eq!(folder.classes(), ["cat", "dog"]);
        let train = folder.split("train").unwrap();
        assert_eq!(uris(&train), ["train/cat/1.png", "train/dog/3.png"]);
        assert_eq!(train.samples()[1].label, Some(1));

        let flat = ImageFolder::open_with(root.path(), SplitLevel::Absent).unwrap();
        assert_eq!(flat.classes(), ["Val", "train"]);
    }

    #[test]
    fn what_is_no_image_is_ignored_with_its_reason() {
        let root = folder_of(&[
            ("a/.hidden.png", PNG),
            ("a/Thumbs.db", b"x"),
            ("a/notes.txt", b"notes"),
            ("a/picture", PNG),
            ("a/photo.heic", b"x"),
            (".git/a.png", PNG),
        ]);
        let folder = ImageFolder::open(root.path()).unwrap();
        assert_eq!(uris(&folder), ["a/photo.heic", "a/picture"]);
        let reasons: Vec<_> = folder.ignored().iter().map(|i| i.reason.clone()).collect();
        use IgnoreReason::*;
        assert_eq!(reasons, [Hidden, Hidden, System, NotAnImage]);
    }

    #[test]
    fn folders_without_images_are_neither_classes_nor_hide_the_splits() {
        let root = folder_of(&[("a/1.png", PNG), ("docs/readme.txt", b"words"), ("b/2.png", PNG)]);
        assert_eq!(ImageFolder::open(root.path()).unwrap().classes(), ["a", "b"]);
        let root = folder_of(&[("train/a/1.png", PNG), ("__MACOSX/x", b""), ("val/b/2.png", PNG)]);
        let folder = ImageFolder::open(root.path()).unwrap();
        assert_eq!(
            (folder.splits(), folder.classes()),
            (&["train".into(), "val".into()][..], &["a".into(), "b".into()][..])
        );
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_loops_and_dangling_links_are_named() {
        use std::os::unix::fs::symlink;
        let root = folder_of(&[("a/1.png", PNG)]);
        symlink(root.path().join("a"), root.path().join("b")).unwrap();
        symlink(root.path(), root.path().join("a/loop")).unwrap();
        symlink(root.path().join("gone.png"), root.path().join("a/gone.png")).unwrap();
        let folder = ImageFolder::open(root.path()).unwrap();
        assert_eq!(uris(&folder), ["a/1.png", "b/1.png"]);
        let loops = folder.ignored().iter().filter(|i| i.reason == IgnoreReason::LinkLoop).count();
        let unreadable =
            folder.ignored().iter().filter(|i| matches!(i.reason, IgnoreReason::Unreadable(_))).count();
        assert_eq!((loops, unreadable), (2, 2), "{:?}", folder.ignored());
    }

    #[test]
    fn a_missing_root_is_an_error_that_names_it() {
        let error = ImageFolder::open("no/such").unwrap_err();
        assert!(error.to_string().starts_with("no/such: "), "{error}");
    }
}
