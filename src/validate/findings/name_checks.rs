//! Files of one folder, and folders, whose names a person or another system may take for one.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use unicode_normalization::UnicodeNormalization;

use crate::report::{Check, Finding, Severity};
use crate::source::{ImageFormat, NameDifference};
use crate::validate::{ImageRecord, PictureRecord};

/// The fewest files of which "most" is said.
const MIN_FILES: usize = 10;

/// Names in one folder that differ only in the case of letters or in the Unicode form are warnings; those that differ only in the
/// extension are information, and one finding where more than `prevalence` of the files have such names. Folders are warnings too,
/// each group once, whatever they hold.
pub(in crate::validate) fn name_findings(records: &[ImageRecord], prevalence: f64) -> Vec<Finding> {
    // Names of what has no file are in nobody's way.
    let has_file = |record: &&ImageRecord| record.picture.as_ref().is_none_or(PictureRecord::has_file);
    let names = || records.iter().filter(has_file).map(|record| record.uri.as_str());
    let (mut clashes, mut of_stems) = (folder_clashes(records, names()), Vec::new());
    for names in same_keys(names(), stem_key) {
        let mut spellings: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for &name in &names {
            spellings.entry(folded(name)).or_default().push(name);
        }
        if spellings.len() > 1 {
            of_stems.push(names);
        }
        clashes.extend(spellings.into_values().filter(|names| names.len() > 1).map(clash));
    }
    let files: usize = of_stems.iter().map(BTreeSet::len).sum();
    if records.len() >= MIN_FILES && files as f64 > prevalence * records.len() as f64 {
        clashes.extend(prevalent(&of_stems, files, records.len()));
    } else {
        clashes.extend(of_stems.iter().map(several_extensions));
    }
    clashes.sort_by(|a, b| a.subjects.cmp(&b.subjects));
    clashes
}

/// The names of which several have the same key, group by group.
///
/// What is held for each name is a hash of 8 bytes and a reference: 24 MB for a million names.
fn same_keys<'a>(names: impl Iterator<Item = &'a str>, key: fn(&str) -> String) -> Vec<BTreeSet<&'a str>> {
    let hash = |name: &str| {
        let mut hasher = DefaultHasher::new();
        key(name).hash(&mut hasher);
        hasher.finish()
    };
    let mut hashes: Vec<(u64, &str)> = names.map(|name| (hash(name), name)).collect();
    hashes.sort_unstable();
    let mut found = Vec::new();
    for alike in hashes.chunk_by(|a, b| a.0 == b.0).filter(|alike| alike.len() > 1) {
        // Other names may have the same hash.
        let mut by_key: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for &(_, name) in alike {
            by_key.entry(key(name)).or_default().insert(name);
        }
        found.extend(by_key.into_values().filter(|names| names.len() > 1));
    }
    found
}

/// The folder as it is, and the name in it without its extension, in one spelling.
fn stem_key(uri: &str) -> String {
    let (folder, name) = split_name(uri);
    let (stem, _) = split_extension(name);
    format!("{folder}{}", folded(stem))
}

/// The folder above as it is, and the folder's own name in one spelling.
fn folder_key(path: &str) -> String {
    let (above, name) = split_name(path);
    format!("{above}{}", folded(name))
}

/// The folder with the `/` at its end, empty for the root, and the name in it.
fn split_name(path: &str) -> (&str, &str) {
    path.split_at(path.rfind('/').map_or(0, |at| at + 1))
}

/// The folder without the `/`; `None` for what is in the root.
fn folder_of(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(folder, _)| folder)
}

/// A name in one spelling: Unicode's composed form, in small letters.
fn folded(name: &str) -> String {
    match name.is_ascii() {
        true => name.to_ascii_lowercase(),
        false => name.nfc().collect::<String>().to_lowercase(),
    }
}

/// The stem and the extension, where it is one of images: `scan.001` and `scan.002` are two stems.
fn split_extension(name: &str) -> (&str, Option<&str>) {
    match name.rsplit_once('.') {
        Some((stem, extension)) if ImageFormat::from_path(Path::new(name)).is_some() => {
            (stem, Some(extension))
        }
        _ => (name, None),
    }
}

/// Folders that are one where a file system does not tell their spellings apart, on each level alone. Where they are classes, or
/// splits, they are not among them: similar names of these are findings of the listing.
fn folder_clashes<'a>(records: &[ImageRecord], names: impl Iterator<Item = &'a str>) -> Vec<Finding> {
    let mut folders: BTreeSet<&str> = BTreeSet::new();
    let mut last = None;
    for name in names {
        let mut folder = folder_of(name);
        // Most files are in the folder of the one before.
        if folder != last {
            last = folder;
            while let Some(path) = folder
                && folders.insert(path)
            {
                folder = folder_of(path);
            }
        }
    }
    let alike = same_keys(folders.into_iter(), folder_key);
    if alike.is_empty() {
        return Vec::new();
    }
    let classes: BTreeSet<&str> = records.iter().filter_map(|record| record.class.as_deref()).collect();
    let splits: BTreeSet<&str> = records.iter().filter_map(|record| record.split.as_deref()).collect();
    let are_all = |names: &BTreeSet<&str>, paths: &BTreeSet<&str>| {
        paths.iter().all(|path| names.contains(split_name(path).1))
    };
    let others = alike.into_iter().filter(|paths| !are_all(&classes, paths) && !are_all(&splits, paths));
    others.map(|paths| folder_clash(paths.into_iter().collect())).collect()
}

fn folder_clash(folders: Vec<&str>) -> Finding {
    let (count, difference) = (folders.len(), difference(&folders));
    let message = format!(
        "{count} folders whose names differ only in {difference}: on systems that ignore it they are one folder"
    );
    Finding::of_all(Check::NameClash, folders.into_iter().map(str::to_owned).collect(), message)
}

/// In what names differ that are the same in one spelling.
fn difference(names: &[&str]) -> NameDifference {
    let composed: BTreeSet<String> = names.iter().map(|name| name.nfc().collect()).collect();
    match composed.len() {
        1 => NameDifference::Normalization,
        _ => NameDifference::Case,
    }
}

/// Names that are one where a file system does not tell their spellings apart.
fn clash(names: Vec<&str>) -> Finding {
    let (count, difference) = (names.len(), difference(&names));
    let message = format!(
        "{count} names that differ only in {difference}: on systems that ignore it one file replaces the other"
    );
    Finding::of_all(Check::NameClash, names.into_iter().map(str::to_owned).collect(), message)
}

fn several_extensions(names: &BTreeSet<&str>) -> Finding {
    let extension = |name: &&str| match split_extension(name).1 {
        Some(extension) => format!(".{}", extension.to_ascii_lowercase()),
        None => "none".to_owned(),
    };
    let extensions: BTreeSet<String> = names.iter().map(extension).collect();
    let extensions: Vec<String> = extensions.into_iter().collect();
    let message = format!("the same name with several extensions: {}", extensions.join(", "));
    let subjects = names.iter().map(|name| (*name).to_owned()).collect();
    Finding::of_all(Check::NameClash, subjects, message).graded(Severity::Info)
}

/// One finding for all groups of names that differ in the extension.
fn prevalent(groups: &[BTreeSet<&str>], files: usize, all: usize) -> Option<Finding> {
    let names: BTreeSet<&str> = groups.iter().flatten().copied().collect();
    let example: Vec<&str> = groups.iter().min()?.iter().copied().take(2).collect();
    let message = format!(
        "{files} of {all} files have the name of another one with another extension, such as {}",
        example.join(" and ")
    );
    let subjects = names.into_iter().map(str::to_owned).collect();
    Some(Finding::of_all(Check::NameClash, subjects, message).graded(Severity::Info))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::inspection::tests::record_of;

    fn found(names: &[&str]) -> Vec<(Severity, Vec<String>, String)> {
        let records: Vec<ImageRecord> = names.iter().map(|name| record_of(name, 8, 8)).collect();
        let findings = name_findings(&records, 0.5);
        findings.into_iter().map(|finding| (finding.severity, finding.subjects, finding.message)).collect()
    }

    #[test]
    fn names_of_one_folder_clash_by_case_and_by_unicode_form() {
        let names = ["a/Cat.jpg", "a/cat.JPG", "b/cat.jpg", "a/cafe\u{301}.png", "a/caf\u{e9}.png"];
        let found = found(&names);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.iter().all(|(severity, ..)| *severity == Severity::Warning));
        assert_eq!(found[0].1, ["a/Cat.jpg", "a/cat.JPG"]);
        assert!(found[0].2.contains("only in the case of letters"), "{found:?}");
        assert_eq!(found[1].1, ["a/cafe\u{301}.png", "a/caf\u{e9}.png"]);
        assert!(found[1].2.contains("only in the Unicode form"), "{found:?}");
    }

    #[test]
    fn folders_that_are_one_elsewhere_are_named_once_on_each_level() {
        let files = ["Train/x/1.png", "Train/x/2.png", "train/x/1.png", "train/X/y/3.png"];
        let composed = ["b/caf\u{e9}/1.png", "b/cafe\u{301}/1.png", "B.png"];
        let found = found(&[&files[..], &composed[..]].concat());
        let folders: Vec<Vec<&str>> =
            found.iter().map(|(_, folders, _)| folders.iter().map(String::as_str).collect()).collect();
        let accents = vec!["b/cafe\u{301}", "b/caf\u{e9}"];
        assert_eq!(folders, [vec!["Train", "train"], accents, vec!["train/X", "train/x"]]);
        assert!(found.iter().all(|(severity, ..)| *severity == Severity::Warning));
        let message = "on systems that ignore it they are one folder";
        let start = "2 folders whose names differ only in the";
        assert_eq!(found[0].2, format!("{start} case of letters: {message}"));
        assert_eq!(found[1].2, format!("{start} Unicode form of their letters (NFC, NFD): {message}"));
    }

    /// The listing reports these.
    #[test]
    fn folders_of_classes_are_not_reported_again() {
        let class_of = |name: &&str| {
            let mut record = record_of(name, 8, 8);
            record.class = folder_of(name).map(str::to_owned);
            record
        };
        let mut records: Vec<ImageRecord> = ["Cat/1.png", "cat/2.png"].iter().map(class_of).collect();
        assert!(name_findings(&records, 0.5).is_empty());
        records[1].class = Some("dog".to_owned());
        assert_eq!(name_findings(&records, 0.5).len(), 1);
    }

    #[test]
    fn one_name_with_several_extensions_is_information() {
        let found = found(&["1.jpg", "1.PNG", "1", "scan.001", "scan.002", "2.jpg", "2.jpg"]);
        let names = ["1", "1.PNG", "1.jpg"].map(str::to_owned).to_vec();
        let message = "the same name with several extensions: .jpg, .png, none".to_owned();
        assert_eq!(found, [(Severity::Info, names, message)]);
    }

    #[test]
    fn spelling_and_extension_may_both_differ() {
        let found = found(&["x.jpg", "X.jpg", "x.png"]);
        let groups: Vec<_> = found.iter().map(|(severity, names, _)| (*severity, names.len())).collect();
        assert_eq!(groups, [(Severity::Warning, 2), (Severity::Info, 3)]);
    }

    #[test]
    fn pairs_throughout_a_folder_are_one_finding() {
        let pairs: Vec<String> = (0..10).flat_map(|at| [format!("{at}.jpg"), format!("{at}.png")]).collect();
        let mut names: Vec<&str> = pairs.iter().map(String::as_str).collect();
        names.push("alone.png");
        let found = found(&names);
        assert_eq!((found.len(), found[0].1.len()), (1, 20));
        let start = "20 of 21 files have the name of another one with another extension";
        assert_eq!(found[0].2, format!("{start}, such as 0.jpg and 0.png"));
    }
}
