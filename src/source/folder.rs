//! A folder of images: a class per directory, optionally below a directory per split.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::source::file::read_file;
use crate::source::listing::Listing;
use crate::source::{EmptyFolder, Ignored, LookAlike, Sample, Source, SplitLevel};

/// A folder of image files, listed and sorted, none of them decoded.
///
/// `root/class/**/file`, or `root/split/class/**/file`; files directly in the root (or in a split)
/// have no label. Classes and files are sorted by name, so the same folder gives the same labels on
/// every machine; a directory without images is neither a class nor a split. In names that are not UTF-8 the invalid
/// bytes are printed as escapes (`caf\xe8`), so that different names stay different; [`ImageFolder::look_alikes`]
/// lists names that are easily confused. A file counts as an image by its extension, or, where that is not the
/// extension of an image format, by its first bytes. Symbolic links are followed. Link loops, hidden files, system
/// files and files that are no images are not among the samples; [`ImageFolder::ignored`] lists them with the reason.
///
/// ```
/// use burn_prep::source::ImageFolder;
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
    ambiguous_splits: Vec<String>,
    empty_folders: Vec<EmptyFolder>,
    look_alikes: Vec<LookAlike>,
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
    /// use burn_prep::source::{ImageFolder, SplitLevel};
    ///
    /// let folder = ImageFolder::open_with("assets", SplitLevel::Present).unwrap();
    /// assert!(folder.splits().contains(&"photos".to_string()));
    /// ```
    pub fn open_with(root: impl AsRef<Path>, split_level: SplitLevel) -> Result<Self> {
        let root = root.as_ref();
        std::fs::read_dir(root).map_err(|error| Error::from(error).at_path(root))?;
        let Listing { classes, splits, ambiguous_splits, empty_folders, look_alikes, samples, ignored } =
            Listing::walk(root, split_level);
        Ok(Self {
            root: root.to_owned(),
            classes,
            splits,
            ambiguous_splits,
            empty_folders,
            look_alikes,
            samples,
            ignored,
        })
    }

    /// The folder that was opened.
    ///
    /// ```
    /// let folder = burn_prep::source::ImageFolder::open("assets/photos")?;
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

    /// The names of directories without images, sorted: those on the level of the classes that have none in any split, and those on the
    /// level of the splits that are called like one. They are neither classes nor splits: a label that no sample has would be one more
    /// for a model to learn. See [`with_classes`](Self::with_classes) to have such a class nevertheless.
    ///
    /// ```
    /// use burn_prep::source::ImageFolder;
    ///
    /// let folder = tempfile::tempdir()?;
    /// for class in ["cat", "dog"] {
    ///     std::fs::create_dir(folder.path().join(class))?;
    /// }
    /// std::fs::write(folder.path().join("dog/1.png"), b"")?;
    /// let folder = ImageFolder::open(folder.path())?;
    /// assert_eq!(folder.classes(), ["dog"]);
    /// assert_eq!((folder.empty_folders()[0].name.as_str(), folder.empty_folders()[0].has_files), ("cat", false));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn empty_folders(&self) -> &[EmptyFolder] {
        &self.empty_folders
    }

    /// The names of classes that are called like splits of different uses, such as `train` and `val`, where other folders beside them
    /// are not, so that [`SplitLevel::Auto`] took all for classes.
    ///
    /// ```
    /// use burn_prep::source::{ImageFolder, SplitLevel};
    ///
    /// let folder = tempfile::tempdir()?;
    /// for name in ["train", "val", "docs"] {
    ///     std::fs::create_dir(folder.path().join(name))?;
    ///     std::fs::write(folder.path().join(name).join("1.png"), b"")?;
    /// }
    /// assert_eq!(ImageFolder::open(folder.path())?.ambiguous_splits(), ["train", "val"]);
    /// assert!(ImageFolder::open_with(folder.path(), SplitLevel::Absent)?.ambiguous_splits().is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn ambiguous_splits(&self) -> &[String] {
        &self.ambiguous_splits
    }

    /// Returns the folder with the given classes in the given order; labels become indices into them.
    ///
    /// Use it where a class has images in one folder and none in another, so that both folders have the same labels.
    ///
    /// # Errors
    ///
    /// A class of the folder is not among them, or one is there twice.
    ///
    /// ```
    /// use burn_prep::source::ImageFolder;
    ///
    /// let folder = tempfile::tempdir()?;
    /// std::fs::create_dir(folder.path().join("dog"))?;
    /// std::fs::write(folder.path().join("dog/1.png"), b"")?;
    /// let folder = ImageFolder::open(folder.path())?;
    /// assert_eq!((folder.classes(), folder.samples()[0].label), (&["dog".to_owned()][..], Some(0)));
    ///
    /// let folder = folder.with_classes(["cat", "dog"])?;
    /// assert_eq!((folder.classes().len(), folder.samples()[0].label), (2, Some(1)));
    /// let error = folder.with_classes(["cat"]).unwrap_err();
    /// assert!(error.to_string().contains("class is dog, expected one of the classes given"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "class_names")]
    #[doc(alias = "class_to_idx")]
    pub fn with_classes<S: Into<String>>(&self, classes: impl IntoIterator<Item = S>) -> Result<Self> {
        let classes: Vec<String> = classes.into_iter().map(S::into).collect();
        let twice = classes.iter().enumerate().find(|(index, class)| classes[..*index].contains(class));
        if let Some((index, class)) = twice {
            return Err(Error::parameter(
                format!("classes[{index}]"),
                class,
                "a name that is not there already",
            ));
        }
        let mut folder = self.clone();
        for sample in &mut folder.samples {
            let Some(class) = sample.class.as_deref() else { continue };
            let label = classes.iter().position(|known| known == class);
            let unknown = || sample.name(Error::parameter("class", class, "one of the classes given"));
            sample.label = Some(label.ok_or_else(unknown)?);
        }
        folder.empty_folders.retain(|folder| !classes.contains(&folder.name));
        folder.classes = classes;
        Ok(folder)
    }

    /// Pairs of classes, and of splits, whose names look alike: equal but for the case of letters, spaces at the
    /// ends, or the Unicode form of letters.
    ///
    /// ```
    /// assert!(burn_prep::source::ImageFolder::open("assets/photos")?.look_alikes().is_empty());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn look_alikes(&self) -> &[LookAlike] {
        &self.look_alikes
    }

    /// The image files, sorted by path.
    ///
    /// ```
    /// let folder = burn_prep::source::ImageFolder::open("assets/photos")?;
    /// assert_eq!(folder.samples()[39].uri, "textures/gravel_stones.jpg");
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn samples(&self) -> &[Sample] {
        &self.samples
    }

    /// The entries that are not samples, each with its reason, sorted by path.
    ///
    /// ```
    /// let folder = burn_prep::source::ImageFolder::open("assets/photos")?;
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
    /// assert!(burn_prep::source::ImageFolder::open("src")?.is_empty());
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
    /// let folder = burn_prep::source::ImageFolder::open("assets/photos").unwrap();
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

impl Source for ImageFolder {
    fn len(&self) -> usize {
        self.samples.len()
    }

    fn sample(&self, index: usize) -> Option<&Sample> {
        self.samples.get(index)
    }

    fn read(&self, index: usize, max_bytes: u64) -> Result<Cow<'_, [u8]>> {
        let sample = self.samples.get(index).ok_or_else(|| Error::no_sample(index, self.len()))?;
        let path = sample.path.as_deref().unwrap_or(Path::new(&sample.uri));
        read_file(path, max_bytes).map(Cow::Owned).map_err(|error| sample.name(error))
    }

    fn classes(&self) -> &[String] {
        &self.classes
    }

    fn root(&self) -> Option<&Path> {
        Some(&self.root)
    }

    fn ignored(&self) -> &[Ignored] {
        &self.ignored
    }

    fn empty_folders(&self) -> &[EmptyFolder] {
        &self.empty_folders
    }

    fn ambiguous_splits(&self) -> &[String] {
        &self.ambiguous_splits
    }

    fn look_alikes(&self) -> &[LookAlike] {
        &self.look_alikes
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

    #[test]
    fn directories_without_images_on_the_level_of_the_classes_are_empty_folders() {
        let empty = |files: &[(&str, &[u8])], level: SplitLevel| {
            let folder = ImageFolder::open_with(folder_of(files).path(), level).unwrap();
            let name = |empty: &EmptyFolder| (empty.name.clone(), empty.has_files);
            folder.empty_folders().iter().map(name).collect::<Vec<_>>()
        };
        let classes: [(&str, &[u8]); 4] =
            [("a/1.png", PNG), ("b/c/notes.txt", b"words"), (".git/x", b""), ("__MACOSX/x", b"")];
        assert_eq!(empty(&classes, SplitLevel::Auto), [("b".to_owned(), true)]);
        assert!(empty(&[("1.png", PNG), ("b/notes.txt", b"words")], SplitLevel::Auto).is_empty());
        // In one split a class may have none; what lies beside the splits is none.
        let splits: [(&str, &[u8]); 5] = [
            ("train/a/1.png", PNG),
            ("train/b/2.png", PNG),
            ("val/a/3.png", PNG),
            ("val/b/notes.txt", b"words"),
            ("docs/c/notes.txt", b"words"),
        ];
        assert!(empty(&splits, SplitLevel::Auto).is_empty());
        let with_c = [&splits[..], &[("train/c/x", b"words"), ("val/c/x", b"words")]].concat();
        assert_eq!(empty(&with_c, SplitLevel::Auto), [("c".to_owned(), true)]);
        assert_eq!(empty(&with_c, SplitLevel::Absent), [("docs".to_owned(), true)]);
        let with_test = [&splits[..], &[("Test/readme.txt", b"words")]].concat();
        assert_eq!(empty(&with_test, SplitLevel::Auto), [("Test".to_owned(), true)]);
        // Files below a folder of the same name elsewhere are not its own; hidden ones do not count.
        let hidden = [("a/1.png", PNG), ("a/b/notes.txt", b"words"), ("b/.keep", b"")];
        assert_eq!(empty(&hidden, SplitLevel::Auto), [("b".to_owned(), false)]);
    }

    #[test]
    fn a_directory_without_images_changes_no_meaning() {
        let root = folder_of(&[
            ("train/cat/1.png", PNG),
            ("val/dog/2.png", PNG),
            ("annotations/instances.json", b"{}"),
            ("train/notes/readme.txt", b"words"),
        ]);
        let folder = ImageFolder::open(root.path()).unwrap();
        assert_eq!(
            (folder.splits(), folder.classes()),
            (&["train".into(), "val".into()][..], &["cat".into(), "dog".into()][..])
        );
        // With an image in it, the directory is one of three classes.
        std::fs::write(root.path().join("annotations/page.png"), PNG).unwrap();
        assert_eq!(ImageFolder::open(root.path()).unwrap().classes(), ["annotations", "train", "val"]);
    }

    #[test]
    fn folders_of_systems_hold_no_samples() {
        let names = [
            "@eaDir",
            "#recycle",
            "$RECYCLE.BIN",
            ".thumbnails",
            "__MACOSX",
            "lost+found",
            "System Volume Information",
        ];
        let files: Vec<_> = names.iter().map(|name| format!("cat/{name}/1.png")).collect();
        let files: Vec<_> =
            files.iter().map(|file| (file.as_str(), PNG)).chain([("cat/2.png", PNG)]).collect();
        let folder = folder_of(&files);
        let folder = ImageFolder::open(folder.path()).unwrap();
        assert_eq!(uris(&folder), ["cat/2.png"]);
        let systems = folder.ignored().iter().filter(|entry| entry.reason == IgnoreReason::System).count();
        assert_eq!(systems, names.len());
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_not_utf8_stay_apart() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        let root = tempfile::tempdir().unwrap();
        for name in [&b"caf\xe8"[..], b"caf\xe9"] {
            let class = root.path().join(OsStr::from_bytes(name));
            std::fs::create_dir(&class).unwrap();
            std::fs::write(class.join("1.png"), PNG).unwrap();
        }
        // A name that is printed like one of them is a third class.
        std::fs::create_dir(root.path().join(r"caf\xe8")).unwrap();
        std::fs::write(root.path().join(r"caf\xe8").join("1.png"), PNG).unwrap();
        let folder = ImageFolder::open(root.path()).unwrap();
        assert_eq!(folder.classes(), [r"caf\xe8", r"caf\xe8", r"caf\xe9"]);
        let labels: Vec<_> = folder.samples().iter().map(|sample| sample.label).collect();
        assert_eq!(labels, [Some(0), Some(1), Some(2)]);
        assert_eq!(uris(&folder)[2], r"caf\xe9/1.png");
    }

    #[test]
    fn an_empty_class_keeps_its_index() {
        let root = folder_of(&[("train/a/1.png", PNG), ("train/c/2.png", PNG), ("val/c/3.png", PNG)]);
        let folder = ImageFolder::open(root.path()).unwrap().with_classes(["a", "b", "c"]).unwrap();
        let val = folder.split("val").unwrap();
        assert_eq!((val.classes().len(), val.samples()[0].label), (3, Some(2)));
        let error = folder.with_classes(["a", "a"]).unwrap_err();
        assert!(error.to_string().contains("classes[1] is a, expected a name"), "{error}");
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
