//! How well a label agrees with a model's prediction.

use ndarray::ArrayView1;
use serde::{Deserialize, Serialize};

use crate::arrays::ArrayElement;
use crate::error::Result;
use crate::label_errors::predictions::{TOLERANCE, check};

/// The scores of one label, from 0 to 1: low where the label is probably wrong. Names and values are
/// cleanlab's.
///
/// ```
/// use burn_prep::label_errors::LabelQuality;
///
/// let quality = LabelQuality::of(1, ndarray::array![0.5, 0.25, 0.25].view())?;
/// assert_eq!((quality.self_confidence, quality.normalized_margin, quality.predicted), (0.25, 0.375, 0));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LabelQuality {
    /// The given label.
    pub label: usize,
    /// The class of the highest probability, the first of equal ones: what the label might be instead.
    pub predicted: usize,
    /// The probability of the label. Suits samples that are of no class, or of several.
    pub self_confidence: f64,
    /// `(p - q + 1) / 2` with the probability `p` of the label and the highest other probability `q`: below a
    /// half, another class is likelier. Suits labels that were mistaken for one another.
    pub normalized_margin: f64,
    /// `ln(1 + s) / s` with `s = H / (p ln C)`, the entropy `H` of the probabilities of `C` classes, and the
    /// probability `p` of the label. As divisors `p` and `s` are at least `1e-6`, so that a prediction of
    /// probability 1 has the score 0, whatever the label: use another score for a model that is as sure as
    /// that.
    pub confidence_weighted_entropy: f64,
}

impl LabelQuality {
    /// Scores one label by the probabilities `[classes]` of its sample, with the same bits as
    /// [`LabelErrors::find`](crate::label_errors::LabelErrors::find) among many.
    ///
    /// # Errors
    ///
    /// There are fewer than two classes; the label is beyond them; a probability is not finite or not within
    /// 0 to 1, or their sum is not 1 within 0.01.
    pub fn of<E: ArrayElement>(label: usize, probabilities: ArrayView1<'_, E>) -> Result<Self> {
        check(label, probabilities)?;
        Ok(Self::of_row(label, probabilities))
    }

    /// The scores of a row that was checked.
    pub(super) fn of_row<E: ArrayElement>(label: usize, row: ArrayView1<'_, E>) -> Self {
        let (mut own, mut other, mut entropy) = (0.0_f64, f64::NEG_INFINITY, 0.0_f64);
        let (mut predicted, mut most) = (0, f64::NEG_INFINITY);
        for (class, probability) in row.iter().enumerate() {
            let probability = probability.to_f64();
            if probability > most {
                (predicted, most) = (class, probability);
            }
            if class == label {
                own = probability;
            } else {
                other = other.max(probability);
            }
            if probability > 0.0 {
                entropy -= probability * probability.ln();
            }
        }
        let entropy = entropy.max(0.0) / (row.len() as f64).ln();
        let doubt = entropy / own.max(TOLERANCE);
        Self {
            label,
            predicted,
            self_confidence: own,
            normalized_margin: (own - other + 1.0) / 2.0,
            confidence_weighted_entropy: doubt.ln_1p() / doubt.max(TOLERANCE),
        }
    }

    /// Whether another class is likelier than the label, by more than 1e-6.
    pub(super) fn is_outdone(&self) -> bool {
        self.normalized_margin < (1.0 - TOLERANCE) / 2.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    /// cleanlab 2.9.0, `rank.get_label_quality_scores`.
    #[test]
    fn scores_are_those_of_cleanlab() {
        let of = |label: usize, row: [f64; 3]| {
            let quality = LabelQuality::of(label, array![row[0], row[1], row[2]].view()).unwrap();
            [quality.self_confidence, quality.normalized_margin, quality.confidence_weighted_entropy]
        };
        let expected = [
            (0, [0.5, 0.3, 0.2], [0.5, 0.6, 0.563_290_007_729_610_4]),
            (2, [0.7, 0.2, 0.1], [0.1, 0.2, 0.289_933_598_434_863_3]),
            (1, [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]),
            (0, [1.0, 0.0, 0.0], [1.0, 1.0, 0.0]),
            (1, [0.9, 0.0, 0.1], [0.0, 0.05, 4.257_401_785_628_986e-5]),
        ];
        for (label, row, expected) in expected {
            for (found, expected) in of(label, row).into_iter().zip(expected) {
                assert!((found - expected).abs() < 1e-12, "{label} {row:?}: {found} is not {expected}");
            }
        }
    }

    #[test]
    fn a_difference_below_the_tolerance_is_none() {
        let is_outdone = |own: f64| LabelQuality::of(0, array![own, 1.0 - own].view()).unwrap().is_outdone();
        assert!(!is_outdone(0.5) && !is_outdone(0.5 - 0.4e-6) && is_outdone(0.5 - 0.6e-6));
    }
}
