//! A plan: a row for each file that something is to be done with, or that was considered.

use std::path::PathBuf;

use crate::images::ImageSize;
use crate::plan::Action;
use crate::report::Check;
use crate::source::Exclusions;

/// A list of files of a folder with an [`Action`] for each: keep, drop, review or change. Files without a row are copied as they
/// are.
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

/// A row of a [`Plan`]: one file, what is to be done with it, and why.
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
    /// The number of the group of copies that the file is in, counted from 1; `None` in a plan of fixes. Clusters of duplicates
    /// that have a file in common are one group.
    pub cluster: Option<usize>,
    /// The name of the file below the root, with `/` between the parts.
    pub file: String,
    /// What is to be done with it.
    pub action: Action,
    /// The new name below the root, with `/` between the parts; `None` where the name stays.
    pub name: Option<String>,
    /// The reason for the action, for the person who reviews the plan.
    pub reason: String,
    /// The checks whose findings led to the action.
    pub checks: Vec<Check>,
    /// Width and height of the picture as shown, in pixels; `None` in a plan of fixes.
    pub size: Option<ImageSize>,
    /// The length of the file in bytes when the plan was made: a plan is refused where it is another one.
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

    /// The names of the files to drop, for a loader that leaves them out: `ImageLoader::without` takes them, and
    /// [`Exclusions::write`] writes them to a file. Rows to review are not among them.
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
