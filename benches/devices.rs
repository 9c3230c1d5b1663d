//! The steps of the main job on each device: upload a batch, measure it there, read it back.
//!
//! `cargo bench --bench devices` (add `--features wgpu` for the GPU)
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use burn::data::dataset::Dataset;
use burn::tensor::Tensor;
use burn_prep::*;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use ndarray::Array4;

const SHAPE: [usize; 4] = [32, 3, 224, 224];

fn devices(c: &mut Criterion) {
    let folder = ImageFolder::open("assets/photos").unwrap();
    let dataset = ImageDataset::new(folder, Decoder::rgb8())
        .transform(Compose::new().then(Resize::exact(ImageSize::square(224))));
    let items = dataset.get_many((0..32).collect()).unwrap();
    let pixels = Array4::from_shape_fn(SHAPE, |(n, c, y, x)| ((n * 7 + c * 5 + y * 3 + x) % 251) as f32);

    c.bench_function("decode and resize 32 photos (host)", |b| {
        b.iter(|| black_box(dataset.get_many((0..32).collect()).unwrap()))
    });
    for name in ["flex", "ndarray", "wgpu"] {
        let Ok(device) = name.parse::<DeviceSpec>().unwrap().init() else { continue };
        let tensor = || -> Tensor<4> { pixels.view().into_tensor(&device).unwrap() };
        let mut group = c.benchmark_group(name);
        group.sample_size(20);
        group.bench_function("stack and upload [32,3,224,224]", |b| {
            b.iter_batched(
                || items.clone(),
                |items| {
                    let batch = ImageBatcher::new().try_batch(items, &device).unwrap();
                    device.sync().unwrap();
                    batch
                },
                BatchSize::LargeInput,
            )
        });
        group.bench_function("into_ndarray, sole owner", |b| {
            b.iter_batched(tensor, |t| t.into_ndarray::<f32>().unwrap(), BatchSize::LargeInput)
        });
        let shared = tensor();
        group.bench_function("to_ndarray, shared", |b| b.iter(|| shared.to_ndarray::<f32>().unwrap()));
        group.bench_function("per_image_on_device", |b| {
            b.iter(|| per_image_on_device(shared.clone()).unwrap())
        });
        group.bench_function("across_batch_on_device", |b| {
            b.iter(|| across_batch_on_device(shared.clone()).unwrap())
        });
    }
    c.bench_function("per_image (host)", |b| b.iter(|| per_image(pixels.view(), Layout::Nchw).unwrap()));
    c.bench_function("BatchStats::of (host)", |b| {
        b.iter(|| BatchStats::of(pixels.view(), Layout::Nchw).unwrap())
    });
}

criterion_group!(benches, devices);
criterion_main!(benches);
