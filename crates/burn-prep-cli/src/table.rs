//! The rows of all images as a Parquet file.

use std::io::{Error, Write};
use std::path::Path;
use std::sync::Arc;

use burn_prep::report::write_whole;
use burn_prep::validate::ImageRow;
use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type};
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::parser::parse_message_type;

/// Rows that are encoded before they are written: what a large table takes of memory beside its rows.
const ROWS_OF_GROUP: usize = 1 << 16;

const CREATED_BY: &str = concat!("burn-prep version ", env!("CARGO_PKG_VERSION"));

/// A column: its type, and its cell in a row. Each but `Name` may be without a value.
enum Column {
    Name(fn(&ImageRow) -> &str),
    Text(fn(&ImageRow) -> Option<&str>),
    Byte(fn(&ImageRow) -> Option<u8>),
    Count(fn(&ImageRow) -> Option<u32>),
    Length(fn(&ImageRow) -> Option<u64>),
    Number(fn(&ImageRow) -> Option<f64>),
}

/// The fields of a row, in their order; a test compares them with the CSV file's.
const COLUMNS: &[(&str, Column)] = &[
    ("file", Column::Name(|row| row.file.as_str())),
    ("split", Column::Text(|row| row.split.as_deref())),
    ("class", Column::Text(|row| row.class.as_deref())),
    ("checks", Column::Name(|row| row.checks.as_str())),
    ("format", Column::Text(|row| row.format)),
    ("color", Column::Text(|row| row.color.as_deref())),
    ("width", Column::Count(|row| row.width)),
    ("height", Column::Count(|row| row.height)),
    ("file_bytes", Column::Length(|row| row.file_bytes)),
    ("jpeg_quality", Column::Byte(|row| row.jpeg_quality)),
    ("frames", Column::Count(|row| row.frames)),
    ("brightness_p1", Column::Number(|row| row.brightness_p1)),
    ("brightness_p50", Column::Number(|row| row.brightness_p50)),
    ("brightness_p99", Column::Number(|row| row.brightness_p99)),
    ("entropy", Column::Number(|row| row.entropy)),
    ("sharpness", Column::Number(|row| row.sharpness)),
    ("noise", Column::Number(|row| row.noise)),
    ("blockiness", Column::Number(|row| row.blockiness)),
    ("color_difference", Column::Byte(|row| row.color_difference)),
    ("phash", Column::Text(|row| row.phash.as_deref())),
    ("content", Column::Text(|row| row.content.as_deref())),
];

impl Column {
    /// The column in the schema of a file.
    fn declared(&self, name: &str) -> String {
        match self {
            Self::Name(_) => format!("required binary {name} (STRING); "),
            Self::Text(_) => format!("optional binary {name} (STRING); "),
            Self::Byte(_) => format!("optional int32 {name} (INTEGER(8,false)); "),
            Self::Count(_) => format!("optional int32 {name} (INTEGER(32,false)); "),
            Self::Length(_) => format!("optional int64 {name} (INTEGER(64,false)); "),
            Self::Number(_) => format!("optional double {name}; "),
        }
    }

    fn write(&self, rows: &[ImageRow], mut out: SerializedColumnWriter<'_>) -> Result<()> {
        let rows = rows.iter();
        match self {
            Self::Name(of) => {
                let names: Vec<ByteArray> = rows.map(|row| ByteArray::from(of(row))).collect();
                out.typed::<ByteArrayType>().write_batch(names.as_slice(), None, None)?;
                out.close()
            }
            Self::Text(of) => put::<ByteArrayType>(out, rows.map(|row| of(row).map(ByteArray::from))),
            Self::Byte(of) => put::<Int32Type>(out, rows.map(|row| of(row).map(i32::from))),
            // Unsigned numbers are stored as the signed ones of the same bits.
            Self::Count(of) => put::<Int32Type>(out, rows.map(|row| of(row).map(u32::cast_signed))),
            Self::Length(of) => put::<Int64Type>(out, rows.map(|row| of(row).map(u64::cast_signed))),
            Self::Number(of) => put::<DoubleType>(out, rows.map(of)),
        }
    }
}

/// Writes the cells of a column that may be without a value.
fn put<T: DataType>(
    mut out: SerializedColumnWriter<'_>,
    cells: impl Iterator<Item = Option<T::T>>,
) -> Result<()> {
    let mut values: Vec<T::T> = Vec::new();
    let mut levels = Vec::new();
    for cell in cells {
        levels.push(i16::from(cell.is_some()));
        values.extend(cell);
    }
    out.typed::<T>().write_batch(values.as_slice(), Some(levels.as_slice()), None)?;
    out.close()
}

/// Writes the rows as Parquet, with the columns of the CSV file in real types; the same rows give the same bytes. The file appears
/// whole or not at all.
pub(crate) fn write_parquet(path: &Path, rows: &[ImageRow]) -> burn_prep::Result<()> {
    write_whole(path, |out| write_groups(out, rows, ROWS_OF_GROUP))
}

/// Rows are written a group at a time, so that encoded bytes of only one group are kept.
fn write_groups(out: &mut dyn Write, rows: &[ImageRow], rows_of_group: usize) -> std::io::Result<()> {
    let mut file = new_file().map_err(Error::other)?;
    for rows in rows.chunks(rows_of_group) {
        write_group(&mut file, rows).map_err(Error::other)?;
        file.flush()?;
        out.write_all(file.inner())?;
        // The writer counts what it has written by itself.
        file.inner_mut().clear();
    }
    out.write_all(&file.into_inner().map_err(Error::other)?)
}

fn new_file() -> Result<SerializedFileWriter<Vec<u8>>> {
    let columns: String = COLUMNS.iter().map(|(name, column)| column.declared(name)).collect();
    let schema = parse_message_type(&format!("message images {{ {columns}}}"))?;
    let properties = WriterProperties::builder()
        .set_created_by(CREATED_BY.to_owned())
        .set_compression(Compression::SNAPPY)
        .build();
    SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties))
}

fn write_group(file: &mut SerializedFileWriter<Vec<u8>>, rows: &[ImageRow]) -> Result<()> {
    let mut group = file.next_row_group()?;
    for (_, column) in COLUMNS {
        if let Some(out) = group.next_column()? {
            column.write(rows, out)?;
        }
    }
    group.close()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use burn_prep::source::ImageFolder;
    use burn_prep::validate::Validator;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;

    use super::*;

    /// The names in a file, and how many groups it has.
    fn names(bytes: &[u8]) -> (Vec<String>, usize) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("images.parquet");
        std::fs::write(&path, bytes).unwrap();
        let reader = SerializedFileReader::new(std::fs::File::open(path).unwrap()).unwrap();
        let name = |row: parquet::record::Row| match row.into_columns().swap_remove(0) {
            (_, Field::Str(name)) => name,
            other => panic!("{other:?}"),
        };
        let rows = reader.get_row_iter(None).unwrap();
        (rows.map(|row| name(row.unwrap())).collect(), reader.num_row_groups())
    }

    #[test]
    fn rows_of_several_groups_are_all_there_in_their_order() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/hostile");
        let validator = Validator::new(ImageFolder::open(folder).unwrap());
        let validation = validator.run_observed(|_, _| ControlFlow::Continue(())).unwrap();
        let rows = ImageRow::all(&validation.records, &validation.report);
        let expected: Vec<String> = rows.iter().map(|row| row.file.clone()).collect();
        assert_eq!(expected.len(), 32);
        for (rows_of_group, groups) in [(7, 5), (32, 1), (100, 1)] {
            let mut bytes = Vec::new();
            write_groups(&mut bytes, &rows, rows_of_group).unwrap();
            assert_eq!(names(&bytes), (expected.clone(), groups));
        }
        let mut bytes = Vec::new();
        write_groups(&mut bytes, &[], 7).unwrap();
        assert_eq!(names(&bytes), (Vec::new(), 0));
    }
}
