//! Files of one folder whose names a person or another system may take for one.

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
/// extension are information, and one finding where more than `prevalence` of the files have such names.
pub(in crate::validate) fn name_findings(records: &[ImageRecord], prevalence: f64) -> Vec<Finding> {
    let (mut clashes, mut of_stems) = (Vec::new(), Vec::new());
    for names in same_stems(records) {
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

/// The names of several files each, in one folder, that are the same but for spelling and extension.
///
/// What is held for each name is a hash of 8 bytes and its place: 16 MB for a million names.
fn same_stems(records: &[ImageRecord]) -> Vec<BTreeSet<&str>> {
    let hash = |record: &ImageRecord| {
        let mut hasher = DefaultHasher::new();
        key(&record.uri).hash(&mut hasher);
        hasher.finish()
    };
    // Names of what has no file are in nobody's way.
    let has_file = |record: &ImageRecord| record.picture.as_ref().is_none_or(PictureRecord::has_file);
    let of_files = records.iter().enumerate().filter(|(_, record)| has_file(record));
    let mut hashes: Vec<(u64, usize)> = of_files.map(|(at, record)| (hash(record), at)).collect();
    hashes.sort_unstable();
    let mut found = Vec::new();
    for alike in hashes.chunk_by(|a, b| a.0 == b.0).filter(|alike| alike.len() > 1) {
        // Other names may have the same hash.
        let mut by_key: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for (_, at) in alike {
            let name = records[*at].uri.as_str();
            by_key.entry(key(name)).or_default().insert(name);
        }
        found.extend(by_key.into_values().filter(|names| names.len() > 1));
    }
    found
}

/// The folder as it is, and the name in it without its extension, in one spelling.
fn key(uri: &str) -> String {
    let (folder, name) = uri.split_at(uri.rfind('/').map_or(0, |at| at + 1));
    let (stem, _) = split_extension(name);
    format!("{folder}{}", folded(stem))
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

/// Names that are one where a file system does not tell their spellings apart.
fn clash(names: Vec<&str>) -> Finding {
    let composed: BTreeSet<String> = names.iter().map(|name| name.nfc().collect()).collect();
    let difference = match composed.len() {
        1 => NameDifference::Normalization,
        _ => NameDifference::Case,
    };
    let message = format!(
        "{} names that differ only in {difference}: on systems that ignore it one file replaces the other",
        names.len()
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
