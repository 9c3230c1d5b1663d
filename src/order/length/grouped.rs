//! A random order in which neighbouring rows have similar lengths.

use std::cmp::Reverse;
use std::num::NonZeroUsize;

use crate::error::{Result, SequenceFault};

/// The order of Hugging Face's `LengthGroupedSampler`: a permutation is cut into megabatches, each is
/// sorted by falling length, and the longest row of all is swapped to the front, so that a batch that
/// does not fit into memory is the first one.
///
/// A megabatch has `min(rows / (4 * batch_size), 50)` batches, at least 1, unless said otherwise.
///
/// ```
/// use burn_prep::order::length::LengthGrouped;
///
/// let lengths = [21, 10, 26, 4, 5, 35, 7, 24, 38, 4];
/// let permutation = [3, 7, 2, 5, 4, 9, 6, 8, 1, 0];
/// let order = LengthGrouped::new(2.try_into().unwrap()).order(&lengths, &permutation)?;
/// assert_eq!(order, [8, 3, 5, 2, 4, 9, 7, 6, 0, 1]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "LengthGroupedSampler")]
#[doc(alias = "group_by_length")]
#[doc(alias = "get_length_grouped_indices")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LengthGrouped {
    batch_size: NonZeroUsize,
    mega_batch_mult: Option<NonZeroUsize>,
}

impl LengthGrouped {
    /// The rule in words, for the states of its orders.
    pub(super) fn identity(&self) -> String {
        let mult = self.mega_batch_mult.map_or("auto".to_owned(), |mult| mult.to_string());
        format!("grouped by length, {} rows, megabatches of {mult}", self.batch_size)
    }

    /// Creates the order for batches of `batch_size` rows.
    pub fn new(batch_size: NonZeroUsize) -> Self {
        Self { batch_size, mega_batch_mult: None }
    }

    /// How many batches a megabatch has.
    ///
    /// ```
    /// use burn_prep::order::length::LengthGrouped;
    /// let one = 1.try_into().unwrap();
    /// let grouped = LengthGrouped::new(2.try_into().unwrap()).mega_batch_mult(one);
    /// assert_eq!(grouped.order(&[1, 2, 3, 4], &[0, 1, 2, 3])?, [3, 0, 1, 2]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn mega_batch_mult(mut self, batches: NonZeroUsize) -> Self {
        self.mega_batch_mult = Some(batches);
        self
    }

    /// The number of rows a batch.
    pub(crate) fn batch_size(&self) -> usize {
        self.batch_size.get()
    }

    /// Groups the rows of `permutation`, which has each row once, by length. Without rows the order is empty.
    ///
    /// # Errors
    ///
    /// The permutation has more or fewer entries than there are lengths, or names a row that is not there.
    pub fn order(&self, lengths: &[usize], permutation: &[usize]) -> Result<Vec<usize>> {
        let (found, rows) = (permutation.len(), lengths.len());
        if found != rows {
            let what = "entries of the permutation";
            return Err(SequenceFault::CountMismatch { what, found, expected: rows }.into());
        }
        if let Some(at) = permutation.iter().position(|&row| row >= rows) {
            return Err(SequenceFault::IndexOutOfRange { at, found: permutation[at], rows }.into());
        }
        Ok(self.grouped(lengths, permutation))
    }

    /// Groups these rows, each of which has a length.
    pub(super) fn grouped(&self, lengths: &[usize], permutation: &[usize]) -> Vec<usize> {
        let rows = permutation.len();
        let four_batches = self.batch_size.get().saturating_mul(4);
        let mult = self.mega_batch_mult.map_or((rows / four_batches).clamp(1, 50), NonZeroUsize::get);
        let megabatch = mult.saturating_mul(self.batch_size.get());
        let mut order = permutation.to_vec();
        for rows in order.chunks_mut(megabatch) {
            // Stable: rows of one length stay in the order of the permutation.
            rows.sort_by_key(|&row| Reverse(lengths[row]));
        }
        // The first of the longest megabatches: `min_by_key` keeps the first of equal ones.
        let longest = (0..order.len()).step_by(megabatch).min_by_key(|&start| Reverse(lengths[order[start]]));
        if let Some(longest) = longest {
            order.swap(0, longest);
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grouped(batch_size: usize) -> LengthGrouped {
        LengthGrouped::new(batch_size.try_into().unwrap())
    }

    #[test]
    fn a_permutation_that_does_not_fit_is_an_error() {
        assert!(grouped(2).order(&[1, 2], &[0]).unwrap_err().is_usage());
        assert!(grouped(2).order(&[1, 2], &[0, 2]).unwrap_err().is_usage());
        assert!(grouped(2).order(&[], &[]).unwrap().is_empty());
    }

    #[test]
    fn equal_lengths_stay_in_the_order_of_the_permutation() {
        assert_eq!(grouped(2).order(&[7; 5], &[4, 2, 0, 1, 3]).unwrap(), [4, 2, 0, 1, 3]);
        assert_eq!(grouped(usize::MAX).order(&[1, 2], &[0, 1]).unwrap(), [1, 0]);
    }
}
