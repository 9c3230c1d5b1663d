//! The issue types of cleanvision's tables.

use serde::{Serialize, Serializer};

use crate::measure::CleanvisionIssue;

/// A type of issue as in cleanvision's tables: one of a picture, or duplicates.
///
/// ```
/// use burn_prep::measure::CleanvisionIssue;
/// use burn_prep::validate::CleanvisionIssueType;
///
/// let dark = CleanvisionIssueType::OfPicture(CleanvisionIssue::Dark);
/// assert_eq!((dark.name(), dark.score_column(), dark.flag_column()), ("dark", "dark_score".into(), "is_dark_issue".into()));
/// assert_eq!(CleanvisionIssueType::ALL[8].name(), "near_duplicates");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum CleanvisionIssueType {
    /// An issue of the picture by itself, or of its size among the others.
    OfPicture(CleanvisionIssue),
    /// Other pictures have the same samples.
    ExactDuplicates,
    /// Other pictures have the same perceptual hash.
    NearDuplicates,
}

impl CleanvisionIssueType {
    /// All types, in the order of the columns of cleanvision's table of images.
    pub const ALL: [Self; 9] = [
        Self::OfPicture(CleanvisionIssue::OddSize),
        Self::OfPicture(CleanvisionIssue::OddAspectRatio),
        Self::OfPicture(CleanvisionIssue::LowInformation),
        Self::OfPicture(CleanvisionIssue::Light),
        Self::OfPicture(CleanvisionIssue::Grayscale),
        Self::OfPicture(CleanvisionIssue::Dark),
        Self::OfPicture(CleanvisionIssue::Blurry),
        Self::ExactDuplicates,
        Self::NearDuplicates,
    ];

    /// The name in cleanvision's summary.
    pub fn name(self) -> &'static str {
        match self {
            Self::OfPicture(issue) => issue.name(),
            Self::ExactDuplicates => "exact_duplicates",
            Self::NearDuplicates => "near_duplicates",
        }
    }

    /// The name of the column of scores.
    pub fn score_column(self) -> String {
        format!("{}_score", self.name())
    }

    /// The name of the column that says which images have the issue.
    pub fn flag_column(self) -> String {
        format!("is_{}_issue", self.name())
    }

    /// The place in [`ALL`](Self::ALL).
    pub(super) fn place(self) -> usize {
        // Each type is there.
        Self::ALL.iter().position(|other| *other == self).unwrap_or(0)
    }

    /// All types, in the order in which cleanvision's summary has types of equal numbers.
    pub(super) fn in_summary() -> impl Iterator<Item = Self> {
        let of_pictures = CleanvisionIssue::ALL.into_iter().map(Self::OfPicture);
        of_pictures.chain([Self::ExactDuplicates, Self::NearDuplicates])
    }
}

/// As its name.
impl Serialize for CleanvisionIssueType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_is_among_the_columns_and_in_the_summary() {
        let places = CleanvisionIssueType::in_summary().map(CleanvisionIssueType::place);
        let mut seen: Vec<usize> = places.collect();
        seen.sort_unstable();
        assert_eq!(seen, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    }
}
