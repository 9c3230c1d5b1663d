//! One image in cleanvision's table.

use std::path::PathBuf;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::CleanvisionIssueType;

/// The number of issue types.
pub(super) const TYPES: usize = CleanvisionIssueType::ALL.len();

/// One image with its scores and issues: a row of cleanvision's table `issues`.
///
/// As JSON it is an object with `file`, `color`, `error`, and for each issue type the score and whether the image has the issue,
/// under the names of cleanvision's columns.
///
/// ```
/// use std::ops::ControlFlow;
/// use burn_prep::images::Limits;
/// use burn_prep::measure::CleanvisionIssue;
/// use burn_prep::source::ImageFolder;
/// use burn_prep::validate::{CleanvisionIssueType, CleanvisionReport};
///
/// let folder = ImageFolder::open("assets/hostile")?;
/// let report = CleanvisionReport::of(&folder, Limits::new(), |_, _| ControlFlow::Continue(()))?;
/// let image = |file: &str| report.images.iter().find(|image| image.file == file).unwrap();
///
/// let dark = CleanvisionIssueType::OfPicture(CleanvisionIssue::Dark);
/// assert!(image("turned.jpg").score(dark).unwrap() > 0.32 && !image("turned.jpg").has(dark));
/// assert_eq!((image("text.jpg").score(dark), image("text.jpg").has(dark)), (None, false));
/// assert!(image("text.jpg").error.is_some());
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CleanvisionImage {
    /// The name of the sample in its source.
    pub file: String,
    /// Channels and bits in the file, such as `Rgb8` or `P8`; `None` where it could not be decoded.
    pub color: Option<String>,
    /// Why there are no scores.
    pub error: Option<String>,
    /// The file, where the sample is one.
    pub(super) path: Option<PathBuf>,
    /// By the places of the types.
    pub(super) scores: [Option<f64>; TYPES],
    pub(super) flags: [bool; TYPES],
}

impl CleanvisionImage {
    /// The score of an issue type, 0 to 1, lower is worse; `None` where the file could not be decoded. The score of duplicates is
    /// `1 / n` for an image in a set of `n`, and 1 for an image without duplicates.
    pub fn score(&self, issue: CleanvisionIssueType) -> Option<f64> {
        self.scores[issue.place()]
    }

    /// Whether the image has the issue.
    pub fn has(&self, issue: CleanvisionIssueType) -> bool {
        self.flags[issue.place()]
    }
}

impl Serialize for CleanvisionImage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3 + 2 * TYPES))?;
        map.serialize_entry("file", &self.file)?;
        map.serialize_entry("color", &self.color)?;
        map.serialize_entry("error", &self.error)?;
        for issue in CleanvisionIssueType::ALL {
            map.serialize_entry(&issue.score_column(), &self.score(issue))?;
            map.serialize_entry(&issue.flag_column(), &self.has(issue))?;
        }
        map.end()
    }
}
