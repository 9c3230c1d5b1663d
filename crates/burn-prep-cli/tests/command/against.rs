//! Comparison with another dataset.

use std::path::Path;

use serde_json::Value;

use burn_prep::images::{ColorMode, Decoder, Image};
use burn_prep::source::{Exclusions, ImageFolder};

use crate::support::{command, json, root, text};

/// Writes two folders: the second has a photograph of the first, one that is flipped, one of another class, and files of its own.
fn two_datasets(folder: &Path) -> (String, String) {
    let photos = root().join("assets/photos");
    let copy = |from: &str, to: &str| {
        let to = folder.join(to);
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
    std::fs::create_dir(folder.join("new/people")).unwrap();
    let flipped = Image::new(image.size(), ColorMode::Rgb, pixels).unwrap();
    flipped.write_png(folder.join("new/people/flipped.png")).unwrap();
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
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
