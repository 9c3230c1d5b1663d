//! What cleanvision 0.3.7 measures, its scores and its flags (`tests/golden/cleanvision/make_cleanvision.py`, versions in the
//! file).

use std::collections::BTreeMap;

use burn_prep::images::{ColorMode, Decoder};
use burn_prep::measure::{CleanvisionIssue, CleanvisionMeasures, CleanvisionSizes};
use serde_json::{Value, json};

use crate::support::root;

fn golden() -> Value {
    let text = std::fs::read_to_string(root().join("tests/golden/cleanvision/scores.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// How much a number may differ. Pixels of PNG files are the same. JPEG decoders may differ by a step at some pixels: by
/// up to 0.0024 in a percentile of a picture of few pixels. The small
/// copy of which blurriness is measured differs from Pillow's by a step at some pixels, most where there is alpha: the score
/// by up to 0.0009, as computed in NumPy with weights of 16 bits; of a JPEG by up to 0.0032 more, for the other pixels.
fn tolerance(name: &str, file: &str) -> f64 {
    match (name, file.ends_with(".jpg")) {
        ("blurry", true) => 0.01,
        ("blurry", false) => 0.002,
        ("blurriness" | "blurriness_grayscale_std", _) => 0.5,
        ("entropy", true) => 0.01,
        (_, true) => 0.004,
        (_, false) => 1e-9,
    }
}

fn assert_close(found: &Value, expected: &Value, name: &str, file: &str) {
    let (found, expected) = (found.as_f64().unwrap(), expected.as_f64().unwrap());
    let most = tolerance(name, file);
    assert!((found - expected).abs() <= most, "{file}: {name} is {found}, not {expected}");
}

fn measured(picture: &Value) -> CleanvisionMeasures {
    let file = picture["file"].as_str().unwrap();
    let mode = match picture["mode"].as_str().unwrap() {
        "L" => ColorMode::L,
        "RGB" => ColorMode::Rgb,
        "RGBA" => ColorMode::Rgba,
        other => panic!("{file}: {other}"),
    };
    let path = root().join("tests/golden/cleanvision").join(file);
    CleanvisionMeasures::of(&Decoder::new(mode).decode_file(&path).unwrap().image).unwrap()
}

#[test]
fn measures_scores_and_flags_are_cleanvisions() {
    let golden = golden();
    let pictures = golden["pictures"].as_array().unwrap();
    let measures: Vec<CleanvisionMeasures> = pictures.iter().map(measured).collect();
    let sizes: Vec<f64> = measures.iter().map(|measures| measures.size).collect();
    let usual = CleanvisionSizes::of(&sizes).unwrap();
    let mut seen: BTreeMap<CleanvisionIssue, usize> = BTreeMap::new();
    for (picture, measures) in pictures.iter().zip(&measures) {
        let file = picture["file"].as_str().unwrap();
        let found = serde_json::to_value(measures).unwrap();
        for (name, expected) in picture["measures"].as_object().unwrap() {
            assert_close(&found[name], expected, name, file);
        }
        let scores = measures.scores();
        for issue in CleanvisionIssue::ALL {
            let score = scores.score(issue).unwrap_or(usual.score(measures.size));
            assert_close(&json!(score), &picture["scores"][issue.name()], issue.name(), file);
        }
        let mut flags = scores.issues();
        if usual.is_odd(measures.size) {
            flags.push(CleanvisionIssue::OddSize);
        }
        let names: Vec<&str> = flags.iter().map(|issue| issue.name()).collect();
        assert_eq!(json!(names), picture["flags"], "{file}");
        flags.into_iter().for_each(|issue| *seen.entry(issue).or_default() += 1);
    }
    assert!(pictures.len() >= 50, "{} pictures", pictures.len());
    for issue in CleanvisionIssue::ALL {
        let least = if issue == CleanvisionIssue::OddSize { 0 } else { 3 };
        let found = seen.get(&issue).copied().unwrap_or(0);
        assert!(found >= least, "{}: {found} pictures", issue.name());
    }
}

#[test]
fn odd_sizes_are_cleanvisions() {
    let golden = golden();
    let (mut odd, mut sets) = (0, 0);
    for set in golden["sizes"].as_array().unwrap() {
        let side = |side: &Value| side.as_f64().unwrap().sqrt();
        let sizes: Vec<f64> =
            set["sides"].as_array().unwrap().iter().map(|sides| side(&sides[0]) * side(&sides[1])).collect();
        let usual = CleanvisionSizes::of(&sizes).unwrap();
        let flags: Vec<bool> = sizes.iter().map(|&size| usual.is_odd(size)).collect();
        assert_eq!(json!(flags), set["flags"]);
        for (&size, expected) in sizes.iter().zip(set["scores"].as_array().unwrap()) {
            assert_close(&json!(usual.score(size)), expected, "odd_size", "sizes");
        }
        odd += flags.into_iter().filter(|&flag| flag).count();
        sets += 1;
    }
    assert!(sets == 8 && odd >= 15, "{odd} odd sizes in {sets} sets");
}
