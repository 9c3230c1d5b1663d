//! Outliers, near duplicates and wrong labels by features against cleanlab 2.9 (`tests/golden/feature_checks`), and how a
//! validator takes features.

use std::collections::BTreeSet;

use burn_prep::images::{ColorMode, Image, ImageSize};
use burn_prep::neighbors::FeatureRows;
use burn_prep::order::Shard;
use burn_prep::report::{Check, Severity};
use burn_prep::source::ImageFolder;
use burn_prep::validate::{FeatureScores, Thresholds, Validator};
use serde_json::Value as Json;

use crate::golden::{folder, list_of};

/// Distances are of 32 bits.
const TOLERANCE: f64 = 1e-6;

#[test]
fn golden_feature_checks() {
    let (folder, own) = folder();
    let path = folder.join("feature_checks/cases.json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let json: Json = serde_json::from_str(&text).unwrap();
    let cases = json["cases"].as_array().unwrap();
    let (mut rows, mut flags) = (0, 0);
    for case in cases {
        let index = |value: &Json| value.as_u64().unwrap() as usize;
        let number = |value: &Json| value.as_f64().unwrap();
        let features = list_of(&case["features"], |value| number(value) as f32);
        let features = FeatureRows::new(index(&case["columns"]), features).unwrap();
        let labels = list_of(&case["labels"], |value| Some(index(value)));
        // No ceiling, which cleanlab has not.
        let thresholds = Thresholds { feature_duplicate_distance: 2.0, ..Thresholds::default() };
        let scores = FeatureScores::of(&features, &labels, index(&case["classes"]), &thresholds).unwrap();
        let errors = scores.label_errors.as_ref().unwrap();
        assert_eq!(scores.labelled, (0..labels.len()).collect::<Vec<_>>());

        let of_labels: Vec<f64> = errors.scores.iter().map(|scores| scores.self_confidence).collect();
        let pairs = [
            ("outlier_scores", &scores.outlier_scores),
            ("duplicate_scores", &scores.duplicate_scores),
            ("label_scores", &of_labels),
        ];
        for (name, found) in pairs {
            let expected = list_of(&case[name], number);
            assert_eq!(found.len(), expected.len(), "{name}");
            for (row, (found, expected)) in found.iter().zip(expected).enumerate() {
                let is_close = (found - expected).abs() <= TOLERANCE;
                assert!(is_close, "{}: {name} of {row} is {found} instead of {expected}", case["id"]);
            }
        }

        let all = 0..labels.len();
        let outliers: BTreeSet<usize> = all.clone().filter(|row| scores.is_outlier(*row)).collect();
        let members = scores.clusters.iter().flat_map(|cluster| &cluster.members).map(|member| member.0);
        let wrong: BTreeSet<usize> = all.filter(|row| errors.flags[*row]).collect();
        let flagged = [("outliers", outliers), ("duplicates", members.collect()), ("label_errors", wrong)];
        for (name, found) in flagged {
            let expected: BTreeSet<usize> = list_of(&case[name], index).into_iter().collect();
            assert_eq!(found, expected, "{}: {name}", case["id"]);
            flags += found.len();
        }
        rows += labels.len();
    }
    if own {
        assert_eq!((cases.len(), rows, flags), (2, 800, OWN_FLAGS));
    }
}

/// How many flags the project's own cases have.
const OWN_FLAGS: usize = 228;

/// Two splits of four pictures in one class each, a file that is none, and features of one direction for each of the nine, but
/// that `test/a/0.png` has those of `train/b/2.png`.
fn split_folder() -> (tempfile::TempDir, FeatureRows) {
    let folder = tempfile::tempdir().unwrap();
    for (split, class) in [("test", "a"), ("train", "b")] {
        let dir = folder.path().join(split).join(class);
        std::fs::create_dir_all(&dir).unwrap();
        for index in 0..4_u64 {
            let seed = index + if split == "test" { 0 } else { 100 };
            let pixels = (0..48 * 48).map(|at| random(at + (seed << 32))).collect();
            let image = Image::new(ImageSize::square(48), ColorMode::L, pixels).unwrap();
            image.write_png(dir.join(format!("{index}.png"))).unwrap();
        }
    }
    std::fs::write(folder.path().join("train/b/1_bad.png"), b"no picture").unwrap();
    let mut values = vec![0.0; 81];
    let listed = ImageFolder::open(folder.path()).unwrap();
    let names: Vec<&str> = listed.samples().iter().map(|sample| sample.uri.as_str()).collect();
    let place = |name: &str| names.iter().position(|other| *other == name).unwrap();
    for (row, name) in names.iter().enumerate() {
        let direction = if *name == "test/a/0.png" { place("train/b/2.png") } else { row };
        values[9 * row + direction] = 1.0;
    }
    // Rows of files that cannot be read may hold anything.
    values[9 * place("train/b/1_bad.png")] = f32::NAN;
    (folder, FeatureRows::new(9, values).unwrap())
}

/// A sample of noise.
fn random(number: u64) -> u8 {
    let mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    ((mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 40) as u8
}

#[test]
fn near_features_in_two_splits_and_classes_are_a_leak_and_a_conflict() {
    let (folder, features) = split_folder();
    let source = ImageFolder::open(folder.path()).unwrap();
    let validator = Validator::new(source).features(features);
    let report = validator.run().unwrap();
    for check in [Check::NearDuplicate, Check::SplitLeak, Check::LabelConflict] {
        let is_it = |subjects: &[String]| subjects == ["test/a/0.png", "train/b/2.png"];
        let found = report.findings.iter().find(|finding| finding.check == check && is_it(&finding.subjects));
        let found = found.unwrap_or_else(|| panic!("no {check} in {report}"));
        assert_eq!(found.severity, Severity::Warning);
        let evidence = "by features like test/a/0.png: train/b/2.png (cosine distance 0.00000)";
        assert!(found.message.ends_with(evidence), "{}", found.message);
    }
    // Neither outliers nor labels are judged by so few.
    assert_eq!(report.count(Check::FeatureOutlier) + report.count(Check::LabelError), 0);
    // Of a part of the samples the rows are those of the part.
    assert_eq!(validator.clone().sample(9).run().unwrap().count(Check::SplitLeak), 1);
    assert_eq!(validator.clone().sample(1).run().unwrap().count(Check::SplitLeak), 0);
    for rank in 0..2 {
        let part = validator.clone().shard(Shard::new(rank, 2).unwrap());
        let expected = part.len() as u64;
        assert_eq!(part.run().unwrap().files_seen, expected);
    }
}

#[test]
fn rows_that_are_no_features_are_findings_and_their_number_is_an_error() {
    let (folder, _) = split_folder();
    let validator = Validator::new(ImageFolder::open(folder.path()).unwrap());
    let mut values: Vec<f32> = (0..81_u16).map(|at| f32::from(at * 37 % 11) + 1.0).collect();
    values[3] = f32::NAN;
    values[9..18].fill(0.0);
    let report = validator.clone().features(FeatureRows::new(9, values).unwrap()).run().unwrap();
    let faults: Vec<(&str, &str)> = report
        .findings
        .iter()
        .filter(|finding| finding.check == Check::FeatureOutlier)
        .map(|finding| (finding.subject(), finding.message.as_str()))
        .collect();
    let expected = [
        ("test/a/0.png", "its features have NaN in column 3, and were not compared"),
        ("test/a/1.png", "its features are all zero, and were not compared"),
    ];
    assert_eq!(faults, expected);

    let few = validator.clone().features(FeatureRows::new(1, vec![0.0; 8]).unwrap());
    let error = few.run().unwrap_err().to_string();
    let expected = "not a valid array of features: 8 rows, expected 9: row i is file i of the listing";
    assert!(error.starts_with(expected), "{error}");
}

#[test]
fn a_function_of_images_makes_features_with_gaps() {
    let (folder, _) = split_folder();
    let validator = Validator::new(ImageFolder::open(folder.path()).unwrap());
    let first = |image: &Image| Ok(vec![f32::from(image.pixels()[0]), 1.0]);
    let rows = validator.features_by(first).unwrap();
    assert_eq!((rows.len(), rows.columns()), (9, 2));
    let gaps: Vec<usize> = (0..9).filter(|row| rows.row(*row).iter().all(|value| value.is_nan())).collect();
    let bad = (0..9).find(|at| validator.source().sample(*at).unwrap().uri == "train/b/1_bad.png").unwrap();
    assert_eq!(gaps, [bad]);
    assert_eq!(rows.row(8)[1], 1.0);
    // Of a sample of the images there are only their features, in rows of the whole.
    let part = validator.clone().sample(3).features_by(first).unwrap();
    let known = (0..9).filter(|row| !part.row(*row)[1].is_nan()).count();
    assert!(part.len() == 9 && known <= 3, "{known}");

    let mut calls = 0;
    let growing = |_: &Image| {
        calls += 1;
        Ok(vec![0.0; 2 + calls / 3])
    };
    let error = validator.features_by(growing).unwrap_err().to_string();
    assert!(error.ends_with("2.png: features_by: found shape [3], expected [2] for every image"), "{error}");
}
