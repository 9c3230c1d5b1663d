//! A plan: a row for each file that something is to be done with, or that was considered.

use std::path::PathBuf;

use crate::images::ImageSize;
use crate::plan::Action;
use crate::report::Check;
use crate::source::Exclusions;

/// What a new folder is to have of the files of another one. Files without a row stay as they are.
///
/// ```
/// use burn_prep::plan::{Action, Copies, Plan};
/// use burn_prep::source::ImageFolder;
/// use burn_prep::validate::Validator;
///
/// let root = tempfile::tempdir()?;
/// for file in ["train/cat/1.jpg", "test/cat/2.jpg"] {
///     let path = root.path().join(file);
///     std::fs::create_dir_all(path.parent().unwrap())?;
///     std::fs::copy("assets/photos/animals/cat.jpg", path)?;
/// }
/// let folder = ImageFolder::open(root.path())?;
/// let report = Validator::new(folder.clone()).run()?;
///
/// let plan = Plan::of_duplicates(&report, &folder, Copies::All)?;
/// let [kept, dropped] = plan.rows() else { panic!() };
/// assert_eq!((kept.file.as_str(), kept.action), ("test/cat/2.jpg", Action::Keep));
/// assert_eq!((dropped.file.as_str(), dropped.action), ("train/cat/1.jpg", Action::Drop));
/// assert_eq!(dropped.reason, "the same bytes as test/cat/2.jpg, in the split test");
/// assert_eq!((plan.count(Action::Keep), plan.count(Action::Review)), (1, 0));
///
/// let path = root.path().join("plan.csv");
/// plan.write(&path)?;                                          // to be reviewed, and edited
/// assert_eq!(Plan::read(&path)?.rows(), plan.rows());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The file that it was read from.
    pub(super) path: Option<PathBuf>,
    pub(super) rows: Vec<PlanRow>,
}

/// A row of a [`Plan`].
///
/// ```
/// use burn_prep::plan::Plan;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("plan.csv");
/// std::fs::write(&path, "file,action,name,reason\na.jpg,rename,a.png,its content is PNG\n")?;
/// let plan = Plan::read(&path)?;
/// let row = &plan.rows()[0];
/// assert_eq!((row.file.as_str(), row.name.as_deref()), ("a.jpg", Some("a.png")));
/// assert_eq!(row.action.to_string(), "rename");
/// assert_eq!((row.reason.as_str(), row.size), ("its content is PNG", None));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlanRow {
    /// The number of the row in a table, where the first one is the header.
    pub(super) number: usize,
    /// The group of copies that the file is in, from 1 on; all files that clusters of duplicates connect are one group.
    pub cluster: Option<usize>,
    /// The name of the file below the root, with `/` between the parts.
    pub file: String,
    /// What is to be done with it.
    pub action: Action,
    /// The new name below the root, where a change gives it one.
    pub name: Option<String>,
    /// Why.
    pub reason: String,
    /// The checks that the action comes of.
    pub checks: Vec<Check>,
    /// Width and height as shown, in plans for duplicates.
    pub size: Option<ImageSize>,
    /// The length of the file, in plans for duplicates.
    pub bytes: Option<u64>,
}

impl PlanRow {
    pub(super) fn new(file: &str, action: Action, reason: String) -> Self {
        Self {
            number: 0,
            cluster: None,
            file: file.to_owned(),
            action,
            name: None,
            reason,
            checks: Vec::new(),
            size: None,
            bytes: None,
        }
    }
}

impl Plan {
    pub(super) fn new(mut rows: Vec<PlanRow>) -> Self {
        for (index, row) in rows.iter_mut().enumerate() {
            row.number = index + 2;
        }
        Self { path: None, rows }
    }

    /// The rows, in the order of the table.
    pub fn rows(&self) -> &[PlanRow] {
        &self.rows
    }

    /// The files to drop, as a loader leaves them out: `ImageLoader::without` takes them, and [`Exclusions::write`] writes
    /// them to a file. Rows to review are not among them.
    ///
    /// ```
    /// use burn_prep::plan::Plan;
    /// let folder = tempfile::tempdir()?;
    /// let path = folder.path().join("plan.csv");
    /// std::fs::write(&path, "file,action\na.jpg,drop\nb.jpg,keep\n")?;
    /// let exclusions = Plan::read(&path)?.exclusions();
    /// assert!(exclusions.contains("a.jpg") && !exclusions.contains("b.jpg"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn exclusions(&self) -> Exclusions {
        let dropped = self.rows.iter().filter(|row| row.action == Action::Drop);
        Exclusions::new(dropped.map(|row| row.file.clone()))
    }

    /// The number of rows with an action.
    pub fn count(&self, action: Action) -> usize {
        self.rows.iter().filter(|row| row.action == action).count()
    }
}
