//! The example `image_validation`, run as a process.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::support::{asset, devices, root};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn example() -> PathBuf {
    let beside = std::env::current_exe().unwrap();
    let profile = beside.parent().unwrap().parent().unwrap();
    profile.join("examples").join(format!("image_validation{}", std::env::consts::EXE_SUFFIX))
}

fn run_example(dir: &Path, device: &str, out: &Path) -> Output {
    let run = Command::new(example())
        .arg(dir)
        .args(["--device", device, "--out", out.to_str().unwrap()])
        .current_dir(root())
        .output()
        .expect(
            "`cargo test --workspace` builds the examples; for one package alone run `cargo build --examples` first",
        );
    assert!(run.status.success(), "{device}: {}", text(&run.stderr));
    run
}

/// Float statistics of batches: the pixels are uploaded and read back unchanged, so they agree exactly;
/// the tolerance is what the project promises.
const FLOAT_RELATIVE: f64 = 1e-5;

fn assert_same(a: &Value, b: &Value, place: &str) {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>(), "{place}");
            a.iter().for_each(|(key, value)| assert_same(value, &b[key], &format!("{place}.{key}")));
        }
        (Value::Array(a), Value::Array(b)) => {
            assert_eq!(a.len(), b.len(), "{place}");
            a.iter().zip(b).enumerate().for_each(|(i, (a, b))| assert_same(a, b, &format!("{place}[{i}]")));
        }
        (Value::Number(a), Value::Number(b)) if a.is_f64() && !place.contains("decoded_channels") => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            assert!((a - b).abs() <= FLOAT_RELATIVE * a.abs(), "{place}: {a} and {b}");
        }
        _ if place == ".device" => {}
        _ => assert_eq!(a, b, "{place}"),
    }
}

#[test]
fn the_example_reports_the_same_on_every_device() {
    let folder = tempfile::tempdir().unwrap();
    let mut reports = Vec::new();
    for (spec, _) in devices() {
        let out = folder.path().join(spec.to_string());
        let run = run_example(&asset("photos"), &spec.to_string(), &out);
        assert!(text(&run.stdout).contains("40 images usable, 0 not"), "{}", text(&run.stdout));
        reports.push(json(&out.join("report.json")));
        assert_eq!(std::fs::read_to_string(out.join("images.csv")).unwrap().lines().count(), 41);
        let mean = burn_prep::images::Decoder::rgb8().decode_file(&out.join("mean_image.png")).unwrap();
        assert_eq!(mean.image.shape(), [128, 128, 3]);
    }
    assert_eq!(reports[0]["images"].as_array().unwrap().len(), 40);
    for report in &reports[1..] {
        assert_same(&reports[0], report, "");
    }
}

#[test]
fn the_example_names_every_hostile_file_that_it_cannot_use() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let run = run_example(&asset("hostile"), "cpu", &out);
    assert!(text(&run.stdout).contains("18 images usable, 14 not"), "{}", text(&run.stdout));
    let report = json(&out.join("report.json"));
    for file in report["unusable"].as_array().unwrap() {
        assert!(file["reason"].as_str().unwrap().len() > 8, "{file}");
    }
}
