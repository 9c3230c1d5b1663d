//! What most pictures have in common is one statement on the dataset.

use std::collections::{BTreeMap, BTreeSet};

use crate::report::{Check, Finding};

/// The fewest pictures of which "most" is said.
const MIN_PICTURES: usize = 10;

/// Puts one finding in the place of those that more than `prevalence` of the pictures have of one check, each by itself. Its subjects
/// are all of them.
pub(in crate::validate) fn merge_prevalent(
    findings: Vec<Finding>,
    pictures: usize,
    prevalence: f64,
) -> Vec<Finding> {
    let mut subjects: BTreeMap<Check, BTreeSet<String>> = BTreeMap::new();
    for finding in &findings {
        // What most files are not is no statement on most files.
        if let [subject] = &finding.subjects[..]
            && !matches!(finding.check, Check::FileFormat | Check::ColorModel)
        {
            subjects.entry(finding.check).or_default().insert(subject.clone());
        }
    }
    subjects.retain(|_, subjects| {
        pictures >= MIN_PICTURES && subjects.len() as f64 > prevalence * pictures as f64
    });
    let (merged, mut kept): (Vec<Finding>, Vec<Finding>) = findings
        .into_iter()
        .partition(|finding| finding.subjects.len() == 1 && subjects.contains_key(&finding.check));
    for (check, subjects) in subjects {
        let of_check = merged.iter().filter(|finding| finding.check == check);
        let Some(example) = of_check.clone().next() else { continue };
        let severity = of_check.map(|finding| finding.severity).min().unwrap_or(example.severity);
        let count = subjects.len();
        let message =
            format!("{count} of {pictures} pictures, such as {}: {}", example.subject(), example.message);
        let whole = Finding::of_all(check, subjects.into_iter().collect(), message).graded(severity);
        kept.push(Finding { threshold: example.threshold, ..whole });
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_more_than_half_of_the_pictures_have_is_said_once() {
        let dark =
            |index: usize| Finding::new(Check::Dark, format!("{index}.png"), "dark").measured(0.1, 0.3);
        let findings = |count: usize| -> Vec<Finding> { (0..count).map(dark).collect() };
        assert_eq!(merge_prevalent(findings(5), 10, 0.5).len(), 5);
        let merged = merge_prevalent(findings(6), 10, 0.5);
        assert_eq!(merged.len(), 1);
        assert!(merged[0].subjects.len() == 6 && merged[0].threshold == Some(0.3));
        assert_eq!(merged[0].message, "6 of 10 pictures, such as 0.png: dark");
        // Of fewer pictures each is named.
        assert_eq!(merge_prevalent(findings(3), 3, 0.5).len(), 3);
    }

    /// Three kinds of colours, of which none is that of most files, are no statement on two of them.
    #[test]
    fn what_most_files_are_not_is_said_of_each() {
        for check in [Check::FileFormat, Check::ColorModel] {
            let findings =
                (0..12).map(|index| Finding::new(check, format!("{index}.png"), "other")).collect();
            assert_eq!(merge_prevalent(findings, 20, 0.5).len(), 12);
        }
    }
}
