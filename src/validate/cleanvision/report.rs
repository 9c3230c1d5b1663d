//! All images of a source with cleanvision's scores.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use rayon::prelude::*;
use serde::Serialize;

use super::image::TYPES;
use super::look::Look;
use super::{CleanvisionImage, CleanvisionIssueType};
use crate::error::{Error, ErrorKind, Result, printed};
use crate::images::{Decoder, Limits};
use crate::measure::{CleanvisionIssue, CleanvisionSizes};
use crate::source::Source;

/// Samples that a thread reads between two looks at the observer.
const CHUNK: usize = 8;

/// The scores and issues that cleanvision 0.3.7 computes for the images of a source, under its names and with its default
/// thresholds, from one pass over the files. Use it to replace cleanvision, or to compare with its results;
/// [`Validator`](crate::validate::Validator) has checks of its own, which find more.
///
/// Pictures in Pillow's modes L, RGB and RGBA get cleanvision's scores. Results differ in these cases:
///
/// - Pictures of other modes are scored by the colours that they show, in 8 bits. cleanvision takes the indices of palettes (GIF
///   files have them) and single bits for brightness, so that it calls pictures of few colours dark; inks of CMYK for red, green
///   and blue; and divides gray of 16 bits by 255, so that scores lie outside of 0 to 1. As there, none of them is `grayscale`.
///   They are exact duplicates where their sizes and colours are equal, and never of a picture in L, RGB or RGBA.
/// - cleanvision stops without a result at a file that cannot be decoded, and at one of gray with alpha. Here the first has no
///   scores, no issue, and an [`error`](CleanvisionImage::error), and the second is scored by its gray.
/// - A [`Source`] may have more files: cleanvision lists `jpg`, `jpeg`, `gif`, `jp2`, `png`, `tiff` and `webp` by their names
///   alone. The scores of odd sizes, and duplicates, depend on which files there are.
/// - The perceptual hash of a picture that is symmetric to the last bit depends in cleanvision on roundings: near duplicates
///   among such pictures may differ. The score of `blurry` differs by up to 0.002.
///
/// ```
/// use std::ops::ControlFlow;
/// use burn_prep::images::Limits;
/// use burn_prep::source::InMemorySource;
/// use burn_prep::validate::CleanvisionReport;
///
/// let cat = std::fs::read("assets/photos/animals/cat.jpg")?;
/// let source = InMemorySource::new().with("cat", None, cat.clone()).with("copy", None, cat).with("text", None, *b"text");
/// let report = CleanvisionReport::of(&source, Limits::new(), |_, _| ControlFlow::Continue(()))?;
/// assert_eq!(report.exact_duplicates, [["cat", "copy"]]);
/// assert!(report.near_duplicates.is_empty());                          // they are exact ones
/// assert_eq!((report.issue_summary[0].issue_type.name(), report.issue_summary[0].num_images), ("exact_duplicates", 2));
/// assert!(report.has_issues() && report.images[2].error.is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "Imagelab")]
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CleanvisionReport {
    /// The version of cleanvision whose results these are.
    pub cleanvision_version: &'static str,
    /// The folder that was looked at; empty for a source that is no folder.
    pub root: String,
    /// The number of samples.
    pub files: u64,
    /// How many of them were looked at: fewer after an interruption.
    pub files_seen: u64,
    /// Whether the observer stopped the run.
    pub interrupted: bool,
    /// How many images have each issue, the most first.
    pub issue_summary: Vec<CleanvisionCount>,
    /// The images of equal samples, set by set.
    pub exact_duplicates: Vec<Vec<String>>,
    /// The images of equal perceptual hashes, set by set, without those sets that are among the exact ones.
    pub near_duplicates: Vec<Vec<String>>,
    /// All images, sorted by name.
    pub images: Vec<CleanvisionImage>,
}

/// How many images have an issue: a row of cleanvision's `issue_summary`.
///
/// ```
/// use std::ops::ControlFlow;
/// use burn_prep::images::Limits;
/// use burn_prep::source::ImageFolder;
/// use burn_prep::validate::CleanvisionReport;
///
/// let folder = ImageFolder::open("assets/photos")?;
/// let report = CleanvisionReport::of(&folder, Limits::new(), |_, _| ControlFlow::Continue(()))?;
/// assert_eq!(report.issue_summary.len(), 9);
/// assert!(report.issue_summary.is_sorted_by_key(|count| std::cmp::Reverse(count.num_images)));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CleanvisionCount {
    /// The issue.
    pub issue_type: CleanvisionIssueType,
    /// The number of images that have it.
    pub num_images: u64,
}

impl CleanvisionReport {
    /// Scores every sample, on all of rayon's threads, and calls `observer` from time to time with the number of samples done and
    /// the total. When it returns `Break`, the report covers the samples seen so far.
    ///
    /// Files beyond the limits are not decoded, and have an [`error`](CleanvisionImage::error). JPEG files are decoded to the pixels
    /// of libjpeg-turbo, which takes longer than the decoder of [`Validator`](crate::validate::Validator).
    ///
    /// # Errors
    ///
    /// The source has no samples.
    #[doc(alias = "find_issues")]
    pub fn of(
        source: &dyn Source,
        limits: Limits,
        mut observer: impl FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Self> {
        let name = |index| Some((source.sample(index)?.uri.as_str(), index));
        let mut order: Vec<(&str, usize)> = (0..source.len()).filter_map(name).collect();
        if order.is_empty() {
            let empty = Error::from(ErrorKind::Empty { what: "image folder" });
            return Err(source.root().map_or(empty.clone(), |root| empty.at_path(root)));
        }
        order.sort_unstable();
        let decoder = Decoder::rgb8().limits(limits);
        let mut looks: Vec<Result<Look>> = Vec::with_capacity(order.len());
        let mut interrupted = false;
        while looks.len() < order.len() && !interrupted {
            let end = (looks.len() + CHUNK * rayon::current_num_threads()).min(order.len());
            let chunk = order[looks.len()..end].par_iter();
            let seen: Vec<Result<Look>> =
                chunk.map(|&(_, index)| Look::of(source, index, &decoder)).collect();
            looks.extend(seen);
            interrupted = observer(looks.len(), order.len()).is_break() && looks.len() < order.len();
        }
        Ok(Self::of_looks(source, &order, &looks, interrupted))
    }

    /// The report of those samples that were looked at, the first ones of `order`.
    fn of_looks(
        source: &dyn Source,
        order: &[(&str, usize)],
        looks: &[Result<Look>],
        interrupted: bool,
    ) -> Self {
        let decoded = || looks.iter().enumerate().filter_map(|(at, look)| Some((at, look.as_ref().ok()?)));
        let sizes: Vec<f64> = decoded().map(|(_, look)| look.size).collect();
        // Without sizes there are no scores.
        let usual = CleanvisionSizes::of(&sizes).ok();
        let exact = sets(decoded().map(|(at, look)| (at, look.pixels)));
        let mut near = sets(decoded().map(|(at, look)| (at, u128::from(look.phash))));
        let known: HashSet<&Vec<usize>> = exact.iter().collect();
        near.retain(|set| !known.contains(set));
        let (of_exact, of_near) = (shares(&exact, looks.len()), shares(&near, looks.len()));

        let image = |(at, look): (usize, &Result<Look>)| {
            let (file, index) = order[at];
            let look = match look {
                Ok(look) => look,
                Err(error) => {
                    let error = Some(error.kind().to_string());
                    return unscored(source, file, index, error);
                }
            };
            let mut image = unscored(source, file, index, None);
            image.color = Some(look.color.clone());
            for (place, issue) in CleanvisionIssueType::ALL.into_iter().enumerate() {
                let (score, threshold) = match issue {
                    CleanvisionIssueType::OfPicture(CleanvisionIssue::OddSize) => (
                        usual.map(|usual| usual.score(look.size)),
                        usual.map_or(0.0, |usual| usual.threshold()),
                    ),
                    CleanvisionIssueType::OfPicture(issue) => {
                        (look.scores.score(issue), issue.threshold().unwrap_or(0.0))
                    }
                    CleanvisionIssueType::ExactDuplicates => (Some(of_exact[at]), 1.0),
                    CleanvisionIssueType::NearDuplicates => (Some(of_near[at]), 1.0),
                };
                image.scores[place] = score;
                image.flags[place] = score.is_some_and(|score| score < threshold);
            }
            image
        };
        let images: Vec<CleanvisionImage> = looks.iter().enumerate().map(image).collect();
        let named = |sets: Vec<Vec<usize>>| -> Vec<Vec<String>> {
            sets.into_iter().map(|set| set.into_iter().map(|at| order[at].0.to_owned()).collect()).collect()
        };
        Self {
            cleanvision_version: "0.3.7",
            root: source.root().map_or_else(String::new, |root| printed(root.as_os_str())),
            files: order.len() as u64,
            files_seen: looks.len() as u64,
            interrupted,
            issue_summary: summary(&images),
            exact_duplicates: named(exact),
            near_duplicates: named(near),
            images,
        }
    }

    /// Whether an image has an issue, or could not be decoded.
    pub fn has_issues(&self) -> bool {
        self.issue_summary.iter().any(|count| count.num_images > 0)
            || self.images.iter().any(|image| image.error.is_some())
    }
}

/// An image without scores.
fn unscored(source: &dyn Source, file: &str, index: usize, error: Option<String>) -> CleanvisionImage {
    let path = source.sample(index).and_then(|sample| sample.path.clone());
    let (scores, flags) = ([None; TYPES], [false; TYPES]);
    CleanvisionImage { file: file.to_owned(), color: None, error, path, scores, flags }
}

/// The places of equal hashes, where there are several, in the order of the first of each set.
fn sets(hashes: impl Iterator<Item = (usize, u128)>) -> Vec<Vec<usize>> {
    let mut by_hash: HashMap<u128, Vec<usize>> = HashMap::new();
    for (at, hash) in hashes {
        by_hash.entry(hash).or_default().push(at);
    }
    let mut sets: Vec<Vec<usize>> = by_hash.into_values().filter(|set| set.len() > 1).collect();
    sets.sort_unstable();
    sets
}

/// Of each place the score: one over the number of its set, or 1 outside of all sets.
fn shares(sets: &[Vec<usize>], count: usize) -> Vec<f64> {
    let mut shares = vec![1.0; count];
    for set in sets {
        for &at in set {
            shares[at] = 1.0 / set.len() as f64;
        }
    }
    shares
}

fn summary(images: &[CleanvisionImage]) -> Vec<CleanvisionCount> {
    let count = |issue_type| {
        let with = images.iter().filter(|image| image.has(issue_type));
        CleanvisionCount { issue_type, num_images: with.count() as u64 }
    };
    let mut counts: Vec<CleanvisionCount> = CleanvisionIssueType::in_summary().map(count).collect();
    counts.sort_by_key(|count| std::cmp::Reverse(count.num_images));
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_of_two_or_more_and_score_one_over_their_number() {
        let hashes = [7, 3, 7, 9, 3, 7].into_iter().enumerate();
        let found = sets(hashes);
        assert_eq!(found, [vec![0, 2, 5], vec![1, 4]]);
        assert_eq!(shares(&found, 6), [1.0 / 3.0, 0.5, 1.0 / 3.0, 1.0, 0.5, 1.0 / 3.0]);
    }
}
