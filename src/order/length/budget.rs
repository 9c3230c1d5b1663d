//! Batches that cost no more than a number of padded items.

use std::num::NonZeroUsize;

use crate::error::{Error, Result, SequenceFault};

/// What happens to a row that alone is over the budget.
///
/// ```
/// use burn_prep::order::length::{OverLong, TokenBudget};
///
/// let budget = TokenBudget::tokens(8);
/// assert!(budget.batches(&[9, 1], &[0, 1]).is_err());
/// assert_eq!(budget.over_long(OverLong::OwnBatch).batches(&[9, 1], &[0, 1])?, [[0], [1]]);
/// assert_eq!(budget.over_long(OverLong::Skip).batches(&[9, 1], &[0, 1])?, [[1]]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum OverLong {
    /// It is an error that names the row.
    #[default]
    Error,
    /// It is a batch of its own, over the budget.
    OwnBatch,
    /// It is in no batch.
    Skip,
}

impl OverLong {
    pub(super) fn identity(self) -> &'static str {
        match self {
            Self::Error => "over-long rows are errors",
            Self::OwnBatch => "over-long rows are batches",
            Self::Skip => "over-long rows are skipped",
        }
    }
}

/// Batches whose cost on a device, rows times the longest row, stays within a budget.
///
/// The rule is fairseq's: rows are taken in the order given, and a batch is closed where one more row would exceed the
/// budget or the largest number of rows. With [`TokenBudget::multiple_of`] a closed batch keeps the largest multiple of
/// rows that it holds, or `rows % multiple` rows where that is more; the rows that it does not keep start the next
/// batch. Unlike in fairseq, those rows are closed as a batch at once where the next row does not fit beside them, so
/// that no batch of several rows costs more than the budget. The last batch holds the rows that are left. Where rows
/// are padded to more than the longest one (to a multiple, or to a bucket's bound), pass the widths that
/// [`Padding::widths`](crate::ragged::Padding::widths) returns in place of the lengths.
///
/// ```
/// use burn_prep::order::length::TokenBudget;
///
/// let lengths = [2, 4, 6, 8, 10, 12];
/// let order = [0, 1, 2, 3, 4, 5];
/// // 3 * 6 = 18 and 2 * 10 = 20, both within 24; one row more would be 32 and 36.
/// assert_eq!(TokenBudget::tokens(24).batches(&lengths, &order)?, [vec![0, 1, 2], vec![3, 4], vec![5]]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "max_tokens")]
#[doc(alias = "batch_by_size")]
#[doc(alias = "batch_by_tokens")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenBudget {
    max_tokens: Option<usize>,
    max_rows: Option<NonZeroUsize>,
    multiple: usize,
    over_long: OverLong,
}

impl TokenBudget {
    /// Creates a rule for batches of at most `max_tokens` items, padding included.
    pub fn tokens(max_tokens: usize) -> Self {
        Self { max_tokens: Some(max_tokens), max_rows: None, multiple: 1, over_long: OverLong::default() }
    }

    /// Creates a rule for batches of at most `max_rows` rows, whatever their lengths.
    ///
    /// ```
    /// use burn_prep::order::length::TokenBudget;
    /// let rows = TokenBudget::rows(2.try_into().unwrap());
    /// assert_eq!(rows.batches(&[9, 1, 1], &[0, 1, 2])?, [vec![0, 1], vec![2]]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn rows(max_rows: NonZeroUsize) -> Self {
        Self { max_tokens: None, ..Self::tokens(0) }.max_rows(max_rows)
    }

    /// Also limits each batch to `max_rows` rows.
    ///
    /// ```
    /// use burn_prep::order::length::TokenBudget;
    /// let budget = TokenBudget::tokens(8).max_rows(3.try_into().unwrap());
    /// assert_eq!(budget.batches(&[1, 1, 1, 1], &[0, 1, 2, 3])?, [vec![0, 1, 2], vec![3]]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "max_sentences")]
    #[must_use]
    pub fn max_rows(mut self, max_rows: NonZeroUsize) -> Self {
        self.max_rows = Some(max_rows);
        self
    }

    /// Makes the number of rows in a batch a multiple of `multiple` where the batch has as many; the last batch is not
    /// cut.
    ///
    /// ```
    /// use burn_prep::order::length::TokenBudget;
    /// let budget = TokenBudget::tokens(7).multiple_of(2);
    /// assert_eq!(budget.batches(&[1; 9], &[0, 1, 2, 3, 4, 5, 6, 7, 8])?, [vec![0, 1, 2, 3, 4, 5], vec![6, 7, 8]]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "required_batch_size_multiple")]
    #[must_use]
    pub fn multiple_of(mut self, multiple: usize) -> Self {
        self.multiple = multiple;
        self
    }

    /// What happens to a row that alone is over the budget; an error by default.
    #[must_use]
    pub fn over_long(mut self, over_long: OverLong) -> Self {
        self.over_long = over_long;
        self
    }

    /// The rows of each batch, in the order given. No rows give no batches.
    ///
    /// # Errors
    ///
    /// The order names a row that is not there, a row alone is over the budget and [`OverLong::Error`] holds, or
    /// the multiple is 0.
    pub fn batches(&self, lengths: &[usize], order: &[usize]) -> Result<Vec<Vec<usize>>> {
        self.check()?;
        let mut batches = Vec::new();
        let mut open = OpenBatch::new(*self);
        for (at, &row) in order.iter().enumerate() {
            let rows = lengths.len();
            let length = *lengths.get(row).ok_or(SequenceFault::IndexOutOfRange { at, found: row, rows })?;
            open.add(row, length).map_err(|budget| SequenceFault::RowLongerThanBudget {
                row,
                length,
                budget,
            })?;
            batches.extend(open.closed.drain(..));
        }
        batches.extend(open.take_rest());
        Ok(batches)
    }

    /// The rule in words, for the states of its orders.
    pub(super) fn identity(&self) -> String {
        let or_any = |number: Option<usize>| number.map_or("any".to_owned(), |number| number.to_string());
        let (tokens, rows) = (or_any(self.max_tokens), or_any(self.max_rows.map(NonZeroUsize::get)));
        let over_long = self.over_long.identity();
        format!("budget, {tokens} tokens, {rows} rows, multiples of {}, {over_long}", self.multiple)
    }

    pub(crate) fn check(&self) -> Result<()> {
        match self.multiple {
            0 => Err(Error::parameter("TokenBudget::multiple_of", 0, "1 or more")),
            _ => Ok(()),
        }
    }

    #[cfg(feature = "burn")]
    pub(crate) fn policy(&self) -> OverLong {
        self.over_long
    }
}

/// A batch that is being filled, and those that were closed on the way. `T` is what stands for a row.
#[derive(Debug, Clone)]
pub(crate) struct OpenBatch<T> {
    budget: TokenBudget,
    rows: Vec<(T, usize)>,
    longest: usize,
    closed: std::collections::VecDeque<Vec<T>>,
}

impl<T> OpenBatch<T> {
    pub(crate) fn new(budget: TokenBudget) -> Self {
        Self { budget, rows: Vec::new(), longest: 0, closed: std::collections::VecDeque::new() }
    }

    /// Takes a row; `Err` has the budget where the row alone is over it and that is an error.
    pub(crate) fn add(&mut self, row: T, length: usize) -> Result<(), usize> {
        if let Some(budget) = self.budget.max_tokens.filter(|&budget| length > budget) {
            match self.budget.over_long {
                OverLong::Error => return Err(budget),
                OverLong::Skip => return Ok(()),
                OverLong::OwnBatch => {
                    // What was open stays together, before the long row: batches keep the order.
                    while !self.rows.is_empty() {
                        self.close();
                    }
                    self.closed.push_back(vec![row]);
                    return Ok(());
                }
            }
        }
        while !self.rows.is_empty() && !self.has_room(length) {
            self.close();
        }
        self.rows.push((row, length));
        self.longest = self.longest.max(length);
        Ok(())
    }

    fn has_room(&self, length: usize) -> bool {
        let rows = self.rows.len().saturating_add(1);
        let cost = rows.saturating_mul(self.longest.max(length));
        self.budget.max_rows.is_none_or(|max| rows <= max.get())
            && self.budget.max_tokens.is_none_or(|max| cost <= max)
    }

    fn close(&mut self) {
        let (rows, multiple) = (self.rows.len(), self.budget.multiple.max(1));
        let kept = (rows - rows % multiple).max(rows % multiple);
        self.closed.push_back(self.rows.drain(..kept).map(|(row, _)| row).collect());
        self.longest = self.rows.iter().map(|&(_, length)| length).max().unwrap_or(0);
    }

    #[cfg(feature = "burn")]
    pub(crate) fn take_closed(&mut self) -> Option<Vec<T>> {
        self.closed.pop_front()
    }

    /// What is still open, if anything is.
    pub(crate) fn take_rest(&mut self) -> Option<Vec<T>> {
        self.longest = 0;
        Some(self.rows.drain(..).map(|(row, _)| row).collect::<Vec<T>>()).filter(|rest| !rest.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_cut_to_a_multiple_and_the_rest_goes_on() {
        let order: Vec<usize> = (0..11).collect();
        let budget = TokenBudget::tokens(5).multiple_of(4);
        let batches = budget.batches(&[1; 11], &order).unwrap();
        assert_eq!(batches, [vec![0, 1, 2, 3], vec![4, 5, 6, 7], vec![8, 9, 10]]);
        // Three rows are no multiple of four, but more than none.
        let few = TokenBudget::tokens(3).multiple_of(4).batches(&[1; 4], &[0, 1, 2, 3]).unwrap();
        assert_eq!(few, [vec![0, 1, 2], vec![3]]);
    }

    #[test]
    fn rows_that_were_cut_off_never_take_a_batch_over_the_budget() {
        let mut lengths = [1; 16];
        lengths[15] = 50;
        let order: Vec<usize> = (0..16).collect();
        let budget = TokenBudget::tokens(100).multiple_of(8);
        let batches = budget.batches(&lengths, &order).unwrap();
        // fairseq puts rows 8 to 15 together, which costs 8 * 50.
        assert_eq!(batches, [(0..8).collect::<Vec<_>>(), (8..15).collect(), vec![15]]);
    }

    #[test]
    fn several_closed_batches_all_come_out_in_their_order() {
        let budget = TokenBudget::tokens(4).over_long(OverLong::OwnBatch).multiple_of(2);
        let batches = budget.batches(&[1, 1, 1, 9, 1], &[0, 1, 2, 3, 4]).unwrap();
        assert_eq!(batches, [vec![0, 1], vec![2], vec![3], vec![4]]);
    }

    #[test]
    fn an_order_with_a_row_that_is_not_there_is_an_error() {
        let error = TokenBudget::tokens(4).batches(&[1], &[0, 1]).unwrap_err();
        assert_eq!(error.to_string(), "order[1] is 1, expected less than 1 as there are rows");
    }

    #[test]
    fn costs_beyond_a_usize_do_not_wrap() {
        let budget = TokenBudget::tokens(usize::MAX - 1);
        assert_eq!(budget.batches(&[usize::MAX / 2, usize::MAX / 2, 1], &[0, 1, 2]).unwrap().len(), 2);
    }
}
