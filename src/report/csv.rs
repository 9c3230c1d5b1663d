//! CSV files.

use std::path::Path;

use serde::Serialize;

use crate::error::Result;
use crate::output::write_whole;

/// Writes rows as CSV, with the names of their fields as the header; the file appears whole or not
/// at all.
///
/// # Errors
///
/// A row has nested fields, or the file cannot be written.
///
/// ```
/// #[derive(serde::Serialize)]
/// struct Row { file: &'static str, mean: f64 }
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("images.csv");
/// burn_prep::report::write_csv(&path, &[Row { file: "a,b.png", mean: 0.5 }])?;
/// assert_eq!(std::fs::read_to_string(path)?, "file,mean\n\"a,b.png\",0.5\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_csv<R: Serialize>(path: impl AsRef<Path>, rows: &[R]) -> Result<()> {
    write_whole(path.as_ref(), |out| {
        let mut csv = csv::Writer::from_writer(out);
        for row in rows {
            csv.serialize(row).map_err(std::io::Error::other)?;
        }
        csv.flush()
    })
}
