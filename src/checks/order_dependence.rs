//! Whether images that follow one another in the listing are alike.

use std::cmp::Ordering;

use crate::checks::robust_scale::RobustScale;
use crate::random::SplitMix64;

/// Larger datasets are looked at in runs of successive rows, spread evenly over the listing.
const RUNS: usize = 20;

/// The rows of a run.
const RUN: usize = 1000;

/// The fewest pairs of neighbours.
const FEWEST: usize = 50;

/// How often the rows of each group are shuffled, to see what chance gives.
const SHUFFLES: u32 = 199;

/// Distances beyond this many deviations from the median are taken as this, so that one odd property does not
/// decide.
const FAR: f64 = 5.0;

/// How alike neighbours in the listing are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct OrderDependence {
    /// The share of images that are more like the next one of their group than like a random one: 0.5 by
    /// chance.
    pub(crate) value: f64,
    /// The probability of such a share in a random order, at least 0.005.
    pub(crate) p_value: f64,
    /// How many pairs of neighbours were compared.
    pub(crate) pairs: usize,
}

/// Compares each image with the next one and with a random one of the same group; `None` where the share of
/// those that are more like the next one is at most `threshold` (0.6), or reached by a hundredth of the
/// random orders.
///
/// `columns` hold one property each of all images, `groups` a number per image. Listings are sorted by split
/// and class, so that neighbours are alike already since they are of one class; therefore groups are splits
/// and classes, and only their inner order counts. The idea is that of the non-IID check of cleanlab's
/// Datalab; a paired comparison of neighbours takes no search for the nearest images. The distance is the sum
/// over the properties of the differences in units of 1.4826 median absolute deviations; a value that is not
/// finite is taken as the median. Of more than 20,000 images 20 runs of 1,000 are looked at.
pub(crate) fn order_dependence<C: AsRef<[f64]>>(
    columns: &[C],
    groups: &[usize],
    threshold: f64,
) -> Option<OrderDependence> {
    let rows = Rows::of(columns, groups);
    let mut order: Vec<usize> = (0..rows.groups.len()).collect();
    // Stable: within a group in the order of the listing.
    order.sort_by_key(|&row| rows.groups[row]);
    let pairs: usize = rows.split(&order).map(|group| group.len() - 1).sum();
    if pairs < FEWEST || rows.width == 0 {
        return None;
    }
    let mut numbers = SplitMix64::of_number(0);
    let score = rows.score(&order, &mut numbers);
    let value = score as f64 / (2 * pairs) as f64;
    if value <= threshold {
        return None;
    }
    let mut reached = 0;
    for _ in 0..SHUFFLES {
        for group in order.chunk_by_mut(|&a, &b| rows.groups[a] == rows.groups[b]) {
            numbers.shuffle(group);
        }
        reached += u32::from(rows.score(&order, &mut numbers) >= score);
    }
    // The order of the listing is one of the orders.
    let p_value = f64::from(reached + 1) / f64::from(SHUFFLES + 1);
    (p_value <= 0.01).then_some(OrderDependence { value, p_value, pairs })
}

/// The images that are looked at.
struct Rows {
    /// How many properties each has.
    width: usize,
    /// Their standardised properties, image by image.
    values: Vec<f64>,
    /// Their groups.
    groups: Vec<usize>,
}

impl Rows {
    fn of<C: AsRef<[f64]>>(columns: &[C], groups: &[usize]) -> Self {
        let lengths = columns.iter().map(|column| column.as_ref().len());
        let rows = lengths.min().unwrap_or(0).min(groups.len());
        let scaled = columns.iter().filter_map(|column| {
            let column = &column.as_ref()[..rows];
            Some((column, RobustScale::of(column)?))
        });
        let scaled: Vec<(&[f64], RobustScale)> = scaled.collect();
        let kept = kept(rows);
        let mut values = Vec::with_capacity(kept.len() * scaled.len());
        for &row in &kept {
            let distances =
                scaled.iter().map(|(column, scale)| scale.standardized(column[row]).unwrap_or(0.0));
            values.extend(distances.map(|distance| distance.clamp(-FAR, FAR)));
        }
        let groups = kept.iter().map(|&row| groups[row]).collect();
        Self { width: scaled.len(), values, groups }
    }

    /// The groups of at least three images, in an order in which those of a group are together.
    fn split<'a>(&'a self, order: &'a [usize]) -> impl Iterator<Item = &'a [usize]> {
        let groups = order.chunk_by(move |&a, &b| self.groups[a] == self.groups[b]);
        groups.filter(|group| group.len() >= 3)
    }

    /// Twice the number of images that are nearer to the next one than to a random other one of their group;
    /// once where both are as near.
    fn score(&self, order: &[usize], numbers: &mut SplitMix64) -> usize {
        let mut score = 0;
        for group in self.split(order) {
            for (at, pair) in group.windows(2).enumerate() {
                let drawn = numbers.below((group.len() - 2) as u64) as usize;
                // Neither of the two.
                let other = group[if drawn < at { drawn } else { drawn + 2 }];
                let (next, random) = (self.distance(pair[0], pair[1]), self.distance(pair[0], other));
                score += match next.total_cmp(&random) {
                    Ordering::Less => 2,
                    Ordering::Equal => 1,
                    Ordering::Greater => 0,
                };
            }
        }
        score
    }

    fn distance(&self, a: usize, b: usize) -> f64 {
        let row = |row: usize| &self.values[row * self.width..][..self.width];
        row(a).iter().zip(row(b)).fold(0.0, |sum, (a, b)| sum + (a - b).abs())
    }
}

/// The rows that are looked at: all, or runs of them.
fn kept(rows: usize) -> Vec<usize> {
    if rows <= RUNS * RUN {
        return (0..rows).collect();
    }
    let run = |run: usize| {
        let start = run * (rows - RUN) / (RUNS - 1);
        start..start + RUN
    };
    (0..RUNS).flat_map(run).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Philox;

    /// 300 rows of 3 groups, two columns: a trend plus a random number each.
    fn columns(seed: u64, trend: [fn(usize) -> f64; 2]) -> Vec<Vec<f64>> {
        let mut numbers = SplitMix64::of_number(seed);
        let column = |trend: fn(usize) -> f64| -> Vec<f64> {
            (0..300).map(|row| trend(row) + Philox::unit(numbers.next())).collect()
        };
        trend.map(column).to_vec()
    }

    fn groups() -> Vec<usize> {
        (0..300).map(|row| row / 100).collect()
    }

    #[test]
    fn a_slow_drift_within_the_groups_is_found() {
        let drifting = columns(5, [|row| row as f64 / 10.0, |row| (row % 50) as f64 / 5.0]);
        let found = order_dependence(&drifting, &groups(), 0.6).unwrap();
        // By a program in another language: 568 of 594.
        assert_eq!((found.value, found.p_value, found.pairs), (568.0 / 594.0, 0.005, 297));
        assert_eq!(order_dependence(&drifting, &groups(), 0.96), None);
    }

    #[test]
    fn classes_that_differ_are_no_order() {
        let classes = columns(6, [|row| (row / 100 * 100) as f64, |_| 0.0]);
        assert_eq!(order_dependence(&classes, &groups(), 0.6), None);
        // As one group they are.
        let found = order_dependence(&classes, &[0; 300], 0.6).unwrap();
        assert!(found.value > 0.7 && found.p_value == 0.005 && found.pairs == 299, "{found:?}");
    }

    #[test]
    fn copies_beside_their_originals_are_found() {
        let mut numbers = SplitMix64::of_number(7);
        let originals = (0..150).map(|_| Philox::unit(numbers.next()));
        let copied: Vec<f64> = originals.flat_map(|number| [number; 2]).collect();
        let found = order_dependence(&[copied], &[0; 300], 0.6).unwrap();
        // Three quarters: every copy, and half of the rest.
        assert!((found.value - 0.75).abs() < 0.05, "{found:?}");
    }

    #[test]
    fn chance_is_no_finding() {
        for seed in 0..20 {
            let random = columns(seed, [|_| 0.0, |_| 0.0]);
            assert_eq!(order_dependence(&random, &groups(), 0.5), None, "{seed}");
        }
    }

    #[test]
    fn nothing_is_said_without_pairs_or_properties() {
        let drift: Vec<f64> = (0..300).map(f64::from).collect();
        // Groups of two have no third to compare with.
        let pairs: Vec<usize> = (0..300).map(|row| row / 2).collect();
        assert_eq!(order_dependence(&[&drift], &pairs, 0.6), None);
        assert_eq!(order_dependence(&[&drift[..50]], &[0; 300], 0.6), None);
        assert!(order_dependence(&[&drift[..51]], &[0; 300], 0.6).is_some());
        assert_eq!(order_dependence(&[[1.0; 300], [f64::NAN; 300]], &[0; 300], 0.6), None);
        assert_eq!(order_dependence::<Vec<f64>>(&[], &[0; 300], 0.6), None);
    }

    #[test]
    fn of_a_large_dataset_runs_are_looked_at() {
        let rows = kept(1_000_000);
        assert_eq!((rows.len(), rows[0], rows[19_999]), (20_000, 0, 999_999));
        assert!(rows.is_sorted_by(|a, b| a < b) && rows[999..1001] == [999, 52_578]);
        assert!(kept(20_001).is_sorted_by(|a, b| a < b) && kept(20_000).len() == 20_000);
        let drift: Vec<f64> = (0..30_000).map(f64::from).collect();
        let looked_at = Rows::of(&[drift], &vec![0; 30_000]);
        assert_eq!((looked_at.values.len(), looked_at.groups.len()), (20_000, 20_000));
    }
}
