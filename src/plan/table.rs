//! Plans as CSV.

use std::path::Path;

use crate::error::{Error, ErrorKind, Result};
use crate::images::ImageSize;
use crate::output::write_whole;
use crate::plan::{Action, Plan, PlanRow};
use crate::source::read_file;
use crate::validate::harmless;

const COLUMNS: [&str; 8] = ["cluster", "file", "action", "name", "reason", "check", "size", "bytes"];

/// Bytes of a table; more is no plan.
const MAX_BYTES: u64 = 1 << 30;

impl Plan {
    /// Writes the plan as CSV with the columns `cluster`, `file`, `action`, `name`, `reason`, `check`, `size` and `bytes`; the file
    /// appears whole or not at all. Names that a spreadsheet would take for a formula begin with `./`.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<()> {
        write_whole(path.as_ref(), |out| {
            let mut csv = csv::Writer::from_writer(out);
            csv.write_record(COLUMNS).map_err(std::io::Error::other)?;
            for row in &self.rows {
                csv.write_record(cells(row)).map_err(std::io::Error::other)?;
            }
            csv.flush()
        })
    }

    /// Reads a plan, as [`Plan::write`] or a spreadsheet wrote it: UTF-8, with commas, semicolons or tabs between the columns, of
    /// which `file` and `action` are needed, and `name` and `bytes` are used. Rows may be missing, and in any order.
    ///
    /// # Errors
    ///
    /// The file cannot be read, has more than 1 GiB, or is not such a table; an action is not known. The error names the row.
    ///
    /// ```
    /// use burn_prep::plan::{Action, Plan};
    /// let folder = tempfile::tempdir()?;
    /// let path = folder.path().join("plan.csv");
    /// std::fs::write(&path, "Action;File\r\nkeep;./=1.jpg\r\ndrop;a.jpg\r\n;\r\n")?;
    /// let plan = Plan::read(&path)?;
    /// assert_eq!((plan.rows()[0].file.as_str(), plan.rows().len()), ("=1.jpg", 2));
    /// assert_eq!(plan.count(Action::Drop), 1);
    ///
    /// std::fs::write(&path, "file,action\na.jpg,delete\n")?;
    /// let error = Plan::read(&path).unwrap_err().to_string();
    /// assert!(error.ends_with("plan.csv: not a valid plan: row 2 (\"a.jpg\"): action is delete, expected \
    ///     keep, drop, review, or some of upright, rgb and rename joined by +"), "{error}");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let rows = read_file(path, MAX_BYTES).and_then(|bytes| rows_of(&bytes));
        Ok(Self { path: Some(path.to_owned()), rows: rows.map_err(|error| error.at_path(path))? })
    }

    /// The error of a row.
    pub(super) fn fault(&self, row: &PlanRow, reason: impl std::fmt::Display) -> Error {
        let error = invalid(format!("row {} ({:?}): {reason}", row.number, row.file));
        self.path.as_ref().map_or(error.clone(), |path| error.at_path(path))
    }
}

fn invalid(reason: String) -> Error {
    ErrorKind::Invalid { what: "plan", reason }.into()
}

fn cells(row: &PlanRow) -> [String; 8] {
    let checks: Vec<&str> = row.checks.iter().map(|check| check.name()).collect();
    [
        row.cluster.map_or_else(String::new, |cluster| cluster.to_string()),
        harmless(&row.file),
        row.action.to_string(),
        row.name.as_deref().map_or_else(String::new, harmless),
        row.reason.clone(),
        checks.join(" "),
        row.size.map_or_else(String::new, |size| size.to_string()),
        row.bytes.map_or_else(String::new, |bytes| bytes.to_string()),
    ]
}

fn rows_of(bytes: &[u8]) -> Result<Vec<PlanRow>> {
    // Spreadsheets put a mark before UTF-8, and separate columns as their language does.
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let head = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let delimiter = [b',', b';', b'\t'].into_iter().find(|delimiter| head.contains(delimiter));
    let mut csv = csv::ReaderBuilder::new();
    let mut csv = csv.delimiter(delimiter.unwrap_or(b',')).flexible(true).from_reader(bytes);
    let head = csv.headers().map_err(|error| invalid(error.to_string()))?.clone();
    let column = |name: &str| head.iter().position(|found| found.trim().eq_ignore_ascii_case(name));
    let [cluster, file, action, name, reason, check, size, length] = COLUMNS.map(column);
    if file.is_none() || action.is_none() {
        let found: Vec<&str> = head.iter().collect();
        return Err(invalid(format!("the columns are {found:?}, expected file and action among them")));
    }
    let mut rows = Vec::new();
    for (index, record) in csv.records().enumerate() {
        let record = record.map_err(|error| invalid(error.to_string()))?;
        // What spreadsheets leave of deleted rows.
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let cell = |at: Option<usize>| at.and_then(|at| record.get(at)).unwrap_or_default();
        let (number, named) = (index + 2, restored(cell(file)));
        let wrong = |error: Error| invalid(format!("row {number} ({named:?}): {error}"));
        rows.push(PlanRow {
            number,
            cluster: cell(cluster).trim().parse().ok(),
            file: named.to_owned(),
            action: cell(action).parse::<Action>().map_err(wrong)?,
            name: Some(restored(cell(name)).to_owned()).filter(|name| !name.is_empty()),
            reason: cell(reason).to_owned(),
            checks: cell(check).split_whitespace().filter_map(|check| check.parse().ok()).collect(),
            size: size_of(cell(size)),
            bytes: cell(length).trim().parse().ok(),
        });
    }
    Ok(rows)
}

/// The name without what [`harmless`] put before it.
fn restored(name: &str) -> &str {
    name.strip_prefix("./").unwrap_or(name)
}

/// `640x480`
fn size_of(text: &str) -> Option<ImageSize> {
    let (width, height) = text.trim().split_once('x')?;
    Some(ImageSize::new(width.parse().ok()?, height.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Changes;
    use crate::report::Check;

    #[test]
    fn names_and_actions_come_back_as_they_were() {
        let names =
            ["=cmd()|'/c calc'!A1.png", "-1.png", "@a/b.png", "a,b;\"c\".png", "a\nb.png", " a .png", "+"];
        let changes = Changes { upright: true, rgb: false, rename: true };
        let row = |name: &&str| PlanRow {
            cluster: Some(3),
            name: Some(format!("={name}")),
            checks: vec![Check::Orientation, Check::ExtensionMismatch],
            size: Some(ImageSize::new(640, 480)),
            bytes: Some(1234),
            ..PlanRow::new(name, Action::Change(changes), "stored turned; misnamed".to_owned())
        };
        let plan = Plan::new(names.iter().map(row).collect());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.csv");
        plan.write(&path).unwrap();
        assert_eq!(Plan::read(&path).unwrap().rows(), plan.rows());
        // No cell begins a formula.
        let mut cells = csv::Reader::from_path(&path).unwrap();
        for record in cells.records().map(|record| record.unwrap()) {
            assert!(record.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@'])), "{record:?}");
        }
        Plan::default().write(&path).unwrap();
        assert!(Plan::read(&path).unwrap().rows().is_empty());
    }

    #[test]
    fn what_is_no_plan_is_refused() {
        let fault = |text: &str| rows_of(text.as_bytes()).unwrap_err().to_string();
        assert_eq!(
            fault("name,what\na,b\n"),
            "not a valid plan: the columns are [\"name\", \"what\"], expected file and action among them"
        );
        assert!(rows_of(b"file,action\n\xE9.png,drop\n").unwrap_err().to_string().contains("UTF-8"));
    }
}
