//! A training loop of one's own that may be killed at any time: it goes on in mid-epoch, with another number of workers and
//! on another machine, to the same weights bit for bit.
//!
//! ```text
//! manifest=examples/train_classifier/Cargo.toml
//! cargo build --release --manifest-path $manifest --bin resume
//! timeout -s KILL 3 cargo run --release --manifest-path $manifest --bin resume -- --pause 20 --workers 2
//! cargo run --release --manifest-path $manifest --bin resume -- --workers 8
//! ```

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use burn::module::Module;
use burn::nn::loss::CrossEntropyLossConfig;
use burn::nn::{Linear, LinearConfig};
use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer};
use burn::store::ModuleRecord;
use burn_prep::order::OrderState;
use burn_prep::prelude::*;
use clap::Parser;

/// Trains a linear classifier, saves its state every few batches, and goes on from the state that it finds.
#[derive(Parser)]
struct Args {
    /// Folder of images: DIR/class/file
    #[arg(default_value = "assets/photos")]
    dir: PathBuf,
    /// Where the classifier is trained: cpu, flex, ndarray, wgpu[:N], cuda[:N], ...
    #[arg(long, default_value = "cpu")]
    device: DeviceSpec,
    /// Threads that load images ahead; need not be those of the run before
    #[arg(long, default_value_t = 2)]
    workers: usize,
    /// How often all images are seen
    #[arg(long, default_value_t = 30)]
    epochs: u64,
    /// Batches between two states
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    save_every: u32,
    /// Folder of the states
    #[arg(long, default_value = "resume_out")]
    out: PathBuf,
    /// Milliseconds to wait after a batch, to have time for a kill
    #[arg(long, default_value_t = 0)]
    pause: u64,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("resume: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let device = args.device.init()?.autodiff();
    device.seed(42);
    let folder = ImageFolder::open(&args.dir)?;
    let classes = folder.classes().len();
    let order = SampleOrder::shuffled(folder.len(), 42).batch_size(4);
    let dataset = ImageDataset::new(folder, Decoder::rgb8())
        .recipe(Recipe::new().then(Resize::exact(ImageSize::square(16))));
    let loader = ImageLoader::new(dataset, order, device.clone()).workers(args.workers);

    // 1. From the beginning, or behind the last batch that was saved.
    let mut model = LinearConfig::new(3 * 16 * 16, classes).init(&device);
    let mut optimizer = AdamConfig::new().init();
    let mut batches = match saved(&args.out)?.pop() {
        None => loader.epoch(0)?,
        Some(saved) => {
            let state: OrderState = serde_json::from_slice(&fs::read(saved.join("loader.json"))?)?;
            let batches = loader.resume(&state)?; // refuses the state of other images or another order
            model = model.try_load_record(ModuleRecord::load(saved.join("model.bpk"))?)?;
            optimizer = optimizer.load(saved.join("optimizer.bpk"))?;
            println!("goes on in epoch {} behind image {}", state.epoch, state.position);
            batches
        }
    };

    // 2. The loop.
    let mut steps = 0_u32;
    loop {
        while let Some(batch) = batches.next() {
            let batch = batch?;
            let labels = batch.labels.ok_or("an image is in no class folder, expected DIR/class/file")?;
            let scores = model.forward(batch.images.flatten::<2>(1, 3));
            let loss = CrossEntropyLossConfig::new().init(&device).forward(scores, labels);
            let gradients = GradientsParams::from_grads(loss.backward(), &model);
            model = optimizer.step(1e-3, model, gradients);
            steps += 1;
            if steps.is_multiple_of(args.save_every) {
                save(&args.out, &model, &optimizer, &batches.state())?;
            }
            sleep(Duration::from_millis(args.pause));
        }
        let next = batches.state().epoch + 1;
        if next >= args.epochs {
            break;
        }
        batches = loader.epoch(next)?;
    }
    println!("{steps} steps; weights {:016x}", hash(&model)?);
    Ok(())
}

/// Saves model, optimizer and loader together: a folder with the three files gets its name when it is whole.
/// (Against a power cut, not only a kill, each file and the folder would be synced to the disk before that.)
fn save(
    out: &Path,
    model: &Linear,
    optimizer: &ModuleOptimizer,
    state: &OrderState,
) -> Result<(), Box<dyn Error>> {
    let unfinished = out.join("unfinished");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)?; // of a run that was killed here
    }
    fs::create_dir_all(&unfinished)?;
    model.clone().into_record().save(unfinished.join("model.bpk"))?;
    optimizer.save(unfinished.join("optimizer.bpk"))?;
    fs::write(unfinished.join("loader.json"), serde_json::to_vec(state)?)?;
    let older = saved(out)?;
    fs::rename(unfinished, out.join(format!("epoch-{:06}-image-{:09}", state.epoch, state.position)))?;
    for folder in older {
        fs::remove_dir_all(folder)?;
    }
    Ok(())
}

/// The states that were saved, the last one last. There are two where a run was killed before it removed the older one.
fn saved(out: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    fs::create_dir_all(out)?;
    let entries = fs::read_dir(out)?.collect::<Result<Vec<_>, _>>()?;
    let mut saved: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).collect();
    saved.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("epoch-")));
    saved.sort();
    Ok(saved)
}

/// FNV-1a of all weights: equal for weights that are equal bit for bit.
fn hash(model: &Linear) -> burn_prep::Result<u64> {
    let weights = model.weight.val().into_ndarray::<f32>()?.into_iter();
    let biases = model.bias.as_ref().map(|bias| bias.val().into_ndarray::<f32>()).transpose()?;
    let bytes = weights.chain(biases.into_iter().flatten()).flat_map(f32::to_le_bytes);
    let step = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3);
    Ok(bytes.fold(0xCBF2_9CE4_8422_2325, step))
}
