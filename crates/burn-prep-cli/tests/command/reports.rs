//! Reports in files of every kind, and what does not fail.

use std::path::Path;

use crate::support::{command, json, root, text};

#[test]
fn reports_of_every_kind_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (html, csv, junit, sarif) = (path("r.html"), path("r.csv"), path("r.xml"), path("r.sarif"));
    let args = [
        "validate",
        "assets/hostile",
        "--html",
        &html,
        "--csv",
        &csv,
        "--junit",
        &junit,
        "--sarif",
        &sarif,
        "--github",
    ];
    let run = command(&args);
    assert_eq!(run.status.code(), Some(1), "{}", text(&run.stderr));
    assert!(text(&run.stderr).contains("::error file=assets/hostile/bomb.png"), "{}", text(&run.stderr));
    let read = |path: &str| std::fs::read_to_string(path).unwrap();
    assert!(read(&html).contains("data-check=\"truncated\""));
    assert!(read(&html).contains("alt=\"Deviation of all images\""));
    assert_eq!(read(&csv).lines().count(), 33);
    assert!(read(&junit).contains("<failure type=\"error\""));
    assert_eq!(json(Path::new(&sarif))["version"], "2.1.0");
}

#[test]
fn findings_that_are_known_allowed_or_waived_do_not_fail() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let code = |args: &[&str]| {
        let all: Vec<&str> = ["validate", "assets/photos", "-q"].iter().chain(args).copied().collect();
        command(&all).status.code()
    };
    let report = path("report.json");
    assert_eq!(code(&["--json", &report]), Some(1));
    assert_eq!(code(&["--baseline", &report]), Some(0));
    let all = ["grayscale=30%", "small_class=6", "label_property=9", "near_duplicate=2", "blurry=2"];
    let most: Vec<&str> = all.iter().flat_map(|most| ["--max", most]).collect();
    assert_eq!(code(&most), Some(0));
    assert_eq!(code(&[&most[..], &["--max", "blurry=1"]].concat()), Some(1));
    assert_eq!(code(&["--group", "no such name"]), Some(2));
    assert_eq!(code(&["--max", "no_such_check=1"]), Some(2));
    assert_eq!(code(&["--fail-on", "never"]), Some(0));

    let config = path("config.toml");
    let thresholds = "[thresholds]\nsmall_class = 1\nblurry = 0.0001\ngrayscale = 0\nlabel_property = 1.0\n";
    let waivers =
        "[[waiver]]\ncheck = \"near_duplicate\"\nsubject = \"animals/*\"\nreason = \"both are meant\"\n";
    let gray = "[max]\ngrayscale = \"40%\"\n";
    std::fs::write(&config, format!("{thresholds}{gray}{waivers}")).unwrap();
    assert_eq!(code(&["--config", &config]), Some(0));
    std::fs::write(&config, "[thresholds]\nblury = 1.0\n").unwrap();
    let wrong = command(&["validate", "assets/photos", "--config", &config]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).contains("blury"), "{}", text(&wrong.stderr));
}

#[test]
fn the_schema_of_reports_is_printed() {
    let printed = command(&["schema"]);
    assert_eq!(printed.status.code(), Some(0));
    assert_eq!(printed.stdout, std::fs::read(root().join("schema/report.schema.json")).unwrap());
}

/// The Parquet file has the names and cells of the CSV file, with types, and the same bytes with any number of threads.
#[cfg(feature = "parquet")]
#[test]
fn the_parquet_file_is_the_table_of_the_csv_file() {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::{Field, Row};

    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (csv, one, two) = (path("images.csv"), path("one.parquet"), path("two.parquet"));
    command(&["validate", "assets", "-q", "--threads", "1", "--csv", &csv, "--parquet", &one]);
    command(&["validate", "assets", "-q", "--threads", "2", "--parquet", &two]);
    assert!(std::fs::read(&one).unwrap() == std::fs::read(&two).unwrap());

    let mut table = csv::Reader::from_path(&csv).unwrap();
    let names = table.headers().unwrap().clone();
    let cells: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    let reader = SerializedFileReader::new(std::fs::File::open(&one).unwrap()).unwrap();
    let about = reader.metadata().file_metadata();
    assert_eq!(about.created_by(), Some(concat!("burn-prep version ", env!("CARGO_PKG_VERSION"))));
    let rows: Vec<Row> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
    assert!(rows.len() == cells.len() && rows.len() > 60, "{} rows, expected {}", rows.len(), cells.len());

    let same = |field: &Field, cell: &str| match field {
        Field::Null => cell.is_empty(),
        Field::Str(text) => text == cell,
        Field::UByte(value) => cell.parse::<u8>().is_ok_and(|cell| cell == *value),
        Field::UInt(value) => cell.parse::<u32>().is_ok_and(|cell| cell == *value),
        Field::ULong(value) => cell.parse::<u64>().is_ok_and(|cell| cell == *value),
        Field::Double(value) => cell.parse::<f64>().is_ok_and(|cell| cell == *value),
        _ => false,
    };
    for (row, cells) in rows.iter().zip(&cells) {
        assert_eq!(row.len(), cells.len());
        for ((name, field), (expected, cell)) in row.get_column_iter().zip(names.iter().zip(cells)) {
            assert_eq!(name, expected);
            assert!(same(field, cell), "{name}: found {field:?}, expected {cell:?}");
        }
    }

    let of = |name: &str| {
        let photo = rows.iter().find(|row| row.to_string().contains("photos/animals/cat.jpg")).unwrap();
        photo.get_column_iter().find(|(column, _)| *column == name).unwrap().1.clone()
    };
    assert!(matches!(of("width"), Field::UInt(_)) && matches!(of("file_bytes"), Field::ULong(_)));
    assert!(matches!(of("jpeg_quality"), Field::UByte(_)) && matches!(of("entropy"), Field::Double(_)));
}
