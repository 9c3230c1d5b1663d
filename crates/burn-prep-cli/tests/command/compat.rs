//! The tables of cleanvision.

use std::path::Path;

use crate::support::{command, json, root, text};

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

    for option in [
        &["--html", "page.html"][..],
        &["--fail-on", "never"],
        &["--against", "assets/photos"],
        &["--resize", "9"],
        &["--all"],
    ] {
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
