//! What the listing tells before any file is read: entries that cannot be read, names that look alike, stray files, folders without
//! images, splits that are not told.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::error::printed;
use crate::report::{Check, Finding, Severity};
use crate::source::{IgnoreReason, Ignored, LookAlike, Sample, Source};

pub(in crate::validate) fn listing_findings(source: &dyn Source) -> Vec<Finding> {
    let mut findings: Vec<Finding> = source.look_alikes().iter().map(similar_names).collect();
    findings.extend(source.ignored().iter().map(|ignored| stray_entry(source, ignored)));
    let samples = || (0..source.len()).filter_map(|index| source.sample(index));
    let classes = source.classes();
    let filled: HashSet<Arc<str>> = samples().filter_map(|sample| sample.class.clone()).collect();
    // In the classes are those that the caller names, with or without samples.
    let named = classes.iter().map(|class| (class, false));
    let named: BTreeMap<&String, bool> =
        named.chain(source.empty_folders().iter().map(|folder| (&folder.name, folder.has_files))).collect();
    for (name, has_files) in named.into_iter().filter(|(name, _)| !filled.contains(name.as_str())) {
        findings.push(match has_files {
            true => {
                Finding::new(Check::EmptyClass, name, "no images, but other files").graded(Severity::Info)
            }
            false => Finding::new(Check::EmptyClass, name, "no images"),
        });
    }
    if !source.ambiguous_splits().is_empty() {
        let message = "called like splits, which other folders are not: all are taken for classes";
        findings.push(Finding::of_all(Check::AmbiguousSplits, source.ambiguous_splits().to_vec(), message));
    }
    if !classes.is_empty() {
        // A split without any class, such as one whose labels are secret, is meant so.
        let with_classes: HashSet<Option<Arc<str>>> =
            samples().filter(|sample| sample.class.is_some()).map(|sample| sample.split.clone()).collect();
        let is_stray = |sample: &&Sample| sample.class.is_none() && with_classes.contains(&sample.split);
        for sample in samples().filter(is_stray) {
            let message = format!("no class, where {} classes have folders", classes.len());
            findings.push(Finding::new(Check::StrayImage, &sample.uri, message));
        }
    }
    findings
}

/// Two classes or splits that a person would take for one.
fn similar_names(pair: &LookAlike) -> Finding {
    Finding::of_all(Check::SimilarNames, vec![pair.first.clone(), pair.second.clone()], pair)
}

/// An entry that could not even be listed (a directory without permission, a dangling link), or that is no image.
fn stray_entry(source: &dyn Source, ignored: &Ignored) -> Finding {
    let root = source.root();
    let below = root.and_then(|root| ignored.path.strip_prefix(root).ok()).unwrap_or(&ignored.path);
    let name = printed(below.as_os_str());
    match &ignored.reason {
        IgnoreReason::Unreadable(reason) => Finding::new(Check::Unreadable, name, reason),
        IgnoreReason::LinkLoop => {
            Finding::new(Check::StrayFile, name, &ignored.reason).graded(Severity::Warning)
        }
        reason => Finding::new(Check::StrayFile, name, reason),
    }
}
