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

#[test]
fn class_folders_without_images_are_reported() {
    let folder = tempfile::tempdir().unwrap();
    for class in ["a", "b", "c"] {
        std::fs::create_dir(folder.path().join(class)).unwrap();
    }
    for (photo, name) in [("cat", "a/1.jpg"), ("cat_small", "c/2.jpg")] {
        let photo = root().join(format!("assets/photos/animals/{photo}.jpg"));
        std::fs::copy(photo, folder.path().join(name)).unwrap();
    }
    std::fs::write(folder.path().join("b/readme.txt"), "words").unwrap();
    let run = command(&["validate", folder.path().to_str().unwrap(), "-q", "--json", "-"]);
    let report: Value = serde_json::from_slice(&run.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    let empty: Vec<&Value> = findings.filter(|finding| finding["check"] == "empty_class").collect();
    assert_eq!(empty.len(), 1);
    assert_eq!((&empty[0]["subjects"][0], &empty[0]["severity"]), (&"b".into(), &"warning".into()));
    // It is no class, so that labels stay those of the loader.
    let classes = report["dataset"]["classes"].as_array().unwrap().iter();
    assert_eq!(classes.map(|class| class["class"].as_str().unwrap()).collect::<Vec<_>>(), ["a", "c"]);
}
