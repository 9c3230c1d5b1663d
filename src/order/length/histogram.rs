//! How many rows have which length, and the bucket bounds that fit them.

use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::memory::{reserved_for, too_large};

/// The most buckets that [`suggest_buckets`] looks for.
const MOST_BUCKETS: usize = 1024;

/// A histogram of row lengths: the number of rows of each length.
///
/// ```
/// use burn_prep::order::length::LengthHistogram;
///
/// let histogram = LengthHistogram::of(&[3, 1, 3, 8]);
/// assert_eq!(histogram.counts().collect::<Vec<_>>(), [(1, 1), (3, 2), (8, 1)]);
/// assert_eq!((histogram.rows(), histogram.items(), histogram.mean()), (4, 15, Some(3.75)));
/// assert_eq!((histogram.min(), histogram.max(), histogram.quantile(0.5)), (Some(1), Some(8), Some(3)));
/// assert_eq!(histogram.suggest_buckets(2)?, [3, 8]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct LengthHistogram {
    counts: BTreeMap<usize, u64>,
}

impl LengthHistogram {
    /// Counts lengths.
    pub fn of(lengths: &[usize]) -> Self {
        lengths.iter().map(|&length| (length, 1)).collect()
    }

    /// The lengths that occur, rising, and how often each does.
    pub fn counts(&self) -> impl Iterator<Item = (usize, u64)> + '_ {
        self.counts.iter().map(|(&length, &count)| (length, count))
    }

    /// Adds the rows of another part of the dataset.
    ///
    /// ```
    /// use burn_prep::order::length::LengthHistogram;
    /// let mut histogram = LengthHistogram::of(&[3]);
    /// histogram.merge(&LengthHistogram::of(&[3, 5]));
    /// assert_eq!(histogram, LengthHistogram::of(&[3, 3, 5]));
    /// ```
    pub fn merge(&mut self, other: &Self) {
        self.extend(other.counts());
    }

    /// The number of rows.
    pub fn rows(&self) -> u64 {
        self.counts.values().fold(0, |sum, &count| sum.saturating_add(count))
    }

    /// The number of items of all rows together.
    pub fn items(&self) -> u128 {
        let items = self.counts().map(|(length, count)| wide(length).saturating_mul(u128::from(count)));
        items.fold(0, u128::saturating_add)
    }

    /// The shortest row's length; `None` where there are no rows.
    pub fn min(&self) -> Option<usize> {
        self.counts.first_key_value().map(|(&length, _)| length)
    }

    /// The longest row's length; `None` where there are no rows.
    pub fn max(&self) -> Option<usize> {
        self.counts.last_key_value().map(|(&length, _)| length)
    }

    /// The mean length; `None` where there are no rows.
    pub fn mean(&self) -> Option<f64> {
        let rows = self.rows();
        (rows > 0).then(|| self.items() as f64 / rows as f64)
    }

    /// The `q`-quantile of the lengths: the least length that at least the fraction `q` of the rows does not exceed,
    /// 0.95 for the 95th percentile. `None` where there are no rows, or where `q` is not within 0 and 1.
    #[doc(alias = "percentile")]
    pub fn quantile(&self, q: f64) -> Option<usize> {
        if !(0.0..=1.0).contains(&q) {
            return None;
        }
        let needed = q * self.rows() as f64;
        let mut seen = 0.0;
        let reached = self.counts().find(|&(_, count)| {
            seen += count as f64;
            seen >= needed
        });
        reached.map(|(length, _)| length).or(self.max())
    }

    /// The histogram with every length rounded up to a multiple, so that the bucket bounds suggested from it are the
    /// best multiples.
    ///
    /// # Errors
    ///
    /// A length rounded up is more than a `usize` holds, or the multiple is 0.
    ///
    /// ```
    /// use burn_prep::order::length::LengthHistogram;
    /// let rounded = LengthHistogram::of(&[3, 9, 10]).rounded_up(8)?;
    /// assert_eq!(rounded.suggest_buckets(2)?, [8, 16]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "pad_to_multiple_of")]
    pub fn rounded_up(&self, multiple: usize) -> Result<Self> {
        if multiple == 0 {
            return Err(Error::parameter("LengthHistogram::rounded_up", 0, "1 or more"));
        }
        let too_large = |length| too_large("LengthHistogram::rounded_up", length);
        self.counts()
            .map(|(length, count)| {
                let rounded = length.checked_next_multiple_of(multiple);
                Ok((rounded.ok_or_else(|| too_large(length))?, count))
            })
            .collect()
    }

    /// The inclusive upper bounds of at most `count` buckets that leave the least padding, where every
    /// row is padded to its bucket's bound; see [`suggest_buckets`].
    ///
    /// # Errors
    ///
    /// `count` is 0, or more than 1024.
    pub fn suggest_buckets(&self, count: usize) -> Result<Vec<usize>> {
        if !(1..=MOST_BUCKETS).contains(&count) {
            return Err(Error::parameter("suggest_buckets.count", count, "1 to 1024"));
        }
        let lengths: Vec<usize> = self.counts.keys().copied().collect();
        // Rows up to and with each length: a bucket from `i` to `j` costs lengths[j - 1] * (rows[j] - rows[i]).
        let mut rows = vec![0_u128];
        rows.extend(self.counts.values().scan(0_u128, |sum, &count| {
            *sum += u128::from(count);
            Some(*sum)
        }));
        let buckets = count.min(lengths.len());
        let mut table = Table { lengths: &lengths, rows: &rows, best: vec![0; lengths.len() + 1] };
        // One bucket: all rows up to `j` padded to the length before `j`.
        for end in 1..table.best.len() {
            table.best[end] = table.cost(0, end);
        }
        let mut from = Vec::new();
        for bucket in 1..buckets {
            let mut starts = reserved_for("suggest_buckets", Some(lengths.len() + 1))?;
            starts.resize(lengths.len() + 1, 0_usize);
            table.add_bucket(bucket, &mut starts);
            from.push(starts);
        }
        let mut bounds = Vec::new();
        let mut end = lengths.len();
        for starts in from.iter().rev() {
            bounds.extend(end.checked_sub(1).map(|last| lengths[last]));
            end = starts[end];
        }
        bounds.extend(end.checked_sub(1).map(|last| lengths[last]));
        bounds.reverse();
        Ok(bounds)
    }
}

/// The dynamic program: the least cost of all rows up to a length, with one bucket more each round.
struct Table<'a> {
    lengths: &'a [usize],
    rows: &'a [u128],
    best: Vec<u128>,
}

impl Table<'_> {
    fn cost(&self, start: usize, end: usize) -> u128 {
        wide(self.lengths[end - 1]).saturating_mul(self.rows[end] - self.rows[start])
    }

    /// Divide and conquer: the best start of the last bucket never falls as its end rises, because the
    /// cost satisfies the quadrangle inequality. `O(lengths * log(lengths))` a bucket.
    fn add_bucket(&mut self, buckets: usize, starts: &mut [usize]) {
        let mut next = self.best.clone();
        // Ends `low..high` still to be found, whose starts lie in `first..=last`.
        let mut parts = vec![(buckets + 1, self.best.len(), buckets, self.best.len() - 1)];
        while let Some((low, high, first, last)) = parts.pop() {
            if low >= high {
                continue;
            }
            let end = low + (high - low) / 2;
            let candidates = first..=last.min(end - 1);
            let costs =
                candidates.map(|start| (self.best[start].saturating_add(self.cost(start, end)), start));
            let Some((cost, start)) = costs.min() else { continue };
            (next[end], starts[end]) = (cost, start);
            parts.push((low, end, first, start));
            parts.push((end + 1, high, start, last));
        }
        self.best = next;
    }
}

/// Collects pairs of a length and its count, such as those of a stored histogram; equal lengths are added up.
///
/// ```
/// use burn_prep::order::length::LengthHistogram;
/// let histogram: LengthHistogram = [(128, 900), (512, 100)].into_iter().collect();
/// assert_eq!(histogram.rows(), 1000);
/// ```
impl FromIterator<(usize, u64)> for LengthHistogram {
    fn from_iter<I: IntoIterator<Item = (usize, u64)>>(counts: I) -> Self {
        let mut histogram = Self::default();
        histogram.extend(counts);
        histogram
    }
}

impl Extend<(usize, u64)> for LengthHistogram {
    fn extend<I: IntoIterator<Item = (usize, u64)>>(&mut self, counts: I) {
        for (length, count) in counts.into_iter().filter(|&(_, count)| count > 0) {
            let sum = self.counts.entry(length).or_default();
            *sum = sum.saturating_add(count);
        }
    }
}

/// The inclusive upper bounds of at most `count` buckets for rows of these lengths that leave the least
/// padding, where every row is padded to its bucket's bound. No rows need no buckets.
///
/// The bounds are the optimum, found by dynamic programming over the lengths that occur.
///
/// # Errors
///
/// `count` is 0, or more than 1024.
///
/// ```
/// use burn_prep::order::length::suggest_buckets;
/// // One bucket pads 9 rows to 100; two pad the short ones to 11.
/// assert_eq!(suggest_buckets(&[9, 10, 10, 11, 9, 10, 98, 100, 99], 2)?, [11, 100]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "bucket_boundaries")]
pub fn suggest_buckets(lengths: &[usize], count: usize) -> Result<Vec<usize>> {
    LengthHistogram::of(lengths).suggest_buckets(count)
}

pub(crate) fn wide(length: usize) -> u128 {
    u128::try_from(length).unwrap_or(u128::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edges_of_the_parameters() {
        assert!(suggest_buckets(&[1], 0).is_err() && suggest_buckets(&[1], 1025).is_err());
        assert!(suggest_buckets(&[], 3).unwrap().is_empty());
        assert_eq!(suggest_buckets(&[5, 5], 3).unwrap(), [5]);
        assert_eq!(suggest_buckets(&[0, 7, 3], 9).unwrap(), [0, 3, 7]);
        assert_eq!(suggest_buckets(&[usize::MAX, 1, usize::MAX], 2).unwrap(), [1, usize::MAX]);
        let rounded = LengthHistogram::of(&[usize::MAX]).rounded_up(2.try_into().unwrap());
        assert!(rounded.unwrap_err().is_usage());
    }

    #[test]
    fn quantiles_are_lengths_that_occur() {
        let lengths: Vec<usize> = (1..=100).collect();
        let histogram = LengthHistogram::of(&lengths);
        let of = |q| histogram.quantile(q);
        assert_eq!(
            (of(0.0), of(0.95), of(1.0), of(1.5), of(f64::NAN)),
            (Some(1), Some(95), Some(100), None, None)
        );
        assert_eq!(
            (LengthHistogram::default().quantile(0.5), LengthHistogram::default().mean()),
            (None, None)
        );
    }

    #[test]
    fn many_lengths_take_a_moment_only() {
        let histogram: LengthHistogram = (1..20_000_usize).map(|length| (length, 1)).collect();
        let bounds = histogram.suggest_buckets(64).unwrap();
        assert_eq!((bounds.len(), bounds.last()), (64, Some(&19_999)));
    }
}
