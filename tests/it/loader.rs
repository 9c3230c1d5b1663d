//! Through Burn's own loader, with bad files among the good.

use std::collections::BTreeSet;
use std::path::Path;

use burn::data::dataloader::DataLoaderBuilder;
use burn_prep::prelude::*;
use burn_prep::source::InMemorySource;

use crate::support::{devices, picture};

/// 1,000 files in 10 classes; every hundredth is cut off.
fn folder_with_bad_files(root: &Path) -> BTreeSet<String> {
    let mut bad = BTreeSet::new();
    for index in 0..1000_usize {
        let class = root.join(format!("class_{}", index % 10));
        std::fs::create_dir_all(&class).unwrap();
        let path = class.join(format!("{index:04}.png"));
        picture(ImageSize::new(8 + (index % 5) as u32, 8), index as u8).write_png(&path).unwrap();
        if index % 100 == 57 {
            let bytes = std::fs::read(&path).unwrap();
            std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
            bad.insert(format!("class_{}/{index:04}.png", index % 10));
        }
    }
    bad
}

fn dataset(root: &Path, on_error: OnError) -> ImageDataset {
    ImageDataset::new(ImageFolder::open(root).unwrap(), Decoder::rgb8())
        .recipe(Recipe::new().then(Resize::exact(ImageSize::square(8))))
        .on_error(on_error)
}

#[test]
fn a_thousand_files_with_ten_bad_ones_arrive_or_are_named_with_0_1_and_2_workers() {
    let root = tempfile::tempdir().unwrap();
    let bad = folder_with_bad_files(root.path());
    assert_eq!(bad.len(), 10);
    let (_, device) = devices().remove(0);
    for workers in [0, 1, 2] {
        for shuffle in [None, Some(7)] {
            let mut builder = DataLoaderBuilder::new(ImageBatcher::new())
                .batch_size(16)
                .num_workers(workers)
                .set_device(device.clone());
            if let Some(seed) = shuffle {
                builder = builder.shuffle(seed);
            }
            let loader = builder.build(dataset(root.path(), OnError::Skip));
            let (mut good, mut skipped) = (BTreeSet::new(), BTreeSet::new());
            for batch in loader.iter() {
                let batch = batch.unwrap().unwrap();
                assert_eq!(batch.images.dims()[0], batch.records.len());
                let labels = batch.labels.unwrap().into_ndarray::<i32>().unwrap();
                for (record, label) in batch.records.iter().zip(labels) {
                    assert_eq!(record.sample.label, Some(label as usize));
                    assert!(good.insert(record.sample.uri.clone()), "twice: {}", record.sample.uri);
                }
                for file in batch.skipped {
                    assert!(file.error.to_string().contains(&file.sample.uri), "{}", file.error);
                    assert!(skipped.insert(file.sample.uri));
                }
            }
            assert_eq!(good.len(), 990, "{workers} workers, shuffle {shuffle:?}");
            assert_eq!(skipped, bad, "{workers} workers, shuffle {shuffle:?}");
        }
    }
}

#[test]
fn the_policy_fail_gives_one_error_that_names_the_file() {
    let root = tempfile::tempdir().unwrap();
    let bad = folder_with_bad_files(root.path());
    let (_, device) = devices().remove(0);
    for workers in [0, 1, 2] {
        let loader = DataLoaderBuilder::new(ImageBatcher::new())
            .batch_size(16)
            .num_workers(workers)
            .set_device(device.clone())
            .build(dataset(root.path(), OnError::Fail));
        // A training loop ends at the first error. (Burn's loader without workers, asked on, yields
        // the same error again and again.)
        let error = loader.iter().find_map(|batch| batch.err()).expect("an error").to_string();
        assert!(bad.iter().any(|file| error.contains(file)), "{workers} workers: {error}");
        assert!(error.contains("truncated PNG image"), "{workers} workers: {error}");
    }
}

#[test]
fn images_of_different_sizes_are_an_error_not_a_panic() {
    let root = tempfile::tempdir().unwrap();
    picture(ImageSize::new(8, 6), 0).write_png(root.path().join("a/1.png")).unwrap();
    picture(ImageSize::new(9, 6), 0).write_png(root.path().join("a/2.png")).unwrap();
    let (_, device) = devices().remove(0);
    for on_error in [OnError::Fail, OnError::Skip] {
        let dataset =
            ImageDataset::new(ImageFolder::open(root.path()).unwrap(), Decoder::rgb8()).on_error(on_error);
        let loader = DataLoaderBuilder::new(ImageBatcher::new())
            .batch_size(2)
            .num_workers(1)
            .set_device(device.clone())
            .build(dataset);
        let error = loader.iter().next().unwrap().unwrap().unwrap_err().to_string();
        let expected = "2.png: item 1: stack: found shape [6, 9, 3], expected [6, 8, 3] like the first (add a Resize to the dataset)";
        assert!(error.ends_with(expected), "{error}");
    }
}

#[test]
fn a_batch_without_a_usable_file_is_empty_and_lists_them() {
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("1.png"), b"no").unwrap();
    std::fs::write(root.path().join("2.png"), b"").unwrap();
    for (spec, device) in devices() {
        let loader = DataLoaderBuilder::new(ImageBatcher::new())
            .batch_size(2)
            .set_device(device)
            .build(dataset(root.path(), OnError::Skip));
        let batch = loader.iter().next().unwrap().unwrap().unwrap();
        assert_eq!(batch.images.dims(), [0; 4], "{spec}");
        assert!(batch.labels.is_none() && batch.records.is_empty());
        assert_eq!(batch.skipped.len(), 2);
    }
}

#[test]
fn batches_hold_the_same_pixels_on_every_device_and_in_any_order_of_threads() {
    let folder = ImageFolder::open(crate::support::asset("photos")).unwrap();
    let dataset = ImageDataset::new(folder, Decoder::rgb8()).recipe(
        Recipe::new()
            .then(Resize::shorter_side(40))
            .then(CenterCrop::square(32))
            .normalize(Normalize::imagenet()),
    );
    let mut expected = Vec::new();
    for index in 0..8 {
        let image = dataset.load(index).unwrap().image;
        for c in 0..3 {
            let value = |&sample: &u8| Normalize::imagenet().apply(c, sample).unwrap();
            expected.extend(image.view().index_axis(ndarray::Axis(2), c).iter().map(value));
        }
    }
    for (spec, device) in devices() {
        let loader = DataLoaderBuilder::new(ImageBatcher::new())
            .batch_size(8)
            .set_device(device)
            .build(dataset.clone());
        let first = loader.iter().next().unwrap().unwrap().unwrap();
        let array = first.images.into_ndarray::<f32>().unwrap();
        assert_eq!(array.shape(), [8, 3, 32, 32]);
        assert!(array.iter().eq(expected.iter()), "{spec}");
    }
}

/// The way of the bytes makes no difference: a folder, and the same files in memory.
#[test]
fn files_in_memory_make_the_same_batches() {
    let folder = ImageFolder::open(crate::support::asset("photos")).unwrap();
    let mut memory = InMemorySource::new();
    for sample in folder.samples() {
        let bytes = std::fs::read(sample.path.as_ref().unwrap()).unwrap();
        memory = memory.with(&sample.uri, sample.label, bytes);
    }
    let recipe = Recipe::new().then(Resize::exact(ImageSize::square(8)));
    let (_, device) = devices().remove(0);
    let batches = |dataset: ImageDataset| -> Vec<_> {
        let loader = DataLoaderBuilder::new(ImageBatcher::new())
            .batch_size(7)
            .set_device(device.clone())
            .build(dataset.recipe(recipe.clone()));
        let of_batch = |batch: ImageBatch| {
            let labels = batch.labels.unwrap().into_ndarray::<i32>().unwrap();
            (batch.images.into_ndarray::<f32>().unwrap(), labels)
        };
        loader.iter().map(|batch| of_batch(batch.unwrap().unwrap())).collect()
    };
    let expected = batches(ImageDataset::new(folder, Decoder::rgb8()));
    assert_eq!(expected.len(), 6);
    assert_eq!(batches(ImageDataset::new(memory, Decoder::rgb8())), expected);
}
