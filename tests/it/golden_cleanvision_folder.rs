//! What cleanvision 0.3.7 finds in a folder (`tests/golden/cleanvision_folder/make_cleanvision_folder.py`, versions in
//! `issues.json`).

use std::ops::ControlFlow;

use burn_prep::images::Limits;
use burn_prep::source::{ImageFolder, InMemorySource};
use burn_prep::validate::{CleanvisionIssueType, CleanvisionReport};
use serde_json::{Value, json};

use crate::support::root;

fn report() -> CleanvisionReport {
    let folder = ImageFolder::open(root().join("tests/golden/cleanvision_folder/images")).unwrap();
    CleanvisionReport::of(&folder, Limits::new(), |_, _| ControlFlow::Continue(())).unwrap()
}

fn golden() -> Value {
    let text = std::fs::read_to_string(root().join("tests/golden/cleanvision_folder/issues.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Whether an issue is compared for a picture of this mode: cleanvision takes the indices of a palette for brightness.
fn is_compared(issue: CleanvisionIssueType, mode: &str) -> bool {
    mode != "P" || !["dark", "light", "low_information", "blurry"].contains(&issue.name())
}

#[test]
fn scores_flags_and_sets_are_cleanvisions() {
    let (golden, report) = (golden(), report());
    let found = serde_json::to_value(&report).unwrap();
    let rows = golden["issues"].as_object().unwrap();
    assert_eq!((found["files_seen"].as_u64(), rows.len()), (Some(31), 31));
    let mut compared = 0;
    for image in found["images"].as_array().unwrap() {
        let file = image["file"].as_str().unwrap();
        let row = &rows[file];
        for issue in CleanvisionIssueType::ALL {
            if !is_compared(issue, row["mode"].as_str().unwrap()) {
                continue;
            }
            let score = issue.score_column();
            // The small copy of which blurriness is measured has weights of 16 bits, where Pillow's have 22.
            let most = if issue.name() == "blurry" { 0.002 } else { 1e-6 };
            let (is, expected) = (image[&score].as_f64().unwrap(), row[&score].as_f64().unwrap());
            assert!((is - expected).abs() <= most, "{file}: {score} is {is}, not {expected}");
            let flag = issue.flag_column();
            assert_eq!(image[&flag], row[&flag], "{file}: {flag}");
            compared += 1;
        }
    }
    assert_eq!(compared, 31 * 9 - 2 * 4);
    assert_eq!(found["exact_duplicates"], golden["exact_duplicates"]);
    assert_eq!(found["near_duplicates"], golden["near_duplicates"]);
    for count in found["issue_summary"].as_array().unwrap() {
        let issue = count["issue_type"].as_str().unwrap();
        // Of the two pictures with palettes cleanvision finds both dark.
        let of_palettes = if issue == "dark" { 2 } else { 0 };
        let expected = golden["issue_summary"][issue].as_u64().unwrap() - of_palettes;
        assert_eq!(count["num_images"], expected, "{issue}");
    }
}

#[test]
fn the_table_has_cleanvisions_columns_and_absolute_paths() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("issues.csv");
    report().write_csv(&path).unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let columns: Vec<String> = serde_json::from_value(golden()["columns"].clone()).unwrap();
    assert_eq!(lines.next().unwrap(), format!(",{}", columns.join(",")));
    let cells: Vec<&str> = lines.next().unwrap().split(',').collect();
    assert!(std::path::Path::new(cells[0]).is_absolute() && cells[0].ends_with("cat.jpg"), "{}", cells[0]);
    assert_eq!((cells.len(), cells[1], cells[2]), (19, "1.0", "False"));
    assert_eq!(lines.count(), 30);
}

#[test]
fn the_report_does_not_depend_on_threads_or_on_the_order_of_samples() {
    let folder = root().join("tests/golden/cleanvision_folder/images/animals");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let source_of = |files: &[std::path::PathBuf]| {
        files.iter().fold(InMemorySource::new(), |source, file| {
            source.with(file.file_name().unwrap().to_str().unwrap(), None, std::fs::read(file).unwrap())
        })
    };
    let run = |source: &InMemorySource, threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let report =
            pool.install(|| CleanvisionReport::of(source, Limits::new(), |_, _| ControlFlow::Continue(())));
        serde_json::to_string(&report.unwrap()).unwrap()
    };
    let forwards = run(&source_of(&files), 1);
    files.reverse();
    assert_eq!(run(&source_of(&files), 2), forwards);
}

#[test]
fn files_that_cannot_be_decoded_have_a_row_without_scores() {
    let cat = std::fs::read(root().join("assets/photos/animals/cat.jpg")).unwrap();
    let gray_alpha = std::fs::read(root().join("assets/hostile/gray_alpha.png")).unwrap();
    let source = InMemorySource::new()
        .with("=cut.jpg", None, &cat[..cat.len() / 2])
        .with("none.png", None, &b""[..])
        .with("none too.png", None, &b""[..])
        .with("gray_alpha.png", None, gray_alpha);
    let report = CleanvisionReport::of(&source, Limits::new(), |_, _| ControlFlow::Continue(())).unwrap();
    let found = serde_json::to_value(&report).unwrap();
    assert_eq!(found["images"][0]["file"], "=cut.jpg");
    assert!(found["images"][0]["error"].as_str().unwrap().starts_with("truncated JPEG"));
    assert_eq!(found["images"][0]["dark_score"], Value::Null);
    assert_eq!(found["images"][0]["is_dark_issue"], false);
    // At this one cleanvision ends with an IndexError.
    assert_eq!(found["images"][1]["file"], "gray_alpha.png");
    assert!(found["images"][1]["dark_score"].is_f64());
    assert_eq!(found["images"][1]["grayscale_score"], json!(1.0));
    assert_eq!(report.exact_duplicates, Vec::<Vec<String>>::new());
    let text = report.to_string();
    assert!(text.contains("not decoded, and without scores:\n  =cut.jpg: truncated JPEG"), "{text}");

    let folder = tempfile::tempdir().unwrap();
    report.write_csv(folder.path().join("issues.csv")).unwrap();
    let table = std::fs::read_to_string(folder.path().join("issues.csv")).unwrap();
    assert!(table.contains("\n./=cut.jpg,,False,,False,"), "{table}");
}
