//! What most pictures have in common is one statement on the dataset.

use std::collections::BTreeMap;

use crate::report::{Check, Finding};

/// The fewest pictures of which "most" is said.
const LEAST: usize = 10;

/// Puts one finding on the dataset in the place of those that more than `prevalence` of the pictures have of one check, and have
/// each by itself.
pub(super) fn merge_prevalent(findings: Vec<Finding>, pictures: usize, prevalence: f64) -> Vec<Finding> {
    let mut counts: BTreeMap<Check, usize> = BTreeMap::new();
    for finding in &findings {
        // What most files are not is no statement on most files.
        if finding.subjects.len() == 1 && finding.check != Check::FileFormat {
            *counts.entry(finding.check).or_default() += 1;
        }
    }
    counts.retain(|_, count| pictures >= LEAST && *count as f64 > prevalence * pictures as f64);
    let mut kept: Vec<Finding> = Vec::new();
    let mut examples: BTreeMap<Check, Finding> = BTreeMap::new();
    for finding in findings {
        match finding.subjects.len() == 1 && counts.contains_key(&finding.check) {
            true => drop(examples.entry(finding.check).or_insert(finding)),
            false => kept.push(finding),
        }
    }
    for (check, example) in examples {
        let count = counts.get(&check).copied().unwrap_or_default();
        let message =
            format!("{count} of {pictures} pictures, such as {}: {}", example.subject(), example.message);
        let whole = Finding::of_all(check, Vec::new(), message).graded(example.severity);
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
        assert!(merged[0].subjects.is_empty() && merged[0].threshold == Some(0.3));
        assert_eq!(merged[0].message, "6 of 10 pictures, such as 0.png: dark");
        // Of fewer pictures each is named.
        assert_eq!(merge_prevalent(findings(3), 3, 0.5).len(), 3);
    }
}
