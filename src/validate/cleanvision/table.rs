//! cleanvision's table of images as CSV.

use std::path::Path;

use super::{CleanvisionImage, CleanvisionIssueType, CleanvisionReport};
use crate::error::{Result, printed};
use crate::output::write_whole;
use crate::validate::image_row::harmless;

impl CleanvisionReport {
    /// Writes the table of images as CSV with the columns of cleanvision's `issues.to_csv(path)`; the file appears whole or not at
    /// all. The first column, which has no name, is the absolute path of the file, or the name of a sample that is none. Scores of
    /// files that could not be decoded are empty.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use burn_prep::images::Limits;
    /// use burn_prep::source::ImageFolder;
    /// use burn_prep::validate::CleanvisionReport;
    ///
    /// let folder = ImageFolder::open("assets/photos")?;
    /// let report = CleanvisionReport::of(&folder, Limits::new(), |_, _| ControlFlow::Continue(()))?;
    /// let place = tempfile::tempdir()?;
    /// report.write_csv(place.path().join("issues.csv"))?;
    /// let text = std::fs::read_to_string(place.path().join("issues.csv"))?;
    /// assert!(text.starts_with(",odd_size_score,is_odd_size_issue,odd_aspect_ratio_score,is_odd_aspect_ratio_issue,"));
    /// assert_eq!(text.lines().count(), 41);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "to_csv")]
    pub fn write_csv(&self, path: impl AsRef<Path>) -> Result<()> {
        write_whole(path.as_ref(), |out| {
            let mut csv = csv::Writer::from_writer(out);
            csv.write_record(header()).map_err(std::io::Error::other)?;
            for image in &self.images {
                csv.write_record(row(image)).map_err(std::io::Error::other)?;
            }
            csv.flush()
        })
    }
}

fn header() -> Vec<String> {
    let columns = CleanvisionIssueType::ALL.map(|issue| [issue.score_column(), issue.flag_column()]);
    std::iter::once(String::new()).chain(columns.into_iter().flatten()).collect()
}

fn row(image: &CleanvisionImage) -> Vec<String> {
    let cells = CleanvisionIssueType::ALL.map(|issue| {
        // Python's words, and its form of whole numbers.
        let score = image.score(issue).map_or_else(String::new, |score| format!("{score:?}"));
        let flag = if image.has(issue) { "True" } else { "False" };
        [score, flag.to_owned()]
    });
    std::iter::once(place_of(image)).chain(cells.into_iter().flatten()).collect()
}

/// The absolute path, which cleanvision's index has.
fn place_of(image: &CleanvisionImage) -> String {
    let absolute = image.path.as_deref().and_then(|path| std::path::absolute(path).ok());
    harmless(&absolute.map_or_else(|| image.file.clone(), |path| printed(path.as_os_str())))
}
