//! What the commands print of a report, and the files that `validate` writes.

use std::io::IsTerminal;
use std::path::Path;

use burn_prep::Result;
use burn_prep::report::{
    HtmlReport, PropertyHistogram, Report, write_csv, write_github_annotations, write_json, write_junit,
    write_sarif,
};
use burn_prep::source::Exclusions;
use burn_prep::validate::{ImageRecord, ImageRow, MeanImages, SourceThumbnails, Validator};

use crate::args::{FolderArgs, ValidateArgs};
use crate::{Failure, note, print};

/// Prints the text, unless JSON takes its place on standard output, and writes the JSON where it was
/// asked for. The text comes first: a file that cannot be written must not cost the result.
pub(crate) fn write(args: &FolderArgs, report: &impl serde::Serialize, text: &str) -> Result<(), Failure> {
    match &args.json {
        Some(path) if path.as_os_str() == "-" => {
            let json = serde_json::to_string_pretty(report).map_err(std::io::Error::from);
            print(&(json.map_err(|error| Failure::of_output(error.into()))? + "\n"))
        }
        json => {
            print(text)?;
            json.as_ref().map_or(Ok(()), |path| write_json(path, report)).map_err(Failure::of_output)
        }
    }
}

/// The width of the terminal, as the shell says it.
pub(crate) fn columns() -> usize {
    let of_shell = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    if std::io::stdout().is_terminal() { of_shell.unwrap_or(100) } else { 120 }
}

/// What the files are made of.
pub(crate) struct Outputs<'a> {
    pub(crate) validator: &'a Validator,
    pub(crate) report: &'a Report,
    pub(crate) records: &'a [ImageRecord],
    pub(crate) histograms: &'a [PropertyHistogram],
    /// `None` where the run was interrupted, too.
    pub(crate) excluded: Option<&'a Exclusions>,
}

impl Outputs<'_> {
    /// Writes the files that the arguments ask for, but for the JSON, and the annotations.
    pub(crate) fn write(&self, args: &ValidateArgs) -> Result<()> {
        let rows = || ImageRow::all(self.records, self.report);
        if let Some(path) = &args.html {
            self.write_html(path)?;
        }
        if let Some(path) = &args.csv {
            write_csv(path, &rows())?;
        }
        match (&args.exclude, self.excluded) {
            (Some(path), Some(excluded)) => excluded.write(path)?,
            (Some(path), None) => note(&format!("burn-prep: interrupted, {path:?} was not written")),
            (None, _) => {}
        }
        #[cfg(feature = "parquet")]
        if let Some(path) = &args.parquet {
            crate::table::write_parquet(path, &rows())?;
        }
        if let Some(path) = &args.junit {
            write_junit(path, self.report)?;
        }
        if let Some(path) = &args.sarif {
            write_sarif(path, self.report)?;
        }
        if args.github {
            write_github_annotations(&mut std::io::stderr().lock(), self.report)?;
        }
        Ok(())
    }

    fn write_html(&self, path: &Path) -> Result<()> {
        let thumbnails = SourceThumbnails::new(self.validator);
        let images = MeanImages::of(self.records);
        let page = HtmlReport::new(self.report).thumbnails(&thumbnails).histograms(self.histograms);
        page.mean_images(&images.means).deviation_images(&images.deviations).write(path)
    }
}
