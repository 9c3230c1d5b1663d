//! Checks that arguments switch on.

use serde_json::Value;

use crate::support::{command, json, root};

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

/// Photographs in these folders, beside folders and files without any.
fn folder_of(images: &[&str], directories: &[&str], texts: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (index, name) in images.iter().enumerate() {
        let photo = ["cat", "cat_eyes", "cat_left", "cat_nose"][index % 4];
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::copy(root().join(format!("assets/photos/animals/{photo}.jpg")), path).unwrap();
    }
    directories.iter().for_each(|name| std::fs::create_dir_all(folder.path().join(name)).unwrap());
    for name in texts {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "words").unwrap();
    }
    folder
}

/// The findings of a check: severity, subjects and message.
fn found(folder: &tempfile::TempDir, check: &str, args: &[&str]) -> Vec<String> {
    let all = ["validate", folder.path().to_str().unwrap(), "-q", "--json", "-"];
    let run = command(&[&all[..], args].concat());
    let report: Value = serde_json::from_slice(&run.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    let of_check = findings.filter(|finding| finding["check"] == check);
    let text = |finding: &Value| {
        let subjects = finding["subjects"].as_array().unwrap().iter().map(|name| name.as_str().unwrap());
        let subjects = subjects.collect::<Vec<_>>().join(" ");
        let word = |field: &str| finding[field].as_str().unwrap();
        format!("{} {subjects}: {}", word("severity"), word("message"))
    };
    of_check.map(text).collect()
}

#[test]
fn class_folders_without_images_are_reported() {
    let folder = folder_of(&["a/1.jpg", "c/2.jpg"], &["d"], &["b/readme.txt"]);
    let empty = ["info b: no images, but other files", "warning d: no images"];
    assert_eq!(found(&folder, "empty_class", &[]), empty);
    // They are no classes, so that labels stay those of the loader.
    let run = command(&["validate", folder.path().to_str().unwrap(), "-q", "--json", "-"]);
    let report: Value = serde_json::from_slice(&run.stdout).unwrap();
    let classes = report["dataset"]["classes"].as_array().unwrap().iter();
    assert_eq!(classes.map(|class| class["class"].as_str().unwrap()).collect::<Vec<_>>(), ["a", "c"]);
}

#[test]
fn splits_are_told_by_names_or_by_an_option() {
    let leak = |folder: &tempfile::TempDir, args: &[&str]| found(folder, "split_leak", args).len();
    let years = folder_of(&["train2017/a/1.jpg", "val2017/a/2.jpg"], &[], &["annotations/x.json"]);
    std::fs::copy(years.path().join("train2017/a/1.jpg"), years.path().join("val2017/a/1.jpg")).unwrap();
    assert_eq!((leak(&years, &[]), leak(&years, &["--splits", "absent"])), (1, 0));
    assert!(found(&years, "ambiguous_splits", &[]).is_empty());

    let mixed = folder_of(&["train/a/1.jpg", "val/a/2.jpg", "docs/logo.jpg"], &[], &[]);
    std::fs::copy(mixed.path().join("train/a/1.jpg"), mixed.path().join("val/a/1.jpg")).unwrap();
    assert_eq!((leak(&mixed, &[]), leak(&mixed, &["--splits", "present"])), (0, 1));
    let message =
        "warning train val: called like splits, which other folders are not: all are taken for classes";
    assert_eq!(found(&mixed, "ambiguous_splits", &[]), [message]);
    for level in ["present", "absent"] {
        assert!(found(&mixed, "ambiguous_splits", &["--splits", level]).is_empty());
    }
    // Plans read the folder as the report did.
    let report = mixed.path().join("report.json");
    for (level, action) in [("present", "drop"), ("absent", "review")] {
        let plan = mixed.path().join(level).with_extension("csv");
        let (dir, report, plan) =
            (mixed.path().to_str().unwrap(), report.to_str().unwrap(), plan.to_str().unwrap());
        command(&["validate", dir, "-q", "--json", report, "--splits", level]);
        assert_eq!(command(&["dedup", report, "--plan", plan]).status.code(), Some(0));
        assert!(
            std::fs::read_to_string(plan).unwrap().contains(&format!("train/a/1.jpg,{action}")),
            "{level}"
        );
    }
    // A train is a class like others.
    let vehicles = folder_of(&["train/1.jpg", "bus/2.jpg"], &[], &[]);
    assert!(found(&vehicles, "ambiguous_splits", &[]).is_empty());

    let run = command(&["validate", vehicles.path().to_str().unwrap(), "-q", "--group", "([0-9])"]);
    let stderr = String::from_utf8(run.stderr).unwrap();
    assert!(stderr.contains("--group: there are no splits"), "{stderr}");
}
