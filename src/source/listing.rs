//! The walk over a folder: what is an image, of which class and split, and what is ignored.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ffi::{OsStr, OsString};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::{DirEntry, WalkDir};

use crate::error::printed;
use crate::source::format::{ImageFormat, SNIFF_LEN, has_image_extension};
use crate::source::name::{LookAlike, look_alikes};
use crate::source::split_level::{are_splits, differ_in_use, is_split_name};
use crate::source::{EmptyFolder, IgnoreReason, Ignored, Sample, SplitLevel};

/// Files and directories that operating systems and network storage leave behind.
const SYSTEM_NAMES: [&str; 12] = [
    "Thumbs.db",
    "ehthumbs.db",
    "desktop.ini",
    "__MACOSX",
    "@eaDir",
    "#recycle",
    "$RECYCLE.BIN",
    "System Volume Information",
    ".thumbnails",
    ".@__thumb",
    ".Trashes",
    "lost+found",
];

/// What a walk found.
pub(super) struct Listing {
    pub(super) classes: Vec<String>,
    pub(super) splits: Vec<String>,
    /// Classes that are called like splits, where others are not.
    pub(super) ambiguous_splits: Vec<String>,
    /// The directories on the level of the classes or splits below which there is no image.
    pub(super) empty_folders: Vec<EmptyFolder>,
    pub(super) look_alikes: Vec<LookAlike>,
    pub(super) samples: Vec<Sample>,
    pub(super) ignored: Vec<Ignored>,
}

impl Listing {
    /// Walks everything below `root`, links included.
    pub(super) fn walk(root: &Path, level: SplitLevel) -> Self {
        let mut images = Vec::new();
        let mut ignored = Vec::new();
        let mut directories = Vec::new();
        let mut walk = WalkDir::new(root).follow_links(true).min_depth(1).into_iter();
        while let Some(entry) = walk.next() {
            match entry {
                Ok(entry) => {
                    if let Some(reason) = reason_to_ignore(&entry) {
                        ignored.push(Ignored { path: entry.path().to_owned(), reason });
                        if entry.file_type().is_dir() {
                            walk.skip_current_dir();
                        }
                    } else if entry.file_type().is_file() {
                        images.push(Image::new(root, entry.path()));
                    } else if entry.depth() <= 2 {
                        directories.push(entry.into_path());
                    }
                }
                Err(error) => ignored.push(of_error(root, &error)),
            }
        }
        images.sort_by(|a, b| a.path.cmp(&b.path));
        ignored.sort_by(|a, b| a.path.cmp(&b.path));
        let tops = tops(&images);
        let has_splits = match level {
            SplitLevel::Auto => are_splits(tops.iter().copied()),
            SplitLevel::Absent => false,
            SplitLevel::Present => true,
        };
        let is_ambiguous = level == SplitLevel::Auto && !has_splits && differ_in_use(tops.iter().copied());
        let called_so = tops.into_iter().filter(|name| is_ambiguous && is_split_name(name));
        let ambiguous_splits = called_so.map(str::to_owned).collect();
        let splits = Names::of(images.iter().filter_map(|image| image.split(has_splits)));
        let classes = Names::of(images.iter().filter_map(|image| image.class(has_splits)));
        let sample = |image: Image| Sample {
            label: image.class(has_splits).map(|class| classes.index(class)),
            class: image.class(has_splits).map(|class| classes.printed(class)),
            split: image.split(has_splits).map(|split| splits.printed(split)),
            uri: image.uri,
            path: Some(image.path),
        };
        Self {
            samples: images.into_iter().map(sample).collect(),
            look_alikes: splits.look_alikes().chain(classes.look_alikes()).collect(),
            ambiguous_splits,
            empty_folders: empty_folders(
                root,
                &directories,
                &ignored,
                &classes,
                has_splits.then_some(&splits),
            ),
            classes: classes.all(),
            splits: splits.all(),
            ignored,
        }
    }
}

/// The directories below which no image lies: on the level of the classes, where an image lies in a class at all, and of those that
/// are called like splits beside the splits. Where something cannot be read that may have images of a class or split, it is not known.
fn empty_folders(
    root: &Path,
    directories: &[PathBuf],
    ignored: &[Ignored],
    classes: &Names,
    splits: Option<&Names>,
) -> Vec<EmptyFolder> {
    let below = |path| -> Vec<&OsStr> { Path::strip_prefix(path, root).unwrap_or(path).iter().collect() };
    let of_reason = |is_it: fn(&IgnoreReason) -> bool| -> Vec<Vec<&OsStr>> {
        ignored.iter().filter(|entry| is_it(&entry.reason)).map(|entry| below(&entry.path)).collect()
    };
    // By level, so that each directory is looked up once.
    let on_level = |level: usize, paths: &[Vec<&OsStr>]| -> HashSet<OsString> {
        paths.iter().filter_map(|parts| parts.get(level)).map(|name| (*name).to_owned()).collect()
    };
    let unread = of_reason(|reason| matches!(reason, IgnoreReason::Unreadable(_)));
    let mut others = of_reason(|reason| *reason == IgnoreReason::NotAnImage);
    others.iter_mut().for_each(|parts| _ = parts.pop());
    let (unread_at, others_at) =
        ([0, 1].map(|at| on_level(at, &unread)), [0, 1].map(|at| on_level(at, &others)));
    let shallowest = unread.iter().map(Vec::len).min();
    let is_known = |level: usize, name: &OsStr| {
        shallowest.is_none_or(|parts| parts > level) && !unread_at[level].contains(name)
    };
    let is_empty = |parts: &[&OsStr]| match (parts, splits) {
        ([split], Some(splits)) => split.to_str().is_some_and(is_split_name) && !splits.has(split),
        ([split, class], Some(splits)) => {
            splits.has(split) && !classes.has(class) && !classes.names.is_empty()
        }
        ([class], None) => !classes.has(class) && !classes.names.is_empty(),
        _ => false,
    };
    let mut found: BTreeMap<String, bool> = BTreeMap::new();
    for parts in directories.iter().map(|path| below(path)).filter(|parts| is_empty(parts)) {
        let level = parts.len() - 1;
        if let Some(name) = parts.last().filter(|name| is_known(level, name)) {
            found.insert(printed(name), others_at[level].contains(*name));
        }
    }
    found.into_iter().map(|(name, has_files)| EmptyFolder { name, has_files }).collect()
}

/// An image file on the way to a sample.
struct Image {
    path: PathBuf,
    uri: String,
    /// The names of the directories between the root and the file.
    folders: Vec<OsString>,
}

impl Image {
    fn new(root: &Path, path: &Path) -> Self {
        let below = path.strip_prefix(root).unwrap_or(path);
        let mut folders: Vec<OsString> = below.components().map(|part| part.as_os_str().to_owned()).collect();
        let uri = folders.iter().map(|name| printed(name)).collect::<Vec<_>>().join("/");
        folders.pop();
        Self { path: path.to_owned(), uri, folders }
    }

    /// The directory that names the split, where the first level does.
    fn split(&self, has_splits: bool) -> Option<&OsString> {
        self.folders.first().filter(|_| has_splits)
    }

    /// The directory that names the class.
    fn class(&self, has_splits: bool) -> Option<&OsString> {
        self.folders.get(usize::from(has_splits))
    }
}

/// The names of the directories of one level, as the file system has them, each with its index and its printed form.
/// Two names that are printed alike stay two.
struct Names {
    names: BTreeMap<OsString, (usize, Arc<str>)>,
}

impl Names {
    fn of<'a>(found: impl Iterator<Item = &'a OsString>) -> Self {
        let mut names: BTreeMap<OsString, (usize, Arc<str>)> =
            found.map(|name| (name.clone(), (0, printed(name).into()))).collect();
        for (index, (place, _)) in names.values_mut().enumerate() {
            *place = index;
        }
        Self { names }
    }

    fn has(&self, name: &OsStr) -> bool {
        self.names.contains_key(name)
    }

    fn index(&self, name: &OsStr) -> usize {
        self.names.get(name).map_or(0, |(index, _)| *index)
    }

    fn printed(&self, name: &OsStr) -> Arc<str> {
        self.names.get(name).map_or_else(|| "".into(), |(_, printed)| printed.clone())
    }

    fn all(&self) -> Vec<String> {
        self.names.values().map(|(_, printed)| printed.to_string()).collect()
    }

    fn look_alikes(&self) -> impl Iterator<Item = LookAlike> {
        look_alikes(self.names.values().map(|(_, printed)| printed.as_ref()))
    }
}

fn of_error(root: &Path, error: &walkdir::Error) -> Ignored {
    let path = error.path().unwrap_or(root).to_owned();
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let reason = match (error.loop_ancestor(), error.io_error()) {
        _ if is_system_name(name) => IgnoreReason::System,
        _ if name.starts_with('.') => IgnoreReason::Hidden,
        (Some(_), _) => IgnoreReason::LinkLoop,
        (None, Some(io)) => IgnoreReason::Unreadable(io.to_string()),
        (None, None) => IgnoreReason::Unreadable(error.to_string()),
    };
    Ignored { path, reason }
}

fn reason_to_ignore(entry: &DirEntry) -> Option<IgnoreReason> {
    let name = entry.file_name().to_string_lossy();
    if is_system_name(&name) {
        Some(IgnoreReason::System)
    } else if name.starts_with('.') {
        Some(IgnoreReason::Hidden)
    } else if entry.file_type().is_dir() {
        None
    } else if !entry.file_type().is_file() {
        Some(IgnoreReason::NotAFile)
    } else if is_image_file(entry.path()) {
        None
    } else {
        Some(IgnoreReason::NotAnImage)
    }
}

/// The directories directly below the root that hold images: those without have no say in what the level means.
fn tops(images: &[Image]) -> BTreeSet<&str> {
    images
        .iter()
        .filter_map(|image| image.folders.first())
        .map(|name| name.to_str().unwrap_or_default())
        .collect()
}

fn is_system_name(name: &str) -> bool {
    SYSTEM_NAMES.iter().any(|system| system.eq_ignore_ascii_case(name))
}

/// Whether a file counts as an image in a folder: by its extension, which may be that of a format that is not read, or by its first
/// bytes. A file that cannot be opened counts, too.
///
/// ```
/// use burn_prep::source::is_image_file;
/// assert!(is_image_file("assets/photos/animals/cat.jpg".as_ref()));
/// assert!(!is_image_file("Cargo.toml".as_ref()));
/// ```
pub fn is_image_file(path: &Path) -> bool {
    has_image_extension(path) || starts_like_an_image(path)
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
