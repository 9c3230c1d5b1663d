//! The choice of labels that are flagged.

use std::cmp::Ordering;

use crate::arrays::ArrayElement;
use crate::label_errors::predictions::Predictions;
use crate::label_errors::{ConfidentJoint, ConfidentThresholds, FilterBy, LabelQuality};

/// What the choice is made from.
pub(super) struct Pruning<'a, E> {
    pub(super) predictions: Predictions<'a, E>,
    pub(super) scores: &'a [LabelQuality],
    pub(super) thresholds: &'a ConfidentThresholds,
    pub(super) joint: &'a ConfidentJoint,
}

impl<E: ArrayElement> Pruning<'_, E> {
    /// Whether each label is flagged.
    pub(super) fn flags(&self, by: FilterBy) -> Vec<bool> {
        let mut flags = match by {
            FilterBy::PruneByNoiseRate => self.by_noise_rate(),
            FilterBy::PruneByClass => self.by_class(),
            FilterBy::Both => and(self.by_noise_rate(), self.by_class()),
            FilterBy::ConfidentLearning => self.by_confident_class(),
            FilterBy::PredictedNeqGiven => vec![true; self.scores.len()],
        };
        flags.iter_mut().zip(self.scores).for_each(|(flag, scores)| *flag &= scores.is_outdone());
        flags
    }

    fn by_class(&self) -> Vec<bool> {
        let mut flags = vec![false; self.scores.len()];
        for (given, rows) in self.rows_by_label() {
            let scored = rows.iter().map(|&row| (self.scores[row].self_confidence, row)).collect();
            flag_least(&mut flags, scored, rows.len().saturating_sub(self.joint.kept(given)));
        }
        flags
    }

    fn by_noise_rate(&self) -> Vec<bool> {
        let mut flags = vec![false; self.scores.len()];
        for (given, rows) in self.rows_by_label() {
            for (class, count) in self.joint.removed(given) {
                let margin =
                    |row: usize| self.scores[row].self_confidence - self.predictions.probability(row, class);
                let scored = rows.iter().map(|&row| (margin(row), row)).collect();
                flag_least(&mut flags, scored, count);
            }
        }
        flags
    }

    fn by_confident_class(&self) -> Vec<bool> {
        let rows = self.predictions.rows();
        let confident = rows.map(|(label, row)| (label, self.thresholds.class_of_row(row)));
        confident.map(|(label, class)| class.is_some_and(|class| class != label)).collect()
    }

    /// The rows of each label that has two or more: the only sample of a class is not flagged.
    fn rows_by_label(&self) -> impl Iterator<Item = (usize, Vec<usize>)> {
        let mut rows: Vec<Vec<usize>> = vec![Vec::new(); self.predictions.classes()];
        for (row, scores) in self.scores.iter().enumerate() {
            rows[scores.label].push(row);
        }
        rows.into_iter().enumerate().filter(|(_, rows)| rows.len() > 1)
    }
}

fn and(mut flags: Vec<bool>, others: Vec<bool>) -> Vec<bool> {
    flags.iter_mut().zip(others).for_each(|(flag, other)| *flag &= other);
    flags
}

/// Flags `count` rows, those of the lowest scores.
fn flag_least(flags: &mut [bool], mut scored: Vec<(f64, usize)>, count: usize) {
    if (1..scored.len()).contains(&count) {
        scored.select_nth_unstable_by(count - 1, lowest_first);
    }
    scored.iter().take(count).for_each(|&(_, row)| flags[row] = true);
}

/// The order of rows by score, and of equal scores by row.
pub(super) fn lowest_first(a: &(f64, usize), b: &(f64, usize)) -> Ordering {
    a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_equal_scores_the_first_rows_are_flagged() {
        let scored = vec![(0.5, 4), (0.25, 3), (0.5, 0), (0.5, 2), (0.75, 1)];
        for (count, expected) in [
            (0, [false; 5]),
            (1, [false, false, false, true, false]),
            (3, [true, false, true, true, false]),
            (5, [true; 5]),
            (9, [true; 5]),
        ] {
            let mut flags = [false; 5];
            flag_least(&mut flags, scored.clone(), count);
            assert_eq!(flags, expected, "{count}");
        }
    }
}
