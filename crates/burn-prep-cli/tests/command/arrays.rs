//! Features and probabilities that the user brings.

use std::path::Path;

use serde_json::Value;

use burn_prep::images::{ColorMode, Image, ImageSize};

use crate::support::{command, json, text};

/// 30 pictures in each of two classes and one file behind them that is none.
fn folder_of_noise() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for class in ["a", "b"] {
        std::fs::create_dir(folder.path().join(class)).unwrap();
        for index in 0..30_u64 {
            let seed = index + if class == "a" { 0 } else { 100 };
            let of = |at: u64| {
                let mixed = (at + (seed << 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
                ((mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 40) as u8
            };
            let image = Image::new(ImageSize::square(40), ColorMode::L, (0..1600).map(of).collect()).unwrap();
            image.write_png(folder.path().join(class).join(format!("{index:02}.png"))).unwrap();
        }
    }
    std::fs::write(folder.path().join("b/99.png"), b"no picture").unwrap();
    folder
}

/// A number of 0 to 39.
fn noise(row: u32, column: u32) -> u32 {
    let mixed = row * row * row * 31 + column * 97 + row * column * column * 17;
    (mixed.wrapping_mul(2_654_435_761) >> 20) % 40
}

/// Writes `[rows, columns]` of hundredths.
fn write_hundredths(path: &str, [rows, columns]: [u32; 2], value: impl Fn(u32, u32) -> u32) {
    let at = |at: u32| value(at / columns, at % columns) as u8;
    let all = (0..rows * columns).map(at).collect();
    let table = Image::new(ImageSize::new(columns, rows), ColorMode::L, all).unwrap();
    let array = table.view().mapv(|value| f32::from(value) / 100.0);
    let array = array.into_shape_with_order((rows as usize, columns as usize)).unwrap();
    burn_prep::npy::write_file(path, array.view()).unwrap();
}

/// The one finding of a check that has this subject first.
fn finding<'a>(report: &'a Value, check: &str, subject: &str) -> &'a Value {
    let all = report["findings"].as_array().unwrap();
    let is_it = |finding: &&Value| finding["check"] == check && finding["subjects"][0] == subject;
    let found = all.iter().find(is_it);
    assert!(found.is_some(), "no {check} of {subject} in {report:#}");
    found.unwrap()
}

#[test]
fn features_tell_outliers_duplicates_and_wrong_classes() {
    let folder = folder_of_noise();
    let dir = folder.path().to_str().unwrap();
    let out = tempfile::tempdir().unwrap();
    let path = |name: &str| out.path().join(name).to_str().unwrap().to_owned();
    // A direction for each class; a/10 has that of the other, a/20 has the features of a/21, and a/05 is far from all.
    let value = |row: u32, column: u32| {
        let (row, direction) = match row {
            5 => return 200 * u32::from(column == 7),
            60 => return 0,
            20 => (21, 0),
            row => (row, u32::from(row >= 30 || row == 10)),
        };
        noise(row, column) + 200 * u32::from(column == direction)
    };
    let (features, short) = (path("features.npy"), path("short.npy"));
    write_hundredths(&features, [61, 8], value);
    write_hundredths(&short, [60, 8], value);
    let (json_path, csv) = (path("report.json"), path("images.csv"));
    let args = ["validate", dir, "-q", "--features", &features, "--json", &json_path, "--csv", &csv];
    let run = command(&[&args[..], &["--threads", "1"]].concat());
    assert_eq!(run.status.code(), Some(1), "{}", text(&run.stderr));
    let one = std::fs::read(&json_path).unwrap();
    command(&[&args[..], &["--threads", "2"]].concat());
    assert_eq!(std::fs::read(&json_path).unwrap(), one);

    let report = json(Path::new(&json_path));
    let message = |check: &str, subject: &str| finding(&report, check, subject)["message"].as_str().unwrap();
    let label = message("label_error", "a/10.png");
    assert!(label.starts_with("given a, likely b by the 10 pictures with the nearest features: "), "{label}");
    assert!(label.ends_with(": self-confidence 0.000, normalised margin 0.000"), "{label}");
    let outlier = message("feature_outlier", "a/05.png");
    assert!(outlier.starts_with("its features have a mean cosine distance of 0.84"), "{outlier}");
    let alike = message("near_duplicate", "a/20.png");
    assert!(alike.ends_with("by features like a/20.png: a/21.png (cosine distance 0.00000)"), "{alike}");
    // What --help says of the order of rows.
    let table = std::fs::read_to_string(&csv).unwrap();
    let files: Vec<&str> = table.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
    assert!(files.len() == 61 && files.is_sorted() && files[60] == "b/99.png", "{files:?}");

    let refused = command(&["validate", dir, "-q", "--features", &short]);
    assert_eq!(refused.status.code(), Some(2));
    let expected =
        "short.npy: not a valid array of features: 60 rows, expected 61: row i is file i of the listing";
    assert!(text(&refused.stderr).contains(expected), "{}", text(&refused.stderr));
    assert_eq!(command(&["validate", dir, "-q", "--features", &csv]).status.code(), Some(2));
}

#[test]
fn predicted_probabilities_tell_wrong_classes() {
    let folder = folder_of_noise();
    let dir = folder.path().to_str().unwrap();
    let out = tempfile::tempdir().unwrap();
    let path = |name: &str| out.path().join(name).to_str().unwrap().to_owned();
    let value = |row: u32, column: u32| {
        let class = u32::from(row >= 30 || row == 10);
        // Of the file that is no picture nothing is known.
        u32::from(row < 60) * (2 + 96 * u32::from(column == class))
    };
    let (good, wide, json_path) = (path("p.npy"), path("wide.npy"), path("report.json"));
    write_hundredths(&good, [61, 2], value);
    write_hundredths(&wide, [61, 3], value);
    let run = command(&["validate", dir, "-q", "--pred-probs", &good, "--json", &json_path]);
    assert_eq!(run.status.code(), Some(1), "{}", text(&run.stderr));
    let report = json(Path::new(&json_path));
    let expected =
        "given a, likely b by the predicted probabilities: self-confidence 0.020, normalised margin 0.020";
    assert_eq!(finding(&report, "label_error", "a/10.png")["message"], expected);

    let refused = |file: &str| {
        let refused = command(&["validate", dir, "-q", "--pred-probs", file]);
        assert_eq!(refused.status.code(), Some(2), "{}", text(&refused.stderr));
        text(&refused.stderr)
    };
    let columns = refused(&wide);
    let expected = "wide.npy: not a valid array of predicted probabilities: 3 columns, expected 2, one for each class \
                    in the order of their names: a, b";
    assert!(columns.contains(expected), "{columns}");
    // Logits.
    write_hundredths(&good, [61, 2], |row, column| 40 * (row % 3) + 100 * column);
    let rows = refused(&good);
    let expected = "p.npy: not a valid array of predicted probabilities: row 1, a/01.png: not a valid row";
    assert!(rows.contains(expected), "{rows}");
}
