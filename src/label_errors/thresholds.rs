//! From which probability on a model is confident of a class.

use ndarray::ArrayView1;
use serde::{Deserialize, Serialize};

use crate::arrays::ArrayElement;
use crate::error::{Error, Result};
use crate::label_errors::predictions::{Predictions, TOLERANCE, check_probabilities};

/// The least threshold, so that probabilities of 0 are never confident.
const LEAST: f64 = 2.0 * TOLERANCE;

/// The threshold of each class: the mean probability of the class over the samples that are labelled so.
///
/// ```
/// use burn_prep::label_errors::{FilterBy, LabelErrors};
/// use ndarray::array;
///
/// let probabilities = array![[0.5, 0.25, 0.25], [1.0, 0.0, 0.0], [0.25, 0.5, 0.25]];
/// let errors = LabelErrors::find(&[0, 0, 1], probabilities.view(), FilterBy::default())?;
/// assert_eq!(errors.thresholds.values(), [Some(0.75), Some(0.5), None]);
/// let confident = |row: [f64; 3]| errors.thresholds.confident_class(array![row[0], row[1], row[2]].view());
/// assert_eq!((confident([0.75, 0.125, 0.125])?, confident([0.625, 0.25, 0.125])?), (Some(0), None));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConfidentThresholds {
    values: Vec<Option<f64>>,
}

impl ConfidentThresholds {
    pub(super) fn of<E: ArrayElement>(predictions: &Predictions<'_, E>) -> Self {
        let mut sums = vec![(0.0_f64, 0_u64); predictions.classes()];
        for (label, row) in predictions.rows() {
            let (sum, count) = &mut sums[label];
            *sum += row[label].to_f64();
            *count += 1;
        }
        let mean = |(sum, count): (f64, u64)| (count > 0).then(|| (sum / count as f64).max(LEAST));
        Self { values: sums.into_iter().map(mean).collect() }
    }

    /// The threshold of each class; `None` where no sample has the label.
    pub fn values(&self) -> &[Option<f64>] {
        &self.values
    }

    /// The class into which a sample of these probabilities counts: the one whose threshold is reached,
    /// within 1e-6. Where several are reached it is the most probable of all classes, as in cleanlab; the
    /// paper takes the most probable of those.
    ///
    /// # Errors
    ///
    /// There is another number of probabilities than of classes; they are not finite or not within 0 to 1, or
    /// their sum is not 1 within 0.01.
    pub fn confident_class<E: ArrayElement>(
        &self,
        probabilities: ArrayView1<'_, E>,
    ) -> Result<Option<usize>> {
        if probabilities.len() != self.values.len() {
            let expected = format!("[{}] probabilities", self.values.len());
            return Err(Error::shape("confident_class", [probabilities.len()], expected));
        }
        check_probabilities(probabilities)?;
        Ok(self.class_of_row(probabilities))
    }

    /// The same of a row that was checked.
    pub(super) fn class_of_row<E: ArrayElement>(&self, row: ArrayView1<'_, E>) -> Option<usize> {
        let (mut confident, mut are_several) = (None, false);
        let (mut predicted, mut most) = (0, f64::NEG_INFINITY);
        for (class, (probability, threshold)) in row.iter().zip(&self.values).enumerate() {
            let probability = probability.to_f64();
            if probability > most {
                (predicted, most) = (class, probability);
            }
            if threshold.is_some_and(|threshold| probability >= threshold - TOLERANCE) {
                are_several = confident.is_some();
                confident = Some(class);
            }
        }
        if are_several { Some(predicted) } else { confident }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn of_several_confident_classes_the_most_probable_of_all_counts() {
        let thresholds = ConfidentThresholds { values: vec![Some(0.25), Some(0.25), Some(0.9), None] };
        let class = |row: [f64; 4]| thresholds.confident_class(array![row[0], row[1], row[2], row[3]].view());
        assert_eq!(class([0.5, 0.25, 0.25, 0.0]).unwrap(), Some(0));
        assert_eq!(class([0.3, 0.3, 0.4, 0.0]).unwrap(), Some(2));
        assert_eq!(class([0.125, 0.375, 0.5, 0.0]).unwrap(), Some(1));
        assert_eq!(class([0.0, 0.0, 0.0, 1.0]).unwrap(), None);
        assert!(thresholds.confident_class(array![0.5, 0.5].view()).unwrap_err().is_usage());
    }

    #[test]
    fn a_class_that_is_never_predicted_is_never_confident() {
        let probabilities = array![[1.0, 0.0], [1.0, 0.0]];
        let predictions = Predictions::new(&[0, 1], probabilities.view()).unwrap();
        let thresholds = ConfidentThresholds::of(&predictions);
        assert_eq!(thresholds.values(), [Some(1.0), Some(LEAST)]);
        assert_eq!(thresholds.class_of_row(probabilities.row(1)), Some(0));
    }
}
