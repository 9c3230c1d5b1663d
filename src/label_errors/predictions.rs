//! Given labels beside the probabilities that a model gives to the classes, checked.

use ndarray::{ArrayView1, ArrayView2};

use crate::arrays::ArrayElement;
use crate::error::{Error, ErrorKind, Result};

/// How far probabilities may be apart and still count as equal, as in cleanlab.
pub(super) const TOLERANCE: f64 = 1e-6;

/// How far the sum of a row may be from 1: probabilities are often rounded to a few decimals, or have 16
/// bits.
const MOST_OFF: f64 = 1e-2;

/// Labels and probabilities `[rows, classes]` that fit together.
pub(super) struct Predictions<'a, E> {
    labels: &'a [usize],
    probabilities: ArrayView2<'a, E>,
}

impl<'a, E: ArrayElement> Predictions<'a, E> {
    pub(super) fn new(labels: &'a [usize], probabilities: ArrayView2<'a, E>) -> Result<Self> {
        let rows = probabilities.nrows();
        if labels.len() != rows {
            let expected = format!("[{rows}] labels, one for each row of probabilities");
            return Err(Error::shape("label_errors", [labels.len()], expected));
        }
        if rows == 0 {
            return Err(ErrorKind::Empty { what: "list of labels" }.into());
        }
        let predictions = Self { labels, probabilities };
        for (row, (label, probabilities)) in predictions.rows().enumerate() {
            check(label, probabilities).map_err(|error| error.at_index(row))?;
        }
        Ok(predictions)
    }

    pub(super) fn classes(&self) -> usize {
        self.probabilities.ncols()
    }

    /// The label and the probabilities of each row.
    pub(super) fn rows(&self) -> impl Iterator<Item = (usize, ArrayView1<'_, E>)> {
        self.labels.iter().copied().zip(self.probabilities.outer_iter())
    }

    pub(super) fn probability(&self, row: usize, class: usize) -> f64 {
        self.probabilities[[row, class]].to_f64()
    }
}

/// Whether a row is probabilities and has its label among them.
pub(super) fn check<E: ArrayElement>(label: usize, row: ArrayView1<'_, E>) -> Result<()> {
    if row.len() < 2 {
        return Err(Error::shape("label_errors", [row.len()], "probabilities of 2 classes or more"));
    }
    if label >= row.len() {
        let found = format!("{label} of {} classes", row.len());
        return Err(Error::parameter("label", found, "the number of a class, counted from 0"));
    }
    check_probabilities(row)
}

/// Whether a row is finite numbers of 0 to 1 whose sum is 1.
pub(super) fn check_probabilities<E: ArrayElement>(row: ArrayView1<'_, E>) -> Result<()> {
    let invalid = |reason| Error::from(ErrorKind::Invalid { what: "row of probabilities", reason });
    let mut sum = 0.0_f64;
    for (class, probability) in row.iter().enumerate() {
        let probability = probability.to_f64();
        if !probability.is_finite() {
            let found = format!("{probability} for class {class}");
            let (op, expected) = ("label_errors", "finite probabilities");
            return Err(ErrorKind::NotFinite { op, found, expected }.into());
        }
        if !(-TOLERANCE..=1.0 + TOLERANCE).contains(&probability) {
            return Err(invalid(format!("{probability} for class {class}, expected 0 to 1 (not logits)")));
        }
        sum += probability;
    }
    if (sum - 1.0).abs() > MOST_OFF {
        return Err(invalid(format!("their sum is {sum}, expected 1 within {MOST_OFF}")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, array};

    #[test]
    fn what_is_no_prediction_is_refused_with_its_row() {
        let refused = |labels: &[usize], probabilities: Array2<f64>| {
            Predictions::new(labels, probabilities.view()).err().map(|error| error.to_string()).unwrap()
        };
        let good = array![[0.5, 0.5], [0.25, 0.75]];
        assert_eq!(
            refused(&[0], good.clone()),
            "label_errors: found shape [1], expected [2] labels, one for each row of probabilities"
        );
        assert_eq!(
            refused(&[0, 2], good.clone()),
            "item 1: label is 2 of 2 classes, expected the number of a class, counted from 0"
        );
        assert_eq!(refused(&[], Array2::zeros([0, 3])), "list of labels is empty");
        assert_eq!(
            refused(&[0], array![[1.0]]),
            "item 0: label_errors: found shape [1], expected probabilities of 2 classes or more"
        );
        assert_eq!(
            refused(&[0, 0], array![[0.5, 0.5], [0.5, f64::NAN]]),
            "item 1: label_errors: found NaN for class 1, expected finite probabilities"
        );
        assert_eq!(
            refused(&[0, 0], array![[0.5, 0.5], [-3.0, 4.0]]),
            "item 1: not a valid row of probabilities: -3 for class 0, expected 0 to 1 (not logits)"
        );
        assert_eq!(
            refused(&[0], array![[0.5, 0.25]]),
            "item 0: not a valid row of probabilities: their sum is 0.75, expected 1 within 0.01"
        );
        assert!(Predictions::new(&[0, 1], good.view()).is_ok());
    }

    #[test]
    fn probabilities_of_16_bits_or_few_decimals_are_accepted() {
        let thirds = array![[1.0_f32 / 3.0, 1.0 / 3.0, 1.0 / 3.0]].mapv(half::bf16::from_f32);
        assert!(Predictions::new(&[0], thirds.view()).is_ok());
        assert!(Predictions::new(&[0], array![[0.33, 0.33, 0.33]].view()).is_err());
        assert!(Predictions::new(&[0], array![[0.333, 0.333, 0.333]].view()).is_ok());
    }
}
