//! What a loader costs beside the decoding: its first batch, its memory, and a long order that is resumed.
//!
//! `cargo bench --bench loader`, on Linux for the memory.

use std::borrow::Cow;
use std::error::Error;
use std::time::{Duration, Instant};

use burn_prep::images::{ColorMode, Image};
use burn_prep::loader::ImageLoader;
use burn_prep::order::Shard;
use burn_prep::prelude::*;
use burn_prep::source::{Sample, Source};

const ROUNDS: usize = 7;

/// Many names of few files.
#[derive(Debug)]
struct Files {
    samples: Vec<Sample>,
    files: Vec<Vec<u8>>,
    /// Of so many samples one is the last of the files, the others are any of those before it.
    /// Of so many samples, the last is of the last file.
    last_every: usize,
}

impl Files {
    fn new(count: usize, files: Vec<Vec<u8>>, last_every: usize) -> Self {
        Self {
            samples: (0..count).map(|index| Sample::new(format!("file {index}"))).collect(),
            files,
            last_every,
        }
    }
}

impl Source for Files {
    fn len(&self) -> usize {
        self.samples.len()
    }

    fn sample(&self, index: usize) -> Option<&Sample> {
        self.samples.get(index)
    }

    fn read(&self, index: usize, _: u64) -> burn_prep::Result<Cow<'_, [u8]>> {
        let last = self.files.len() - 1;
        let file = if index % self.last_every == self.last_every - 1 { last } else { index % last };
        Ok(Cow::Borrowed(&self.files[file]))
    }
}

fn photos() -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    let folder = ImageFolder::open("assets/photos")?;
    (0..folder.len()).map(|index| Ok(folder.read(index, 1 << 30)?.into_owned())).collect()
}

fn recipe() -> Recipe {
    Recipe::new()
        .then(Resize::shorter_side(256))
        .then(CenterCrop::square(224))
        .normalize(Normalize::imagenet())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// The first batch of 64, and its files decoded, resized and normalised one after the other.
fn first_batch() -> Result<(), Box<dyn Error>> {
    let photos = photos()?;
    let device = DeviceSpec::Flex.init()?;
    for workers in [0, 1] {
        let dataset =
            || ImageDataset::new(Files::new(640, photos.clone(), 640), Decoder::rgb8()).recipe(recipe());
        let order = SampleOrder::sequential(640).batch_size(64);
        let loader = ImageLoader::new(dataset(), order, device.clone()).workers(workers);
        let alone = dataset();
        let (mut firsts, mut alones) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let began = Instant::now();
            let mut batches = loader.epoch(0)?;
            batches.next().transpose()?;
            firsts.push(began.elapsed());
            drop(batches);
            let began = Instant::now();
            for index in 0..64 {
                alone.load(index)?.numbers()?;
            }
            alones.push(began.elapsed());
        }
        let (first, alone) = (median(firsts), median(alones));
        println!(
            "first batch of 64, {workers} workers: {first:.1?}; its images one by one on a thread: {alone:.1?}"
        );
    }
    Ok(())
}

/// An order of 10^9 samples, resumed behind 7 * 10^8.
fn long_order() -> Result<(), Box<dyn Error>> {
    let before = resident()?;
    let order = SampleOrder::shuffled(1_000_000_000, 42).batch_size(64);
    let mut state = order.epoch(3)?.state();
    state.position = 700_000_000;
    let mut times = Vec::new();
    let mut sum = 0;
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let batches = order.resume(&state)?.batches(Shard::new(0, 1)?)?;
        sum += batches.take(1).map(|batch| batch.indices()[0]).sum::<usize>();
        times.push(began.elapsed());
    }
    let more = resident()?.saturating_sub(before) / 1024;
    println!(
        "10^9 samples shuffled, resumed at 7 * 10^8, first batch: {:.1?}, {more} KB more memory ({sum})",
        median(times)
    );
    Ok(())
}

/// The peak of memory over an epoch in which every hundredth picture has 50 megapixels.
fn memory() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("large.png");
    let size = ImageSize::new(8660, 5774);
    Image::new(size, ColorMode::Rgb, vec![77; size.area() as usize * 3])?.write_png(&path)?;
    let mut files = photos()?;
    files.push(std::fs::read(&path)?);
    let largest = (size.area() * 3) >> 20;
    for (workers, budget) in [(1, 64_u64 << 20), (2, 64 << 20), (2, 256 << 20)] {
        let dataset =
            ImageDataset::new(Files::new(1_000, files.clone(), 100), Decoder::rgb8()).recipe(recipe());
        let order = SampleOrder::shuffled(1_000, 1).batch_size(32);
        let loader = ImageLoader::new(dataset, order, DeviceSpec::Flex.init()?);
        let loader = loader.workers(workers).memory_budget(budget);
        reset_peak()?;
        let before = resident()?;
        for batch in loader.epoch(0)? {
            assert_eq!(batch?.images.dims()[0] % 8, 0);
        }
        let peak = (peak()? - before) >> 20;
        let bound = (budget >> 20) + workers as u64 * largest;
        println!(
            "peak memory, {workers} workers, budget {} MB: {peak} MB (budget and a largest picture of {largest} MB for each worker: {bound} MB)",
            budget >> 20
        );
    }
    Ok(())
}

fn status(field: &str) -> Result<u64, Box<dyn Error>> {
    let text = std::fs::read_to_string("/proc/self/status")?;
    let line = text.lines().find_map(|line| line.strip_prefix(field)).ok_or("no such field")?;
    Ok(line.trim_start_matches(':').trim().trim_end_matches("kB").trim().parse::<u64>()? * 1024)
}

fn resident() -> Result<u64, Box<dyn Error>> {
    status("VmRSS")
}

fn peak() -> Result<u64, Box<dyn Error>> {
    status("VmHWM")
}

fn reset_peak() -> std::io::Result<()> {
    std::fs::write("/proc/self/clear_refs", "5")
}

fn main() -> Result<(), Box<dyn Error>> {
    first_batch()?;
    long_order()?;
    memory()
}
