//! What a loader leaves out, by a report.

use std::collections::HashMap;

use crate::checks::is_training;
use crate::report::{Check, Finding, Report};
use crate::source::Exclusions;
use crate::validate::ImageRecord;

/// Lists the samples to leave out of training, by the findings of a report and the records that the report was made from:
///
/// * files that cannot be used;
/// * of pictures that are in the training split and in another one, those in the training split, whose name begins with `train`;
///   pictures that are only in splits to validate or test on stay;
/// * pictures that another dataset has too: see [`Validator::against`](crate::validate::Validator::against).
///
/// Duplicates within a split and conflicting classes are left for a person to decide: `plan::Plan::of_duplicates` lists them. To
/// keep training apart from another dataset to test on, validate the training dataset against the test dataset: the names are
/// those of the source that was validated.
///
/// ```
/// use std::ops::ControlFlow;
/// use burn_prep::source::{Exclusions, ImageFolder};
/// use burn_prep::validate::{Validator, exclusions};
///
/// let folder = ImageFolder::open("assets/hostile")?;
/// let validation = Validator::new(folder.clone()).run_observed(|_, _| ControlFlow::Continue(()))?;
/// let excluded = exclusions(&validation.report, &validation.records);
/// assert!(excluded.contains("truncated.jpg") && !excluded.contains("turned.jpg"));
///
/// let lists = tempfile::tempdir()?;
/// let path = lists.path().join("exclude.txt");
/// excluded.write(&path)?;
/// assert_eq!(Exclusions::read(&path)?.indices(&folder).len(), validation.report.unusable().count());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn exclusions(report: &Report, records: &[ImageRecord]) -> Exclusions {
    let splits: HashMap<&str, Option<&str>> =
        records.iter().map(|record| (record.uri.as_str(), record.split.as_deref())).collect();
    let mut names: Vec<&String> = Vec::new();
    for finding in &report.findings {
        match finding.check {
            Check::SplitLeak => names.extend(to_remove(finding, &splits)),
            check if check.is_unusable() || check == Check::CrossDatasetLeak => {
                names.extend(&finding.subjects);
            }
            _ => {}
        }
    }
    // A folder that cannot be read is no sample.
    Exclusions::new(names.into_iter().filter(|name| splits.contains_key(name.as_str())))
}

/// The pictures of a leak that are in the split to train on, where others are not.
fn to_remove<'a>(finding: &'a Finding, splits: &HashMap<&str, Option<&str>>) -> Vec<&'a String> {
    let split = |name: &String| splits.get(name.as_str()).copied().flatten();
    let is_tested = |name: &String| split(name).is_some_and(|split| !is_training(split));
    if !finding.subjects.iter().any(is_tested) {
        return Vec::new();
    }
    finding.subjects.iter().filter(|name| split(name).is_some_and(is_training)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Severity;
    use crate::validate::inspection::tests::record_of;

    #[test]
    fn leaks_are_removed_from_the_training_split_and_never_from_the_others() {
        let names = ["Train/a", "val/b", "test/c", "train2/d", "loose", "Train/e", "Train/f"];
        let records: Vec<ImageRecord> = names
            .iter()
            .map(|name| {
                let mut record = record_of(name, 8, 8);
                record.split = name.split_once('/').map(|(split, _)| split.to_owned());
                record
            })
            .collect();
        let excluded = |check: Check, names: &[&str]| {
            let subjects = names.iter().map(|name| (*name).to_owned()).collect();
            let finding = Finding::of_all(check, subjects, "the same").graded(Severity::Warning);
            let report = crate::report::Report::new(String::new(), no_statistics(), vec![finding]);
            exclusions(&report, &records)
        };
        let of = |names: &[&str]| Exclusions::new(names.iter().copied());
        let leak = Check::SplitLeak;
        assert_eq!(excluded(leak, &["Train/a", "val/b", "Train/e"]), of(&["Train/a", "Train/e"]));
        assert_eq!(excluded(leak, &["val/b", "test/c"]), of(&[]));
        // Both are trained on: without either of them the picture would be lost.
        assert_eq!(excluded(leak, &["Train/a", "train2/d", "loose"]), of(&[]));
        assert_eq!(excluded(leak, &["Train/a", "train2/d", "val/b"]), of(&["Train/a", "train2/d"]));
        assert_eq!(excluded(Check::CrossDatasetLeak, &["test/c", "loose"]), of(&["test/c", "loose"]));
        assert_eq!(excluded(Check::Truncated, &["Train/f"]), of(&["Train/f"]));
        assert_eq!(excluded(Check::Unreadable, &["Train/no such folder"]), of(&[]));
        for check in [Check::LabelConflict, Check::ExactDuplicate, Check::NearDuplicate, Check::Dark] {
            assert_eq!(excluded(check, &["Train/a", "Train/e"]), of(&[]));
        }
    }

    fn no_statistics() -> crate::report::DatasetStats {
        crate::report::DatasetStats {
            images: 0,
            pixels: 0,
            min_size: None,
            max_size: None,
            formats: Default::default(),
            classes: Vec::new(),
            channels: Vec::new(),
            quantiles: Vec::new(),
            constants: Vec::new(),
            groups: Vec::new(),
        }
    }
}
