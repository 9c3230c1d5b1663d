//! Names of classes and splits that look alike.

use std::collections::BTreeMap;
use std::fmt;

use unicode_normalization::UnicodeNormalization;

/// Two classes, or two splits, with names so alike that a person may take them for one.
///
/// Both are kept as they are; a person has to decide whether they are meant to be the same.
///
/// ```
/// use burn_prep::source::ImageFolder;
///
/// let folder = tempfile::tempdir()?;
/// for class in ["Cat", "cat"] {
///     std::fs::create_dir(folder.path().join(class))?;
///     std::fs::write(folder.path().join(class).join("1.png"), b"")?;
/// }
/// let folder = ImageFolder::open(folder.path())?;
/// let pair = &folder.look_alikes()[0];
/// assert_eq!(pair.to_string(), r#""Cat" and "cat" differ in the case of letters"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LookAlike {
    /// The name that is sorted first.
    pub first: String,
    /// The other name.
    pub second: String,
    /// How the names differ.
    pub difference: NameDifference,
}

/// How two names that look alike differ.
///
/// ```
/// assert_eq!(burn_prep::source::NameDifference::Spaces.to_string(), "spaces at the ends");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameDifference {
    /// The Unicode form: an accented letter as one character (NFC), or as a letter and its mark (NFD).
    Normalization,
    /// White space at the start or the end.
    Spaces,
    /// Upper and lower case.
    Case,
}

impl fmt::Display for NameDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Normalization => "the Unicode form of their letters (NFC, NFD)",
            Self::Spaces => "spaces at the ends",
            Self::Case => "the case of letters",
        })
    }
}

impl fmt::Display for LookAlike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} and {:?} differ in {}", self.first, self.second, self.difference)
    }
}

/// Each name that looks like one before it, beside the first of those.
pub(super) fn look_alikes<'a>(names: impl Iterator<Item = &'a str>) -> impl Iterator<Item = LookAlike> {
    let mut seen: BTreeMap<String, &'a str> = BTreeMap::new();
    names.filter_map(move |name| {
        let key = name.nfc().collect::<String>().trim().to_lowercase();
        let first = *seen.entry(key).or_insert(name);
        if first == name {
            return None;
        }
        let composed = |name: &str| name.nfc().collect::<String>();
        let difference = if composed(first) == composed(name) {
            NameDifference::Normalization
        } else if composed(first).trim() == composed(name).trim() {
            NameDifference::Spaces
        } else {
            NameDifference::Case
        };
        Some(LookAlike { first: first.to_owned(), second: name.to_owned(), difference })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_alike_are_named_with_their_difference() {
        let names = ["cafe\u{301}", "café", "cat", "cat ", "CAT", "dog"];
        let found: Vec<_> =
            look_alikes(names.into_iter()).map(|pair| (pair.second, pair.difference)).collect();
        let expected = [
            ("café".to_owned(), NameDifference::Normalization),
            ("cat ".to_owned(), NameDifference::Spaces),
            ("CAT".to_owned(), NameDifference::Case),
        ];
        assert_eq!(found, expected);
    }
}
