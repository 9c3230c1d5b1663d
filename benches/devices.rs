//! The steps of the main job on each device: upload a batch, measure it there, read it back.
//!
//! `cargo bench --bench devices` (add `--features wgpu` for the GPU)
#![allow(missing_docs, clippy::unwrap_used)]

mod timing;

use burn::data::dataloader::batcher::Batcher;
use burn::data::dataset::Dataset;
use burn::tensor::Tensor;
use burn_prep::device_stats::{across_batch_on_device, per_image_on_device};
use burn_prep::prelude::*;
use burn_prep::stats::per_image;
use ndarray::Array4;
use timing::{Case, report};

const SHAPE: [usize; 4] = [32, 3, 224, 224];

fn main() {
    let folder = ImageFolder::open("assets/photos").unwrap();
    let dataset = ImageDataset::new(folder, Decoder::rgb8())
        .recipe(Recipe::new().then(Resize::exact(ImageSize::square(224))));
    let items = dataset.get_many((0..32).collect()).unwrap();
    let pixels = Array4::from_shape_fn(SHAPE, |(n, c, y, x)| ((n * 7 + c * 5 + y * 3 + x) % 251) as f32);
    let size = pixels.len() * 4;

    report(
        "host",
        vec![
            Case::new("decode and resize 32 photos", size, || dataset.get_many((0..32).collect()).unwrap()),
            Case::new("per_image", size, || per_image(pixels.view(), Layout::Nchw).unwrap()),
            Case::new("BatchStats::of", size, || BatchStats::of(pixels.view(), Layout::Nchw).unwrap()),
        ],
    );
    for name in ["flex", "ndarray", "wgpu"] {
        let Ok(device) = name.parse::<DeviceSpec>().unwrap().init() else { continue };
        let tensor = || -> Tensor<4> { pixels.view().into_tensor(&device).unwrap() };
        let shared = tensor();
        report(
            name,
            vec![
                Case::with_input(
                    "stack 32 images and upload",
                    size,
                    || items.clone(),
                    |items| {
                        let batch = ImageBatcher::new().batch(items, &device).unwrap();
                        device.sync().unwrap();
                        batch
                    },
                ),
                Case::with_input("into_ndarray, sole owner", size, tensor, |tensor| {
                    tensor.into_ndarray::<f32>().unwrap()
                }),
                Case::new("to_ndarray, shared", size, || shared.to_ndarray::<f32>().unwrap()),
                Case::new("per_image_on_device", size, || per_image_on_device(shared.clone()).unwrap()),
                Case::new("across_batch_on_device", size, || across_batch_on_device(shared.clone()).unwrap()),
            ],
        );
    }
}
