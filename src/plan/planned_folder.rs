//! The new folder that plans describe.

use std::ops::ControlFlow;
use std::path::Path;

use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::images::Limits;
use crate::plan::Plan;
use crate::plan::work::{Way, Work, work_of};
use crate::source::{Exclusions, IgnoreReason, ImageFolder};

/// Files that a thread writes between two looks at the observer.
const CHUNK: usize = 8;

/// A new folder that is made from another one by plans: [`new`](Self::new) checks the plans, [`write`](Self::write) writes the
/// folder. The old folder is only read.
///
/// Files without a row are copied, also those that are not images. Hidden files, files that the operating system made, and
/// directories without remaining files are left out.
///
/// ```
/// use std::ops::ControlFlow;
/// use burn_prep::plan::{Plan, PlannedFolder};
/// use burn_prep::source::ImageFolder;
///
/// let out = tempfile::tempdir()?;
/// let path = out.path().join("plan.csv");
/// std::fs::write(&path, "file,action,name\nanimals/cat.jpg,rename,animals/tom.jpg\nspace/rocket.jpg,drop,\n")?;
///
/// let folder = ImageFolder::open("assets/photos")?;
/// let planned = PlannedFolder::new(&folder, &[Plan::read(&path)?])?;
/// let new = out.path().join("new");
/// let applied = planned.write(&new, |_done, _total| ControlFlow::Continue(()))?.unwrap();
/// assert_eq!((applied.copied, applied.renamed, applied.converted, applied.dropped), (38, 1, 0, 1));
/// assert_eq!(std::fs::read(new.join("animals/tom.jpg"))?, std::fs::read("assets/photos/animals/cat.jpg")?);
/// assert_eq!(ImageFolder::open(&new)?.len(), 39);
///
/// std::fs::write(&path, "file,action\nno/such.jpg,drop\n")?;
/// let error = PlannedFolder::new(&folder, &[Plan::read(&path)?]).unwrap_err().to_string();
/// assert!(error.ends_with("row 2 (\"no/such.jpg\"): there is no such file in \"assets/photos\""), "{error}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct PlannedFolder<'a> {
    folder: &'a ImageFolder,
    works: Vec<Work>,
    dropped: Vec<String>,
    limits: Limits,
    link: bool,
}

/// How many files [`PlannedFolder::write`] copied, renamed, converted and left out.
///
/// ```
/// use std::ops::ControlFlow;
/// use burn_prep::images::Limits;
/// use burn_prep::plan::PlannedFolder;
/// use burn_prep::source::ImageFolder;
///
/// let out = tempfile::tempdir()?;
/// let folder = ImageFolder::open("assets/photos")?;
/// // Without a plan, all is copied.
/// let planned = PlannedFolder::new(&folder, &[])?.limits(Limits::new().max_pixels(1_000_000));
/// let applied = planned.write(out.path().join("new"), |_, _| ControlFlow::Continue(()))?.unwrap();
/// assert_eq!((applied.copied, applied.renamed, applied.dropped, applied.ignored), (40, 0, 0, 0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Applied {
    /// Files that were copied or linked under the same name.
    pub copied: usize,
    /// Files that were copied or linked under another name.
    pub renamed: usize,
    /// Files that were decoded and written as PNG, under the same name or another one.
    pub converted: usize,
    /// Files that a plan drops.
    pub dropped: usize,
    /// Entries that are not part of the dataset and were left out: hidden, made by the operating system, or not readable.
    pub ignored: usize,
}

impl<'a> PlannedFolder<'a> {
    /// Checks the plans against the folder; nothing is written. Without plans all files are copied. Where two plans name a file, it
    /// is dropped if one of them drops it, otherwise changed if one of them changes it. Of the files that a plan lists as copies of one
    /// another, one has to be left.
    ///
    /// # Errors
    ///
    /// The error names the plan, the row and the file: the file is not in the folder, has two rows in one plan, or its name
    /// leads out of the folder, or the file has another length than when the plan was made; a new name leads out of the folder, is missing, is the name of another file, or does not end with
    /// `.png` where the picture is converted; two plans change the file in different ways; the action is still
    /// [`Review`](crate::plan::Action::Review); a plan drops as a copy what another plan keeps, and no other copy is left; or a plan
    /// has a cluster of which no row keeps a file, and another plan drops a copy that the first one does not list.
    pub fn new(folder: &'a ImageFolder, plans: &[Plan]) -> Result<Self> {
        let (works, dropped) = work_of(folder, plans)?;
        Ok(Self { folder, works, dropped, limits: Limits::new(), link: false })
    }

    /// Makes hard links of the files that would be copied byte for byte, which is fast and takes no disk space. The new folder has
    /// to be on the same file system. A program that later changes a linked file in place changes it in both folders.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use burn_prep::plan::PlannedFolder;
    /// use burn_prep::source::ImageFolder;
    ///
    /// let out = tempfile::tempdir()?;
    /// let old = out.path().join("old");
    /// std::fs::create_dir(&old)?;
    /// std::fs::copy("assets/photos/animals/cat.jpg", old.join("cat.jpg"))?;
    /// let folder = ImageFolder::open(&old)?;
    /// let new = out.path().join("new");
    /// let applied = PlannedFolder::new(&folder, &[])?.hard_links().write(&new, |_, _| ControlFlow::Continue(()))?;
    /// assert_eq!(applied.unwrap().copied, 1);
    /// assert_eq!(std::fs::read(new.join("cat.jpg"))?, std::fs::read(old.join("cat.jpg"))?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn hard_links(mut self) -> Self {
        self.link = true;
        self
    }

    /// Sets the limits on the size of the pictures that are converted; a larger one is an error of [`write`](Self::write).
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The names of the files that the plans drop, for a loader that reads the old folder.
    ///
    /// ```
    /// # use burn_prep::plan::{Plan, PlannedFolder};
    /// # let folder = burn_prep::source::ImageFolder::open("assets/photos")?;
    /// let planned = PlannedFolder::new(&folder, &[Plan::default()])?;
    /// assert!(planned.exclusions().indices(&folder).is_empty());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn exclusions(&self) -> Exclusions {
        Exclusions::new(self.dropped.iter().cloned())
    }

    /// The number of files that the new folder will have.
    pub fn len(&self) -> usize {
        self.works.len()
    }

    /// Whether the new folder will have no files.
    pub fn is_empty(&self) -> bool {
        self.works.is_empty()
    }

    /// Writes the new folder, which appears whole or not at all. `observer` is called from time to time with the number of files
    /// done and the total; if it returns `Break` before the last file, `None` is returned and nothing is left behind.
    ///
    /// # Errors
    ///
    /// `to` exists and is not empty, or is inside the old folder; its parent directory does not exist; two files have the same
    /// name there, as where the file system does not tell capital letters from small ones; a file cannot be read,
    /// decoded or written. Nothing is left behind then.
    pub fn write(
        &self,
        to: impl AsRef<Path>,
        mut observer: impl FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Option<Applied>> {
        let to = to.as_ref();
        let at = |error: std::io::Error| Error::from(error).at_path(to);
        let parent = match to.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let there = to.symlink_metadata().ok();
        let exists = there.is_some();
        let found = match there {
            Some(there) if there.is_symlink() => Some("a link"),
            Some(there) if !there.is_dir() => Some("a file"),
            Some(_) if std::fs::read_dir(to).map_err(at)?.next().is_some() => Some("not empty"),
            _ => None,
        };
        if let Some(found) = found {
            let expected = "a folder that does not exist yet, or is empty";
            return Err(Error::parameter("the new folder", found, expected).at_path(to));
        }
        let inner = |error: std::io::Error| Error::from(error).at_path(parent);
        let root = self.folder.root();
        let root = root.canonicalize().map_err(|error| Error::from(error).at_path(root))?;
        if parent.canonicalize().map_err(inner)?.starts_with(&root) {
            let expected = "a folder outside of the one that is copied";
            return Err(Error::parameter("the new folder", "inside of it", expected).at_path(to));
        }
        // Gone with all that is in it when this function returns, but for what is renamed.
        let room = tempfile::Builder::new().prefix(".burn-prep-").tempdir_in(parent).map_err(inner)?;
        let new = room.path().join("new");
        std::fs::create_dir(&new).map_err(at)?;
        let total = self.len();
        let mut done = 0;
        for chunk in self.works.chunks(CHUNK * rayon::current_num_threads()) {
            let run = |work: &Work| work.run(&new, self.limits, self.link);
            let results: Vec<Result<()>> = chunk.par_iter().map(run).collect();
            // The first error in the order of the files, whichever thread is the first to have one.
            results.into_iter().collect::<Result<()>>()?;
            done += chunk.len();
            if observer(done, total).is_break() && done < total {
                return Ok(None);
            }
        }
        if exists {
            std::fs::remove_dir(to).map_err(at)?;
        }
        std::fs::rename(&new, to).map_err(at)?;
        Ok(Some(self.applied()))
    }

    fn applied(&self) -> Applied {
        let mut applied = Applied { dropped: self.dropped.len(), ..Applied::default() };
        for work in &self.works {
            let count = match (work.way, work.is_renamed) {
                (Way::Convert { .. }, _) => &mut applied.converted,
                (Way::Copy, true) => &mut applied.renamed,
                (Way::Copy, false) => &mut applied.copied,
            };
            *count += 1;
        }
        let ignored = self.folder.ignored().iter();
        applied.ignored = ignored.filter(|entry| entry.reason != IgnoreReason::NotAnImage).count();
        applied
    }
}
