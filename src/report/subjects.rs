//! What the findings of a check are about, and their names in a line of text.

use crate::report::text::printable;
use crate::report::{Check, Finding};

impl Check {
    /// Whether the subjects of the check's findings are files. Those of the others are classes, splits or
    /// groups, and in clashes of names files or folders.
    pub(super) fn is_about_files(self) -> bool {
        !matches!(
            self,
            Self::GroupLeak
                | Self::ClassImbalance
                | Self::SmallClass
                | Self::MissingClass
                | Self::EmptyClass
                | Self::AmbiguousSplits
                | Self::SimilarNames
                | Self::NameClash
                | Self::LabelProperty
                | Self::OrderDependence
        )
    }
}

/// How many subjects of one finding a line names: a cluster of duplicates may have thousands.
const NAMED: usize = 10;

/// The first names, joined by commas and without control characters, and the number of the others.
pub(super) fn listed(names: &[String], most: usize) -> String {
    let shown: Vec<String> = names.iter().take(most).map(|name| printable(name)).collect();
    match names.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// `subjects: message` in one line; the message alone where the finding is about the dataset as a whole.
pub(super) fn line_of(finding: &Finding) -> String {
    let message = printable(&finding.message);
    match finding.subjects.is_empty() {
        true => message,
        false => format!("{}: {message}", listed(&finding.subjects, NAMED)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_ten_subjects_and_counts_the_others() {
        let names: Vec<String> = (0..1000).map(|index| format!("{index}.png")).collect();
        let line = line_of(&Finding::of_all(Check::ExactDuplicate, names, "the same\nbytes"));
        assert!(
            line.starts_with("0.png, 1.png, ") && line.ends_with(", 9.png and 990 more: the same\\nbytes")
        );
    }

    #[test]
    fn a_finding_about_the_dataset_is_its_message() {
        assert_eq!(line_of(&Finding::of_all(Check::Dark, Vec::new(), "all are dark")), "all are dark");
    }
}
