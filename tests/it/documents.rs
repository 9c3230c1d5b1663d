//! Documents name only files that are there, and the pictures stay small.

use crate::support::{files_below, root};

const DOCUMENTS: [&str; 6] = [
    "README.md",
    "CHANGELOG.md",
    "docs/BENCHMARKS.md",
    "docs/COMPARED.md",
    "docs/DESIGN.md",
    "assets/PROVENANCE.md",
];

/// Words that look like files of the project: `src/...`, `tests/...` and so on.
fn named_files(text: &str) -> Vec<String> {
    let is_path = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    text.split(|c: char| !is_path(c))
        .filter(|word| {
            let first = word.split('/').next().unwrap_or_default();
            word.contains('/')
                && ["src", "crates", "tests", "examples", "benches", "assets", "docs", ".ci"].contains(&first)
        })
        .map(|word| word.trim_end_matches(['.', '/']).to_owned())
        .collect()
}

#[test]
fn every_file_that_a_document_names_exists() {
    let mut seen = 0;
    for document in DOCUMENTS {
        let text = std::fs::read_to_string(root().join(document)).expect(document);
        assert!(!text.contains("@@"), "{document} has a gap");
        for file in named_files(&text) {
            seen += 1;
            assert!(root().join(&file).exists(), "{document} names {file}, which is not there");
        }
    }
    assert!(seen >= 10, "only {seen} names");
}

#[test]
fn the_photos_are_few_and_small() {
    let folder = burn_prep::source::ImageFolder::open(root().join("assets/photos")).unwrap();
    assert!((30..=60).contains(&folder.len()), "{} photos", folder.len());
    assert!((4..=6).contains(&folder.classes().len()));
    let bytes: u64 =
        folder.samples().iter().map(|s| std::fs::metadata(s.path.as_ref().unwrap()).unwrap().len()).sum();
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

/// Every public item has an example that asserts something: types, traits and functions their own,
/// methods their own or their type's.
#[test]
fn every_public_item_has_an_example() {
    let mut items = 0;
    let mut without = Vec::new();
    for file in files_below(&root().join("src")) {
        let text = std::fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        let examples = examples_of(code);
        let mut doc = String::new();
        for line in code.lines() {
            let trimmed = line.trim();
            if trimmed.starts_with("#[doc(hidden)]") {
                doc = "hidden".to_owned();
            } else if let Some(line) = trimmed.strip_prefix("///") {
                doc.push_str(line);
                doc.push('\n');
            } else if !trimmed.starts_with("#[") {
                if let Some((is_fn, name)) = public_item(trimmed).filter(|_| doc != "hidden") {
                    items += 1;
                    let own = doc.contains("```") && doc.contains("assert");
                    let of_type = is_fn && line.starts_with(' ') && examples.contains(&name);
                    if !own && !of_type {
                        without.push(format!("{}: {name}", file.display()));
                    }
                }
                doc.clear();
            }
        }
    }
    assert!(items >= 120, "only {items} public items");
    assert!(without.is_empty(), "without an example: {without:#?}");
}

fn public_item(line: &str) -> Option<(bool, String)> {
    let (kind, rest) = line.strip_prefix("pub ")?.split_once(' ')?;
    let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    // A macro's `$name` is none; the macro's uses are.
    let is_item = ["fn", "struct", "enum", "trait"].contains(&kind) && !name.is_empty();
    is_item.then_some((kind == "fn", name))
}

/// The words of all examples of a file.
fn examples_of(code: &str) -> std::collections::BTreeSet<String> {
    let docs: Vec<&str> = code
        .lines()
        .filter_map(|line| line.trim().strip_prefix("//").map(|line| &line[1.min(line.len())..]))
        .collect();
    let docs = docs.join("\n");
    let fences = docs.split("```").skip(1).step_by(2).collect::<Vec<_>>().join("\n");
    fences.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_owned).collect()
}
