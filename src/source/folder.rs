//! A folder of images: a class per directory, optionally below a directory per split.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::{DirEntry, WalkDir};

use crate::error::{Error, Result};
use crate::source::Sample;
use crate::source::format::{ImageFormat, SNIFF_LEN, has_image_extension};

/// Names that make a top-level directory a split, in any case of letters.
const SPLIT_NAMES: [&str; 10] =
    ["train", "training", "val", "valid", "validation", "dev", "test", "testing", "eval", "holdout"];

/// Files that operating systems leave behind.
const JUNK_NAMES: [&str; 4] = ["Thumbs.db", "desktop.ini", "ehthumbs.db", "__MACOSX"];

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
/// every machine; a directory without images is no class. A file counts as an image by its extension, or, where that says nothing, by its
/// first bytes. Symbolic links are followed; loops, hidden files, system files and files that are
/// no images are not listed but kept in [`ImageFolder::ignored`] with the reason.
///
/// ```
/// use burn_prep::ImageFolder;
///
/// let folder = ImageFolder::open("assets/photos").unwrap();
/// assert_eq!(folder.classes(), ["animals", "objects", "people", "science", "space", "textures"]);
/// assert!(folder.len() >= 30);
/// ```
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

/// An entry of the folder that is not a sample.
///
/// ```
/// use burn_prep::{IgnoreReason, ImageFolder};
/// let folder = ImageFolder::open("assets")?;
/// let ignored = folder.ignored().iter().find(|entry| entry.path.ends_with("PROVENANCE.md")).unwrap();
/// assert_eq!(ignored.reason, IgnoreReason::NotAnImage);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ignored {
    /// The entry.
    pub path: PathBuf,
    /// Why it is not listed.
    pub reason: IgnoreReason,
}

/// Why an entry of a folder is not a sample.
///
/// ```
/// assert_eq!(burn_prep::IgnoreReason::LinkLoop.to_string(), "a symbolic link to a directory above it");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum IgnoreReason {
    /// Its name starts with a dot.
    Hidden,
    /// An operating system's own file, like `Thumbs.db`.
    System,
    /// Neither the extension nor the first bytes are those of an image.
    NotAnImage,
    /// A socket, a pipe or a device.
    NotAFile,
    /// A symbolic link to a directory above itself.
    LinkLoop,
    /// It could not be looked at; the operating system's words.
    Unreadable(String),
}

impl fmt::Display for IgnoreReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hidden => f.write_str("hidden"),
            Self::System => f.write_str("a file of the operating system"),
            Self::NotAnImage => f.write_str("not an image"),
            Self::NotAFile => f.write_str("neither a file nor a directory"),
            Self::LinkLoop => f.write_str("a symbolic link to a directory above it"),
            Self::Unreadable(reason) => write!(f, "unreadable: {reason}"),
        }
    }
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
        let top: Vec<String> = top_directories(root).map_err(|e| Error::from(e).at_path(root))?;
        let has_splits = match split_level {
            SplitLevel::Auto => !top.is_empty() && top.iter().all(|name| is_split_name(name)),
            SplitLevel::Absent => false,
            SplitLevel::Present => true,
        };
        let mut listing = Listing::new(root, has_splits);
        let mut walk = WalkDir::new(root).follow_links(true).min_depth(1).into_iter();
        while let Some(entry) = walk.next() {
            match entry {
                Ok(entry) => {
                    if listing.add(&entry).is_some_and(|_| entry.file_type().is_dir()) {
                        walk.skip_current_dir();
                    }
                }
                Err(error) => listing.add_error(&error),
            }
        }
        Ok(listing.finish())
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

/// A folder while it is being walked.
struct Listing {
    root: PathBuf,
    has_splits: bool,
    classes: BTreeSet<Arc<str>>,
    splits: BTreeSet<Arc<str>>,
    samples: Vec<Sample>,
    ignored: Vec<Ignored>,
}

impl Listing {
    fn new(root: &Path, has_splits: bool) -> Self {
        Self {
            root: root.to_owned(),
            has_splits,
            classes: BTreeSet::new(),
            splits: BTreeSet::new(),
            samples: Vec::new(),
            ignored: Vec::new(),
        }
    }

    /// Files the entry; gives the reason where it is ignored.
    fn add(&mut self, entry: &DirEntry) -> Option<IgnoreReason> {
        let path = entry.path();
        let reason = self.reason_to_ignore(entry);
        if let Some(reason) = &reason {
            self.ignore(path, reason.clone());
            return Some(reason.clone());
        }
        let below = path.strip_prefix(&self.root).unwrap_or(path);
        let parts: Vec<String> =
            below.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
        if entry.file_type().is_dir() {
            return None;
        }
        // A directory becomes a class or a split by the images in it: `docs/` with texts is none.
        let folders = &parts[..parts.len() - 1];
        let split = self.has_splits.then(|| intern(&mut self.splits, folders.first())).flatten();
        let class = intern(&mut self.classes, folders.get(usize::from(self.has_splits)));
        self.samples.push(Sample {
            path: path.to_owned(),
            uri: parts.join("/"),
            label: None,
            class,
            split,
        });
        None
    }

    fn reason_to_ignore(&self, entry: &DirEntry) -> Option<IgnoreReason> {
        let name = entry.file_name().to_string_lossy();
        if name.starts_with('.') {
            Some(IgnoreReason::Hidden)
        } else if is_junk_name(&name) {
            Some(IgnoreReason::System)
        } else if entry.file_type().is_dir() {
            None
        } else if !entry.file_type().is_file() {
            Some(IgnoreReason::NotAFile)
        } else if has_image_extension(entry.path()) || starts_like_an_image(entry.path()) {
            None
        } else {
            Some(IgnoreReason::NotAnImage)
        }
    }

    fn add_error(&mut self, error: &walkdir::Error) {
        let path = error.path().unwrap_or(&self.root).to_owned();
        let hidden = path.file_name().and_then(OsStr::to_str).is_some_and(|n| n.starts_with('.'));
        let reason = match (hidden, error.loop_ancestor(), error.io_error()) {
            (true, ..) => IgnoreReason::Hidden,
            (_, Some(_), _) => IgnoreReason::LinkLoop,
            (_, None, Some(io)) => IgnoreReason::Unreadable(io.to_string()),
            (_, None, None) => IgnoreReason::Unreadable(error.to_string()),
        };
        self.ignore(&path, reason);
    }

    fn ignore(&mut self, path: &Path, reason: IgnoreReason) {
        let path = path.to_owned();
        self.ignored.push(Ignored { path, reason });
    }

    fn finish(mut self) -> ImageFolder {
        let classes: Vec<String> = self.classes.iter().map(|name| name.to_string()).collect();
        for sample in &mut self.samples {
            let name = sample.class.as_deref();
            sample.label = name.and_then(|name| classes.binary_search_by(|c| c.as_str().cmp(name)).ok());
        }
        self.samples.sort_by(|a, b| a.path.cmp(&b.path));
        self.ignored.sort_by(|a, b| a.path.cmp(&b.path));
        ImageFolder {
            root: self.root,
            splits: self.splits.iter().map(|name| name.to_string()).collect(),
            classes,
            samples: self.samples,
            ignored: self.ignored,
        }
    }
}

fn intern(names: &mut BTreeSet<Arc<str>>, name: Option<&String>) -> Option<Arc<str>> {
    let name = name?.as_str();
    if let Some(known) = names.get(name) {
        return Some(known.clone());
    }
    let name: Arc<str> = name.into();
    names.insert(name.clone());
    Some(name)
}

fn top_directories(root: &Path) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(root)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') && !is_junk_name(&name) && entry.path().is_dir() {
            names.push(name);
        }
    }
    Ok(names)
}

fn is_junk_name(name: &str) -> bool {
    JUNK_NAMES.iter().any(|junk| junk.eq_ignore_ascii_case(name))
}

fn is_split_name(name: &str) -> bool {
    SPLIT_NAMES.iter().any(|split| split.eq_ignore_ascii_case(name))
}

/// A file that cannot be opened counts as an image: whoever decodes it reports the reason.
fn starts_like_an_image(path: &Path) -> bool {
    let mut head = Vec::with_capacity(SNIFF_LEN);
    match std::fs::File::open(path) {
        Ok(file) => {
            file.take(SNIFF_LEN as u64).read_to_end(&mut head).is_err() || ImageFormat::sniff(&head).is_some()
        }
        Err(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
