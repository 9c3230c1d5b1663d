//! An epoch that was planned beforehand, in Burn's loader.

use burn::data::dataloader::batcher::Batcher;
use burn::data::dataset::{Dataset, DatasetError};
use burn::tensor::Device;

use crate::error::{Error, Result, SequenceFault};

/// A dataset whose items are batches planned beforehand, so that Burn's loader can use grouped orders, buckets,
/// budgets, bins and shards, with any number of workers.
///
/// Give the loader a batch size of 1, a [`PlannedBatcher`] and no shuffling, because the order is part of the plan.
/// Burn's loader repeats the same batches in every epoch, so create a new dataset and a new loader for each
/// [`LengthSampler::epoch`](crate::order::length::LengthSampler::epoch), or for the rest of an epoch that
/// [`LengthSampler::resume`](crate::order::length::LengthSampler::resume) returns.
///
/// ```
/// use burn::data::dataloader::DataLoaderBuilder;
/// use burn::data::dataset::InMemDataset;
/// use burn_prep::batch::{PlannedBatcher, PlannedDataset, SequenceBatcher};
/// use burn_prep::order::length::{LengthSampler, RowOrder, TokenBudget};
/// use burn_prep::prelude::*;
///
/// let rows: Vec<Vec<i32>> = vec![vec![1; 5], vec![2], vec![3; 4], vec![4; 2]];
/// let lengths: Vec<usize> = rows.iter().map(Vec::len).collect();
/// let sampler = LengthSampler::new(lengths, TokenBudget::tokens(8)).order(RowOrder::Given);
/// let dataset = PlannedDataset::new(InMemDataset::new(rows), sampler.epoch(0)?)?;
///
/// let batcher = PlannedBatcher::new(SequenceBatcher::new(Padding::new(0)));
/// let loader = DataLoaderBuilder::<Vec<Vec<i32>>, burn_prep::Result<SequenceBatch>>::new(batcher)
///     .batch_size(1)
///     .set_device(DeviceSpec::Cpu.init()?)
///     .build(dataset);
/// let dims = loader.iter().map(|batch| batch.unwrap().map(|batch| batch.values.dims()));
/// assert_eq!(dims.collect::<burn_prep::Result<Vec<_>>>()?, [[1, 5], [2, 4], [1, 2]]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "batch_sampler")]
#[derive(Debug, Clone)]
pub struct PlannedDataset<D> {
    dataset: D,
    batches: Vec<Vec<usize>>,
}

impl<D> PlannedDataset<D> {
    /// Creates a dataset from batches, each a list of row indices of `dataset`: an [`Epoch`](crate::order::Epoch), the
    /// rest of one, or any lists.
    ///
    /// # Errors
    ///
    /// A batch names a row that the dataset does not have.
    ///
    /// ```
    /// use burn::data::dataset::{Dataset, InMemDataset};
    /// use burn_prep::batch::PlannedDataset;
    /// let letters = InMemDataset::new(vec!['a', 'b', 'c']);
    /// let planned = PlannedDataset::new(letters, [vec![2, 0], vec![1]])?;
    /// assert_eq!((planned.len(), planned.get(0).unwrap()), (2, vec!['c', 'a']));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn new<I>(dataset: D, batches: impl IntoIterator<Item = Vec<usize>>) -> Result<Self>
    where
        D: Dataset<I>,
    {
        let rows = dataset.len();
        let batches: Vec<Vec<usize>> = batches.into_iter().collect();
        match batches.iter().flatten().enumerate().find(|&(_, &row)| row >= rows) {
            None => Ok(Self { dataset, batches }),
            Some((at, &found)) => Err(SequenceFault::IndexOutOfRange { at, found, rows }.into()),
        }
    }
}

impl<I, D: Dataset<I>> Dataset<Vec<I>> for PlannedDataset<D> {
    fn get(&self, index: usize) -> Result<Vec<I>, DatasetError> {
        let missing = || Error::parameter("index", index, "less than the number of batches");
        let rows = self.batches.get(index).ok_or_else(|| DatasetError::new(missing()))?;
        self.dataset.get_many(rows.clone())
    }

    fn len(&self) -> usize {
        self.batches.len()
    }
}

/// A batcher of rows for a loader whose items are already batches of rows.
///
/// ```
/// use burn::data::dataloader::batcher::Batcher;
/// use burn_prep::batch::{PlannedBatcher, SequenceBatcher};
/// use burn_prep::prelude::*;
///
/// let batcher = PlannedBatcher::new(SequenceBatcher::new(Padding::new(0_i32)));
/// let planned = vec![vec![vec![5, 6], vec![7]]];              // one batch of two rows
/// let batch: burn_prep::Result<SequenceBatch> = batcher.batch(planned, &DeviceSpec::Cpu.init()?);
/// assert_eq!(batch?.extents.lengths(), [2, 1]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct PlannedBatcher<B> {
    batcher: B,
}

impl<B> PlannedBatcher<B> {
    /// Creates a batcher that passes the rows of each planned batch to `batcher`.
    pub fn new(batcher: B) -> Self {
        Self { batcher }
    }
}

impl<I, O, B: Batcher<I, O>> Batcher<Vec<I>, O> for PlannedBatcher<B> {
    fn batch(&self, items: Vec<Vec<I>>, device: &Device) -> O {
        self.batcher.batch(items.into_iter().flatten().collect(), device)
    }
}
