//! The command, run as a process.
#![allow(clippy::unwrap_used)]

use std::io::BufRead;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use burn_prep::images::{ColorMode, Image, ImageSize};

/// The root of the repository, which has the folder `assets`.
fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn command(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_burn-prep")).args(args).current_dir(root()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn a_clean_folder_ends_with_0_and_findings_with_1() {
    let clean = command(&["validate", "assets/photos", "--fail-on", "error"]);
    assert_eq!(clean.status.code(), Some(0), "{}", text(&clean.stderr));
    assert!(
        text(&clean.stdout).starts_with("assets/photos: 40 of 40 images usable\n"),
        "{}",
        text(&clean.stdout)
    );
    assert!(text(&clean.stderr).starts_with("40 files to look at\n"), "{}", text(&clean.stderr));
    let warned = command(&["validate", "assets/photos"]);
    assert_eq!(warned.status.code(), Some(1));

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.json");
    let found = command(&["validate", "assets/hostile", "--all", "--json", path.to_str().unwrap()]);
    assert_eq!(found.status.code(), Some(1));
    let lines = text(&found.stdout);
    assert!(lines.contains("error    decompression_bomb  bomb.png: max_side is 60000"), "{lines}");
    let report = json(&path);
    assert_eq!(report["schema_version"], 1);
    assert_eq!(report["files_seen"], 32);
    let errors =
        report["findings"].as_array().unwrap().iter().filter(|finding| finding["severity"] == "error");
    assert_eq!(errors.count(), 16);
}

#[test]
fn the_report_is_the_same_with_any_number_of_threads() {
    let report = |threads: &str| command(&["validate", "assets", "--json", "-", "--threads", threads]).stdout;
    let one = report("1");
    assert!(one.len() > 1000);
    assert_eq!(one, report("4"));
}

#[test]
fn usage_is_2_and_input_that_cannot_be_read_is_3() {
    assert_eq!(command(&["validate"]).status.code(), Some(2));
    assert_eq!(command(&["validate", "assets", "--threads", "0"]).status.code(), Some(2));
    let missing = command(&["validate", "no/such/folder"]);
    assert_eq!(missing.status.code(), Some(3));
    assert!(text(&missing.stderr).contains("no/such/folder"), "{}", text(&missing.stderr));
    let none = command(&["stats", "src"]);
    assert_eq!(none.status.code(), Some(3));
    assert!(text(&none.stderr).contains("src: image folder is empty"), "{}", text(&none.stderr));
}

#[test]
fn a_report_that_cannot_be_written_is_4_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), b"").unwrap();
    let below_a_file = folder.path().join("file/report.json");
    let failed = command(&["validate", "assets/photos", "--json", below_a_file.to_str().unwrap()]);
    assert_eq!(failed.status.code(), Some(4));
    assert!(text(&failed.stderr).contains("report.json"), "{}", text(&failed.stderr));
    assert!(text(&failed.stdout).contains("40 of 40 images usable"), "the result is printed all the same");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn a_reader_that_stops_early_is_no_error_and_a_full_disk_is_one() {
    let run = |redirect: &str| {
        let line = format!("{} devices {redirect}", env!("CARGO_BIN_EXE_burn-prep"));
        Command::new("sh").args(["-c", &line]).output().unwrap()
    };
    let full = run("> /dev/full");
    assert_eq!(full.status.code(), Some(4));
    assert!(text(&full.stderr).contains("burn-prep: standard output: "), "{}", text(&full.stderr));
    let piped = run("| true");
    // (Graphics drivers may say things of their own on standard error.)
    assert!(!text(&piped.stderr).contains("burn-prep") && !text(&piped.stderr).contains("panicked"));
}

#[test]
fn stats_prints_the_constants_of_a_normaliser() {
    let stats = command(&["stats", "assets/photos"]);
    assert_eq!(stats.status.code(), Some(0));
    let lines = text(&stats.stdout);
    for part in ["40 images", "animals", "JPEG", "red ", "mean"] {
        assert!(lines.contains(part), "{part} is missing in\n{lines}");
    }
}

#[test]
fn devices_lists_what_is_there_and_what_is_missing() {
    let listed = command(&["devices"]);
    assert_eq!(listed.status.code(), Some(0));
    let lines = text(&listed.stdout);
    assert!(lines.contains("flex       ready"), "{lines}");
    assert!(lines.contains("cuda:0     not compiled  build with `--features cuda`"), "{lines}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_reports_what_was_seen() {
    let folder = tempfile::tempdir().unwrap();
    let pixels = (0..900 * 900 * 3_usize).map(|at| (at.wrapping_mul(31) ^ (at >> 3)) as u8).collect();
    let whole = Image::new(ImageSize::square(900), ColorMode::Rgb, pixels).unwrap();
    whole.write_png(folder.path().join("0000.png")).unwrap();
    for index in 1..400 {
        std::fs::hard_link(folder.path().join("0000.png"), folder.path().join(format!("{index:04}.png")))
            .unwrap();
    }
    let path = folder.path().join("report.json");
    let mut run = Command::new(env!("CARGO_BIN_EXE_burn-prep"))
        .args([
            "validate",
            folder.path().to_str().unwrap(),
            "--threads",
            "1",
            "--json",
            path.to_str().unwrap(),
        ])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // The first line comes once Ctrl-C is caught.
    let mut line = String::new();
    std::io::BufReader::new(run.stderr.as_mut().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "400 files to look at\n");
    let kill = Command::new("kill").args(["-INT", &run.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let ended = run.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(130));
    let report = json(&path);
    assert_eq!(report["interrupted"], true);
    let seen = report["files_seen"].as_u64().unwrap();
    assert!(seen < 400, "{seen} of 400 files seen");
}

#[test]
fn reports_of_every_kind_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (html, csv, junit, sarif) = (path("r.html"), path("r.csv"), path("r.xml"), path("r.sarif"));
    let args = [
        "validate",
        "assets/hostile",
        "--html",
        &html,
        "--csv",
        &csv,
        "--junit",
        &junit,
        "--sarif",
        &sarif,
        "--github",
    ];
    let run = command(&args);
    assert_eq!(run.status.code(), Some(1), "{}", text(&run.stderr));
    assert!(text(&run.stderr).contains("::error file=assets/hostile/bomb.png"), "{}", text(&run.stderr));
    let read = |path: &str| std::fs::read_to_string(path).unwrap();
    assert!(read(&html).contains("data-check=\"truncated\""));
    assert_eq!(read(&csv).lines().count(), 33);
    assert!(read(&junit).contains("<failure type=\"error\""));
    assert_eq!(json(Path::new(&sarif))["version"], "2.1.0");
}

#[test]
fn findings_that_are_known_allowed_or_waived_do_not_fail() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let code = |args: &[&str]| {
        let all: Vec<&str> = ["validate", "assets/photos", "-q"].iter().chain(args).copied().collect();
        command(&all).status.code()
    };
    let report = path("report.json");
    assert_eq!(code(&["--json", &report]), Some(1));
    assert_eq!(code(&["--baseline", &report]), Some(0));
    let all = ["grayscale=30%", "small_class=6", "label_property=9", "near_duplicate=2", "blurry=2"];
    let most: Vec<&str> = all.iter().flat_map(|most| ["--max", most]).collect();
    assert_eq!(code(&most), Some(0));
    assert_eq!(code(&[&most[..], &["--max", "blurry=1"]].concat()), Some(1));
    assert_eq!(code(&["--group", "no such name"]), Some(2));
    assert_eq!(code(&["--max", "no_such_check=1"]), Some(2));
    assert_eq!(code(&["--fail-on", "never"]), Some(0));

    let config = path("config.toml");
    let thresholds = "[thresholds]\nsmall_class = 1\nblurry = 0.0001\ngrayscale = 0\nlabel_property = 1.0\n";
    let waivers =
        "[[waiver]]\ncheck = \"near_duplicate\"\nsubject = \"animals/*\"\nreason = \"both are meant\"\n";
    let gray = "[max]\ngrayscale = \"40%\"\n";
    std::fs::write(&config, format!("{thresholds}{gray}{waivers}")).unwrap();
    assert_eq!(code(&["--config", &config]), Some(0));
    std::fs::write(&config, "[thresholds]\nblury = 1.0\n").unwrap();
    let wrong = command(&["validate", "assets/photos", "--config", &config]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).contains("blury"), "{}", text(&wrong.stderr));
}

/// A folder of files that take some time each.
#[cfg(unix)]
fn slow_folder(files: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for index in 0..files {
        let of = |at: usize| ((at * (31 + index % 7)) ^ (at >> 3)) as u8;
        let pixels = (0..90 * 90 * 3_usize).map(of).collect();
        let image = Image::new(ImageSize::square(90), ColorMode::Rgb, pixels).unwrap();
        image.write_png(folder.path().join(format!("{index:04}.png"))).unwrap();
    }
    folder
}

/// A run that is killed, at ten moments, goes on where it was, and its report is that of a run that was left alone.
#[cfg(unix)]
#[test]
fn a_run_that_is_killed_goes_on() {
    let folder = slow_folder(160);
    let dir = folder.path().to_str().unwrap();
    let out = tempfile::tempdir().unwrap();
    let path = |name: &str| out.path().join(name).to_str().unwrap().to_owned();
    let (cache, whole, resumed) = (path("cache"), path("whole.json"), path("resumed.json"));
    assert_eq!(command(&["validate", dir, "-q", "--json", &whole]).status.code(), Some(1));
    let lines = || std::fs::read_to_string(&cache).map_or(0, |text| text.lines().count());
    let (mut seen, mut grown) = (0, 0);
    for moment in 0..10_u64 {
        let mut run = Command::new(env!("CARGO_BIN_EXE_burn-prep"))
            .args(["validate", dir, "-q", "--threads", "1", "--cache", &cache, "--json", &resumed])
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(150 + 130 * moment));
        run.kill().unwrap();
        run.wait().unwrap();
        // Nothing is lost.
        assert!(lines() >= seen, "{} lines after {seen}", lines());
        grown += usize::from(lines() > seen);
        seen = lines();
    }
    assert!(grown >= 1 && seen > 1, "{seen} lines");
    let ended = command(&["validate", dir, "-q", "--cache", &cache, "--json", &resumed]);
    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(std::fs::read(&resumed).unwrap(), std::fs::read(&whole).unwrap());
}

#[test]
fn shards_are_merged_to_the_report_of_the_whole() {
    let out = tempfile::tempdir().unwrap();
    let path = |name: &str| out.path().join(name).to_str().unwrap().to_owned();
    let whole = path("whole.json");
    command(&["validate", "assets", "-q", "--json", &whole]);
    for (ranks, threads) in [(2, "1"), (3, "2")] {
        let parts: Vec<String> = (0..ranks).rev().map(|rank| path(&format!("{rank}-{ranks}"))).collect();
        for (part, rank) in parts.iter().zip((0..ranks).rev()) {
            let shard = format!("{rank}/{ranks}");
            let args = ["validate", "assets", "-q", "--threads", threads, "--shard", &shard, "--cache", part];
            assert!(command(&args).status.code().is_some_and(|code| code < 2));
        }
        let (all, merged) = (path("all"), path("merged.json"));
        let files: Vec<&str> = ["merge", &all].into_iter().chain(parts.iter().map(String::as_str)).collect();
        assert_eq!(command(&files).status.code(), Some(0));
        command(&["validate", "assets", "-q", "--cache", &all, "--json", &merged]);
        assert_eq!(std::fs::read(&merged).unwrap(), std::fs::read(&whole).unwrap());
    }
    assert_eq!(command(&["validate", "assets", "--shard", "0/2"]).status.code(), Some(2));
    let notes = path("notes");
    std::fs::write(&notes, "my notes\n").unwrap();
    let refused = command(&["validate", "assets/photos", "-q", "--cache", &notes]);
    assert!(text(&refused.stderr).contains("file of records"), "{}", text(&refused.stderr));
    assert_eq!(std::fs::read_to_string(&notes).unwrap(), "my notes\n");
}

#[test]
fn one_file_is_explained() {
    let explained = command(&["explain", "assets/hostile/turned.jpg"]);
    assert_eq!(explained.status.code(), Some(1));
    let lines = text(&explained.stdout);
    assert!(lines.contains("\"jpeg_quality\": ") && lines.contains("warning: orientation: "), "{lines}");
    assert_eq!(command(&["explain", "no/such/file.jpg"]).status.code(), Some(3));
    assert_eq!(command(&["config", "--default"]).status.code(), Some(0));
}

#[cfg(unix)]
#[test]
fn escape_codes_in_file_names_do_not_reach_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a\n\u{1b}[31m.png"), b"").unwrap();
    let dir = folder.path().to_str().unwrap();
    for args in [&["validate", dir, "--all"][..], &["stats", dir], &["validate", dir]] {
        let printed = text(&command(args).stdout);
        assert!(printed.contains("a\\n\\u{1b}[31m.png"), "{args:?}: {printed}");
        assert!(!printed.contains('\u{1b}'), "{args:?}: {printed}");
    }
}

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
