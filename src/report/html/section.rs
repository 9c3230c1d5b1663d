//! What a page shows of a check.

use crate::report::by_check::by_check;
use crate::report::{Check, Finding, Report, Severity};

/// A check with its findings.
pub(super) struct Section<'a> {
    pub(super) check: Check,
    /// The severity of the gravest finding.
    pub(super) severity: Severity,
    /// The worst first: the gravest, and of these the farthest from the threshold.
    pub(super) findings: Vec<&'a Finding>,
    /// The number of subjects, each once.
    pub(super) subjects: usize,
}

impl<'a> Section<'a> {
    /// The checks with findings, the gravest first, otherwise in the order of [`Check::ALL`].
    pub(super) fn all_of(report: &'a Report) -> Vec<Self> {
        let section = |mut findings: Vec<&'a Finding>| {
            findings.sort_by(|a, b| {
                a.severity.cmp(&b.severity).then_with(|| distance(b).total_cmp(&distance(a)))
            });
            let gravest = *findings.first()?;
            let subjects = distinct_subjects(&findings);
            Some(Self { check: gravest.check, severity: gravest.severity, findings, subjects })
        };
        let mut sections: Vec<Self> =
            by_check(report).into_iter().filter_map(|checked| section(checked.findings)).collect();
        sections.sort_by_key(|section| section.severity);
        sections
    }

    /// The id of the section in the page.
    pub(super) fn id(&self) -> String {
        format!("check-{}", self.check)
    }

    /// Whether the findings are of several severities.
    pub(super) fn is_mixed(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity != self.severity)
    }
}

fn distinct_subjects(findings: &[&Finding]) -> usize {
    let mut subjects: Vec<&str> =
        findings.iter().flat_map(|finding| &finding.subjects).map(String::as_str).collect();
    subjects.sort_unstable();
    subjects.dedup();
    subjects.len()
}

/// How far the value is from the threshold.
fn distance(finding: &Finding) -> f64 {
    match (finding.value, finding.threshold) {
        (Some(value), Some(threshold)) if !(value - threshold).is_nan() => (value - threshold).abs(),
        _ => 0.0,
    }
}

/// The name of a check as a heading: `Odd size`.
pub(super) fn title(check: Check) -> String {
    let name = check.name().replace('_', " ");
    let mut chars = name.chars();
    chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::by_check::report_of;

    #[test]
    fn the_gravest_check_and_the_worst_finding_come_first() {
        let dark = |name: &str, value: f64| Finding::new(Check::Dark, name, "dark").measured(value, 0.32);
        let report = report_of(vec![
            dark("a", 0.3),
            dark("b", 0.1),
            dark("c", f64::NAN),
            Finding::of_all(Check::SplitLeak, vec!["a".to_owned(), "b".to_owned()], "the same"),
            Finding::new(Check::Noisy, "a", "noisy"),
            dark("d", 0.2).graded(Severity::Error),
        ]);
        let sections = Section::all_of(&report);
        let checks: Vec<(Check, usize)> =
            sections.iter().map(|section| (section.check, section.subjects)).collect();
        assert_eq!(checks, [(Check::Dark, 4), (Check::SplitLeak, 2), (Check::Noisy, 1)]);
        let order: Vec<&str> = sections[0].findings.iter().map(|finding| finding.subject()).collect();
        assert_eq!(order, ["d", "b", "a", "c"]);
        assert!(sections[0].is_mixed() && !sections[1].is_mixed());
        assert_eq!((title(Check::OddSize), sections[0].id()), ("Odd size".into(), "check-dark".into()));
    }
}
