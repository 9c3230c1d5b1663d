//! The table of what is read, against the code.

use std::path::PathBuf;

use burn_prep::error::ErrorKind;
use burn_prep::images::Decoder;

use crate::support::{files_below, root};

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

/// The header says of every sound file what the decoder says.
#[test]
fn a_probe_agrees_with_the_decoder() {
    let decoder = Decoder::rgb8();
    let (mut agree, mut refused) = (0, 0);
    for folder in ["assets/photos", "assets/hostile", "tests/golden/wild/files"] {
        for entry in files_below(&root().join(folder)) {
            let bytes = std::fs::read(&entry).unwrap();
            match (decoder.decode(&bytes), decoder.probe(&bytes)) {
                (Ok(decoded), Ok(source)) => {
                    let expected =
                        (decoded.source.size, decoded.source.exif_orientation, decoded.source.color);
                    assert_eq!(
                        (source.size, source.exif_orientation, source.color),
                        expected,
                        "{}",
                        entry.display()
                    );
                    assert_eq!(source.size, decoded.image.size());
                    agree += 1;
                }
                (Ok(_), Err(error)) => panic!("{}: {error}", entry.display()),
                (Err(_), _) => refused += 1,
            }
        }
    }
    assert!(agree >= 150 && refused >= 5, "{agree} agree, {refused} are refused by the decoder");
}

/// A JPEG's header is in its first bytes; a bomb is refused by them.
#[test]
fn a_probe_needs_the_header_alone() {
    let bytes = std::fs::read(root().join("assets/photos/animals/cat.jpg")).unwrap();
    let whole = Decoder::rgb8().decode(&bytes).unwrap().source;
    assert_eq!(Decoder::rgb8().probe(&bytes[..1024]).unwrap().size, whole.size);
    let bomb = std::fs::read(root().join("assets/hostile/bomb.png")).unwrap();
    let error = Decoder::rgb8().probe(&bomb).unwrap_err();
    assert!(error.to_string().starts_with("max_side is 60000"), "{error}");
    assert!(Decoder::rgb8().probe(&bytes[..12]).is_err() && Decoder::rgb8().probe(b"").is_err());
}
