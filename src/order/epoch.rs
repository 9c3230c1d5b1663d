//! The batches of one epoch.

use crate::order::EpochState;

/// The batches of an epoch, or one rank's part of them, as lists of row numbers.
///
/// ```
/// use burn_prep::order::length::{LengthSampler, OverLong, RowOrder, TokenBudget};
///
/// let rule = TokenBudget::tokens(4).over_long(OverLong::Skip);
/// let epoch = LengthSampler::new([2, 9, 2, 1], rule).order(RowOrder::Given).epoch(0)?;
/// assert_eq!(epoch.batches(), [vec![0, 2], vec![3]]);
/// assert_eq!((epoch.len(), epoch.skipped()), (2, &[1][..]));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Epoch {
    batches: Vec<Vec<usize>>,
    skipped: Vec<usize>,
    state: EpochState,
}

impl Epoch {
    pub(crate) fn new(batches: Vec<Vec<usize>>, skipped: Vec<usize>, state: EpochState) -> Self {
        Self { batches, skipped, state }
    }

    /// The rows of each batch.
    pub fn batches(&self) -> &[Vec<usize>] {
        &self.batches
    }

    /// The rows that are in no batch of any rank: too long for the rule, or in a batch that
    /// [`LengthBuckets::drop_last`](crate::order::length::LengthBuckets::drop_last) leaves out.
    pub fn skipped(&self) -> &[usize] {
        &self.skipped
    }

    /// The number of batches.
    pub fn len(&self) -> usize {
        self.batches.len()
    }

    /// Whether there are no batches.
    ///
    /// ```
    /// use burn_prep::order::length::{LengthSampler, TokenBudget};
    /// assert!(LengthSampler::new([], TokenBudget::tokens(4)).epoch(0)?.is_empty());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    pub(crate) fn into_iter_from(self, position: usize) -> EpochIter {
        let mut batches = self.batches.into_iter();
        if let Some(last) = position.checked_sub(1) {
            batches.nth(last);
        }
        EpochIter { batches, state: EpochState { position, ..self.state } }
    }
}

impl IntoIterator for Epoch {
    type Item = Vec<usize>;
    type IntoIter = EpochIter;

    fn into_iter(self) -> EpochIter {
        self.into_iter_from(0)
    }
}

/// An iterator over the batches of an epoch, whose state can be taken at any time.
///
/// ```
/// use burn_prep::order::length::{LengthSampler, TokenBudget};
/// let mut batches = LengthSampler::new([1, 1, 1], TokenBudget::tokens(2)).epoch(4)?.into_iter();
/// assert_eq!(batches.by_ref().take(1).flatten().count(), 2);
/// assert_eq!((batches.state().epoch, batches.state().position, batches.len()), (4, 1, 1));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct EpochIter {
    batches: std::vec::IntoIter<Vec<usize>>,
    state: EpochState,
}

impl EpochIter {
    /// The current state of the epoch, from which
    /// [`LengthSampler::resume`](crate::order::length::LengthSampler::resume) continues it.
    pub fn state(&self) -> EpochState {
        self.state.clone()
    }
}

impl Iterator for EpochIter {
    type Item = Vec<usize>;

    fn next(&mut self) -> Option<Vec<usize>> {
        let batch = self.batches.next()?;
        self.state.position += 1;
        Some(batch)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.batches.size_hint()
    }
}

impl ExactSizeIterator for EpochIter {}
