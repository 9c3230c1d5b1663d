//! Where the splits of a folder are named.

/// What a split is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    Training,
    Validation,
    Test,
}

/// Names that make a top-level directory a split, in any case of letters.
const SPLIT_NAMES: [(&str, Use); 11] = [
    ("train", Use::Training),
    ("training", Use::Training),
    ("trainval", Use::Training),
    ("val", Use::Validation),
    ("valid", Use::Validation),
    ("validation", Use::Validation),
    ("dev", Use::Validation),
    ("test", Use::Test),
    ("testing", Use::Test),
    ("eval", Use::Test),
    ("holdout", Use::Test),
];

/// What a split of this name is for, and whether the name has something behind the word; `None` where it is not called like a split.
fn use_of(name: &str) -> Option<(Use, bool)> {
    SPLIT_NAMES.iter().find_map(|(word, of)| {
        let rest = name.get(word.len()..)?;
        let is_it =
            name.get(..word.len())?.eq_ignore_ascii_case(word) && !rest.starts_with(char::is_alphabetic);
        is_it.then_some((*of, !rest.is_empty()))
    })
}

/// Whether a directory is called like a split.
pub(super) fn is_split_name(name: &str) -> bool {
    use_of(name).is_some()
}

/// Whether names of directories are those of splits that are used for different things, as classes such as `test-positive` and
/// `test-negative` are not.
pub(super) fn differ_in_use<'a>(names: impl Iterator<Item = &'a str>) -> bool {
    let mut uses = names.filter_map(use_of).map(|(of, _)| of);
    let first = uses.next();
    uses.any(|of| Some(of) != first)
}

/// Whether these are the names of splits, all of them: see [`SplitLevel::Auto`].
pub(super) fn are_splits<'a>(names: impl Iterator<Item = &'a str> + Clone) -> bool {
    let mut uses = names.clone().map(use_of).peekable();
    let is_plain = |found: Option<(Use, bool)>| found.is_some_and(|(_, has_suffix)| !has_suffix);
    uses.peek().is_some()
        && (uses.clone().all(is_plain) || uses.all(|found| found.is_some()) && differ_in_use(names))
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
    /// The level names splits if every directory of it that holds images is called like one: `train`, `training`, `trainval`, `val`,
    /// `valid`, `validation`, `dev`, `test`, `testing`, `eval` or `holdout`, in any case of letters. There may be something behind the
    /// word that does not begin with a letter, as in `train2017` or `test-clean`, if the splits are for different uses: `train2017` and
    /// `val2017` are splits, and `test-positive` and `test-negative` classes.
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
    fn names_of_splits_are_told_from_those_of_classes() {
        let are = |names: &str| are_splits(names.split_whitespace());
        for splits in
            ["train", "Train VAL", "train2017 val2017", "trainval test", "dev-clean test-clean train_1"]
        {
            assert!(are(splits), "{splits}");
        }
        for classes in [
            "",
            "train bus",
            "test-positive test-negative",
            "train_station",
            "trains values",
            "testé val",
            "tr",
        ] {
            assert!(!are(classes), "{classes}");
        }
        let differ = |names: &str| differ_in_use(names.split_whitespace());
        assert!(differ("train docs val") && differ("train2017 test"));
        assert!(!differ("train_interior train_railway airfield") && !differ("val"));
    }
}
