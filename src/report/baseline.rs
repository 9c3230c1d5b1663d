//! Findings that are new since an earlier report.

use std::collections::HashMap;

use crate::report::{Check, Finding, Report};

impl Report {
    /// Removes the findings that an earlier report, the baseline, has too. Use it in CI for a dataset with known faults, so that
    /// only new ones fail a run.
    ///
    /// A finding is known where one finding of the same check in the baseline has all of its subjects, in any
    /// order: a cluster of duplicates that lost a file is known, one that gained a file is not. It is known too
    /// where the baseline has a finding of the same check for each of its subjects alone: what more than half of
    /// the pictures have is one finding, and was one for each picture while fewer had it. A finding
    /// without subjects is known where the baseline has one of the same check without subjects. Values and
    /// messages are not compared.
    ///
    /// ```
    /// use burn_prep::report::Check;
    /// use burn_prep::source::ImageFolder;
    /// use burn_prep::validate::Validator;
    ///
    /// let report = Validator::new(ImageFolder::open("assets/hostile")?).run()?;
    /// let mut baseline = report.clone();
    /// assert!(report.clone().without_known(&baseline).findings.is_empty());
    ///
    /// baseline.findings.retain(|finding| finding.check != Check::DecompressionBomb);
    /// let new = report.without_known(&baseline);
    /// assert_eq!(new.findings.len(), 1);
    /// assert_eq!(new.findings[0].subject(), "bomb.png");
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn without_known(mut self, baseline: &Report) -> Report {
        let known = Known::of(&baseline.findings);
        self.findings.retain(|finding| !known.has(finding));
        self
    }
}

/// The findings of a baseline that name a subject, by check and subject, as ascending indices; those without
/// subjects under an empty name.
struct Known<'a> {
    findings: &'a [Finding],
    indices: HashMap<(Check, &'a str), Vec<usize>>,
}

impl<'a> Known<'a> {
    fn of(findings: &'a [Finding]) -> Self {
        let mut indices: HashMap<(Check, &str), Vec<usize>> = HashMap::new();
        for (index, finding) in findings.iter().enumerate() {
            for name in names(finding) {
                indices.entry((finding.check, name)).or_default().push(index);
            }
        }
        Self { findings, indices }
    }

    fn has(&self, finding: &Finding) -> bool {
        let mut lists: Vec<&[usize]> = Vec::new();
        for name in names(finding) {
            let Some(list) = self.indices.get(&(finding.check, name)) else { return false };
            lists.push(list);
        }
        let is_alone = |index: &usize| self.findings[*index].subjects.len() == 1;
        if lists.iter().all(|list| list.iter().any(is_alone)) {
            return true;
        }
        // Each index of the shortest list is looked for in the others.
        let shortest = lists.iter().min_by_key(|list| list.len()).copied().unwrap_or_default();
        shortest.iter().any(|index| lists.iter().all(|list| list.binary_search(index).is_ok()))
    }
}

/// The subjects, or one empty name where there are none.
fn names(finding: &Finding) -> impl Iterator<Item = &str> {
    let none = finding.subjects.is_empty().then_some("");
    finding.subjects.iter().map(String::as_str).chain(none)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::by_check::report_of;

    fn cluster(check: Check, names: &str) -> Finding {
        Finding::of_all(check, names.split_whitespace().map(str::to_owned).collect(), "the same")
    }

    fn new_of(findings: &[Finding], baseline: &[Finding]) -> Vec<String> {
        let new = report_of(findings.to_vec()).without_known(&report_of(baseline.to_vec()));
        new.findings.iter().map(|finding| finding.subjects.join(" ")).collect()
    }

    #[test]
    fn a_cluster_is_known_where_all_of_it_stood_in_one_cluster() {
        let (near, exact) = (Check::NearDuplicate, Check::ExactDuplicate);
        let baseline = [cluster(near, "a b c"), cluster(near, "d e"), cluster(exact, "f g")];
        let known = [cluster(near, "c a b"), cluster(near, "b c"), cluster(exact, "g f")];
        assert!(new_of(&known, &baseline).is_empty());
        let new =
            [cluster(near, "a b c x"), cluster(near, "c d"), cluster(near, "f g"), cluster(exact, "a b")];
        assert_eq!(new_of(&new, &baseline), ["a b", "a b c x", "c d", "f g"]);
    }

    #[test]
    fn a_finding_on_most_pictures_is_known_where_each_of_them_had_its_own() {
        let baseline = [cluster(Check::Dark, "a"), cluster(Check::Dark, "b"), cluster(Check::Light, "c")];
        assert!(new_of(&[cluster(Check::Dark, "a b")], &baseline).is_empty());
        assert_eq!(new_of(&[cluster(Check::Dark, "a b c")], &baseline), ["a b c"]);
    }

    #[test]
    fn a_finding_about_the_dataset_is_known_by_its_check() {
        let dataset = |check| cluster(check, "");
        assert!(new_of(&[dataset(Check::Dark)], &[dataset(Check::Dark)]).is_empty());
        assert_eq!(
            new_of(&[dataset(Check::Dark)], &[dataset(Check::Light), cluster(Check::Dark, "a")]),
            [""]
        );
    }

    #[test]
    fn a_subject_named_twice_is_one_subject() {
        assert!(
            new_of(&[cluster(Check::SplitLeak, "a a b")], &[cluster(Check::SplitLeak, "b b a")]).is_empty()
        );
    }
}
