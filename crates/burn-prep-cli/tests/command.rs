//! The command, run as a process.
#![allow(clippy::unwrap_used)]

use std::io::BufRead;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use burn_prep::images::{ColorMode, Decoder, Image, ImageSize};
use burn_prep::source::{Exclusions, ImageFolder};

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
    assert!(read(&html).contains("alt=\"Deviation of all images\""));
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

#[test]
fn what_training_cannot_do_with_a_picture_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.json");
    let json_path = path.to_str().unwrap();
    let found = |args: &[&str]| -> Vec<(String, String)> {
        let all = ["validate", "assets/photos", "-q", "--json", json_path];
        let all: Vec<&str> = all.iter().chain(args).copied().collect();
        assert!(command(&all).status.code().is_some_and(|code| code < 2));
        let report = json(&path);
        let findings = report["findings"].as_array().unwrap().iter();
        let misfits = findings.filter(|finding| finding["check"] == "recipe_misfit");
        let of = |value: &Value| value.as_str().unwrap().to_owned();
        misfits.map(|finding| (of(&finding["subjects"][0]), of(&finding["severity"]))).collect()
    };
    assert!(found(&[]).is_empty());
    let pair = |name: &str, severity: &str| (name.to_owned(), severity.to_owned());
    let small = ["animals/cat_small.jpg", "objects/coffee_saucer.jpg"];
    // Their shorter sides are 96 pixels, the others 114 or more.
    assert_eq!(found(&["--resize", "224", "--crop", "224"]), small.map(|name| pair(name, "warning")));
    assert_eq!(found(&["--crop", "112"]), small.map(|name| pair(name, "error")));
    let config = folder.path().join("config.toml");
    std::fs::write(&config, "[thresholds]\nupscaling = 2.5\n").unwrap();
    assert!(found(&["--resize", "224", "--config", config.to_str().unwrap()]).is_empty());
    assert_eq!(command(&["validate", "assets/photos", "--resize", "0"]).status.code(), Some(2));
}

#[test]
fn names_that_clash_elsewhere_are_reported() {
    let folder = tempfile::tempdir().unwrap();
    let copy = |name: &str| {
        std::fs::copy(root().join("assets/photos/animals/cat.jpg"), folder.path().join(name)).unwrap();
    };
    copy("cat.jpg");
    copy("cat.jpe");
    let json = || -> Value {
        let run = command(&["validate", folder.path().to_str().unwrap(), "-q", "--json", "-"]);
        serde_json::from_slice(&run.stdout).unwrap()
    };
    let clashes = |report: &Value| -> Vec<(String, Vec<String>)> {
        let findings = report["findings"].as_array().unwrap().iter();
        let clashes = findings.filter(|finding| finding["check"] == "name_clash");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let names = |finding: &Value| finding["subjects"].as_array().unwrap().iter().map(text).collect();
        clashes.map(|finding| (text(&finding["severity"]), names(finding))).collect()
    };
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let extensions = ("info".to_owned(), names(&["cat.jpe", "cat.jpg"]));
    assert_eq!(clashes(&json()), [extensions]);
    // Some file systems do not tell the names apart.
    copy("cat.JPG");
    if std::fs::read_dir(folder.path()).unwrap().count() == 3 {
        let spelled = ("warning".to_owned(), names(&["cat.JPG", "cat.jpg"]));
        let extensions = ("info".to_owned(), names(&["cat.JPG", "cat.jpe", "cat.jpg"]));
        assert_eq!(clashes(&json()), [extensions, spelled]);
    }
}

/// Writes two folders: the second has a photograph of the first, one that is flipped, one of another class, and files of its own.
fn two_datasets(root: &Path) -> (String, String) {
    let photos = root().join("assets/photos");
    let copy = |from: &str, to: &str| {
        let to = root.join(to);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(photos.join(from), to).unwrap();
    };
    copy("animals/cat.jpg", "old/animals/cat.jpg");
    copy("people/cameraman.jpg", "old/people/cameraman.jpg");
    copy("objects/coffee.jpg", "old/objects/coffee.jpg");
    // The old dataset's own duplicates and broken files are not the new one's.
    copy("objects/clock.jpg", "old/objects/clock.jpg");
    copy("objects/clock.jpg", "old/objects/clock_again.jpg");
    copy("../hostile/text.jpg", "old/objects/text.jpg");

    copy("animals/cat.jpg", "new/animals/the same cat.jpg");
    copy("objects/coffee.jpg", "new/space/coffee.jpg");
    copy("textures/brick.jpg", "new/textures/brick.jpg");
    copy("../hostile/truncated.jpg", "new/textures/truncated.jpg");
    let image = Decoder::rgb8().decode_file(&photos.join("people/cameraman.jpg")).unwrap().image;
    let row = 3 * image.size().width as usize;
    let mirrored = |row: &[u8]| row.chunks_exact(3).rev().flatten().copied().collect::<Vec<u8>>();
    let pixels = image.pixels().chunks_exact(row).flat_map(mirrored).collect();
    std::fs::create_dir(root.join("new/people")).unwrap();
    let flipped = Image::new(image.size(), ColorMode::Rgb, pixels).unwrap();
    flipped.write_png(root.join("new/people/flipped.png")).unwrap();
    let path = |name: &str| root.join(name).to_str().unwrap().to_owned();
    (path("old"), path("new"))
}

#[test]
fn pictures_of_another_dataset_are_found_and_excluded() {
    let out = tempfile::tempdir().unwrap();
    let (old, new) = two_datasets(out.path());
    let path = |name: &str| out.path().join(name).to_str().unwrap().to_owned();
    let (json_path, list, records) = (path("report.json"), path("exclude.txt"), path("old.records"));
    let leaks = |against: &str, more: &[&str]| -> (Vec<(String, String, String)>, String) {
        let args = ["validate", &new, "-q", "--against", against, "--json", &json_path];
        let run = command(&[&args[..], more].concat());
        assert_eq!(run.status.code(), Some(1), "{}", text(&run.stderr));
        let report = json(Path::new(&json_path));
        let findings = report["findings"].as_array().unwrap().clone();
        let leaks = findings.iter().filter(|finding| finding["check"] == "cross_dataset_leak");
        let of = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
        let leak = |finding: &Value| {
            assert_eq!(finding["subjects"].as_array().unwrap().len(), 1);
            let subject = finding["subjects"][0].as_str().unwrap().to_owned();
            (subject, of(finding, "severity"), of(finding, "message").replace(against, "OLD"))
        };
        assert!(findings.iter().all(|finding| finding["check"] != "exact_duplicate"));
        (leaks.map(leak).collect(), text(&run.stderr))
    };

    let (found, stderr) = leaks(&old, &["--exclude", &list]);
    let [cat, flipped, coffee] = &found[..] else { panic!("{found:?}") };
    let expected = |subject: &str, severity: &str, message: &str| {
        (subject.to_owned(), severity.to_owned(), message.to_owned())
    };
    let same = "the same bytes as animals/cat.jpg of OLD";
    assert_eq!(*cat, expected("animals/the same cat.jpg", "error", same));
    assert_eq!((flipped.0.as_str(), flipped.1.as_str()), ("people/flipped.png", "warning"));
    let like =
        "like people/flipped.png: people/cameraman.jpg of OLD, flipped from left to right (correlation ";
    assert!(flipped.2.starts_with(like), "{}", flipped.2);
    let conflict = "the same bytes as objects/coffee.jpg of OLD; of class space here, of class objects there";
    assert_eq!(*coffee, expected("space/coffee.jpg", "error", conflict));
    assert!(stderr.contains("1 of 6 files cannot be used and are not compared"), "{stderr}");

    let names = "animals/the same cat.jpg\npeople/flipped.png\nspace/coffee.jpg\ntextures/truncated.jpg\n";
    assert_eq!(std::fs::read_to_string(&list).unwrap(), names);
    let folder = ImageFolder::open(&new).unwrap();
    let left_out = Exclusions::read(&list).unwrap().indices(&folder);
    let left: Vec<usize> = (0..folder.len()).filter(|index| !left_out.contains(index)).collect();
    assert_eq!((left.len(), folder.samples()[left[0]].uri.as_str()), (1, "textures/brick.jpg"));
    // A baseline hides known leaks from the report, not from the loader; a waiver accepts them.
    let baseline = path("known.json");
    std::fs::copy(&json_path, &baseline).unwrap();
    let config = path("config.toml");
    let waiver = "[[waiver]]\nsubject = \"space/*\"\nreason = \"both are meant\"\n";
    std::fs::write(&config, waiver).unwrap();
    let args = ["validate", &new, "-q", "--against", &old, "--exclude", &list, "--baseline", &baseline];
    assert_eq!(command(&[&args[..], &["--config", &config]].concat()).status.code(), Some(0));
    assert_eq!(std::fs::read_to_string(&list).unwrap(), names.replace("space/coffee.jpg\n", ""));

    // The records of the other dataset do as well as its files, which are not read.
    command(&["validate", &old, "-q", "--cache", &records]);
    std::fs::rename(&old, path("elsewhere")).unwrap();
    let html = path("report.html");
    assert_eq!(leaks(&records, &["--html", &html]).0, found);
    let page = std::fs::read_to_string(&html).unwrap();
    assert!(page.contains(r#"data-check="cross_dataset_leak" data-severity="error" data-findings="3""#));
    assert!(page.contains("<th scope=\"row\"><bdi>space</bdi></th><td>1</td>"), "no table of the folders");
}

#[test]
fn another_dataset_must_be_another_one() {
    let out = tempfile::tempdir().unwrap();
    let (old, new) = two_datasets(out.path());
    let path = |name: &str| out.path().join(name).to_str().unwrap().to_owned();
    let (records, notes) = (path("new.records"), path("notes"));
    command(&["validate", &new, "-q", "--cache", &records]);
    std::fs::write(&notes, "my notes\n").unwrap();
    let run = |args: &[&str]| {
        let start = ["validate", &new, "-q"];
        let run = command(&[&start[..], args].concat());
        (run.status.code(), text(&run.stderr))
    };
    let again = path("new/../old");
    let (inside, around) = (path("new/animals"), path("."));
    for args in [
        &["--against", &new][..],
        &["--against", &inside],
        &["--against", &around],
        &["--against", &old, "--against", &again],
        &["--against", &records, "--cache", &records],
    ] {
        let (code, stderr) = run(args);
        assert_eq!(code, Some(2), "{args:?}: {stderr}");
        assert!(stderr.contains("--against is "), "{args:?}: {stderr}");
    }
    let (code, stderr) = run(&["--against", &notes]);
    assert_eq!(code, Some(2), "{stderr}");
    assert!(stderr.contains("notes: not a valid file of records"), "{stderr}");
    let (code, stderr) = run(&["--against", "no/such/folder"]);
    assert_eq!(code, Some(3), "{stderr}");
    assert!(stderr.contains("no/such/folder"), "{stderr}");
}

#[test]
fn cleanvisions_tables_are_written_in_place_of_the_checks() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (csv, report) = (path("issues.csv"), path("issues.json"));
    let images = "tests/golden/cleanvision_folder/images";
    let all = ["validate", images, "-q", "--compat", "cleanvision"];
    let run = command(&[&all[..], &["--csv", &csv, "--json", &report]].concat());
    assert_eq!(run.status.code(), Some(1), "{}", text(&run.stderr));
    let lines = text(&run.stdout);
    assert!(lines.contains("exact_duplicates           11\n"), "{lines}");
    assert!(
        lines.contains("  3 images: animals/cat.jpg, animals/cat_again.jpeg, animals/cat_of_jpeg.png\n"),
        "{lines}"
    );
    assert_eq!(std::fs::read_to_string(&csv).unwrap().lines().count(), 32);
    assert_eq!(json(Path::new(&report))["images"][0]["is_exact_duplicates_issue"], true);
    let one = |threads: &str| command(&[&all[..], &["--json", "-", "--threads", threads]].concat()).stdout;
    assert_eq!(one("1"), one("2"));

    for option in [&["--html", "page.html"][..], &["--fail-on", "never"], &["--all"]] {
        let refused = command(&[&all[..], option].concat());
        assert_eq!(refused.status.code(), Some(2), "{option:?}");
        assert!(text(&refused.stderr).contains("cannot be used with"), "{}", text(&refused.stderr));
    }
    let one = folder.path().join("one");
    std::fs::create_dir(&one).unwrap();
    std::fs::copy(root().join("assets/photos/animals/cat.jpg"), one.join("cat.jpg")).unwrap();
    let clean = command(&["validate", one.to_str().unwrap(), "-q", "--compat", "cleanvision"]);
    assert_eq!(clean.status.code(), Some(0), "{}", text(&clean.stdout));
    let hostile = command(&["validate", "assets/hostile", "-q", "--compat", "cleanvision"]);
    assert!(text(&hostile.stdout).contains("\nnot decoded, and without scores:\n"));
    assert_eq!(command(&["validate", "no/such", "--compat", "cleanvision"]).status.code(), Some(3));
    assert_eq!(command(&["validate", images, "--compat", "other"]).status.code(), Some(2));
}

#[test]
fn the_schema_of_reports_is_printed() {
    let printed = command(&["schema"]);
    assert_eq!(printed.status.code(), Some(0));
    assert_eq!(printed.stdout, std::fs::read(root().join("schema/report.schema.json")).unwrap());
}

/// The Parquet file has the names and cells of the CSV file, with types, and the same bytes with any number of threads.
#[cfg(feature = "parquet")]
#[test]
fn the_parquet_file_is_the_table_of_the_csv_file() {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::{Field, Row};

    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (csv, one, two) = (path("images.csv"), path("one.parquet"), path("two.parquet"));
    command(&["validate", "assets", "-q", "--threads", "1", "--csv", &csv, "--parquet", &one]);
    command(&["validate", "assets", "-q", "--threads", "2", "--parquet", &two]);
    assert!(std::fs::read(&one).unwrap() == std::fs::read(&two).unwrap());

    let mut table = csv::Reader::from_path(&csv).unwrap();
    let names = table.headers().unwrap().clone();
    let cells: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    let reader = SerializedFileReader::new(std::fs::File::open(&one).unwrap()).unwrap();
    let about = reader.metadata().file_metadata();
    assert_eq!(about.created_by(), Some(concat!("burn-prep version ", env!("CARGO_PKG_VERSION"))));
    let rows: Vec<Row> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
    assert!(rows.len() == cells.len() && rows.len() > 60, "{} rows, expected {}", rows.len(), cells.len());

    let same = |field: &Field, cell: &str| match field {
        Field::Null => cell.is_empty(),
        Field::Str(text) => text == cell,
        Field::UByte(value) => cell.parse::<u8>().is_ok_and(|cell| cell == *value),
        Field::UInt(value) => cell.parse::<u32>().is_ok_and(|cell| cell == *value),
        Field::ULong(value) => cell.parse::<u64>().is_ok_and(|cell| cell == *value),
        Field::Double(value) => cell.parse::<f64>().is_ok_and(|cell| cell == *value),
        _ => false,
    };
    for (row, cells) in rows.iter().zip(&cells) {
        assert_eq!(row.len(), cells.len());
        for ((name, field), (expected, cell)) in row.get_column_iter().zip(names.iter().zip(cells)) {
            assert_eq!(name, expected);
            assert!(same(field, cell), "{name}: found {field:?}, expected {cell:?}");
        }
    }

    let of = |name: &str| {
        let photo = rows.iter().find(|row| row.to_string().contains("photos/animals/cat.jpg")).unwrap();
        photo.get_column_iter().find(|(column, _)| *column == name).unwrap().1.clone()
    };
    assert!(matches!(of("width"), Field::UInt(_)) && matches!(of("file_bytes"), Field::ULong(_)));
    assert!(matches!(of("jpeg_quality"), Field::UByte(_)) && matches!(of("entropy"), Field::Double(_)));
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
