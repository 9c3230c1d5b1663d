//! Files as they come from cameras, scanners and other libraries' writers, against their right pixels.
//!
//! `BURN_PREP_GOLDEN=DIR` runs the cases of `DIR/wild/index.json`. `BURN_PREP_WILD_OUTCOMES=FILE` writes what came
//! of each case as a line of JSON, for `tests/golden/compare_pillow.py`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use burn_prep::Error;
use burn_prep::arrays::AnyArray;
use burn_prep::error::ErrorKind;
use burn_prep::images::Decoder;
use burn_prep::npy;
use serde_json::{Value as Json, json};

use crate::golden::folder;
use crate::support::say;

/// The files of the project's own cases that are sound and not read, each with the reason.
const NOT_READ: &[(&str, &str)] = &[
    #[cfg(not(feature = "tiff-zstd"))]
    ("16-tiff-layout/c/zstd.tif", "Zstandard needs C code: it is read with the feature `tiff-zstd`"),
];

/// How long that list may become.
const MOST_NOT_READ: usize = 15;

/// The cases that come with the project: files after public reports of people, and JPEG layouts, which
/// `tests/golden/jpeg_layouts` writes.
const OWN_CASES: [(&str, usize); 2] = [("files", 149), ("layouts", 288)];

/// What came of one case.
enum Outcome {
    /// The pixels are those of the reference within the case's tolerance, or the file is refused as it must be.
    Agrees,
    /// Other pixels, another shape, or pixels of a file that must be refused.
    Differs(String),
    /// The decoder refuses a file that it must read.
    Refused(Error),
    /// The file is sound, and its error names the property that is not read.
    Unsupported(Error),
    Panicked,
}

impl Outcome {
    fn word(&self) -> &'static str {
        match self {
            Self::Agrees => "agrees",
            Self::Differs(_) => "differs",
            Self::Refused(_) => "refused",
            Self::Unsupported(_) => "unsupported",
            Self::Panicked => "panicked",
        }
    }

    fn detail(&self) -> String {
        match self {
            Self::Agrees | Self::Panicked => String::new(),
            Self::Differs(how) => how.clone(),
            Self::Refused(error) | Self::Unsupported(error) => error.to_string(),
        }
    }
}

#[test]
fn golden_wild() {
    let (folder, own) = folder();
    let folder = folder.join("wild");
    let index = folder.join("index.json");
    let text = std::fs::read_to_string(&index).unwrap_or_else(|error| panic!("{}: {error}", index.display()));
    let json: Json = serde_json::from_str(&text).unwrap();
    let cases = json["cases"].as_array().unwrap();

    let mut lines = String::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let mut failures = Vec::new();
    for case in cases {
        let id = case["id"].as_str().unwrap();
        let outcome = catch_unwind(AssertUnwindSafe(|| of_case(&folder, case))).unwrap_or(Outcome::Panicked);
        *counts.entry(outcome.word()).or_default() += 1;
        *kinds.entry(if id.starts_with("layout__") { "layouts" } else { "files" }).or_default() += 1;
        writeln!(lines, "{}", json!({ "id": id, "outcome": outcome.word(), "detail": outcome.detail() }))
            .unwrap();
        let listed = NOT_READ.iter().any(|(file, _)| *file == id);
        let passed = match outcome {
            Outcome::Agrees => !listed,
            Outcome::Unsupported(_) => listed,
            _ => false,
        };
        if !passed {
            failures.push(format!("{id}: {} {}", outcome.word(), outcome.detail()));
        }
    }
    if let Some(file) = std::env::var_os("BURN_PREP_WILD_OUTCOMES") {
        std::fs::write(file, lines).unwrap();
    }
    for (word, count) in &counts {
        say(&format!("{word}: {count}"));
    }
    say(&format!("golden_wild: {} passed, {} failed", cases.len() - failures.len(), failures.len()));
    assert!(!cases.is_empty(), "{} has no cases", index.display());
    for (kind, count) in OWN_CASES.iter().filter(|_| own) {
        let ran = kinds.get(kind).copied().unwrap_or(0);
        assert!(ran >= *count, "{ran} {kind}, expected at least {count}");
    }
    assert!(NOT_READ.len() <= MOST_NOT_READ, "{} files are not read", NOT_READ.len());
    let shown = failures.len().min(200);
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures[..shown].join("\n"));
}

fn of_case(folder: &Path, case: &Json) -> Outcome {
    let expected = &case["expect"];
    let decoded = Decoder::rgb8().decode_file(&folder.join(case["file"].as_str().unwrap()));
    match (decoded, expected["refused"].as_str()) {
        (Ok(decoded), None) => {
            let right = npy::read_file(folder.join(expected["pixels"].as_str().unwrap())).unwrap();
            let AnyArray::U8(right) = right else { panic!("the pixels of a case are uint8") };
            let found = decoded.image.view();
            if found.shape() != right.shape() {
                return Outcome::Differs(format!("shape {:?}, expected {:?}", found.shape(), right.shape()));
            }
            let steps = || found.iter().zip(&right).map(|(a, b)| a.abs_diff(*b));
            let most = f64::from(steps().max().unwrap_or(0));
            let mean = steps().map(f64::from).sum::<f64>() / right.len() as f64;
            if most <= expected["max_abs"].as_f64().unwrap() && mean <= expected["mean_abs"].as_f64().unwrap()
            {
                Outcome::Agrees
            } else {
                Outcome::Differs(format!("by {mean:.3} steps on average, by {most} at most"))
            }
        }
        (Ok(_), Some(refused)) => Outcome::Differs(format!("decoded, expected to be refused as {refused}")),
        (Err(error), Some(refused)) if refused == category(&error) => Outcome::Agrees,
        (Err(error), _) if category(&error) == "unsupported" => Outcome::Unsupported(error),
        (Err(error), _) => Outcome::Refused(error),
    }
}

fn category(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::Truncated { .. } => "truncated",
        ErrorKind::Unsupported { .. } => "unsupported",
        ErrorKind::Decode { .. } | ErrorKind::UnknownFormat { .. } => "undecodable",
        _ => "other",
    }
}
