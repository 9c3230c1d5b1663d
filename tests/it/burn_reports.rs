//! What has been reported of Burn's loader, on Burn's loader and on this one; docs/COMPARED.md has the outcomes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use burn::data::dataloader::batcher::Batcher;
use burn::data::dataloader::{DataLoader, DataLoaderBuilder};
use burn::data::dataset::{Dataset, DatasetError};
use burn::tensor::Device;
use burn_prep::Result;
use burn_prep::loader::SampleLoader;
use burn_prep::order::{LastBatch, SampleOrder};

use crate::support::devices;

/// The numbers from 0 on, of which one may panic.
#[derive(Clone)]
struct Numbers {
    count: usize,
    panics_at: Option<usize>,
}

impl Dataset<usize> for Numbers {
    fn get(&self, index: usize) -> std::result::Result<usize, DatasetError> {
        assert!(self.panics_at != Some(index), "no such luck");
        Ok(index)
    }

    fn len(&self) -> usize {
        self.count
    }
}

/// A batch is the list of its items.
#[derive(Clone)]
struct Lists;

impl Batcher<usize, Vec<usize>> for Lists {
    fn batch(&self, items: Vec<usize>, _: &Device) -> Vec<usize> {
        items
    }
}

impl Batcher<usize, Result<Vec<usize>>> for Lists {
    fn batch(&self, items: Vec<usize>, _: &Device) -> Result<Vec<usize>> {
        Ok(items)
    }
}

fn numbers(count: usize) -> Numbers {
    Numbers { count, panics_at: None }
}

fn burns(
    dataset: Numbers,
    batch: usize,
    workers: usize,
    seed: Option<u64>,
) -> Arc<dyn DataLoader<Vec<usize>>> {
    let builder = DataLoaderBuilder::<usize, Vec<usize>>::new(Lists)
        .batch_size(batch)
        .num_workers(workers)
        .set_device(devices().remove(0).1);
    match seed {
        Some(seed) => builder.shuffle(seed).build(dataset),
        None => builder.build(dataset),
    }
}

fn batches_of(loader: &dyn DataLoader<Vec<usize>>) -> Vec<Vec<usize>> {
    loader.iter().map(|batch| batch.unwrap()).collect()
}

fn ours(dataset: Numbers, order: SampleOrder, workers: usize) -> SampleLoader<usize, Vec<usize>> {
    SampleLoader::of_dataset(dataset, Lists, order, devices().remove(0).1).workers(workers)
}

fn own_batches(loader: &SampleLoader<usize, Vec<usize>>, epoch: u64) -> Vec<Vec<usize>> {
    loader.epoch(epoch).unwrap().map(|batch| batch.unwrap().batch.unwrap()).collect()
}

/// Issue 2373: the number of batches depended on the number of workers. In this version it does not; their order does.
#[test]
fn the_number_of_batches_by_workers() {
    let lengths = |workers| -> Vec<usize> {
        let batches = batches_of(&*burns(numbers(100), 16, workers, None));
        let mut lengths: Vec<usize> = batches.iter().map(Vec::len).collect();
        lengths.sort_unstable();
        lengths
    };
    let expected: Vec<Vec<usize>> =
        (0..100).step_by(16).map(|start| (start..100.min(start + 16)).collect()).collect();
    for workers in [0, 1, 3, 8] {
        assert_eq!(lengths(workers), [4, 16, 16, 16, 16, 16, 16]);
        let loader = ours(numbers(100), SampleOrder::sequential(100).batch_size(16), workers);
        assert_eq!(own_batches(&loader, 0), expected);
    }
}

/// Issue 3316: the last batch, which is short, cannot be left out.
#[test]
fn the_last_batch_left_out() {
    assert_eq!(batches_of(&*burns(numbers(10), 4, 0, None)).last().unwrap().len(), 2);
    let order = SampleOrder::sequential(10).batch_size(4).last_batch(LastBatch::Drop);
    assert_eq!(own_batches(&ours(numbers(10), order, 2), 0), [[0, 1, 2, 3], [4, 5, 6, 7]]);
}

/// Into how many groups samples fall of which none ever shares a batch with one of another group.
fn groups(batches: &[Vec<usize>], samples: usize) -> usize {
    let mut group: Vec<usize> = (0..samples).collect();
    for batch in batches {
        let joined = batch.iter().map(|sample| group[*sample]).min().unwrap();
        let old: std::collections::HashSet<usize> = batch.iter().map(|sample| group[*sample]).collect();
        group.iter_mut().filter(|group| old.contains(group)).for_each(|group| *group = joined);
    }
    group.into_iter().collect::<std::collections::HashSet<_>>().len()
}

/// Issue 3282: with a shuffle and workers, epochs repeat a pattern: each worker has its own part of the dataset, in every epoch
/// the same samples, and a batch is of one worker.
#[test]
fn shuffles_by_workers() {
    let loader = burns(numbers(400), 10, 4, Some(7));
    let epochs: Vec<Vec<Vec<usize>>> = (0..4).map(|_| batches_of(&*loader)).collect();
    for epoch in &epochs {
        let mut all = epoch.concat();
        all.sort_unstable();
        assert_eq!(all, (0..400).collect::<Vec<_>>());
    }
    assert_eq!(groups(&epochs.concat(), 400), 4);
    let own = ours(numbers(400), SampleOrder::shuffled(400, 7).batch_size(10), 4);
    assert_eq!(groups(&(0..4).flat_map(|epoch| own_batches(&own, epoch)).collect::<Vec<_>>(), 400), 1);
    let single = ours(numbers(400), SampleOrder::shuffled(400, 7).batch_size(10), 0);
    let mut partners = std::collections::HashSet::new();
    for epoch in 0..4 {
        let batches = own_batches(&own, epoch);
        assert_eq!(batches, own_batches(&single, epoch));
        let with_zero = batches.into_iter().find(|batch| batch.contains(&0)).unwrap();
        partners.extend(with_zero);
    }
    // In four batches of ten, 37 samples at most beside the one; the same ones hardly ever come again.
    assert!(partners.len() > 30, "{}", partners.len());
}

/// A worker's panic.
#[test]
fn a_panic_of_a_worker() {
    let panicking = Numbers { count: 40, panics_at: Some(17) };
    // Burn's epoch ends early, without an error, or with a panic of its own.
    let seen = catch_unwind(AssertUnwindSafe(|| {
        let loader = burns(panicking.clone(), 4, 2, None);
        let items: Vec<_> = loader.iter().take(100).collect();
        (items.iter().flatten().flatten().count(), items.iter().any(|batch| batch.is_err()))
    }));
    if let Ok((samples, has_error)) = seen {
        assert!(samples < 40 && !has_error, "{samples} of 40, an error: {has_error}");
    }
    for workers in [0, 2] {
        let loader = ours(panicking.clone(), SampleOrder::sequential(40).batch_size(4), workers);
        let batches: Vec<_> = loader.epoch(0).unwrap().collect();
        assert_eq!(batches.len(), 5);
        let error = batches.into_iter().find_map(|batch| batch.err()).unwrap();
        assert_eq!(error.to_string(), "item 17: loading the sample panicked: no such luck");
    }
}

/// Issue 4792: threads that are made for each epoch, of which each has a pool of device memory. This loader's never touch a
/// device.
#[test]
fn threads_after_many_epochs() {
    let threads = || std::fs::read_dir("/proc/self/task").map_or(0, Iterator::count);
    let loader = ours(numbers(40), SampleOrder::sequential(40).batch_size(4), 3);
    own_batches(&loader, 0);
    let before = threads();
    for epoch in 0..50 {
        assert_eq!(own_batches(&loader, epoch).len(), 10);
    }
    let began = std::time::Instant::now();
    // Other tests have threads of their own, which come and go.
    while threads() > before + 16 && began.elapsed() < std::time::Duration::from_secs(20) {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert!(threads() <= before + 16, "{} threads, {before} before", threads());
}
