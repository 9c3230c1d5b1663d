//! The report that becomes a page, and what is shown beside its findings.

use std::fmt;
use std::path::Path;

use crate::error::Result;
#[cfg(feature = "png")]
use crate::images::Image;
use crate::output::write_whole;
use crate::report::html::mean_images::MeanImages;
use crate::report::html::page::Page;
use crate::report::html::pictures::Pictures;
use crate::report::html::section::Section;
use crate::report::{PropertyHistogram, Report, Thumbnails};

/// What small pictures may take of a page.
const THUMBNAIL_BYTES: usize = 12_000_000;

/// What average images may take of a page. With the small pictures that is 15 MB.
#[cfg(feature = "png")]
const MEAN_IMAGE_BYTES: usize = 3_000_000;

/// A report as one HTML file, which needs no other files and no network.
///
/// For each check with findings the page says what to do and shows the worst findings first: up to 24 small
/// pictures, duplicates side by side, then a list of up to 200 findings, and the number of the others. A page
/// about a million findings is as large as one about ten thousand; the report as JSON is complete. Below
/// stand the classes, the statistics of the dataset with the constants of a
/// [`Normalize`](crate::transform::Normalize), and what else it was given: histograms and average images.
///
/// The page can be filtered and sorted, and lists of names can be copied. Without its script it shows the
/// same content. Names of files are text in it whatever they hold, and a content security policy allows no
/// other script, style or address than the page's own. The same report gives the same bytes.
///
/// ```
/// use burn_prep::report::HtmlReport;
/// use burn_prep::source::ImageFolder;
/// use burn_prep::validate::Validator;
///
/// let report = Validator::new(ImageFolder::open("assets/hostile")?).run()?;
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("report.html");
/// HtmlReport::new(&report).write(&path)?;
///
/// let html = std::fs::read_to_string(path)?;
/// assert!(html.starts_with("<!doctype html>"));
/// assert!(html.contains(r#"data-check="decompression_bomb" data-severity="error" data-findings="1""#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct HtmlReport<'a> {
    report: &'a Report,
    thumbnails: Option<&'a dyn Thumbnails>,
    histograms: &'a [PropertyHistogram],
    #[cfg(feature = "png")]
    mean_images: &'a [(String, Image)],
    #[cfg(feature = "png")]
    deviation_images: &'a [(String, Image)],
}

impl<'a> HtmlReport<'a> {
    /// The page of a report, without pictures.
    pub fn new(report: &'a Report) -> Self {
        Self {
            report,
            thumbnails: None,
            histograms: &[],
            #[cfg(feature = "png")]
            mean_images: &[],
            #[cfg(feature = "png")]
            deviation_images: &[],
        }
    }

    /// Sets where small pictures come from. They take up to 12 MB of the page, the gravest checks first.
    ///
    /// ```
    /// use burn_prep::report::HtmlReport;
    /// use burn_prep::source::ImageFolder;
    /// use burn_prep::validate::{SourceThumbnails, Validator};
    ///
    /// let validator = Validator::new(ImageFolder::open("assets/photos")?);
    /// let report = validator.run()?;
    /// let folder = tempfile::tempdir()?;
    /// let path = folder.path().join("report.html");
    /// HtmlReport::new(&report).thumbnails(&SourceThumbnails::new(&validator)).write(&path)?;
    /// assert!(std::fs::read_to_string(path)?.contains("src=\"data:image/png;base64,"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn thumbnails(mut self, thumbnails: &'a dyn Thumbnails) -> Self {
        self.thumbnails = Some(thumbnails);
        self
    }

    /// Sets the properties that are shown as charts.
    ///
    /// ```
    /// use burn_prep::report::{HtmlReport, PropertyHistogram};
    /// use burn_prep::source::ImageFolder;
    /// use burn_prep::validate::Validator;
    ///
    /// let report = Validator::new(ImageFolder::open("assets/hostile")?).run()?;
    /// let entropy = PropertyHistogram::new("entropy", "bits", vec![0.0, 4.0, 8.0], vec![3, 20])?;
    /// let folder = tempfile::tempdir()?;
    /// let path = folder.path().join("report.html");
    /// HtmlReport::new(&report).histograms(&[entropy.threshold(3.0)]).write(&path)?;
    /// assert!(std::fs::read_to_string(path)?.contains("23 values from 0 to 8; threshold 3"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn histograms(mut self, histograms: &'a [PropertyHistogram]) -> Self {
        self.histograms = histograms;
        self
    }

    /// Sets the average images of classes, with the names of these, such as those of
    /// [`MeanImages`](crate::validate::MeanImages). The first 50 are shown, and take up to 3 MB of the page.
    ///
    /// ```
    /// use burn_prep::images::{ColorMode, Image, ImageSize};
    /// use burn_prep::report::HtmlReport;
    /// use burn_prep::source::ImageFolder;
    /// use burn_prep::validate::Validator;
    ///
    /// let report = Validator::new(ImageFolder::open("assets/hostile")?).run()?;
    /// let gray = Image::new(ImageSize::new(1, 1), ColorMode::L, vec![128])?;
    /// let folder = tempfile::tempdir()?;
    /// let path = folder.path().join("report.html");
    /// HtmlReport::new(&report).mean_images(&[("cats".to_owned(), gray)]).write(&path)?;
    /// assert!(std::fs::read_to_string(path)?.contains("Average images"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "png")]
    #[must_use]
    pub fn mean_images(mut self, images: &'a [(String, Image)]) -> Self {
        self.mean_images = images;
        self
    }

    /// Sets images of the standard deviation of each pixel over the pictures of a class, with the names of the classes, such as those
    /// of [`MeanImages`](crate::validate::MeanImages). They are shown beside the average images.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use burn_prep::report::HtmlReport;
    /// use burn_prep::source::ImageFolder;
    /// use burn_prep::validate::{MeanImages, Validator};
    ///
    /// let validator = Validator::new(ImageFolder::open("assets/photos")?);
    /// let validation = validator.run_observed(|_, _| ControlFlow::Continue(()))?;
    /// let images = MeanImages::of(&validation.records);
    /// let folder = tempfile::tempdir()?;
    /// let path = folder.path().join("report.html");
    /// let page = HtmlReport::new(&validation.report).mean_images(&images.means);
    /// page.deviation_images(&images.deviations).write(&path)?;
    /// let html = std::fs::read_to_string(path)?;
    /// assert!(html.contains(r#"alt="Average of animals""#) && html.contains(r#"alt="Deviation of animals""#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "png")]
    #[must_use]
    pub fn deviation_images(mut self, images: &'a [(String, Image)]) -> Self {
        self.deviation_images = images;
        self
    }

    /// Writes the page; the file appears whole or not at all.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<()> {
        let page = Page {
            report: self.report,
            sections: Section::all_of(self.report),
            histograms: self.histograms,
            #[cfg(feature = "png")]
            mean_images: MeanImages::encoded(
                self.mean_images,
                self.deviation_images,
                &self.report.dataset.classes,
                MEAN_IMAGE_BYTES,
            )?,
            #[cfg(not(feature = "png"))]
            mean_images: MeanImages::default(),
        };
        let mut pictures = Pictures::new(self.thumbnails, THUMBNAIL_BYTES);
        write_whole(path.as_ref(), |out| page.write(out, &mut pictures))
    }
}

impl fmt::Debug for HtmlReport<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HtmlReport").field("root", &self.report.root).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::by_check::report_of;
    use crate::report::html::pictures::Signatures;
    use crate::report::{Check, ClassCount, Finding};

    fn page_of(report: &Report) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.html");
        HtmlReport::new(report).thumbnails(&Signatures).write(&path).unwrap();
        std::fs::read_to_string(path).unwrap()
    }

    #[test]
    fn names_stay_text() {
        let names =
            ["<script>alert(1)</script>.png", "\" onload=\"alert(1)", "'>\n<b>", "\u{1b}[31m", "=cmd()"];
        let names: Vec<String> = names.map(str::to_owned).into_iter().chain(["x".repeat(500)]).collect();
        let mut findings = Vec::new();
        for &check in Check::ALL {
            findings.extend(names.iter().map(|name| Finding::new(check, name.as_str(), name)));
            findings.push(Finding::of_all(check, names.clone(), &names[0]));
        }
        let mut report = report_of(findings);
        report.root = names[0].clone();
        report.dataset.classes = names.iter().map(|name| ClassCount::new(name, 1)).collect();
        let html = page_of(&report);
        // The page's own script is the only one, and has no attributes.
        assert_eq!((html.matches("<script").count(), html.matches("<script>").count()), (1, 1));
        assert!(!html.contains("<b>") && !html.contains(r#"" onload=""#));
        assert!(html.chars().all(|c| c == '\n' || !c.is_control()));
        assert!(html.contains("<bdi>&lt;script&gt;alert(1)&lt;/script&gt;.png</bdi></h1>"));
        assert_eq!(html.matches("<section class=\"check\"").count(), Check::ALL.len());
    }

    #[test]
    fn a_page_does_not_grow_with_the_findings() {
        let page = |count: usize| {
            let finding = |index: usize| {
                let check = Check::ALL[index % Check::ALL.len()];
                Finding::new(check, format!("{:06}.png", index / Check::ALL.len()), "found")
            };
            page_of(&report_of((0..count).map(finding).collect()))
        };
        let (few, many) = (page(300 * Check::ALL.len()), page(3000 * Check::ALL.len()));
        assert!(few.len() < 3_000_000, "{}", few.len());
        assert!(many.len() - few.len() < 2_000, "{} and {}", few.len(), many.len());
        assert!(many.contains("and 2,776 more, which the report as JSON lists"));
    }

    #[test]
    fn a_page_without_findings_has_no_filter() {
        let html = page_of(&report_of(Vec::new()));
        assert!(html.contains("No findings.") && !html.contains("<form"));
        assert!(html.contains(&format!("{} checks without findings", Check::ALL.len())));
    }

    #[test]
    fn the_same_report_gives_the_same_bytes() {
        let finding = |index: usize| Finding::new(Check::Dark, format!("{index}.png"), "dark");
        let report = report_of((0..500).map(finding).collect());
        assert_eq!(page_of(&report), page_of(&report));
    }
}
