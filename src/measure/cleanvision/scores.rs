//! cleanvision's scores of one picture.

use serde::{Deserialize, Serialize};

use super::{CleanvisionIssue, CleanvisionMeasures};

/// cleanvision's scores of one picture, each 0 to 1, where a lower one is worse.
///
/// | issue | score | flagged below |
/// |---|---|---|
/// | dark | the 99th percentile of the brightness | 0.32 |
/// | light | 1 - the 5th percentile of the brightness | 0.05 |
/// | odd aspect ratio | the shorter side by the longer one | 0.35 |
/// | low information | a tenth of the entropy, at most 1 | 0.3 |
/// | blurry | `min(1, s + t)`, see below | 0.29 |
/// | grayscale | 0 for one channel, otherwise 1 | 1 |
///
/// `s = 1 - exp(-e / 100)`, where `e` is the deviation of the edges, and `t` is the same of the deviation of the histogram's
/// counts, but 0 where that is at most 0.18.
///
/// The score of an odd size needs the sizes of all pictures: [`CleanvisionSizes`](super::CleanvisionSizes).
///
/// ```
/// use burn_prep::images::{ColorMode, Image, ImageSize};
/// use burn_prep::measure::CleanvisionIssue::{Grayscale, Light, LowInformation};
/// use burn_prep::measure::CleanvisionMeasures;
///
/// let white = Image::new(ImageSize::square(70), ColorMode::L, vec![255; 4900])?;
/// let scores = CleanvisionMeasures::of(&white)?.scores();
/// assert_eq!((scores.dark, scores.light, scores.low_information), (1.0, 0.0, 0.0));
/// assert_eq!(scores.issues(), [Light, LowInformation, Grayscale]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CleanvisionScores {
    /// The score of [`CleanvisionIssue::Dark`].
    pub dark: f64,
    /// The score of [`CleanvisionIssue::Light`].
    pub light: f64,
    /// The score of [`CleanvisionIssue::OddAspectRatio`].
    pub odd_aspect_ratio: f64,
    /// The score of [`CleanvisionIssue::LowInformation`].
    pub low_information: f64,
    /// The score of [`CleanvisionIssue::Blurry`].
    pub blurry: f64,
    /// The score of [`CleanvisionIssue::Grayscale`].
    pub grayscale: f64,
}

impl CleanvisionScores {
    /// The scores of what was measured.
    pub fn of(measures: &CleanvisionMeasures) -> Self {
        let rising = |deviation: f64| 1.0 - (-0.01 * deviation).exp();
        let edges = rising(measures.blurriness);
        let counts = rising(measures.blurriness_grayscale_std);
        let counts = if counts <= 0.18 { 0.0 } else { counts };
        Self {
            dark: measures.brightness_perc_99,
            light: 1.0 - measures.brightness_perc_5,
            odd_aspect_ratio: measures.aspect_ratio,
            low_information: (0.1 * measures.entropy).min(1.0),
            blurry: (edges + counts).min(1.0),
            grayscale: if measures.is_gray { 0.0 } else { 1.0 },
        }
    }

    /// The issues whose scores are below their default thresholds, in the order of [`CleanvisionIssue::ALL`].
    pub fn issues(&self) -> Vec<CleanvisionIssue> {
        let is_below = |issue: &CleanvisionIssue| match (self.score(*issue), issue.threshold()) {
            (Some(score), Some(threshold)) => score < threshold,
            _ => false,
        };
        CleanvisionIssue::ALL.into_iter().filter(is_below).collect()
    }

    /// The score of an issue; `None` for [`CleanvisionIssue::OddSize`].
    ///
    /// ```
    /// use burn_prep::images::{ColorMode, Image, ImageSize};
    /// use burn_prep::measure::{CleanvisionIssue, CleanvisionMeasures};
    ///
    /// let black = Image::new(ImageSize::square(8), ColorMode::L, vec![0; 64])?;
    /// let scores = CleanvisionMeasures::of(&black)?.scores();
    /// assert_eq!(scores.score(CleanvisionIssue::Dark), Some(0.0));
    /// assert_eq!(scores.score(CleanvisionIssue::OddSize), None);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn score(&self, issue: CleanvisionIssue) -> Option<f64> {
        match issue {
            CleanvisionIssue::Dark => Some(self.dark),
            CleanvisionIssue::Light => Some(self.light),
            CleanvisionIssue::OddAspectRatio => Some(self.odd_aspect_ratio),
            CleanvisionIssue::LowInformation => Some(self.low_information),
            CleanvisionIssue::Blurry => Some(self.blurry),
            CleanvisionIssue::Grayscale => Some(self.grayscale),
            CleanvisionIssue::OddSize => None,
        }
    }
}
