//! The numbers of a loader's batches: the same as those of the images by themselves, in every type, and whoever loads them.

use std::collections::BTreeSet;
use std::sync::Arc;

use burn::data::dataloader::DataLoader;
use burn_prep::Result;
use burn_prep::arrays::DType;
use burn_prep::loader::ImageLoader;
use burn_prep::order::{SampleOrder, Shard};
use burn_prep::prelude::*;
use burn_prep::transform::{ColorJitter, RandomErasing, RandomHorizontalFlip, RandomResizedCrop};

use crate::support::{asset, devices};

fn photos(recipe: Recipe) -> ImageLoader {
    let dataset =
        ImageDataset::new(ImageFolder::open(asset("photos")).unwrap(), Decoder::rgb8()).recipe(recipe);
    let order = SampleOrder::shuffled(40, 9).batch_size(12);
    ImageLoader::new(dataset, order, devices().remove(0).1)
}

fn numbers(loader: &ImageLoader, epoch: u64) -> Vec<f32> {
    let batches = loader.epoch(epoch).unwrap();
    batches.flat_map(|batch| batch.unwrap().images.into_ndarray::<f32>().unwrap()).collect()
}

#[test]
fn random_steps_depend_on_seed_epoch_and_sample_alone() {
    let recipe = Recipe::new()
        .then(RandomResizedCrop::square(24))
        .then(RandomHorizontalFlip::new())
        .then(ColorJitter::new().brightness(0.4).unwrap().saturation(0.4).unwrap())
        .then(RandomErasing::new())
        .normalize(Normalize::imagenet());
    let loader = photos(recipe);
    let expected = numbers(&loader, 2);
    for workers in [1, 2, 8] {
        assert!(numbers(&loader.clone().workers(workers), 2) == expected, "{workers} workers");
    }
    assert!(numbers(&loader, 3) != expected);
    // By themselves the ranks' parts hold the same images.
    let image = 3 * 24 * 24;
    let mut of_ranks: Vec<Vec<f32>> = vec![Vec::new(); 4];
    for rank in 0..2 {
        let batches = loader.clone().shard(Shard::new(rank, 2).unwrap()).epoch(2).unwrap();
        for (number, batch) in batches.enumerate() {
            of_ranks[number].extend(batch.unwrap().images.into_ndarray::<f32>().unwrap());
        }
    }
    assert!(of_ranks.concat() == expected && expected.len() == 40 * image);
    // Of one sample another image in each epoch.
    let first = |epoch| {
        let batches = loader.epoch(epoch).unwrap().map(|batch| batch.unwrap());
        batches
            .filter_map(|batch| {
                let at = batch.records.iter().position(|record| record.index == 0)?;
                let images = batch.images.into_ndarray::<f32>().unwrap();
                Some(images.index_axis(ndarray::Axis(0), at).to_owned())
            })
            .next()
            .unwrap()
    };
    assert!(first(0) != first(1));
}

#[test]
fn numbers_of_other_types_are_the_nearest() {
    let recipe = Recipe::new().then(Resize::exact(ImageSize::new(5, 3))).normalize(Normalize::imagenet());
    let loader = photos(recipe);
    let expected = numbers(&loader, 0);
    let flex = DeviceSpec::Flex.init().unwrap();
    for dtype in [DType::F16, DType::BF16] {
        let dataset = ImageDataset::new(ImageFolder::open(asset("photos")).unwrap(), Decoder::rgb8());
        let recipe = Recipe::new().then(Resize::exact(ImageSize::new(5, 3))).normalize(Normalize::imagenet());
        let order = SampleOrder::shuffled(40, 9).batch_size(12);
        let loader = ImageLoader::new(dataset.recipe(recipe), order, flex.clone()).dtype(dtype).unwrap();
        for reuse in [true, false] {
            let batches = loader.clone().reuse_buffers(reuse).epoch(0).unwrap();
            let found: Vec<f32> = batches
                .flat_map(|batch| {
                    batch.unwrap().images.into_data().convert::<f32>().try_into_vec::<f32>().unwrap()
                })
                .collect();
            let nearest = |value: f32| match dtype {
                DType::F16 => half::f16::from_f32(value).to_f32(),
                _ => half::bf16::from_f32(value).to_f32(),
            };
            assert!(found.iter().copied().eq(expected.iter().map(|value| nearest(*value))), "{dtype:?}");
        }
    }
    let error = photos(Recipe::new().then(Resize::shorter_side(8))).dtype(DType::F16).unwrap_err();
    assert!(error.is_usage(), "{error}");
}

#[test]
fn packed_bytes_become_the_same_numbers_on_the_device() {
    for (name, device) in devices() {
        for normalize in [None, Some(Normalize::imagenet())] {
            let recipe = Recipe::new().then(Resize::exact(ImageSize::new(5, 3)));
            let recipe = match normalize {
                Some(normalize) => recipe.normalize(normalize),
                None => recipe,
            };
            let dataset = ImageDataset::new(ImageFolder::open(asset("photos")).unwrap(), Decoder::rgb8());
            let order = SampleOrder::shuffled(40, 9).batch_size(12);
            let loader = ImageLoader::new(dataset.recipe(recipe), order, device.clone());
            let expected = numbers(&loader, 0);
            let packed = loader.packed().unwrap().workers(2);
            let found: Vec<f32> = packed
                .epoch(0)
                .unwrap()
                .flat_map(|batch| batch.unwrap().images().into_ndarray::<f32>().unwrap())
                .collect();
            assert_eq!(found.len(), expected.len());
            let far = found.iter().zip(&expected).find(|(a, b)| (*a - *b).abs() > 1e-6 * b.abs().max(1.0));
            assert!(far.is_none(), "{name}: {far:?}");
        }
    }
}

/// On flex a batch is the memory that it was written in, and the next one has it once it is dropped.
#[test]
fn the_memory_of_a_batch_is_used_again() {
    let dataset = ImageDataset::new(ImageFolder::open(asset("photos")).unwrap(), Decoder::rgb8());
    let recipe = Recipe::new().then(Resize::exact(ImageSize::square(32)));
    let order = SampleOrder::sequential(40).batch_size(10);
    let loader = ImageLoader::new(dataset.recipe(recipe), order, DeviceSpec::Flex.init().unwrap());
    let addresses = |loader: &ImageLoader| -> BTreeSet<usize> {
        let address = |batch: Result<ImageBatch>| {
            let data = batch.unwrap().images.into_data();
            data.as_slice::<f32>().unwrap().as_ptr() as usize
        };
        loader.epoch(0).unwrap().map(address).collect()
    };
    assert_eq!(addresses(&loader).len(), 1);
    // A batch that is kept keeps its memory.
    let kept: Vec<ImageBatch> = loader.epoch(0).unwrap().map(|batch| batch.unwrap()).collect();
    let numbers: Vec<Vec<f32>> =
        kept.iter().map(|batch| batch.images.clone().into_data().try_into_vec::<f32>().unwrap()).collect();
    for (batch, numbers) in loader.epoch(0).unwrap().zip(&numbers) {
        assert!(batch.unwrap().images.into_data().try_into_vec::<f32>().unwrap() == *numbers);
    }
}

/// Files of all formats, colours and orientations: what a loader writes into its batch are the numbers of the image by itself.
#[test]
fn images_in_a_batch_are_those_by_themselves() {
    let mut seen = 0;
    for recipe in [
        Recipe::new().then(Resize::exact(ImageSize::new(7, 5))).normalize(Normalize::imagenet()),
        Recipe::new().then(Resize::shorter_side(20)).then(CenterCrop::square(16)),
    ] {
        for folder in ["hostile", "photos"] {
            let dataset = ImageDataset::new(ImageFolder::open(asset(folder)).unwrap(), Decoder::rgb8())
                .recipe(recipe.clone())
                .on_error(OnError::Skip);
            let files = burn::data::dataset::Dataset::len(&dataset);
            let order = SampleOrder::sequential(files).batch_size(files);
            let loader = ImageLoader::new(dataset.clone(), order, devices().remove(0).1).workers(2);
            let batch = loader.epoch(0).unwrap().next().unwrap().unwrap();
            assert_eq!(batch.records.len() + batch.skipped.len(), files);
            let images = batch.images.into_ndarray::<f32>().unwrap();
            for (record, image) in batch.records.iter().zip(images.outer_iter()) {
                let loaded = dataset.load(record.index).unwrap();
                // Of a part of a picture it is not seen what is wrong below it.
                if record.source.warning.is_none() && loaded.record.source.warning.is_some() {
                    continue;
                }
                assert_eq!(loaded.record.source, record.source);
                let numbers = loaded.numbers().unwrap();
                assert!(numbers == image, "{}", record.sample.uri);
                seen += 1;
            }
            let skipped: Vec<_> = batch.skipped.iter().map(|skipped| skipped.index).collect();
            assert!(skipped.iter().all(|index| dataset.load(*index).is_err()), "{folder}");
        }
    }
    assert!(seen > 100, "{seen}");
}

/// Each device's part of an epoch is of the same epoch.
#[test]
fn parts_of_a_loader_count_epochs_by_themselves() {
    let loader = photos(Recipe::new().then(Resize::exact(ImageSize::square(8))));
    let parts = [loader.slice(0, 20), loader.slice(20, 40)];
    for _ in 0..3 {
        let of_part = |part: &Arc<dyn DataLoader<ImageBatch>>| -> Vec<usize> {
            let batches: Vec<ImageBatch> = part.iter().map(|batch| batch.unwrap()).collect();
            batches.iter().flat_map(|batch| batch.records.iter().map(|record| record.index)).collect()
        };
        let mut all: Vec<usize> = parts.iter().flat_map(of_part).collect();
        all.sort_unstable();
        assert_eq!(all, (0..40).collect::<Vec<_>>());
    }
}
