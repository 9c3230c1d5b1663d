//! Runs that go on, and runs that share the work.

use std::path::Path;
use std::process::Command;

use burn_prep::validate::read_records;

use crate::support::{command, json, root, slow_folder, text};

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
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(command(&["merge", &notes, &path("0-2")]).status.code(), Some(2));
    assert_eq!(command(&["merge", &path("new"), &path("no such part")]).status.code(), Some(3));
    std::fs::write(path("empty"), "").unwrap();
    let empty = command(&["merge", &path("new"), &path("empty")]);
    assert!(text(&empty.stderr).contains("empty: file of records is empty"), "{}", text(&empty.stderr));
    // Where the name of the whole was forgotten, the first part becomes it.
    assert_eq!(command(&["merge", &path("0-2"), &path("1-2")]).status.code(), Some(0));
    let files = json(Path::new(&whole))["files"].as_u64();
    assert_eq!(files, Some(read_records(Path::new(&path("0-2"))).unwrap().len() as u64));
    assert_eq!(std::fs::read_to_string(&notes).unwrap(), "my notes\n");
}

/// Where there are more ranks than files, some have none.
#[test]
fn a_part_without_files_is_merged_too() {
    let out = tempfile::tempdir().unwrap();
    let path = |name: &str| out.path().join(name).to_str().unwrap().to_owned();
    let dir = path("data");
    std::fs::create_dir(&dir).unwrap();
    std::fs::copy(root().join("assets/photos/animals/cat.jpg"), path("data/cat.jpg")).unwrap();
    let mut seen = Vec::new();
    for rank in ["0/2", "1/2"] {
        let (part, report) = (path(&rank[..1]), path("report.json"));
        let args = ["validate", &dir, "-q", "--shard", rank, "--cache", &part, "--json", &report];
        let run = command(&args);
        assert_eq!(run.status.code(), Some(0), "{rank}: {}", text(&run.stderr));
        seen.push(json(Path::new(&report))["files_seen"].as_u64());
    }
    seen.sort();
    assert_eq!(seen, [Some(0), Some(1)]);
    assert_eq!(command(&["merge", &path("all"), &path("0"), &path("1")]).status.code(), Some(0));
    assert_eq!(read_records(Path::new(&path("all"))).unwrap().len(), 1);
}

/// What is compared with another dataset by records alone is what the dataset has now.
#[test]
fn records_of_files_that_are_gone_do_not_count() {
    let out = tempfile::tempdir().unwrap();
    let path = |name: &str| out.path().join(name).to_str().unwrap().to_owned();
    let (dir, cache) = (path("data"), path("cache"));
    std::fs::create_dir(&dir).unwrap();
    for name in ["cat", "cat_small"] {
        let photo = root().join(format!("assets/photos/animals/{name}.jpg"));
        std::fs::copy(photo, path(&format!("data/{name}.jpg"))).unwrap();
    }
    let names = || -> Vec<String> {
        command(&["validate", &dir, "-q", "--cache", &cache]);
        read_records(Path::new(&cache)).unwrap().into_iter().map(|record| record.uri).collect()
    };
    assert_eq!(names(), ["cat.jpg", "cat_small.jpg"]);
    std::fs::rename(path("data/cat.jpg"), path("data/a.jpg")).unwrap();
    assert_eq!(names(), ["a.jpg", "cat_small.jpg"]);
}
