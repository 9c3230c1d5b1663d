//! The loader of images: the same batches whoever loads them, and sources that fail, panic or never answer.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use burn::data::dataloader::DataLoader;
use burn_prep::Result;
use burn_prep::error::ErrorKind;
use burn_prep::images::{ColorMode, Image};
use burn_prep::loader::{ImageBatches, ImageLoader};
use burn_prep::order::length::{LengthGrouped, LengthSampler};
use burn_prep::order::{LastBatch, SampleOrder, Shard};
use burn_prep::prelude::*;
use burn_prep::source::{JoinedSource, Sample, Source};

use crate::support::{devices, picture};

/// Pictures of one colour each, one of which may be read in another way.
#[derive(Debug)]
struct Pictures {
    samples: Vec<Sample>,
    files: Vec<Vec<u8>>,
    odd: Option<(usize, Odd)>,
    reads: Arc<AtomicUsize>,
    /// What blocks is let go at the end of its test.
    is_over: Arc<AtomicBool>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Odd {
    Panics,
    Blocks,
    IsGarbage,
    IsGone,
}

impl Source for Pictures {
    fn len(&self) -> usize {
        self.samples.len()
    }

    fn sample(&self, index: usize) -> Option<&Sample> {
        self.samples.get(index)
    }

    fn read(&self, index: usize, _: u64) -> Result<Cow<'_, [u8]>> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        match self.odd.filter(|(odd, _)| *odd == index) {
            Some((_, Odd::Panics)) => panic!("no such luck"),
            Some((_, Odd::Blocks)) => {
                while !self.is_over.load(Ordering::SeqCst) {
                    std::thread::sleep(Duration::from_millis(10));
                }
                Ok(Cow::Borrowed(&self.files[index]))
            }
            Some((_, Odd::IsGone)) => Err(std::io::Error::from(std::io::ErrorKind::NotFound).into()),
            Some((_, Odd::IsGarbage)) => Ok(Cow::Borrowed(b"garbage")),
            None => Ok(Cow::Borrowed(&self.files[index])),
        }
    }
}

fn pictures(count: usize, odd: Option<(usize, Odd)>) -> Pictures {
    let folder = tempfile::tempdir().unwrap();
    let file = |index: usize| {
        let path = folder.path().join("one.png");
        picture(ImageSize::new(4, 3), index as u8).write_png(&path).unwrap();
        std::fs::read(path).unwrap()
    };
    let sample = |index: usize| {
        let mut sample = Sample::new(format!("picture {index}"));
        sample.label = Some(index % 3);
        sample
    };
    Pictures {
        samples: (0..count).map(sample).collect(),
        files: (0..count).map(file).collect(),
        odd,
        reads: Arc::default(),
        is_over: Arc::default(),
    }
}

fn loader(source: impl Source + 'static, order: SampleOrder, on_error: OnError) -> ImageLoader {
    let dataset = ImageDataset::new(source, Decoder::rgb8()).on_error(on_error);
    ImageLoader::new(dataset, order, devices().remove(0).1)
}

/// With a recipe from which all pictures come in one size: each is written into the batch by the thread that decodes it.
fn fused(source: impl Source + 'static, order: SampleOrder, on_error: OnError) -> ImageLoader {
    let recipe = Recipe::new().then(Resize::exact(ImageSize::new(4, 3)));
    let dataset = ImageDataset::new(source, Decoder::rgb8()).recipe(recipe).on_error(on_error);
    ImageLoader::new(dataset, order, devices().remove(0).1)
}

/// The indices and numbers of each batch.
fn contents(batches: ImageBatches) -> Vec<(Vec<usize>, Vec<f32>)> {
    let of_batch = |batch: Result<ImageBatch>| {
        let batch = batch.unwrap();
        let indices = batch.records.iter().map(|record| record.index).collect();
        (indices, batch.images.into_ndarray::<f32>().unwrap().into_iter().collect())
    };
    batches.map(of_batch).collect()
}

#[test]
fn batches_are_the_same_for_any_number_of_workers() {
    let order = SampleOrder::shuffled(50, 7).batch_size(8).last_batch(LastBatch::Fill);
    let stacked = loader(pictures(50, None), order.clone(), OnError::Fail);
    let expected = contents(stacked.epoch(4).unwrap());
    for loader in [stacked, fused(pictures(50, None), order, OnError::Fail)] {
        assert_same_batches(&loader, &expected);
        assert_same_batches(&loader.reuse_buffers(false), &expected);
    }
}

fn assert_same_batches(loader: &ImageLoader, expected: &[(Vec<usize>, Vec<f32>)]) {
    assert_eq!(expected.len(), 7);
    assert!(expected.iter().all(|(indices, numbers)| indices.len() == 8 && numbers.len() == 8 * 36));
    for workers in [0, 1, 2, 8] {
        let loader = loader.clone().workers(workers);
        assert!(contents(loader.epoch(4).unwrap()) == *expected, "{workers} workers");
        assert!(contents(loader.epoch(5).unwrap()) != *expected, "{workers} workers");
        // The budget changes what is read ahead, not what comes.
        let tight = loader.memory_budget(0);
        assert!(contents(tight.epoch(4).unwrap()) == *expected, "{workers} workers without a budget");
    }
}

/// Saved at 20 positions under workers and ranks, resumed under all others: the samples and the pixels are the same.
#[test]
fn an_epoch_is_resumed_by_other_workers_and_ranks() {
    let order = SampleOrder::shuffled(100, 3).batch_size(12);
    resumed_everywhere(&fused(pictures(100, None), order, OnError::Fail));
}

/// The same of a mix of two sources.
#[test]
fn a_mix_of_sources_is_resumed_by_other_workers_and_ranks() {
    let source = JoinedSource::new().with("a", pictures(30, None)).with("b", pictures(100, None));
    let parts = [(SampleOrder::shuffled(30, 1), 1.0), (SampleOrder::shuffled(100, 2), 3.0)];
    let order = SampleOrder::mixed(parts, 100, 3).unwrap().batch_size(12);
    let indices: Vec<usize> = (0..100).filter_map(|at| order.epoch(1).unwrap().index(at)).collect();
    assert_eq!(indices.iter().filter(|index| **index < 30).count(), 25);
    resumed_everywhere(&fused(source, order, OnError::Fail));
}

/// An epoch of 100 samples in batches of 12.
fn resumed_everywhere(loader: &ImageLoader) {
    let flat = |all: Vec<(Vec<usize>, Vec<f32>)>| -> (Vec<usize>, Vec<f32>) {
        let (indices, numbers): (Vec<_>, Vec<_>) = all.into_iter().unzip();
        (indices.concat(), numbers.concat())
    };
    let (indices, numbers) = flat(contents(loader.epoch(1).unwrap()));
    let pairs: Vec<(usize, usize)> =
        [0, 1, 2, 8].into_iter().flat_map(|workers| [1, 2, 3, 4].map(|ranks| (workers, ranks))).collect();
    let mut seen = 0;
    for case in 0..20 {
        let (workers, ranks) = pairs[case * 7 % pairs.len()];
        let taken = case * 5 % 9;
        let own = loader.clone().workers(workers).shard(Shard::new(case % ranks, ranks).unwrap());
        let mut batches = own.epoch(1).unwrap();
        batches.by_ref().take(taken).for_each(|batch| drop(batch.unwrap()));
        let text = serde_json::to_string(&batches.state()).unwrap();
        assert!(text.len() <= 1024);
        let state = serde_json::from_str(&text).unwrap();
        for &(workers, ranks) in &pairs {
            // The parts of each batch, rank after rank.
            let ranks: Vec<_> = (0..ranks)
                .map(|rank| {
                    let own = loader.clone().workers(workers).shard(Shard::new(rank, ranks).unwrap());
                    contents(own.resume(&state).unwrap())
                })
                .collect();
            let global =
                (0..ranks[0].len()).flat_map(|batch| ranks.iter().map(move |rank| rank[batch].clone()));
            let (rest, pixels) = flat(global.collect());
            assert_eq!(rest, indices[(taken * 12).min(100)..], "{workers} workers");
            assert!(pixels == numbers[(taken * 12).min(100) * 36..]);
            seen += 1;
        }
    }
    assert_eq!(seen, 20 * 16);
}

type Make = fn(Pictures, SampleOrder, OnError) -> ImageLoader;

/// Batches that a sampler makes by length are loaded and resumed like those of one size.
#[test]
fn batches_by_length_are_loaded() {
    let lengths: Vec<usize> = (0..50).map(|row| row % 7).collect();
    let sampler = LengthSampler::new(lengths, LengthGrouped::new(8.try_into().unwrap())).seed(3);
    let expected = sampler.epoch(1).unwrap().batches().to_vec();
    let order = SampleOrder::by_length(sampler).unwrap();
    let loader = loader(pictures(50, None), order, OnError::Fail).workers(2);
    let mut batches = loader.epoch(1).unwrap();
    batches.by_ref().take(2).for_each(|batch| drop(batch.unwrap()));
    let (rest, _): (Vec<_>, Vec<_>) = contents(loader.resume(&batches.state()).unwrap()).into_iter().unzip();
    assert_eq!(rest, expected[2..]);
}

#[test]
fn what_cannot_be_loaded_is_an_error_that_names_it_or_is_left_out() {
    let order = || SampleOrder::sequential(10).batch_size(2);
    for (workers, loader) in
        [0, 1, 3].into_iter().flat_map(|workers| [(workers, loader as Make), (workers, fused)])
    {
        let error = |odd, on_error| {
            let loader = loader(pictures(10, Some((5, odd))), order(), on_error).workers(workers);
            let mut batches = loader.epoch(0).unwrap();
            assert!(batches.next().unwrap().is_ok() && batches.next().unwrap().is_ok());
            let error = batches.next().unwrap().unwrap_err();
            // The state is before the batch that failed, and nothing comes behind it.
            assert_eq!(batches.state().position, 4);
            assert!(batches.next().is_none());
            error
        };
        let garbage = error(Odd::IsGarbage, OnError::Fail);
        assert!(garbage.to_string().starts_with("picture 5: not a readable image"), "{garbage}");
        for on_error in [OnError::Fail, OnError::Skip] {
            // Neither a disk that is gone nor code that panics is the file's fault.
            assert!(error(Odd::IsGone, on_error).to_string().starts_with("picture 5: "));
            let panic = error(Odd::Panics, on_error);
            assert!(matches!(panic.kind(), ErrorKind::Panicked { .. }), "{panic}");
            let text = panic.to_string();
            assert_eq!(text, "picture 5: item 5: loading the sample panicked: no such luck");
        }
        let skipping =
            loader(pictures(10, Some((5, Odd::IsGarbage))), order(), OnError::Skip).workers(workers);
        let lengths: Vec<(usize, usize)> = skipping
            .epoch(0)
            .unwrap()
            .map(|batch| batch.map(|batch| (batch.records.len(), batch.skipped.len())).unwrap())
            .collect();
        assert_eq!(lengths, [(2, 0), (2, 0), (1, 1), (2, 0), (2, 0)]);
    }
}

#[test]
fn a_source_that_never_answers_is_an_error_within_its_time() {
    let order = SampleOrder::sequential(10).batch_size(2);
    for workers in [1, 2] {
        let began = Instant::now();
        let source = pictures(10, Some((3, Odd::Blocks)));
        let is_over = source.is_over.clone();
        let loader = loader(source, order.clone(), OnError::Skip).workers(workers);
        let loader = loader.stall_timeout(Duration::from_millis(200));
        let mut batches = loader.epoch(0).unwrap();
        assert!(batches.next().unwrap().is_ok());
        let error = batches.next().unwrap().unwrap_err();
        assert!(error.is_environment() && error.to_string().starts_with("picture 3: item 3: "), "{error}");
        assert!(batches.next().is_none());
        drop(batches);
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
        // The thread that is not let go is counted until it is.
        assert_eq!(loader.metrics().abandoned, 1);
        is_over.store(true, Ordering::SeqCst);
        while loader.metrics().abandoned > 0 {
            assert!(began.elapsed() < Duration::from_secs(30));
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

#[test]
fn endless_batches_are_those_of_epoch_after_epoch() {
    let order = SampleOrder::shuffled(20, 3).batch_size(6);
    let loader = fused(pictures(20, None), order, OnError::Fail);
    let epochs = |from: u64| -> Vec<(Vec<usize>, Vec<f32>)> {
        (from..5).flat_map(|epoch| contents(loader.epoch(epoch).unwrap())).collect()
    };
    let expected = epochs(0);
    assert_eq!(expected.len(), 20);
    for workers in [0, 1, 2, 8] {
        let endless = loader.clone().workers(workers).endless();
        let mut batches = endless.epoch(0).unwrap();
        for (taken, expected) in expected[..18].iter().enumerate() {
            let state = batches.state();
            // Behind the last batch of an epoch the state is that epoch's end.
            let (epoch, of_epoch) = (taken as u64 / 4, taken % 4);
            let at_end = taken > 0 && of_epoch == 0;
            let expected_state = if at_end { (epoch - 1, 20) } else { (epoch, of_epoch * 6) };
            assert_eq!((state.epoch, state.position), expected_state);
            let batch = batches.next().unwrap().unwrap();
            let indices: Vec<usize> = batch.records.iter().map(|record| record.index).collect();
            let numbers: Vec<f32> = batch.images.into_ndarray::<f32>().unwrap().into_iter().collect();
            assert!((indices, numbers) == *expected, "{workers} workers, batch {taken}");
        }
        let resumed = endless.resume(&batches.state()).unwrap();
        let indices = |batch: Result<ImageBatch>| -> Vec<usize> {
            batch.unwrap().records.iter().map(|record| record.index).collect()
        };
        let rest: Vec<Vec<usize>> = resumed.take(2).map(indices).collect();
        assert_eq!(rest, [expected[18].0.clone(), expected[19].0.clone()]);
    }
}

#[test]
fn what_is_read_ahead_stays_within_the_budget() {
    let source = pictures(100, None);
    let reads = source.reads.clone();
    // Of batches of 4 pictures of 36 bytes, 100 bytes are at most 3 pictures, and each worker is at one more.
    let order = SampleOrder::sequential(100).batch_size(4);
    let loader = loader(source, order, OnError::Fail).workers(2).memory_budget(100);
    let mut batches = loader.epoch(0).unwrap();
    let mut most = 0;
    for taken in 1..=25 {
        batches.next().unwrap().unwrap();
        std::thread::sleep(Duration::from_millis(5));
        most = most.max(reads.load(Ordering::SeqCst) - taken * 4);
    }
    assert!((1..=4 + 2).contains(&most), "{most} samples ahead");
}

#[test]
fn iterators_that_are_dropped_leave_no_threads() {
    let threads = || {
        std::fs::read_dir("/proc/self/task").map_or(0, |tasks| {
            let name = |task: std::io::Result<std::fs::DirEntry>| {
                std::fs::read_to_string(task.unwrap().path().join("comm")).unwrap_or_default()
            };
            tasks.map(name).filter(|name| name.starts_with("burn-prep-load")).count()
        })
    };
    // A folder, whose files are opened, read and closed.
    let folder = tempfile::tempdir().unwrap();
    for index in 0..20 {
        let path = folder.path().join(format!("{index}.png"));
        Image::new(ImageSize::square(6), ColorMode::Rgb, vec![index; 108]).unwrap().write_png(path).unwrap();
    }
    let source = ImageFolder::open(folder.path()).unwrap();
    let open = |folder: &std::path::Path| {
        std::fs::read_dir("/proc/self/fd").map_or(0, |files| {
            let target = |file: std::io::Result<std::fs::DirEntry>| std::fs::read_link(file.unwrap().path());
            files.filter_map(|file| target(file).ok()).filter(|path| path.starts_with(folder)).count()
        })
    };
    let order = SampleOrder::sequential(20).batch_size(2);
    let loader = loader(source, order, OnError::Fail).workers(4);
    // Without a budget the threads wait, with most of the epoch before them.
    let loader = loader.memory_budget(0);
    for number in 0..1000 {
        let mut batches = loader.epoch(number).unwrap();
        batches.next().unwrap().unwrap();
    }
    let began = Instant::now();
    // Threads of other tests are there for a while.
    while threads() > 0 && began.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!((threads(), open(folder.path()), loader.metrics().abandoned), (0, 0, 0));
}

#[test]
fn as_burns_loader_each_iteration_is_the_next_epoch() {
    let order = SampleOrder::shuffled(20, 1).batch_size(6);
    let loader = loader(pictures(20, None), order, OnError::Fail).workers(2);
    let burn = |loader: &dyn DataLoader<ImageBatch>| -> Vec<usize> {
        let batches: Vec<ImageBatch> = loader.iter().map(|batch| batch.unwrap()).collect();
        batches.iter().flat_map(|batch| batch.records.iter().map(|record| record.index)).collect()
    };
    let expected = |epoch| -> Vec<usize> {
        contents(loader.epoch(epoch).unwrap()).into_iter().flat_map(|(indices, _)| indices).collect()
    };
    let device = devices().remove(0).1;
    assert_eq!(burn(&loader), expected(0));
    assert_eq!(burn(&*loader.to_device(&device)), expected(1));
    assert_eq!(burn(&loader), expected(2));
    loader.set_epoch(9);
    let slice = loader.slice(5, 15).slice(1, 30);
    assert_eq!((slice.num_items(), burn(&*slice)), (9, expected(9)[6..15].to_vec()));
    let mut progress = loader.iter();
    progress.next().unwrap().unwrap();
    assert_eq!((progress.progress().items_processed, progress.progress().items_total), (6, 20));

    let other = ImageLoader::new(
        ImageDataset::new(pictures(3, None), Decoder::rgb8()),
        SampleOrder::sequential(4),
        devices().remove(0).1,
    );
    assert!(other.iter().next().unwrap().is_err());
    let state = loader.epoch(0).unwrap().state();
    let error = other.resume(&state).unwrap_err();
    assert!(error.to_string().starts_with("state.source is 20 samples, FNV-1a"), "{error}");
}
