//! What cleanvision 0.3.7 measures of a picture, its scores and its thresholds, to compare a report with one of its own.
//!
//! The formulas are cleanvision's, with what they do not see: a picture of three equal channels is not grayscale, a plain
//! picture may be sharp by the counts of its histogram, and where most pictures have one size, every other size is odd. The
//! checks of this library have formulas of their own.

mod blurriness;
mod brightness;
mod channel_counts;
mod issue;
mod measures;
mod percentile;
mod scores;
mod sizes;

pub use issue::CleanvisionIssue;
pub use measures::CleanvisionMeasures;
pub use scores::CleanvisionScores;
pub use sizes::CleanvisionSizes;
