//! How well validation finds planted defects: scores a report against the truth of a corpus.
//!
//! ```text
//! cargo run --release --example score_validation -- CORPUS...
//! ```
//!
//! A corpus is a folder with `images/`, which is a dataset in splits and classes, `bad/`, files that break or mislead tools, and
//! `manifest.json`:
//!
//! - `truth`: of each file the kinds of defects that were planted, such as `dark`, `near_duplicate_mirror`, `split_leak`;
//! - `groups`: lists of files that show the same picture, each with the kind of copy;
//! - `parents`: of each derived file the one that it was made from.
//!
//! Printed is a line for each kind, `kind: found/planted, false`. False are findings on pictures in which nothing was planted; a
//! finding on another defective picture counts as neither. Duplicates are false where neither groups nor parents explain them;
//! those are listed, for a person to look at.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use burn_prep::report::{Check, Finding, Report};
use burn_prep::source::ImageFolder;
use burn_prep::validate::Validator;
use clap::Parser;
use serde::Deserialize;

/// Validates corpora with planted defects and prints what was found, missed and invented.
#[derive(Parser)]
struct Args {
    /// Folders with images/, bad/ and manifest.json
    #[arg(required = true)]
    corpora: Vec<PathBuf>,
    /// Name what was missed and what is false
    #[arg(long, short)]
    verbose: bool,
    /// Fails if a kind other than near duplicates and blurry has one that is missed
    #[arg(long)]
    strict: bool,
}

/// The truth of a corpus.
#[derive(Deserialize)]
struct Manifest {
    truth: BTreeMap<String, Vec<String>>,
    groups: Vec<Group>,
    parents: BTreeMap<String, String>,
}

/// Files that show one picture.
#[derive(Deserialize)]
struct Group {
    kind: String,
    files: Vec<String>,
}

/// What came of one kind of defect.
#[derive(Default)]
struct Score {
    planted: usize,
    missed: Vec<String>,
    /// `None` where nothing that is found can be false.
    wrong: Option<Vec<String>>,
}

impl Score {
    fn add_wrong(&mut self, names: impl IntoIterator<Item = String>) {
        self.wrong.get_or_insert_default().extend(names);
    }
}

/// Kinds that one check finds by itself.
const KINDS: [(&str, Check); 9] = [
    ("dark", Check::Dark),
    ("light", Check::Light),
    ("blurry", Check::Blurry),
    ("grayscale", Check::Grayscale),
    ("low_information", Check::LowInformation),
    ("odd_aspect_ratio", Check::OddAspectRatio),
    ("odd_size", Check::OddSize),
    ("split_leak", Check::SplitLeak),
    ("label_conflict", Check::LabelConflict),
];

/// What names a file of `bad/`, by what is planted in it; one of the checks has to.
fn checks_of(kind: &str) -> &'static [Check] {
    match kind {
        "undecodable" => &[Check::Undecodable, Check::Empty],
        "truncated" => &[Check::Truncated, Check::DecompressionBomb],
        "trailing_data" => &[Check::TrailingData],
        // Flipped bits may make codes longer: then the data ends early, as where it was cut.
        "corrupt" => &[Check::Corrupt, Check::Undecodable, Check::Truncated],
        "wrong_extension" | "missing_extension" => &[Check::ExtensionMismatch],
        "exif_orientation" => &[Check::Orientation],
        "alpha" => &[Check::Transparent, Check::FullyTransparent],
        "fully_transparent" => &[Check::FullyTransparent],
        "cmyk" | "palette" | "16bit" | "1bit" => &[Check::ColorModel],
        "grayscale" => &[Check::Grayscale],
        "format_bmp" | "format_webp" => &[Check::FileFormat],
        "animated" | "multi_frame" => &[Check::SeveralFrames],
        "nan" | "inf" | "float" => &[Check::Undecodable, Check::Unsupported],
        "bomb" => &[Check::DecompressionBomb],
        _ => &[],
    }
}

fn main() -> ExitCode {
    let args = Args::parse();
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    for corpus in &args.corpora {
        if let Err(error) = score(corpus, &mut scores) {
            eprintln!("score_validation: {}: {error}", corpus.display());
            return ExitCode::FAILURE;
        }
    }
    let mut is_complete = true;
    for (kind, score) in &scores {
        let found = score.planted - score.missed.len();
        let wrong = score.wrong.as_ref().map_or("-".to_owned(), |wrong| wrong.len().to_string());
        println!("{kind}: {found}/{}, {wrong} false", score.planted);
        if args.verbose {
            score.missed.iter().for_each(|name| println!("    missed {name}"));
            score.wrong.iter().flatten().for_each(|name| println!("    false  {name}"));
        }
        is_complete &= score.missed.is_empty() || kind == "near_duplicate" || kind == "blurry";
    }
    if args.strict && !is_complete { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn score(corpus: &Path, scores: &mut BTreeMap<String, Score>) -> Result<(), Box<dyn std::error::Error>> {
    let manifest: Manifest = serde_json::from_slice(&std::fs::read(corpus.join("manifest.json"))?)?;
    let name = corpus.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let report = Validator::new(ImageFolder::open(corpus.join("images"))?).run()?;
    let truth: BTreeMap<&str, &[String]> = manifest
        .truth
        .iter()
        .filter_map(|(file, kinds)| Some((file.strip_prefix("images/")?, kinds.as_slice())))
        .collect();
    let untouched = |file: &str| truth.get(file).is_some_and(|kinds| kinds.is_empty());
    for (kind, check) in KINDS {
        let score = scores.entry(kind.to_owned()).or_default();
        let flagged: BTreeSet<&str> = of_check(&report, check).flat_map(subjects).collect();
        for (file, _) in truth.iter().filter(|(_, kinds)| kinds.iter().any(|planted| planted == kind)) {
            score.planted += 1;
            if !flagged.contains(file) {
                score.missed.push(format!("{name}: {file}"));
            }
        }
        if !matches!(check, Check::SplitLeak | Check::LabelConflict) {
            let wrong = flagged.iter().filter(|file| untouched(file));
            score.add_wrong(wrong.map(|file| format!("{name}: {file}")));
        }
    }
    score_duplicates(&name, &manifest, &report, scores);

    let report = Validator::new(ImageFolder::open(corpus.join("bad"))?).run()?;
    let score = scores.entry("bad_files_named".to_owned()).or_default();
    for (file, kinds) in
        manifest.truth.iter().filter_map(|(file, kinds)| Some((file.strip_prefix("bad/")?, kinds)))
    {
        score.planted += 1;
        let found: BTreeSet<Check> = report
            .findings
            .iter()
            .filter(|finding| finding.subjects.len() == 1 && finding.subject() == file)
            .map(|finding| finding.check)
            .collect();
        let is_named = |kind: &String| checks_of(kind).iter().any(|check| found.contains(check));
        if found.is_empty() || !kinds.iter().all(is_named) {
            score.missed.push(format!("{name}: {file} has {kinds:?}, found {found:?}"));
        }
    }
    Ok(())
}

/// Pairs of files that show one picture, and findings that nothing in the manifest explains.
fn score_duplicates(name: &str, manifest: &Manifest, report: &Report, scores: &mut BTreeMap<String, Score>) {
    let below = |file: &String| file.strip_prefix("images/").unwrap_or(file).to_owned();
    let clusters = |checks: &[Check]| -> Vec<(Check, BTreeSet<String>, String)> {
        let of = |finding: &&Finding| checks.contains(&finding.check);
        let found = report.findings.iter().filter(of);
        found
            .map(|finding| {
                (finding.check, finding.subjects.iter().cloned().collect(), finding.message.clone())
            })
            .collect()
    };
    let all = clusters(&[Check::ExactDuplicate, Check::NearDuplicate]);
    for group in &manifest.groups {
        let files: BTreeSet<String> = group.files.iter().map(below).collect();
        let is_exact = group.kind.starts_with("exact");
        let kind = if is_exact { "exact_duplicate" } else { "near_duplicate" };
        let of_kind = scores.entry(kind.to_owned()).or_default();
        of_kind.planted += 1;
        let cluster = all.iter().find(|(check, cluster, _)| {
            cluster.is_superset(&files) && (!is_exact || *check == Check::ExactDuplicate)
        });
        let Some((.., message)) = cluster else {
            of_kind.missed.push(format!("{name}: {} {files:?}", group.kind));
            continue;
        };
        let transform = match group.kind.as_str() {
            "near_mirror" => "flipped",
            "near_rot90" => "rotated",
            _ => continue,
        };
        let named = scores.entry("near_duplicate_transform_named".to_owned()).or_default();
        named.planted += 1;
        if !message.contains(transform) {
            named.missed.push(format!("{name}: {files:?}: {message}"));
        }
    }
    // Files that are one picture, by way of groups and parents.
    let mut picture: BTreeMap<String, usize> = BTreeMap::new();
    let pairs = manifest.parents.iter().map(|(child, parent)| vec![below(child), below(parent)]);
    let joined = manifest.groups.iter().map(|group| group.files.iter().map(below).collect());
    for (number, files) in pairs.chain::<Vec<Vec<String>>>(joined.collect()).enumerate() {
        let known: Vec<usize> = files.iter().filter_map(|file| picture.get(file).copied()).collect();
        for value in picture.values_mut().filter(|value| known.contains(value)) {
            *value = number;
        }
        picture.extend(files.into_iter().map(|file| (file, number)));
    }
    for check in [Check::ExactDuplicate, Check::NearDuplicate] {
        scores.entry(check.to_string()).or_default().add_wrong([]);
    }
    for (check, cluster, message) in all {
        let pictures: BTreeSet<Option<usize>> =
            cluster.iter().map(|file| picture.get(file).copied()).collect();
        if pictures.len() > 1 || pictures.contains(&None) {
            let score = scores.entry(check.to_string()).or_default();
            score.add_wrong([format!("{name}: {cluster:?}: {message}")]);
        }
    }
}

fn of_check(report: &Report, check: Check) -> impl Iterator<Item = &Finding> {
    report.findings.iter().filter(move |finding| finding.check == check)
}

fn subjects(finding: &Finding) -> impl Iterator<Item = &str> {
    finding.subjects.iter().map(String::as_str)
}
