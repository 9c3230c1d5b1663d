//! Documents name only files that are there, and the pictures stay small.

use crate::support::root;

const DOCUMENTS: [&str; 4] = ["README.md", "CHANGELOG.md", "docs/DESIGN.md", "assets/PROVENANCE.md"];

/// Words that look like files of the project: `src/...`, `tests/...` and so on.
fn named_files(text: &str) -> Vec<String> {
    let is_path = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    text.split(|c: char| !is_path(c))
        .filter(|word| {
            let first = word.split('/').next().unwrap_or_default();
            word.contains('/')
                && ["src", "tests", "examples", "benches", "assets", "docs", ".ci"].contains(&first)
        })
        .map(|word| word.trim_end_matches(['.', '/']).to_owned())
        .collect()
}

#[test]
fn every_file_that_a_document_names_exists() {
    let mut seen = 0;
    for document in DOCUMENTS {
        let text = std::fs::read_to_string(root().join(document)).expect(document);
        for file in named_files(&text) {
            seen += 1;
            assert!(root().join(&file).exists(), "{document} names {file}, which is not there");
        }
    }
    assert!(seen >= 10, "only {seen} names");
}

#[test]
fn the_photos_are_few_and_small() {
    let folder = burn_prep::ImageFolder::open(root().join("assets/photos")).unwrap();
    assert!((30..=60).contains(&folder.len()), "{} photos", folder.len());
    assert!((4..=6).contains(&folder.classes().len()));
    let bytes: u64 = folder.samples().iter().map(|s| std::fs::metadata(&s.path).unwrap().len()).sum();
    assert!(bytes < 2_000_000, "{bytes} bytes");
    let provenance = std::fs::read_to_string(root().join("assets/PROVENANCE.md")).unwrap();
    for sample in folder.samples() {
        let start = sample.uri.split(['_', '.']).next().unwrap();
        assert!(
            provenance.contains(start)
                || provenance.contains(&format!("{}/*", sample.class.as_deref().unwrap())),
            "{}",
            sample.uri
        );
    }
}
