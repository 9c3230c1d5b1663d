//! Where the splits of a folder are named.

/// Names that make a top-level directory a split, in any case of letters.
const SPLIT_NAMES: [&str; 10] =
    ["train", "training", "val", "valid", "validation", "dev", "test", "testing", "eval", "holdout"];

/// Whether a directory is called like a split: see [`SplitLevel::Auto`].
pub(crate) fn is_split_name(name: &str) -> bool {
    SPLIT_NAMES.iter().any(|split| {
        let (start, rest) = (name.get(..split.len()), name.get(split.len()..));
        start.is_some_and(|start| start.eq_ignore_ascii_case(split))
            && rest.is_some_and(|rest| !rest.starts_with(char::is_alphabetic))
    })
}

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
    /// The level names splits if every directory of it that holds images is called like one: `train`, `training`, `val`, `valid`,
    /// `validation`, `dev`, `test`, `testing`, `eval` or `holdout`, in any case of letters, alone or with something behind it that does
    /// not begin with a letter, such as `train2017` or `test-clean`.
    #[default]
    Auto,
    /// There is no split level: `root/class/file`.
    Absent,
    /// The level names splits: `root/split/class/file`.
    Present,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_may_have_a_year_or_a_suffix() {
        for name in ["train", "Val", "train2017", "test-clean", "val_1", "TESTING", "dev (old)"] {
            assert!(is_split_name(name), "{name}");
        }
        for name in ["trains", "value", "testé", "my train", "", "tr", "trä"] {
            assert!(!is_split_name(name), "{name}");
        }
    }
}
