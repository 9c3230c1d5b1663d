//! The findings of a report, check by check.

use std::collections::BTreeMap;

use crate::report::{Check, Finding, Report, Severity};

/// A check with its findings.
pub(super) struct CheckFindings<'a> {
    pub(super) check: Check,
    /// The gravest first, otherwise in the order of the report.
    pub(super) findings: Vec<&'a Finding>,
}

/// All checks in the order of [`Check::ALL`], also those without findings.
pub(super) fn by_check(report: &Report) -> Vec<CheckFindings<'_>> {
    let mut found: BTreeMap<Check, Vec<&Finding>> = BTreeMap::new();
    for finding in &report.findings {
        found.entry(finding.check).or_default().push(finding);
    }
    let findings_of = |&check: &Check| {
        let mut findings = found.remove(&check).unwrap_or_default();
        findings.sort_by_key(|finding| finding.severity);
        CheckFindings { check, findings }
    };
    Check::ALL.iter().map(findings_of).collect()
}

/// The number of findings of each severity that occurs: `2 errors, 1 warning`.
pub(super) fn counted<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> String {
    let (mut errors, mut warnings, mut infos) = (0_usize, 0_usize, 0_usize);
    for finding in findings {
        match finding.severity {
            Severity::Error => errors += 1,
            Severity::Warning => warnings += 1,
            Severity::Info => infos += 1,
        }
    }
    let number = |count: usize, one: &str, many: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{count} {many}")),
    };
    let parts = [
        number(errors, "error", "errors"),
        number(warnings, "warning", "warnings"),
        number(infos, "info", "infos"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") }
}

/// A report of the findings alone, for the tests of the module.
#[cfg(test)]
pub(super) fn report_of(findings: Vec<Finding>) -> Report {
    let dataset = crate::report::DatasetStats {
        images: 0,
        pixels: 0,
        min_size: None,
        max_size: None,
        formats: BTreeMap::new(),
        classes: Vec::new(),
        channels: Vec::new(),
        quantiles: Vec::new(),
        constants: Vec::new(),
        groups: Vec::new(),
    };
    Report::new("data/pets".to_owned(), dataset, findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gravest_findings_of_a_check_come_first() {
        let report = report_of(vec![
            Finding::new(Check::SmallClass, "a", "9 images"),
            Finding::new(Check::SmallClass, "b", "1 image").graded(Severity::Error),
            Finding::new(Check::Noisy, "c.png", "sigma is 30"),
        ]);
        let checks = by_check(&report);
        assert_eq!(checks.len(), Check::ALL.len());
        let small = checks.iter().find(|checked| checked.check == Check::SmallClass).unwrap();
        let subjects: Vec<&str> = small.findings.iter().map(|finding| finding.subject()).collect();
        assert_eq!(subjects, ["b", "a"]);
        assert_eq!(counted(small.findings.iter().copied()), "1 error, 1 warning");
        assert_eq!(counted(&report.findings), "1 error, 1 warning, 1 info");
        assert_eq!(counted([]), "no findings");
    }
}
