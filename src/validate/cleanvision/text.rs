//! The summary for a terminal.

use std::fmt;

use super::{CleanvisionImage, CleanvisionIssueType, CleanvisionReport};
use crate::report::printable;

/// How many images or sets of an issue are named.
const NAMED: usize = 5;
/// How many images of a set are named.
const OF_A_SET: usize = 4;

/// cleanvision's summary, and of each issue the images with the lowest scores, or the largest sets.
impl fmt::Display for CleanvisionReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seen = self.files_seen;
        if !self.root.is_empty() {
            write!(f, "{}: ", printable(&self.root))?;
        }
        let files = if seen == 1 { "file" } else { "files" };
        write!(f, "{seen} {files}, by the scores of cleanvision {}", self.cleanvision_version)?;
        if self.interrupted {
            write!(f, " (interrupted: {seen} of {} files seen)", self.files)?;
        }
        writeln!(f, "\n\nissue_type         num_images")?;
        for count in &self.issue_summary {
            writeln!(f, "{:<16}   {:>10}", count.issue_type.name(), count.num_images)?;
        }
        for count in self.issue_summary.iter().filter(|count| count.num_images > 0) {
            let issue = count.issue_type;
            match issue {
                CleanvisionIssueType::ExactDuplicates => largest(f, issue, &self.exact_duplicates)?,
                CleanvisionIssueType::NearDuplicates => largest(f, issue, &self.near_duplicates)?,
                CleanvisionIssueType::OfPicture(_) => self.lowest(f, issue)?,
            }
        }
        self.undecoded(f)
    }
}

impl CleanvisionReport {
    /// The images with the lowest scores among those that have an issue.
    fn lowest(&self, f: &mut fmt::Formatter<'_>, issue: CleanvisionIssueType) -> fmt::Result {
        let score = |image: &CleanvisionImage| image.score(issue).unwrap_or(1.0);
        let mut with: Vec<&CleanvisionImage> = self.images.iter().filter(|image| image.has(issue)).collect();
        with.sort_by(|a, b| score(a).total_cmp(&score(b)));
        writeln!(f, "\n{}, the lowest scores:", issue.name())?;
        for image in with.iter().take(NAMED) {
            writeln!(f, "  {:.4}  {}", score(image), printable(&image.file))?;
        }
        more(f, with.len())
    }

    /// The files that have no scores.
    fn undecoded(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failed = || self.images.iter().filter_map(|image| Some((image, image.error.as_deref()?)));
        if failed().next().is_none() {
            return Ok(());
        }
        writeln!(f, "\nnot decoded, and without scores:")?;
        for (image, error) in failed().take(NAMED) {
            writeln!(f, "  {}: {}", printable(&image.file), printable(error))?;
        }
        more(f, failed().count())
    }
}

/// The sets with the most images.
fn largest(f: &mut fmt::Formatter<'_>, issue: CleanvisionIssueType, sets: &[Vec<String>]) -> fmt::Result {
    let mut sorted: Vec<&Vec<String>> = sets.iter().collect();
    sorted.sort_by_key(|set| std::cmp::Reverse(set.len()));
    writeln!(f, "\n{}, the largest of {} sets:", issue.name(), sets.len())?;
    for set in sorted.iter().take(NAMED) {
        let names: Vec<String> = set.iter().take(OF_A_SET).map(|name| printable(name)).collect();
        let rest = match set.len() - names.len() {
            0 => String::new(),
            rest => format!(" and {rest} more"),
        };
        writeln!(f, "  {} images: {}{rest}", set.len(), names.join(", "))?;
    }
    more(f, sets.len())
}

/// How many lines were left out.
fn more(f: &mut fmt::Formatter<'_>, count: usize) -> fmt::Result {
    match count.saturating_sub(NAMED) {
        0 => Ok(()),
        more => writeln!(f, "  and {more} more"),
    }
}
