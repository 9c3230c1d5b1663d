//! Which labels are flagged.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The rule by which labels are flagged as wrong. The variants are named after values of cleanlab's argument `filter_by`, and are
/// printed in its spelling.
///
/// Whatever the choice, a label is never flagged unless another class is likelier by more than 1e-6.
///
/// ```
/// use burn_prep::label_errors::FilterBy;
/// assert_eq!(FilterBy::default().to_string(), "prune_by_noise_rate");
/// assert_eq!(FilterBy::ALL.len(), 5);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FilterBy {
    /// Of each pair of label and other class as many as the calibrated joint has: those whose probability of
    /// the other class exceeds that of the label by the most.
    #[default]
    PruneByNoiseRate,
    /// Of each label as many as the calibrated joint has in other classes: those of the lowest
    /// self-confidence.
    PruneByClass,
    /// What both of the above choose: the fewest flags, and the surest.
    Both,
    /// Every sample that counts as confidently of another class.
    ConfidentLearning,
    /// Every sample whose predicted class is another.
    PredictedNeqGiven,
}

impl FilterBy {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::PruneByNoiseRate,
        Self::PruneByClass,
        Self::Both,
        Self::ConfidentLearning,
        Self::PredictedNeqGiven,
    ];
}

impl fmt::Display for FilterBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::PruneByNoiseRate => "prune_by_noise_rate",
            Self::PruneByClass => "prune_by_class",
            Self::Both => "both",
            Self::ConfidentLearning => "confident_learning",
            Self::PredictedNeqGiven => "predicted_neq_given",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_and_printed_names_are_the_same() {
        for by in FilterBy::ALL {
            assert_eq!(serde_json::to_value(by).unwrap(), by.to_string());
        }
    }
}
