//! Findings that somebody has looked at and accepts.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::report::date::check_date;
use crate::report::{Check, Finding, Report, Waiver};

/// A finding that was waived, and why.
///
/// ```
/// use burn_prep::report::{Waiver, Waivers};
/// use burn_prep::source::ImageFolder;
/// use burn_prep::validate::Validator;
///
/// let report = Validator::new(ImageFolder::open("assets/hostile")?).run()?;
/// let waivers = Waivers::new([Waiver::new("bomb.png", "a test of the limits")?]);
/// let (report, _) = waivers.apply(report, "2026-11-26")?;
/// let waived = &report.waived[0];
/// assert_eq!((waived.finding.subject(), waived.reason.as_str()), ("bomb.png", "a test of the limits"));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WaivedFinding {
    /// The finding.
    pub finding: Finding,
    /// The reason of the waiver; where several waivers cover the finding's subjects, their reasons joined by
    /// `; `.
    pub reason: String,
}

/// A list of waivers, to be kept beside the dataset.
///
/// ```
/// use burn_prep::report::Waivers;
/// use burn_prep::source::ImageFolder;
/// use burn_prep::validate::Validator;
///
/// let waivers: Waivers = serde_json::from_str(
///     r#"[{"subject": "truncated.*", "reason": "a test of the decoder"},
///         {"subject": "bomb.png", "reason": "to be replaced", "until": "2026-10-31"},
///         {"subject": "gone.png", "reason": "small on purpose", "check": "tiny"}]"#,
/// )?;
/// let report = Validator::new(ImageFolder::open("assets/hostile")?).run()?;
/// let found = report.findings.len();
/// let (report, notes) = waivers.apply(report, "2026-11-26")?;
/// assert!(!report.findings.iter().any(|finding| finding.subject() == "truncated.jpg"));
/// assert_eq!(report.findings.len() + report.waived.len(), found);
/// assert_eq!(notes[0], "waiver of all checks for \"bomb.png\" expired on 2026-10-31");
/// assert_eq!(notes[1], "waiver of tiny for \"gone.png\" matches no finding");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Waivers {
    waivers: Vec<Waiver>,
}

impl Waivers {
    /// A list of these waivers.
    pub fn new(waivers: impl IntoIterator<Item = Waiver>) -> Self {
        Self { waivers: waivers.into_iter().collect() }
    }

    /// Moves the findings that are waived on a day from [`Report::findings`] to [`Report::waived`]. The
    /// second result names the waivers that have expired, and those that match no finding.
    ///
    /// A finding with several subjects is waived where each of them is, be it by several waivers: a cluster
    /// of duplicates that gains a file is a finding again.
    ///
    /// # Errors
    ///
    /// `today` is no date of the form `YYYY-MM-DD`.
    pub fn apply(&self, mut report: Report, today: &str) -> Result<(Report, Vec<String>)> {
        check_date("today", today)?;
        let valid = Valid::of(&self.waivers, today);
        let mut used = vec![false; self.waivers.len()];
        let mut kept = Vec::new();
        for finding in std::mem::take(&mut report.findings) {
            match valid.reason_for(&finding, &mut used) {
                Some(reason) => report.waived.push(WaivedFinding { finding, reason }),
                None => kept.push(finding),
            }
        }
        report.findings = kept;
        let notes = self.waivers.iter().zip(used).filter_map(|(waiver, used)| waiver.note(today, used));
        let notes = notes.collect();
        Ok((report, notes))
    }
}

/// The waivers that have not expired: names by name, so that a long list of them costs no time, and patterns
/// one by one; each by its index.
struct Valid<'a> {
    waivers: &'a [Waiver],
    names: HashMap<&'a str, Vec<usize>>,
    patterns: Vec<usize>,
}

impl<'a> Valid<'a> {
    fn of(waivers: &'a [Waiver], today: &str) -> Self {
        let (mut names, mut patterns): (HashMap<&str, Vec<usize>>, _) = (HashMap::new(), Vec::new());
        for (index, waiver) in waivers.iter().enumerate().filter(|(_, waiver)| !waiver.is_over(today)) {
            match waiver.name() {
                Some(name) => names.entry(name).or_default().push(index),
                None => patterns.push(index),
            }
        }
        Self { waivers, names, patterns }
    }

    /// The reasons, where all subjects of the finding are waived. Marks the waivers of any of them as used.
    fn reason_for(&self, finding: &Finding, used: &mut [bool]) -> Option<String> {
        let none = finding.subjects.is_empty().then_some("");
        let mut reasons: Vec<&str> = Vec::new();
        let mut all = true;
        for subject in finding.subjects.iter().map(String::as_str).chain(none) {
            let mut first = None;
            for index in self.matching(finding.check, subject) {
                used[index] = true;
                first = first.or(Some(self.waivers[index].reason()));
            }
            match first {
                Some(reason) if !reasons.contains(&reason) => reasons.push(reason),
                Some(_) => {}
                None => all = false,
            }
        }
        all.then(|| reasons.join("; "))
    }

    fn matching(&self, check: Check, subject: &str) -> impl Iterator<Item = usize> {
        let named = self.names.get(subject).into_iter().flatten();
        let covers = move |index: &usize| self.waivers[*index].covers(check, subject);
        named.chain(&self.patterns).copied().filter(covers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::by_check::report_of;

    fn waiver(subject: &str) -> Waiver {
        Waiver::new(subject, format!("because of {subject}")).unwrap()
    }

    /// The subjects of the findings that are left, and the reasons of those that are not.
    fn applied(waivers: &[Waiver], findings: &[Finding]) -> (Vec<String>, Vec<String>) {
        let report = report_of(findings.to_vec());
        let (report, _) = Waivers::new(waivers.to_vec()).apply(report, "2026-11-26").unwrap();
        let left = report.findings.iter().map(|finding| finding.subjects.join(" ")).collect();
        (left, report.waived.into_iter().map(|waived| waived.reason).collect())
    }

    #[test]
    fn a_cluster_is_waived_where_each_of_its_files_is() {
        let names = |names: &str| -> Vec<String> { names.split(' ').map(str::to_owned).collect() };
        let cluster = [Finding::of_all(Check::NearDuplicate, names("a.png b.png"), "alike")];
        assert_eq!(applied(&[waiver("a.png")], &cluster).0, ["a.png b.png"]);
        let both = applied(&[waiver("a.png"), waiver("b.*")], &cluster);
        assert_eq!(both, (vec![], vec!["because of a.png; because of b.*".to_owned()]));
        assert_eq!(applied(&[waiver("?.png")], &cluster).1, ["because of ?.png"]);
    }

    #[test]
    fn a_name_with_a_star_can_be_waived_and_a_name_is_no_pattern() {
        let findings = ["a*.png", "ab.png", "a.c"].map(|name| Finding::new(Check::Tiny, name, "9x9"));
        assert_eq!(applied(&[waiver("a.c")], &findings).0, ["a*.png", "ab.png"]);
        assert_eq!(applied(&[waiver("a*.png")], &findings).0, ["a.c"]);
    }

    #[test]
    fn a_waiver_of_a_check_leaves_the_others() {
        let findings = [Check::Dark, Check::Tiny].map(|check| Finding::new(check, "a.png", "m"));
        let (left, reasons) = applied(&[waiver("*").of_check(Check::Tiny)], &findings);
        assert_eq!((left.len(), reasons.len()), (1, 1));
        let dataset = [Finding::of_all(Check::Dark, Vec::new(), "all are dark")];
        assert_eq!(applied(&[waiver("a.png")], &dataset).0, [""]);
        assert!(
            applied(&[waiver("")], &dataset).0.is_empty() && applied(&[waiver("*")], &dataset).0.is_empty()
        );
    }

    #[test]
    fn the_last_day_counts_and_the_next_does_not() {
        let waivers = Waivers::new([waiver("a\n.png").until("2026-11-26").unwrap()]);
        let report = report_of(vec![Finding::new(Check::Tiny, "a\n.png", "9x9")]);
        let (on_time, notes) = waivers.apply(report.clone(), "2026-11-26").unwrap();
        assert!(on_time.findings.is_empty() && notes.is_empty());
        let (late, notes) = waivers.apply(report.clone(), "2026-11-27").unwrap();
        assert_eq!((late.findings.len(), late.waived.len()), (1, 0));
        assert_eq!(notes, ["waiver of all checks for \"a\\n.png\" expired on 2026-11-26"]);
        assert!(waivers.apply(report, "26.11.2026").unwrap_err().is_usage());
    }
}
