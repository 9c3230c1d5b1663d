//! The issues that cleanvision looks for in the properties of pictures.

use serde::{Deserialize, Serialize};

/// An issue of a picture, by cleanvision's names. Exact and near duplicates are not among them.
///
/// ```
/// use burn_prep::measure::CleanvisionIssue;
/// assert_eq!(CleanvisionIssue::OddAspectRatio.name(), "odd_aspect_ratio");
/// assert_eq!(CleanvisionIssue::Dark.threshold(), Some(0.32));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CleanvisionIssue {
    /// Hardly a pixel is bright.
    Dark,
    /// Hardly a pixel is not white.
    Light,
    /// One side is much longer than the other.
    OddAspectRatio,
    /// The histogram of the samples has a low entropy.
    LowInformation,
    /// A small copy has weak edges.
    Blurry,
    /// The picture has one channel.
    Grayscale,
    /// The size is far from those of the data set.
    OddSize,
}

impl CleanvisionIssue {
    /// All issues, in cleanvision's order.
    pub const ALL: [Self; 7] = [
        Self::Dark,
        Self::Light,
        Self::OddAspectRatio,
        Self::LowInformation,
        Self::Blurry,
        Self::Grayscale,
        Self::OddSize,
    ];

    /// The name, as in the columns `{name}_score` and `is_{name}_issue` of cleanvision's tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
            Self::OddAspectRatio => "odd_aspect_ratio",
            Self::LowInformation => "low_information",
            Self::Blurry => "blurry",
            Self::Grayscale => "grayscale",
            Self::OddSize => "odd_size",
        }
    }

    /// The default threshold: a picture has the issue where its score is below. `None` for [`OddSize`](Self::OddSize),
    /// whose threshold depends on the data set: [`CleanvisionSizes::threshold`](super::CleanvisionSizes::threshold).
    pub fn threshold(self) -> Option<f64> {
        match self {
            Self::Dark => Some(0.32),
            Self::Light => Some(0.05),
            Self::OddAspectRatio => Some(0.35),
            Self::LowInformation => Some(0.3),
            Self::Blurry => Some(0.29),
            // The score is 0 or 1.
            Self::Grayscale => Some(1.0),
            Self::OddSize => None,
        }
    }
}
