//! The walk over a folder: what is an image, of which class and split, and what is ignored.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::{DirEntry, WalkDir};

use crate::source::format::{ImageFormat, SNIFF_LEN, has_image_extension};
use crate::source::{IgnoreReason, Ignored, Sample};

/// Names that make a top-level directory a split, in any case of letters.
const SPLIT_NAMES: [&str; 10] =
    ["train", "training", "val", "valid", "validation", "dev", "test", "testing", "eval", "holdout"];

/// Files that operating systems leave behind.
const JUNK_NAMES: [&str; 4] = ["Thumbs.db", "desktop.ini", "ehthumbs.db", "__MACOSX"];

/// A folder while it is being walked.
pub(super) struct Listing {
    root: PathBuf,
    has_splits: bool,
    classes: BTreeSet<Arc<str>>,
    splits: BTreeSet<Arc<str>>,
    pub(super) samples: Vec<Sample>,
    pub(super) ignored: Vec<Ignored>,
}

impl Listing {
    /// Walks everything below `root`, links included.
    pub(super) fn walk(root: &Path, has_splits: bool) -> Self {
        let mut listing = Self {
            root: root.to_owned(),
            has_splits,
            classes: BTreeSet::new(),
            splits: BTreeSet::new(),
            samples: Vec::new(),
            ignored: Vec::new(),
        };
        let mut walk = WalkDir::new(root).follow_links(true).min_depth(1).into_iter();
        while let Some(entry) = walk.next() {
            match entry {
                Ok(entry) => {
                    if let Some(reason) = reason_to_ignore(&entry) {
                        listing.ignore(entry.path(), reason);
                        if entry.file_type().is_dir() {
                            walk.skip_current_dir();
                        }
                    } else if entry.file_type().is_file() {
                        listing.add(entry.path());
                    }
                }
                Err(error) => listing.add_error(&error),
            }
        }
        listing.finish();
        listing
    }

    /// The names of the classes, sorted.
    pub(super) fn classes(&self) -> Vec<String> {
        self.classes.iter().map(|name| name.to_string()).collect()
    }

    /// The names of the splits, sorted.
    pub(super) fn splits(&self) -> Vec<String> {
        self.splits.iter().map(|name| name.to_string()).collect()
    }

    /// Adds an image. A directory becomes a class or a split by the images in it: `docs/` with texts
    /// is none.
    fn add(&mut self, path: &Path) {
        let below = path.strip_prefix(&self.root).unwrap_or(path);
        let parts: Vec<String> =
            below.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
        let folders = &parts[..parts.len() - 1];
        let split = self.has_splits.then(|| intern(&mut self.splits, folders.first())).flatten();
        let class = intern(&mut self.classes, folders.get(usize::from(self.has_splits)));
        self.samples.push(Sample { path: path.to_owned(), uri: parts.join("/"), label: None, class, split });
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

    /// Sorts what was found and numbers the classes.
    fn finish(&mut self) {
        let classes = self.classes();
        for sample in &mut self.samples {
            let name = sample.class.as_deref();
            sample.label = name.and_then(|name| classes.binary_search_by(|c| c.as_str().cmp(name)).ok());
        }
        self.samples.sort_by(|a, b| a.path.cmp(&b.path));
        self.ignored.sort_by(|a, b| a.path.cmp(&b.path));
    }
}

fn reason_to_ignore(entry: &DirEntry) -> Option<IgnoreReason> {
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

fn intern(names: &mut BTreeSet<Arc<str>>, name: Option<&String>) -> Option<Arc<str>> {
    let name = name?.as_str();
    if let Some(known) = names.get(name) {
        return Some(known.clone());
    }
    let name: Arc<str> = name.into();
    names.insert(name.clone());
    Some(name)
}

/// Whether there are directories in `root`, and all of them are called like splits.
pub(super) fn looks_split(root: &Path) -> std::io::Result<bool> {
    let mut directories = 0;
    for entry in std::fs::read_dir(root)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') || is_junk_name(&name) || !entry.path().is_dir() {
            continue;
        }
        if !SPLIT_NAMES.iter().any(|split| split.eq_ignore_ascii_case(&name)) {
            return Ok(false);
        }
        directories += 1;
    }
    Ok(directories > 0)
}

fn is_junk_name(name: &str) -> bool {
    JUNK_NAMES.iter().any(|junk| junk.eq_ignore_ascii_case(name))
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
