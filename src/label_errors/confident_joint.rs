//! How many samples of each label are of which class.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::arrays::ArrayElement;
use crate::label_errors::ConfidentThresholds;
use crate::label_errors::predictions::Predictions;

/// The samples of each pair of given label and class that the model is confident of: as counted, and
/// calibrated so that each label has as many as there are. Pairs without samples take no memory.
///
/// ```
/// use burn_prep::label_errors::{FilterBy, LabelErrors};
/// use ndarray::array;
///
/// let probabilities = array![[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.1, 0.9], [0.2, 0.8], [0.3, 0.7]];
/// let errors = LabelErrors::find(&[0, 0, 0, 1, 1, 1], probabilities.view(), FilterBy::default())?;
/// // The last sample is below the threshold of its class, 0.8.
/// assert_eq!((errors.joint.counted(0, 1), errors.joint.counted(1, 1)), (1, 2));
/// assert_eq!((errors.joint.calibrated(0, 1), errors.joint.calibrated(1, 1)), (1, 3));
/// assert_eq!((errors.joint.errors(), errors.joint.confusions().collect::<Vec<_>>()), (1, vec![(0, 1, 1)]));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfidentJoint {
    counted: Vec<BTreeMap<usize, usize>>,
    /// Without zeros.
    calibrated: Vec<BTreeMap<usize, usize>>,
}

impl ConfidentJoint {
    pub(super) fn of<E: ArrayElement>(
        predictions: &Predictions<'_, E>,
        thresholds: &ConfidentThresholds,
    ) -> Self {
        let mut counted: Vec<BTreeMap<usize, usize>> = vec![BTreeMap::new(); predictions.classes()];
        let mut labelled = vec![0_usize; predictions.classes()];
        for (label, row) in predictions.rows() {
            labelled[label] += 1;
            if let Some(class) = thresholds.class_of_row(row) {
                *counted[label].entry(class).or_default() += 1;
            }
        }
        for (class, row) in counted.iter_mut().enumerate() {
            row.entry(class).or_insert(1);
        }
        let calibrated = counted.iter().zip(labelled).map(|(row, total)| apportioned(row, total)).collect();
        Self { counted, calibrated }
    }

    /// How many samples with the label `given` the model is confident to be of the class `class`. A label
    /// counts at least once as itself.
    pub fn counted(&self, given: usize, class: usize) -> usize {
        count_of(&self.counted, given, class)
    }

    /// How many of all samples with the label `given` are of the class `class`, as the confident ones tell:
    /// the counts of a label in proportion, as whole numbers whose sum is the number of its samples.
    pub fn calibrated(&self, given: usize, class: usize) -> usize {
        count_of(&self.calibrated, given, class)
    }

    /// The estimated number of wrong labels: the calibrated counts of all pairs of different classes.
    #[doc(alias = "num_label_issues")]
    pub fn errors(&self) -> usize {
        self.confusions().map(|(_, _, count)| count).sum()
    }

    /// The pairs of given label and another class that have samples, with their calibrated count, by label
    /// and class.
    pub fn confusions(&self) -> impl Iterator<Item = (usize, usize, usize)> + '_ {
        self.calibrated.iter().enumerate().flat_map(|(given, row)| {
            Self::others(given, row).map(move |(class, count)| (given, class, count))
        })
    }

    /// How many samples of a label stay unflagged: the calibrated count of itself, and at least one.
    pub(super) fn kept(&self, given: usize) -> usize {
        self.calibrated(given, given).max(1)
    }

    /// How many samples of a label are to be flagged as each other class. Where all are of other classes each
    /// of these has one less, since one sample stays.
    pub(super) fn removed(&self, given: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
        let spared = self.kept(given) - self.calibrated(given, given);
        let row = self.calibrated.get(given).into_iter();
        row.flat_map(move |row| Self::others(given, row))
            .map(move |(class, count)| (class, count.saturating_sub(spared)))
    }

    fn others(given: usize, row: &BTreeMap<usize, usize>) -> impl Iterator<Item = (usize, usize)> + '_ {
        row.iter().map(|(&class, &count)| (class, count)).filter(move |&(class, _)| class != given)
    }
}

fn count_of(rows: &[BTreeMap<usize, usize>], given: usize, class: usize) -> usize {
    rows.get(given).and_then(|row| row.get(&class)).copied().unwrap_or(0)
}

/// Divides `total` in proportion to counts, of which one is not 0: rounded down, and what then is left goes
/// to the largest fractions, one each. Equal fractions come last class first, and of halves those next to an
/// even number, as when they are rounded by NumPy.
fn apportioned(counts: &BTreeMap<usize, usize>, total: usize) -> BTreeMap<usize, usize> {
    let sum: u128 = counts.values().map(|&count| count as u128).sum();
    let exact = |(&class, &count): (&usize, &usize)| {
        let product = count as u128 * total as u128;
        let (whole, rest) = (product / sum, product % sum);
        let rises_to_even = 2 * rest == sum && whole % 2 == 1;
        (rest, rises_to_even, class, whole)
    };
    let mut shares: Vec<(u128, bool, usize, u128)> = counts.iter().map(exact).collect();
    shares.sort_unstable_by(|a, b| b.cmp(a));
    let left = total as u128 - shares.iter().map(|share| share.3).sum::<u128>();
    let rounded = (0_u128..).zip(shares).map(|(at, (_, _, class, whole))| {
        let share = whole + u128::from(at < left);
        (class, usize::try_from(share).unwrap_or(total)) // which is never more than the total
    });
    rounded.filter(|&(_, share)| share > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// cleanlab 2.9.0 with NumPy 2.4.6, `count.calibrate_confident_joint`.
    #[test]
    fn counts_are_calibrated_as_cleanlab_does() {
        let cases: [(&[usize], usize, &[usize]); 8] = [
            (&[1, 1], 5, &[2, 3]),
            (&[1, 1], 7, &[3, 4]),
            (&[5, 1], 9, &[7, 2]),
            (&[5, 1], 15, &[12, 3]),
            (&[3, 1, 1, 1], 10, &[5, 1, 2, 2]),
            (&[1, 3], 6, &[2, 4]),
            (&[3, 1], 6, &[4, 2]),
            (&[2, 1, 1], 6, &[3, 1, 2]),
        ];
        for (counts, total, expected) in cases {
            let by_class: BTreeMap<usize, usize> = counts.iter().copied().enumerate().collect();
            let shares = apportioned(&by_class, total);
            assert!(shares.values().eq(expected), "{counts:?} of {total}: {shares:?}");
        }
        assert!(apportioned(&BTreeMap::from([(3, 1)]), 0).is_empty());
    }

    #[test]
    fn one_sample_of_a_label_stays_where_all_are_of_another_class() {
        let joint = ConfidentJoint {
            counted: vec![BTreeMap::from([(0, 2)]), BTreeMap::from([(0, 40), (1, 1)])],
            calibrated: vec![BTreeMap::from([(0, 2)]), BTreeMap::from([(0, 4)])],
        };
        assert_eq!((joint.kept(1), joint.removed(1).collect::<Vec<_>>()), (1, vec![(0, 3)]));
        assert_eq!((joint.kept(0), joint.removed(0).count(), joint.errors()), (2, 0, 4));
    }
}
