//! Scores, joint and flags of all labels.

use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

use crate::arrays::ArrayElement;
use crate::error::Result;
use crate::label_errors::predictions::Predictions;
use crate::label_errors::pruning::{Pruning, lowest_first};
use crate::label_errors::{ConfidentJoint, ConfidentThresholds, FilterBy, LabelQuality};

/// Which labels are probably wrong: the scores of each, the flags, and the counts from which they follow.
///
/// ```
/// use burn_prep::label_errors::{FilterBy, LabelErrors};
/// use ndarray::array;
///
/// let probabilities = array![[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.1, 0.9], [0.2, 0.8], [0.3, 0.7]];
/// let errors = LabelErrors::find(&[0, 0, 0, 1, 1, 1], probabilities.view(), FilterBy::PruneByClass)?;
/// assert_eq!(errors.ranked_by(|scores| scores.normalized_margin), [2]);
/// assert_eq!((errors.scores[2].label, errors.scores[2].predicted, errors.joint.errors()), (0, 1, 1));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LabelErrors {
    /// The scores of each label.
    pub scores: Vec<LabelQuality>,
    /// Whether each label is flagged as probably wrong.
    pub flags: Vec<bool>,
    /// From which probability on a sample counts as confidently of each class.
    pub thresholds: ConfidentThresholds,
    /// How many samples of each label are of which class.
    pub joint: ConfidentJoint,
}

impl LabelErrors {
    /// Scores and flags labels by the probabilities `[samples, classes]` that a model gives, of any float
    /// type.
    ///
    /// A class without labels is allowed: no sample counts as confidently of it. The flags are those of
    /// cleanlab 2.9, except that of equal scores the first are flagged, and that equal fractions are rounded
    /// in a fixed order when the joint is calibrated: cleanlab leaves both orders to NumPy's sort, which is
    /// not stable and differs between machines. On made-up datasets of 50 to 500 samples this concerned one
    /// sample in a thousand.
    ///
    /// # Errors
    ///
    /// There is another number of labels than of rows, or none; there are fewer than two classes; a label is
    /// beyond the classes; a probability is not finite or not within 0 to 1, or the sum of a row is not 1
    /// within 0.01.
    ///
    /// ```
    /// use burn_prep::label_errors::{FilterBy, LabelErrors};
    /// use ndarray::array;
    ///
    /// let logits = array![[4.0, 1.0], [2.0, -2.0]];
    /// let error = LabelErrors::find(&[0, 1], logits.view(), FilterBy::Both).unwrap_err();
    /// assert_eq!((error.code(), error.index()), ("invalid", Some(0)));
    /// ```
    #[doc(alias = "find_label_issues")]
    pub fn find<E: ArrayElement>(
        labels: &[usize],
        probabilities: ArrayView2<'_, E>,
        by: FilterBy,
    ) -> Result<Self> {
        let predictions = Predictions::new(labels, probabilities)?;
        let scores = predictions.rows().map(|(label, row)| LabelQuality::of_row(label, row));
        let scores: Vec<LabelQuality> = scores.collect();
        let thresholds = ConfidentThresholds::of(&predictions);
        let joint = ConfidentJoint::of(&predictions, &thresholds);
        let pruning = Pruning { predictions, scores: &scores, thresholds: &thresholds, joint: &joint };
        let flags = pruning.flags(by);
        Ok(Self { scores, flags, thresholds, joint })
    }

    /// The number of labels that are flagged.
    pub fn count(&self) -> usize {
        self.flags.iter().filter(|&&flag| flag).count()
    }

    /// The indices of the flagged labels, those of the lowest score first: in which order to look at them.
    ///
    /// ```
    /// use burn_prep::label_errors::{FilterBy, LabelErrors};
    /// use ndarray::array;
    ///
    /// let probabilities = array![[0.25, 0.75], [0.75, 0.25], [0.125, 0.875], [0.25, 0.75]];
    /// let errors = LabelErrors::find(&[0, 0, 0, 1], probabilities.view(), FilterBy::PredictedNeqGiven)?;
    /// assert_eq!((errors.count(), errors.ranked_by(|scores| scores.self_confidence)), (2, vec![2, 0]));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "order_label_issues")]
    pub fn ranked_by(&self, score: impl Fn(&LabelQuality) -> f64) -> Vec<usize> {
        let flagged = self.scores.iter().zip(&self.flags).enumerate().filter(|(_, (_, flag))| **flag);
        let mut scored: Vec<_> = flagged.map(|(index, (scores, _))| (score(scores), index)).collect();
        scored.sort_unstable_by(lowest_first);
        scored.into_iter().map(|(_, index)| index).collect()
    }
}
