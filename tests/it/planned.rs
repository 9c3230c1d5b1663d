//! Batches chosen by lengths, in Burn's loader.

use std::sync::Arc;

use burn::data::dataloader::{
    BatchDataLoader, BatchStrategy, DataLoader, DataLoaderBuilder, MultiThreadDataLoader,
};
use burn::data::dataset::{Dataset, InMemDataset};
use burn_prep::Result;
use burn_prep::batch::{PlannedBatcher, PlannedDataset, SequenceBatcher, TokenBudgetStrategy};
use burn_prep::order::length::{LengthSampler, OverLong, RowOrder, TokenBudget};
use burn_prep::prelude::*;

use crate::support::devices;

#[test]
fn a_budget_in_burns_loader_keeps_every_row_with_any_number_of_workers() {
    let rows: Vec<Vec<i32>> = (0..50).map(|row| vec![row + 1; (row as usize * 7) % 11]).collect();
    for workers in [0, 1, 3] {
        let budget = TokenBudget::tokens(24).over_long(OverLong::OwnBatch);
        let strategy = TokenBudgetStrategy::new(budget, Vec::<i32>::len).unwrap();
        assert!(format!("{strategy:?}").contains("24"));
        let (_, device) = devices().into_iter().next().unwrap();
        let batcher = Arc::new(SequenceBatcher::new(Padding::new(0)));
        let dataset = Arc::new(InMemDataset::new(rows.clone()));
        let loader: Box<dyn DataLoader<Result<SequenceBatch>>> = match workers {
            0 => Box::new(BatchDataLoader::new(strategy.clone_dyn(), dataset, batcher, device, None)),
            _ => Box::new(MultiThreadDataLoader::new(
                strategy.clone_dyn(),
                dataset,
                batcher,
                workers,
                device,
                None,
            )),
        };
        let mut seen = 0;
        for batch in loader.iter() {
            let batch = batch.unwrap().unwrap();
            let [count, width] = batch.values.dims();
            assert!(count * width <= 24, "{count} * {width}");
            seen += count;
        }
        assert_eq!(seen, 50, "{workers} workers");
    }
}

#[test]
fn a_planned_epoch_in_burns_loader_has_the_planned_batches() {
    let rows: Vec<Vec<i32>> = (0..40).map(|row| vec![row; (row as usize * 7) % 11 + 1]).collect();
    let lengths: Vec<usize> = rows.iter().map(Vec::len).collect();
    let sampler = LengthSampler::new(lengths, TokenBudget::tokens(30)).order(RowOrder::ByLength).seed(3);
    let epoch = sampler.epoch(2).unwrap();
    for workers in [0, 2] {
        let dataset = PlannedDataset::new(InMemDataset::new(rows.clone()), epoch.clone()).unwrap();
        let (_, device) = devices().into_iter().next().unwrap();
        let batcher = PlannedBatcher::new(SequenceBatcher::new(Padding::new(0)));
        let loader = DataLoaderBuilder::<Vec<Vec<i32>>, Result<SequenceBatch>>::new(batcher)
            .batch_size(1)
            .num_workers(workers)
            .set_device(device)
            .build(dataset);
        let mut found: Vec<Vec<usize>> =
            loader.iter().map(|batch| batch.unwrap().unwrap().extents.lengths().to_vec()).collect();
        let lengths_of = |batch: &Vec<usize>| batch.iter().map(|&row| rows[row].len()).collect();
        let mut planned: Vec<Vec<usize>> = epoch.batches().iter().map(lengths_of).collect();
        found.sort();
        planned.sort();
        assert_eq!(found, planned);
    }
    // The rest of an epoch goes into a loader as the whole of it does.
    let mut begun = sampler.epoch(2).unwrap().into_iter();
    assert_eq!(begun.by_ref().take(4).count(), 4);
    let rest = sampler.resume(begun.state()).unwrap();
    let rest = PlannedDataset::new(InMemDataset::new(rows.clone()), rest).unwrap();
    assert_eq!(rest.len(), epoch.len() - 4);
    let first = rest.get(0).unwrap();
    assert_eq!(first, epoch.batches()[4].iter().map(|&row| rows[row].clone()).collect::<Vec<_>>());
    let short = PlannedDataset::new(InMemDataset::new(rows[1..].to_vec()), epoch);
    assert!(short.err().unwrap().is_usage());
}
