//! JSON files.

use std::path::Path;

use serde::Serialize;

use crate::error::Result;
use crate::output::write_whole;

/// Writes a report, or anything else, as indented JSON; the file appears whole or not at all.
///
/// # Errors
///
/// The value has no form in JSON, or the file cannot be written.
///
/// ```
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("statistics.json");
/// burn_prep::report::write_json(&path, &[0.5, 2.0])?;
/// assert_eq!(std::fs::read_to_string(path)?, "[\n  0.5,\n  2.0\n]\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_json(path: impl AsRef<Path>, value: &impl Serialize) -> Result<()> {
    write_whole(path.as_ref(), |out| {
        serde_json::to_writer_pretty(&mut *out, value)?;
        out.write_all(b"\n")
    })
}
