//! Where the splits of a folder are named.

/// Whether the first directory level below the root names splits.
///
/// ```
/// use burn_prep::source::{ImageFolder, SplitLevel};
/// let classes = |level| ImageFolder::open_with("assets", level).map(|folder| folder.classes().len());
/// assert_eq!((classes(SplitLevel::Absent)?, classes(SplitLevel::Present)?), (2, 6));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SplitLevel {
    /// The level names splits if every directory of it that holds images is called `train`, `val`, `test` or the like.
    #[default]
    Auto,
    /// There is no split level: `root/class/file`.
    Absent,
    /// The level names splits: `root/split/class/file`.
    Present,
}
