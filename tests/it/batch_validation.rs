//! Batches back to pictures, and their validation: what a model sees is what went into the batch.

use burn::data::dataloader::batcher::Batcher;
use burn::tensor::{DType, Int, Tensor};
use burn_prep::batch::{LoadedImage, SkippedImage, batch_to_images};
use burn_prep::images::Image;
use burn_prep::prelude::*;
use burn_prep::report::Check;
use burn_prep::source::Sample;
use burn_prep::validate::{ImageRecord, ImageValidator, NamedImage, Validation};

use crate::support::{asset, devices};

fn dataset() -> ImageDataset {
    let recipe = Recipe::new().then(Resize::exact(ImageSize::new(56, 48))).normalize(Normalize::imagenet());
    ImageDataset::new(ImageFolder::open(asset("photos")).unwrap(), Decoder::rgb8()).recipe(recipe)
}

/// The report of pictures, twelve at a time, with the names and classes of a folder's samples.
fn validated(images: &[Image]) -> Validation {
    let folder = ImageFolder::open(asset("photos")).unwrap();
    let named = |(sample, image): (&Sample, &Image)| {
        let mut named = NamedImage::new(&sample.uri, image.clone());
        named.class = sample.class.as_deref().map(str::to_owned);
        named
    };
    let all: Vec<NamedImage> = folder.samples().iter().zip(images).map(named).collect();
    let mut validator = ImageValidator::new();
    for some in all.chunks(12) {
        validator.add(some.iter().cloned()).unwrap();
    }
    validator.finish().unwrap()
}

#[test]
fn the_pictures_of_a_batch_are_those_that_went_in() {
    let dataset = dataset();
    let loaded: Vec<LoadedImage> = (0..40).map(|index| dataset.load(index).unwrap()).collect();
    let expected: Vec<Image> = loaded.iter().map(|loaded| loaded.image.clone()).collect();
    let of_images = validated(&expected);
    for (spec, device) in devices() {
        let items: Vec<Result<LoadedImage, SkippedImage>> = loaded.iter().cloned().map(Ok).collect();
        let batch: ImageBatch = ImageBatcher::new().batch(items, &device).unwrap();
        let seen = batch_to_images(batch.images, Some(&Normalize::imagenet())).unwrap();
        assert!(seen == expected, "{spec}");
        assert_eq!(ImageRecord::of_image("7", &seen[7]), ImageRecord::of_image("7", &expected[7]), "{spec}");
        assert!(validated(&seen) == of_images, "{spec}");

        let order = SampleOrder::sequential(40).batch_size(40);
        let packed = ImageLoader::new(dataset.clone(), order, device).packed().unwrap();
        let packed = packed.epoch(0).unwrap().next().unwrap().unwrap();
        assert!(batch_to_images(packed.images(), packed.normalize.as_ref()).unwrap() == expected, "{spec}");
    }
    let Validation { report, records, .. } = of_images;
    assert_eq!((report.files_seen, report.dataset.images, records.len()), (40, 40, 40));
    assert!(report.dataset.classes.len() > 1 && report.dataset.formats.is_empty());
    let of_files = [Check::ExtensionMismatch, Check::FileFormat, Check::NameClash, Check::TrailingData];
    assert!(of_files.iter().all(|check| report.count(*check) == 0), "{report}");
}

#[test]
fn integers_are_samples_and_what_is_none_is_named() {
    for (spec, device) in devices() {
        let integers =
            |last: i32| Tensor::<4, Int>::from_data([[[[0, 7], [255, last]]]], (&device, DType::I32));
        let images = batch_to_images(integers(3), None).unwrap();
        assert_eq!((images.len(), images[0].pixels()), (1, &[0, 7, 255, 3][..]), "{spec}");
        let error = batch_to_images(integers(300), None).unwrap_err().to_string();
        assert_eq!(error, "300 at index [0, 0, 1, 1] does not fit into u8: 0 to 255", "{spec}");
        let normalize = Normalize::new([0.5], [0.5]).unwrap();
        assert!(batch_to_images(integers(3), Some(&normalize)).unwrap_err().is_usage());

        let floats = Tensor::<4>::from_floats([[[[0.0, 1.0]]], [[[0.5, 1.5]]]], &device);
        let error = batch_to_images(floats.clone(), None).unwrap_err();
        assert_eq!(error.index(), Some(1), "{spec}");
        assert!(error.to_string().contains("1.5 in channel 0, row 0, column 1"), "{error}");
        // 1.5 * 0.5 + 0.5 is beyond too.
        assert!(batch_to_images(floats.clone(), Some(&normalize)).is_err());
        assert!(batch_to_images(floats, Some(&Normalize::imagenet())).unwrap_err().is_usage());
        let none = Tensor::<4>::empty([0, 0, 0, 0], &device);
        assert!(batch_to_images(none, None).unwrap().is_empty());
    }
}
