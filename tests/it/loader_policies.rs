//! What a loader does with samples that cannot be used.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use burn_prep::Result;
use burn_prep::loader::{ImageLoader, MaxBad, SampleLoader};
use burn_prep::order::{SampleOrder, Shard};
use burn_prep::prelude::*;
use burn_prep::source::{Exclusions, InMemorySource, Sample, Source};

use crate::support::{asset, devices, picture};

/// Many names of few files, of which every hundredth is bad in one of three ways.
#[derive(Debug)]
struct ManyFiles {
    samples: Vec<Sample>,
    good: Vec<Vec<u8>>,
    bad: Vec<Vec<u8>>,
}

const EVERY: usize = 100;

impl ManyFiles {
    fn new(count: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("one.png");
        let file = |index: u8| {
            picture(ImageSize::new(9, 7), index).write_png(&path).unwrap();
            std::fs::read(&path).unwrap()
        };
        let good: Vec<Vec<u8>> = (0..3).map(file).collect();
        let mut corrupt = good[0].clone();
        let middle = corrupt.len() / 2;
        corrupt[middle] ^= 1;
        let cut = good[1][..good[1].len() - 20].to_vec();
        let bad = vec![corrupt, cut, b"\xFF\xD8 is no picture".to_vec()];
        assert!(bad.iter().all(|bytes| Decoder::rgb8().decode(bytes).unwrap_err().is_data()));
        Self { samples: (0..count).map(|index| Sample::new(format!("file {index}"))).collect(), good, bad }
    }

    fn is_bad(index: usize) -> bool {
        index % EVERY == 31
    }
}

impl Source for ManyFiles {
    fn len(&self) -> usize {
        self.samples.len()
    }

    fn sample(&self, index: usize) -> Option<&Sample> {
        self.samples.get(index)
    }

    fn read(&self, index: usize, _: u64) -> Result<Cow<'_, [u8]>> {
        let files = if Self::is_bad(index) { &self.bad } else { &self.good };
        Ok(Cow::Borrowed(&files[index / EVERY % files.len()]))
    }
}

fn recipe() -> Recipe {
    Recipe::new().then(Resize::exact(ImageSize::square(8)))
}

fn loader(files: usize, on_error: OnError) -> ImageLoader {
    let dataset =
        ImageDataset::new(ManyFiles::new(files), Decoder::rgb8()).recipe(recipe()).on_error(on_error);
    let order = SampleOrder::shuffled(files, 5).batch_size(60);
    ImageLoader::new(dataset, order, devices().remove(0).1).workers(2)
}

/// Indices of the images, and of what was left out, of each batch.
type Batches = Vec<(Vec<usize>, Vec<usize>)>;

fn batches(loader: &ImageLoader) -> Batches {
    let of_batch = |batch: Result<ImageBatch>| {
        let batch = batch.unwrap();
        assert_eq!(batch.images.dims()[0], batch.records.len());
        let skipped = batch.skipped.iter().map(|skipped| skipped.index).collect();
        (batch.records.iter().map(|record| record.index).collect(), skipped)
    };
    loader.epoch(3).unwrap().map(of_batch).collect()
}

/// The epoch on one rank and on three; their parts of a batch one after the other are the batch.
fn on_ranks(loader: &ImageLoader) -> Batches {
    let whole = batches(loader);
    let parts: Vec<Batches> =
        (0..3).map(|rank| batches(&loader.clone().shard(Shard::new(rank, 3).unwrap()))).collect();
    for (number, (images, skipped)) in whole.iter().enumerate() {
        let of_parts: (Vec<_>, Vec<_>) = parts.iter().map(|part| part[number].clone()).unzip();
        assert_eq!((images, skipped), (&of_parts.0.concat(), &of_parts.1.concat()));
    }
    whole
}

/// 20,000 files of which 200 are corrupt, cut off, or no pictures.
#[test]
fn an_epoch_with_bad_files_completes_on_each_policy() {
    const FILES: usize = 20_000;
    let bad: BTreeSet<usize> = (0..FILES).filter(|index| ManyFiles::is_bad(*index)).collect();
    assert_eq!(bad.len(), 200);

    let skipping = loader(FILES, OnError::Skip);
    let whole = on_ranks(&skipping);
    assert_eq!(whole.len(), FILES.div_ceil(60));
    let skipped: BTreeSet<usize> = whole.iter().flat_map(|batch| batch.1.clone()).collect();
    let good: BTreeSet<usize> = whole.iter().flat_map(|batch| batch.0.clone()).collect();
    assert_eq!((skipped, good.len()), (bad.clone(), FILES - 200));
    assert!(whole.iter().rev().skip(1).all(|(images, skipped)| images.len() + skipped.len() == 60));

    let whole = on_ranks(&loader(FILES, OnError::Replace));
    assert!(whole.iter().rev().skip(1).all(|(images, _)| images.len() == 60), "a batch is not full");
    // One that comes in the stead of another may be bad too.
    let replaced: usize = whole.iter().map(|batch| batch.1.len()).sum();
    assert!((200..=210).contains(&replaced), "{replaced}");

    let error = loader(FILES, OnError::Fail).epoch(3).unwrap().find_map(|batch| batch.err()).unwrap();
    assert!(error.is_data() && error.to_string().starts_with("file "), "{error}");
    let metrics = skipping.metrics();
    // The epoch and the three ranks.
    assert_eq!((metrics.samples, metrics.bad), (2 * FILES as u64, 400));
}

#[test]
fn more_bad_files_than_may_be_are_an_error() {
    let bad_before = |most: MaxBad| {
        let loader = loader(2_000, OnError::Skip).max_bad(most);
        let mut bad = 0;
        for batch in loader.epoch(3).unwrap() {
            match batch {
                Ok(batch) => bad += batch.skipped.len(),
                Err(error) => return (bad, Some(error)),
            }
        }
        (bad, None)
    };
    assert!(matches!(bad_before(MaxBad::Count(20)), (20, None)));
    assert!(matches!(bad_before(MaxBad::Rate(0.01)), (20, None)));
    for most in [MaxBad::Count(9), MaxBad::Rate(0.0049)] {
        let (bad, error) = bad_before(most);
        let error = error.unwrap();
        assert!(bad <= 9 && error.code() == "too_many_bad", "{bad}: {error}");
    }
}

#[test]
fn bad_files_are_noted_once_and_can_be_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("noted/bad.jsonl");
    let loader = loader(1_000, OnError::Skip);
    // Two epochs, and another process that goes on behind a line that was cut off.
    batches(&loader.clone().quarantine(&path));
    batches(&loader.clone().quarantine(&path));
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().count(), 10);
    let cut = text.lines().take(4).collect::<Vec<_>>().join("\n");
    std::fs::write(&path, &cut[..cut.len() - 5]).unwrap();
    assert_eq!(Exclusions::read(&path).unwrap().indices(&ManyFiles::new(1_000)).len(), 3);
    batches(&loader.clone().quarantine(&path));
    assert_eq!(Exclusions::read(&path).unwrap().indices(&ManyFiles::new(1_000)).len(), 10);

    std::fs::write(&path, &text).unwrap();
    let without = loader.without(&Exclusions::read(&path).unwrap()).unwrap();
    let whole = batches(&without);
    assert_eq!(whole.iter().map(|batch| batch.0.len()).sum::<usize>(), 990);
    assert!(whole.iter().all(|batch| batch.1.is_empty()));
}

/// Anything that a program can read: functions, with the same order, workers and errors.
#[test]
fn samples_of_any_kind_are_loaded_like_images() {
    let order = SampleOrder::shuffled(1000, 3).batch_size(7);
    let fails = |index: usize| index % 50 == 13;
    let load = move |sample: &burn_prep::order::OrderedSample| match fails(sample.index) {
        true => Decoder::rgb8().decode(b"").map(|_| 0),
        false => Ok(sample.index),
    };
    let loader = SampleLoader::from_fn(load, |items, _| Ok(items), order, devices().remove(0).1);
    let items = |loader: &SampleLoader<usize, Vec<usize>>| -> Vec<Vec<usize>> {
        loader.epoch(1).unwrap().map(|batch| batch.unwrap().batch.unwrap_or_default()).collect()
    };
    let skipping = loader.clone().on_error(OnError::Skip);
    let expected = items(&skipping);
    assert_eq!(expected.concat().len(), 980);
    for workers in [1, 2, 8] {
        assert_eq!(items(&skipping.clone().workers(workers)), expected);
    }
    let replaced = items(&loader.clone().on_error(OnError::Replace));
    assert!(replaced.concat().len() == 1000 && replaced.concat().iter().all(|index| !fails(*index)));
    let error = loader.epoch(1).unwrap().find_map(|batch| batch.err()).unwrap();
    assert!(error.index().is_some_and(fails), "{error}");
    // A batch of which nothing is left is there, and empty.
    let order = SampleOrder::sequential(4).batch_size(2);
    let none = |sample: &burn_prep::order::OrderedSample| match sample.index {
        0 | 1 => Decoder::rgb8().decode(b"").map(|_| 0),
        index => Ok(index),
    };
    let loader = SampleLoader::from_fn(none, |items, _| Ok(items), order, devices().remove(0).1);
    let loader = loader.on_error(OnError::Skip);
    let batches: Vec<_> = loader.epoch(0).unwrap().map(|batch| batch.unwrap()).collect();
    assert_eq!((batches[0].batch.clone(), batches[0].skipped.len()), (None, 2));
    assert_eq!(batches[1].batch, Some(vec![2, 3]));
}

/// Slow at one sample: the others are loaded meanwhile, and the epoch is as ever.
#[test]
fn one_slow_sample_changes_nothing_but_the_time() {
    let order = SampleOrder::sequential(64).batch_size(8);
    let load = |sample: &burn_prep::order::OrderedSample| {
        if sample.index == 9 {
            std::thread::sleep(Duration::from_millis(300));
        }
        Ok(sample.index)
    };
    let loader = SampleLoader::from_fn(load, |items, _| Ok(items), order, devices().remove(0).1)
        .workers(2)
        .stall_timeout(Duration::from_secs(20));
    let began = Instant::now();
    let items: Vec<usize> =
        loader.epoch(0).unwrap().flat_map(|batch| batch.unwrap().batch.unwrap()).collect();
    assert_eq!(items, (0..64).collect::<Vec<_>>());
    assert!(began.elapsed() < Duration::from_secs(15));
    assert!(loader.metrics().waited >= Duration::from_millis(200));
}

/// Files that vanish while an epoch runs are the machine's fault, whatever the policy says.
#[test]
fn a_folder_that_vanishes_in_mid_epoch_is_an_error() {
    for workers in [0, 2] {
        let folder = tempfile::tempdir().unwrap();
        let class = folder.path().join("a");
        std::fs::create_dir(&class).unwrap();
        for index in 0..40 {
            std::fs::copy(asset("photos/animals/cat_nose.jpg"), class.join(format!("{index:02}.jpg")))
                .unwrap();
        }
        let source = ImageFolder::open(folder.path()).unwrap();
        let dataset = ImageDataset::new(source, Decoder::rgb8()).recipe(recipe()).on_error(OnError::Skip);
        let order = SampleOrder::sequential(40).batch_size(4);
        let loader = ImageLoader::new(dataset, order, devices().remove(0).1);
        let mut batches = loader.workers(workers).memory_budget(0).epoch(0).unwrap();
        batches.next().unwrap().unwrap();
        std::fs::remove_dir_all(&class).unwrap();
        let error = batches.find_map(|batch| batch.err()).unwrap();
        assert!(error.is_environment() && error.path().is_some(), "{error}");
        assert!(batches.next().is_none());
    }
}

/// What decoding a part of an image cannot see is found by decoding the whole.
#[test]
fn damage_outside_of_the_part_that_is_decoded() {
    // Grey below the middle, and damaged there.
    let bytes = std::fs::read(asset("photos/people/astronaut.jpg")).unwrap();
    let mut damaged = bytes.clone();
    let end = damaged.len();
    // Within the pixel data, far from its end marker: bits that make no codes.
    damaged[end - 120..end - 20].iter_mut().step_by(3).for_each(|byte| *byte ^= 0x55);
    damaged[end - 120..end - 2].iter_mut().filter(|byte| **byte == 0xFF).for_each(|byte| *byte = 0xFE);
    let whole = Decoder::rgb8().decode(&damaged);
    let is_seen = whole.as_ref().map_or(true, |decoded| decoded.source.warning.is_some());
    assert!(is_seen, "the damage is not seen at all");

    let recipe = Recipe::new().then(CenterCrop::square(16)).then(Resize::exact(ImageSize::square(8)));
    let memory = InMemorySource::new().with("damaged.jpg", None, damaged);
    let dataset = ImageDataset::new(memory, Decoder::rgb8()).recipe(recipe);
    let loader = ImageLoader::new(dataset, SampleOrder::sequential(1), devices().remove(0).1);
    let batch = loader.epoch(0).unwrap().next().unwrap();
    // No more is decoded than the rows down to the part, where the machine resizes a part without the rest.
    #[cfg(target_arch = "x86_64")]
    let is_part = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
    #[cfg(not(target_arch = "x86_64"))]
    let is_part = false;
    assert_eq!(batch.is_ok(), is_part || whole.is_ok(), "{batch:?}");
}

/// What takes the place of a bad sample is another one of the order, and of the part that is loaded.
#[test]
fn replacements_are_of_the_order() {
    let bad = |index: usize| index % 2 == 1;
    let load = move |sample: &burn_prep::order::OrderedSample| match bad(sample.index) {
        true => Decoder::rgb8().decode(b"").map(|_| 0),
        false => Ok(sample.index),
    };
    let order = SampleOrder::shuffled(200, 3).without(100..200).unwrap().batch_size(10);
    let mixed = SampleOrder::mixed([(order.clone(), 1.0)], 100, 1).unwrap().batch_size(10);
    for order in [order, mixed] {
        let loader = SampleLoader::from_fn(load, |items, _| Ok(items), order, devices().remove(0).1)
            .on_error(OnError::Replace);
        let items: Vec<usize> =
            loader.epoch(0).unwrap().flat_map(|batch| batch.unwrap().batch.unwrap()).collect();
        assert!(items.iter().all(|index| *index < 100 && !bad(*index)), "{items:?}");
        assert!(items.len() >= 98, "{}", items.len());
    }
}
