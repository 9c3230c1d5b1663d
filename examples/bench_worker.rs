//! What `benches/peers/images.py` measures of this library: JPEG files to normalised batches, through the loader.
//!
//! ```text
//! bench_worker [--threads 1] [--reuse] [--fidelity exact] [--output f32] [--augment | --decode] CORPUS N
//! ```
//!
//! It prints `ready` after one pass over the first batch, then answers each line `go` of its input with the seconds and the CPU
//! seconds of one pass over the first N files of CORPUS, as `[1.25, 1.24]`; and `save FILE` by writing the first 128 images as one
//! `.npy` file and answering `saved`.

use std::borrow::Cow;
use std::error::Error;
use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use burn::data::dataloader::DataLoader;
use burn_prep::arrays::DType;
use burn_prep::loader::ImageLoader;
use burn_prep::npy;
use burn_prep::prelude::*;
use burn_prep::source::{Sample, Source};
use burn_prep::transform::{ColorJitter, Fidelity, RandomHorizontalFlip, RandomResizedCrop};
use clap::Parser;

#[derive(Parser)]
struct Args {
    /// Threads that load; 1 loads on the thread that asks for a batch.
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Uses the memory of batches again.
    #[arg(long)]
    reuse: bool,
    /// How exactly large files are reduced: exact or fast.
    #[arg(long, default_value = "exact", value_parser = ["exact", "fast"])]
    fidelity: String,
    /// What a batch is: f32, f16, bf16 or packed.
    #[arg(long, default_value = "f32", value_parser = ["f32", "f16", "bf16", "packed"])]
    output: String,
    /// RandomResizedCrop, RandomHorizontalFlip and ColorJitter in the stead of Resize and CenterCrop.
    #[arg(long)]
    augment: bool,
    /// Decodes and does no more.
    #[arg(long)]
    decode: bool,
    /// A folder with `<split>/<class>/*.JPEG`.
    corpus: PathBuf,
    /// Files of it.
    count: usize,
}

/// Files in the order of their paths.
#[derive(Debug)]
struct Files(Vec<Sample>);

impl Files {
    fn of(corpus: &Path, count: usize) -> std::io::Result<Self> {
        let mut paths = Vec::new();
        for split in std::fs::read_dir(corpus)?.collect::<Result<Vec<_>, _>>()? {
            let classes = if split.path().is_dir() { Some(std::fs::read_dir(split.path())?) } else { None };
            for class in classes.into_iter().flatten().collect::<Result<Vec<_>, _>>()? {
                if class.path().is_dir() {
                    for file in std::fs::read_dir(class.path())? {
                        paths.push(file?.path());
                    }
                }
            }
        }
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "JPEG"));
        paths.sort();
        paths.truncate(count);
        let sample = |path: PathBuf| {
            let mut sample = Sample::new(path.display().to_string());
            sample.path = Some(path);
            sample.label = Some(0);
            sample
        };
        Ok(Self(paths.into_iter().map(sample).collect()))
    }
}

impl Source for Files {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn sample(&self, index: usize) -> Option<&Sample> {
        self.0.get(index)
    }

    fn read(&self, index: usize, _: u64) -> burn_prep::Result<Cow<'_, [u8]>> {
        Ok(Cow::Owned(std::fs::read(&self.0[index].uri)?))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    let loader = |count: usize| -> Result<ImageLoader, Box<dyn Error>> {
        let files = Files::of(&args.corpus, count)?;
        let order = SampleOrder::sequential(files.len()).batch_size(64);
        let recipe = match args.augment {
            false => Recipe::new().then(Resize::shorter_side(256)).then(CenterCrop::square(224)),
            true => Recipe::new()
                .then(RandomResizedCrop::square(224))
                .then(RandomHorizontalFlip::new())
                .then(ColorJitter::new().brightness(0.4)?.contrast(0.4)?.saturation(0.4)?.hue(0.1)?),
        };
        let fidelity = if args.fidelity == "fast" { Fidelity::Fast } else { Fidelity::Exact };
        let dataset = ImageDataset::new(files, Decoder::rgb8())
            .recipe(recipe.normalize(Normalize::imagenet()))
            .fidelity(fidelity);
        let loader = ImageLoader::new(dataset, order, DeviceSpec::Flex.init()?).reuse_buffers(args.reuse);
        let loader = match args.output.as_str() {
            "f16" => loader.dtype(DType::F16)?,
            "bf16" => loader.dtype(DType::BF16)?,
            _ => loader,
        };
        // On the thread that asks for batches, too, one sample is loaded at a time.
        Ok(loader.workers(if args.threads == 1 { 0 } else { args.threads }))
    };
    let whole = loader(args.count)?;
    whole.epoch(0)?.next().transpose()?;
    println!("ready");
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        if let Some(path) = line.strip_prefix("save ") {
            let batches = loader(128)?.epoch(0)?;
            let images: Vec<_> =
                batches.map(|batch| batch?.images.into_ndarray::<f32>()).collect::<Result<_, _>>()?;
            let views: Vec<_> = images.iter().map(|images| images.view()).collect();
            npy::write_file(path, ndarray::concatenate(ndarray::Axis(0), &views)?.view())?;
            println!("saved");
        } else {
            let (began, cpu) = (Instant::now(), cpu_time());
            let images: usize = match (args.decode, args.output.as_str()) {
                (true, _) => decoded(&args.corpus, args.count)?,
                (false, "packed") => {
                    let batches = whole.clone().packed()?.epoch(0)?;
                    batches.map(|batch| Ok(batch?.records.len())).sum::<burn_prep::Result<usize>>()?
                }
                (false, _) => {
                    let batches = whole.epoch(0)?;
                    batches.map(|batch| Ok(batch?.records.len())).sum::<burn_prep::Result<usize>>()?
                }
            };
            assert_eq!(images, DataLoader::num_items(&whole));
            println!("[{}, {}]", began.elapsed().as_secs_f64(), (cpu_time() - cpu).as_secs_f64());
        }
    }
    Ok(())
}

/// Decodes the files, one after the other.
fn decoded(corpus: &Path, count: usize) -> Result<usize, Box<dyn Error>> {
    let (files, decoder) = (Files::of(corpus, count)?, Decoder::rgb8());
    for index in 0..files.len() {
        decoder.decode_sample(&files, index)?;
    }
    Ok(files.len())
}

/// The CPU time of all threads of this process.
fn cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
