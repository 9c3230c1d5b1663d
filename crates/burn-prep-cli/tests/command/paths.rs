//! Options that name one file.

use crate::support::{command, root, text};

/// Runs `validate` on pictures, and expects that the arguments are refused before any of them is looked at.
fn refused(args: &[&str]) -> String {
    let start = ["validate", "assets/photos"];
    let run = command(&[&start[..], args].concat());
    let stderr = text(&run.stderr);
    assert_eq!(run.status.code(), Some(2), "{args:?}: {stderr}");
    assert!(!stderr.contains("to look at"), "{args:?}: {stderr}");
    stderr
}

#[test]
fn no_output_is_written_over_another_one_or_over_an_input() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::create_dir(path("sub")).unwrap();
    let (one, again, config) = (path("one"), path("sub/../one"), path("config.toml"));
    let (new, also_new) = (path("new/file"), path("sub/../new/file"));
    std::fs::write(&config, "fail_on = \"never\"\n").unwrap();
    for [option, file, other, other_file] in [
        ["--csv", &one, "--parquet", &one],
        ["--json", &one, "--html", &again],
        ["--exclude", &new, "--csv", &also_new],
        ["--sarif", &config, "--config", &config],
        ["--json", &one, "--baseline", &one],
        ["--csv", &one, "--features", &one],
        ["--html", &one, "--pred-probs", &one],
        ["--junit", &one, "--cache", &again],
        ["--exclude", &config, "--against", &config],
    ] {
        let stderr = refused(&[option, file, other, other_file]);
        assert!(stderr.contains(option) && stderr.contains(other), "{stderr}");
        assert!(stderr.contains("a file of its own"), "{stderr}");
    }
    refused(&["--compat", "cleanvision", "--csv", &one, "--json", &one]);
    assert_eq!(std::fs::read_to_string(&config).unwrap(), "fail_on = \"never\"\n");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn no_output_takes_the_place_of_an_image() {
    let folder = tempfile::tempdir().unwrap();
    let image = folder.path().join("class/cat.txt");
    std::fs::create_dir(folder.path().join("class")).unwrap();
    // By its content: the name says something else.
    std::fs::copy(root().join("assets/photos/animals/cat.jpg"), &image).unwrap();
    let before = std::fs::read(&image).unwrap();
    // By its name: the format is one that is not read.
    let unread = folder.path().join("class/cat.heic");
    std::fs::write(&unread, "heic").unwrap();
    let stderr = refused(&["--csv", unread.to_str().unwrap()]);
    assert!(stderr.contains("an image, over which"), "{stderr}");
    let (path, dir) = (image.to_str().unwrap(), folder.path().to_str().unwrap());
    for option in ["--html", "--csv", "--parquet", "--junit", "--sarif", "--exclude", "--json", "--cache"] {
        let stderr = refused(&[option, path]);
        let found = format!("{option} is {image:?}, an image, over which it would be written");
        assert!(stderr.contains(&found), "{stderr}");
    }
    let report = folder.path().join("report.json");
    command(&["validate", dir, "-q", "--json", report.to_str().unwrap()]);
    let report = report.to_str().unwrap();
    let plan = folder.path().join("plan.csv");
    let plan = plan.to_str().unwrap();
    assert_eq!(command(&["dedup", report, "--plan", plan]).status.code(), Some(0));
    for line in [
        &["stats", dir, "--json", path][..],
        &["dedup", report, "--plan", path],
        &["dedup", report, "--plan", plan, "--exclude", path],
        &["apply", plan, "--from", dir, "--exclude", path],
        &["apply", plan, "--from", dir, "--exclude", "-"],
        &["dedup", report, "--plan", "-"],
        &["merge", path, "part"],
        &["merge", "-", "part"],
    ] {
        let run = command(line);
        let stderr = text(&run.stderr);
        assert_eq!(run.status.code(), Some(2), "{line:?}: {stderr}");
        let is_said = stderr.contains("an image, over which") || stderr.contains(" is -, expected a file");
        assert!(is_said, "{line:?}: {stderr}");
    }
    assert_eq!(std::fs::read(&image).unwrap(), before);
    assert!(!root().join("-").exists());
}

#[test]
fn only_json_is_written_to_standard_output() {
    for option in ["--html", "--csv", "--parquet", "--junit", "--sarif", "--exclude", "--cache"] {
        let stderr = refused(&[option, "-", "--json", "-"]);
        let end = "is -, expected a file, as ./- is: only --json writes to standard output";
        assert!(stderr.contains(&format!("{option} {end}")), "{stderr}");
    }
}

/// Nothing is lost where two outputs go to one device.
#[cfg(unix)]
#[test]
fn a_device_may_be_named_twice() {
    let args = ["validate", "assets/photos", "-q", "--csv", "/dev/null", "--junit", "/dev/null"];
    let run = command(&args);
    assert_eq!(run.status.code(), Some(1), "{}", text(&run.stderr));
}

#[test]
fn a_group_that_no_name_has_is_refused_at_once() {
    let stderr = refused(&["--group", "no such name"]);
    assert!(stderr.contains("--group is no such name, which matches none of 40 names"), "{stderr}");
    // A pattern is not wrong because the one file of a sample has another name.
    let start = ["validate", "assets/photos", "-q", "--sample", "1", "--fail-on", "never"];
    for pattern in ["cat_small", "gravel_stones"] {
        let run = command(&[&start[..], &["--group", pattern]].concat());
        assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    }
}
