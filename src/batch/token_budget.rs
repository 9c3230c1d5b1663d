//! A token budget inside Burn's loader.

use std::fmt;
use std::sync::Arc;

use burn::data::dataloader::BatchStrategy;

use crate::error::{Error, Result};
use crate::order::length::{OpenBatch, OverLong, TokenBudget};

/// A [`TokenBudget`] as Burn's `BatchStrategy`: items are taken in the order of the dataset or of the loader's shuffle,
/// and a batch is closed where one more item would exceed the budget.
///
/// `DataLoaderBuilder` takes no strategy; pass it to `BatchDataLoader::new` or `MultiThreadDataLoader::new`. With a
/// strategy Burn's loader fetches items one by one, because it cannot know how many a batch will take, and each of its
/// workers fills batches of its own. A `BatchStrategy` sees one item at a time, so it cannot do what needs all lengths
/// at once: group rows of similar length, or give every rank the same number of batches. For that, plan the batches
/// with [`LengthSampler`](crate::order::length::LengthSampler) and pass them to the loader with
/// [`PlannedDataset`](crate::batch::PlannedDataset). A strategy cannot report an error either, so an item over the
/// budget is skipped or becomes a batch of its own.
///
/// ```
/// use burn::data::dataloader::BatchStrategy;
/// use burn_prep::batch::TokenBudgetStrategy;
/// use burn_prep::order::length::{OverLong, TokenBudget};
///
/// let budget = TokenBudget::tokens(4).over_long(OverLong::OwnBatch);
/// let strategy = TokenBudgetStrategy::new(budget, |row: &Vec<i32>| row.len())?;
/// let mut by_hand = strategy.clone_dyn();
/// by_hand.add(vec![1, 2]);
/// by_hand.add(vec![3]);
/// assert_eq!(by_hand.batch(false), None);
/// by_hand.add(vec![4, 5]);
/// assert_eq!(by_hand.batch(false), Some(vec![vec![1, 2], vec![3]]));
/// assert_eq!(by_hand.batch(true), Some(vec![vec![4, 5]]));
/// assert_eq!(by_hand.batch(true), None);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "max_tokens")]
pub struct TokenBudgetStrategy<I> {
    budget: TokenBudget,
    length: Arc<dyn Fn(&I) -> usize + Send + Sync>,
    open: OpenBatch<I>,
}

impl<I> TokenBudgetStrategy<I> {
    /// Creates a strategy that makes batches within `budget`, where `length` returns the length of an item.
    ///
    /// # Errors
    ///
    /// The budget has [`OverLong::Error`], which a strategy has no way to report, or a multiple of 0.
    pub fn new(budget: TokenBudget, length: impl Fn(&I) -> usize + Send + Sync + 'static) -> Result<Self> {
        budget.check()?;
        match budget.policy() {
            OverLong::Error => {
                let expected = "OwnBatch or Skip, because a BatchStrategy cannot report an error";
                Err(Error::parameter("token_budget.over_long", "Error", expected))
            }
            _ => Ok(Self { budget, length: Arc::new(length), open: OpenBatch::new(budget) }),
        }
    }
}

impl<I: Send + Sync + 'static> BatchStrategy<I> for TokenBudgetStrategy<I> {
    fn add(&mut self, item: I) {
        let length = (self.length)(&item);
        // The policy that could fail is refused by `new`.
        let _ = self.open.add(item, length);
    }

    fn batch(&mut self, force: bool) -> Option<Vec<I>> {
        self.open.take_closed().or_else(|| if force { self.open.take_rest() } else { None })
    }

    fn clone_dyn(&self) -> Box<dyn BatchStrategy<I>> {
        let (budget, length) = (self.budget, self.length.clone());
        Box::new(Self { budget, length, open: OpenBatch::new(budget) })
    }

    fn batch_size(&self) -> Option<usize> {
        None
    }
}

impl<I> fmt::Debug for TokenBudgetStrategy<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenBudgetStrategy").field("budget", &self.budget).finish_non_exhaustive()
    }
}
