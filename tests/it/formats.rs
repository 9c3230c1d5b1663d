//! The table of what is read, against the code.

use std::path::PathBuf;

use burn_prep::error::ErrorKind;
use burn_prep::images::Decoder;

use crate::support::root;

/// The files in the last column of a row.
fn files(row: &str) -> Vec<PathBuf> {
    let column = row.trim_end_matches('|').rsplit('|').next().unwrap_or_default();
    let names = column.split('`').skip(1).step_by(2);
    names
        .map(|name| {
            if name.starts_with("assets/") {
                root().join(name)
            } else {
                root().join("tests/golden/wild").join(name)
            }
        })
        .collect()
}

#[test]
fn every_example_of_the_table_is_read_or_unsupported_as_it_says() {
    let table = std::fs::read_to_string(root().join("docs/FORMATS.md")).unwrap();
    let (mut read, mut refused) = (0, 0);
    for row in table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| format")) {
        for file in files(row) {
            let result = Decoder::rgb8().decode_file(&file);
            if row.contains("| unsupported |") {
                let error = result.expect_err(row);
                assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }), "{error}");
                refused += 1;
            } else {
                result.unwrap_or_else(|error| panic!("{row}\n{error}"));
                read += 1;
            }
        }
    }
    assert!(read >= 26 && refused >= 10, "{read} files read, {refused} refused");
}

/// Every file of the folder that is not read is an example of the table.
#[test]
fn every_unread_file_stands_in_the_table() {
    let table = std::fs::read_to_string(root().join("docs/FORMATS.md")).unwrap();
    let mut seen = 0;
    for entry in std::fs::read_dir(root().join("tests/golden/wild/unread")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(table.contains(&format!("`unread/{name}`")), "{name}");
        seen += 1;
    }
    assert!(seen >= 9, "only {seen} files");
}
