//! What the command ends with, and what it prints.

use std::io::BufRead;
use std::process::Command;

use burn_prep::images::{ColorMode, Image, ImageSize};

use crate::support::{command, json, root, text};

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
    for threads in ["0", "1025"] {
        assert_eq!(command(&["validate", "assets", "--threads", threads]).status.code(), Some(2));
    }
    let part = command(&["validate", "assets/photos", "--sample", "9", "--exclude", "list.txt"]);
    assert_eq!(part.status.code(), Some(2), "{}", text(&part.stderr));
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
    let run = |arguments: &str| {
        let line = format!("{} {arguments}", env!("CARGO_BIN_EXE_burn-prep"));
        Command::new("sh").args(["-c", &line]).current_dir(root()).output().unwrap()
    };
    let full = run("devices > /dev/full");
    assert_eq!(full.status.code(), Some(4));
    assert!(text(&full.stderr).contains("burn-prep: standard output: "), "{}", text(&full.stderr));
    let piped = run("devices | true");
    // (Graphics drivers may say things of their own on standard error.)
    assert!(!text(&piped.stderr).contains("burn-prep") && !text(&piped.stderr).contains("panicked"));
    // Progress that cannot be shown costs no result.
    let unseen = run("stats assets/photos 2> /dev/full");
    assert_eq!(unseen.status.code(), Some(0));
    assert!(text(&unseen.stdout).contains("40 images"), "{}", text(&unseen.stdout));
}

#[test]
fn stats_prints_the_constants_of_a_normaliser() {
    let stats = command(&["stats", "assets/photos"]);
    assert_eq!(stats.status.code(), Some(0));
    let lines = text(&stats.stdout);
    let constants =
        ["pixel_weighted       Normalize::new([0.47", "image_weighted       ", "mean_of_image_stds   "];
    for part in ["40 images", "animals", "JPEG", "red ", "mean"].into_iter().chain(constants) {
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
    let (path, list) = (folder.path().join("report.json"), folder.path().join("exclude.txt"));
    std::fs::write(&list, "of an earlier run\n").unwrap();
    let mut run = Command::new(env!("CARGO_BIN_EXE_burn-prep"))
        .args([
            "validate",
            folder.path().to_str().unwrap(),
            "--threads",
            "1",
            "--json",
            path.to_str().unwrap(),
            "--exclude",
            list.to_str().unwrap(),
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
    let notes = text(&ended.stderr);
    let said = |part: &str| notes.contains(part);
    assert!(said("stopping; Ctrl-C again") && said("exclude.txt\" was not written"), "{notes}");
    let report = json(&path);
    assert_eq!(report["interrupted"], true);
    let seen = report["files_seen"].as_u64().unwrap();
    assert!(seen < 400, "{seen} of 400 files seen");
    assert_eq!(std::fs::read_to_string(&list).unwrap(), "of an earlier run\n");
}

#[test]
fn one_file_is_explained() {
    let explained = command(&["explain", "assets/hostile/turned.jpg"]);
    assert_eq!(explained.status.code(), Some(1));
    let lines = text(&explained.stdout);
    assert!(lines.contains("\"jpeg_quality\": ") && lines.contains("warning: orientation: "), "{lines}");
    for unread in ["no/such/file.jpg", "assets"] {
        assert_eq!(command(&["explain", unread]).status.code(), Some(3), "{unread}");
    }
    assert_eq!(command(&["config", "--default"]).status.code(), Some(0));
}

#[test]
fn a_file_beyond_the_limit_is_not_read_to_be_explained() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.png");
    // It takes no place on the disk.
    std::fs::File::create(&path).unwrap().set_len((1 << 30) + 1).unwrap();
    let explained = command(&["explain", path.to_str().unwrap()]);
    assert_eq!(explained.status.code(), Some(1), "{}", text(&explained.stderr));
    let lines = text(&explained.stdout);
    let expected = "error: decompression_bomb: max_file_bytes is 1073741825, limit is 1073741824";
    assert!(lines.contains(expected) && lines.contains("\"picture\": null"), "{lines}");
}

#[cfg(unix)]
#[test]
fn an_explanation_has_no_escape_codes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a\u{9b}31m\u{202e}.png");
    std::fs::copy(root().join("assets/hostile/turned.jpg"), &path).unwrap();
    let printed = text(&command(&["explain", path.to_str().unwrap()]).stdout);
    assert!(printed.contains(r#""uri": "a\u009b31m\u202e.png""#), "{printed}");
    assert!(printed.chars().all(|c| c == '\n' || !(c.is_control() || c == '\u{202e}')), "{printed}");
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
fn limits_and_thresholds_of_one_file_are_those_of_validate() {
    let file = "assets/photos/animals/cat.jpg";
    assert_eq!(command(&["explain", file]).status.code(), Some(0));
    let config = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(config.path(), "[thresholds]\ntiny = 200\n").unwrap();
    let tiny = command(&["explain", file, "--config", config.path().to_str().unwrap()]);
    assert_eq!(tiny.status.code(), Some(1));
    assert!(text(&tiny.stdout).contains("tiny: "), "{}", text(&tiny.stdout));
    // It has 192 by 128 pixels.
    for (option, number) in [("--max-pixels", "24575"), ("--max-side", "191")] {
        let bomb = command(&["explain", file, option, number]);
        assert!(text(&bomb.stdout).contains("decompression_bomb"), "{}", text(&bomb.stdout));
        let all = command(&["validate", "assets/photos", "-q", "--json", "-", option, number]);
        assert!(text(&all.stdout).contains("decompression_bomb"), "{option}");
    }
}
