//! A small network learns to tell pictures apart: Burn's `Learner` takes its batches from `ImageLoader`s, on any device.
//!
//! ```text
//! cargo run --release --manifest-path examples/train_classifier/Cargo.toml -- [DIR] [--device cpu|flex|ndarray|wgpu]
//!     [--epochs N] [--batch-size N] [--workers N] [--lr X] [--seed N] [--out DIR] [--resume EPOCH] [--require-accuracy X]
//! ```

mod confusion;
mod lines;
mod model;
mod parts;
mod shapes;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use burn::optim::AdamConfig;
use burn::train::checkpoint::KeepLastNCheckpoints;
use burn::train::metric::{AccuracyMetric, LossMetric};
use burn::train::{Learner, SupervisedTraining};
use burn_prep::loader::LoaderMetric;
use burn_prep::prelude::*;
use burn_prep::source::Source;
use clap::Parser;

use crate::confusion::confusion;
use crate::lines::Lines;
use crate::model::{Classifier, SIDE};
use crate::parts::parts;

/// Trains a small network on a folder of images and prints how well it knows those that were held out.
#[derive(Parser)]
struct Args {
    /// Folder of images, DIR/class/file or DIR/split/class/file; without it six shapes are drawn
    dir: Option<PathBuf>,
    /// Where the network is trained: cpu, flex, ndarray, wgpu[:N], cuda[:N], ...
    #[arg(long, default_value = "cpu")]
    device: DeviceSpec,
    /// How often all images are seen
    #[arg(long, default_value_t = 20)]
    epochs: usize,
    /// Images in a batch
    #[arg(long, default_value_t = 16)]
    batch_size: usize,
    /// Threads that load images ahead
    #[arg(long, default_value_t = 2)]
    workers: usize,
    /// Learning rate
    #[arg(long, default_value_t = 2e-3)]
    lr: f64,
    /// Seed of the pictures, of their order and of the first weights
    #[arg(long, default_value_t = 42)]
    seed: u64,
    /// Folder for the pictures, the checkpoints and the log
    #[arg(long, default_value = "train_classifier_out")]
    out: PathBuf,
    /// Goes on behind this epoch of an earlier run with the same --out
    #[arg(long)]
    resume: Option<usize>,
    /// Fails if fewer of the held-out images are known, 0 to 1
    #[arg(long)]
    require_accuracy: Option<f64>,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("train_classifier: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let device = args.device.init()?;
    device.seed(args.seed);

    // 1. A folder with a class per directory, and which of its images are held out.
    let dir = args.dir.clone().unwrap_or_else(|| args.out.join("shapes"));
    if args.dir.is_none() {
        shapes::draw(&dir, args.seed)?;
    }
    let folder = ImageFolder::open(&dir)?;
    let classes = folder.classes().to_vec();
    let [train, held_out] = parts(folder)?;
    let (count, held_count) = (train.len(), held_out.len());
    println!("{count} images to train, {held_count} held out, {} classes, {}", classes.len(), args.device);

    // 2. Their loaders: the order is a function of the seed and the epoch, whatever the workers do. A file that cannot be
    // used ends the training with its name; `burn-prep validate DIR` lists all of them.
    let loader = |part, order: SampleOrder| {
        let size = Recipe::new().then(Resize::shorter_side(SIDE)).then(CenterCrop::square(SIDE));
        let recipe = size.normalize(Normalize::new([0.5; 3], [0.25; 3])?);
        let dataset = ImageDataset::new(part, Decoder::rgb8()).recipe(recipe);
        let order = order.batch_size(args.batch_size);
        Ok::<_, burn_prep::Error>(ImageLoader::new(dataset, order, device.clone()).workers(args.workers))
    };
    let train = loader(train, SampleOrder::shuffled(count, args.seed))?;
    let held_out = loader(held_out, SampleOrder::sequential(held_count))?;

    // 3. Burn's training loop. It saves the model and the optimizer behind each epoch.
    let mut training =
        SupervisedTraining::<Classifier>::new(&args.out, Arc::new(train.clone()), Arc::new(held_out.clone()))
            .metrics((LossMetric::new(), AccuracyMetric::new()))
            .metric_train_numeric(LoaderMetric::rate(&train))
            .metric_train_numeric(LoaderMetric::waited(&train))
            .renderer(Box::new(Lines::default()))
            .with_default_checkpointers()
            .with_checkpointing_strategy(KeepLastNCheckpoints::new(2))
            .num_epochs(args.epochs);
    if let Some(epoch) = args.resume {
        let file = args.out.join(format!("checkpoint/model-{epoch}.bpk"));
        if !file.exists() {
            let file = file.display();
            return Err(format!("{file}: not there, expected the checkpoint of --resume {epoch}").into());
        }
        training = training.checkpoint(epoch);
        // Burn counts epochs from 1, the loader from 0: this one is the next for both.
        train.set_epoch(epoch as u64);
    }
    let network = Classifier::new(classes.len(), &device.clone().autodiff());
    let began = Instant::now();
    let result = training.launch(Learner::new(network, AdamConfig::new().init(), args.lr));
    // A loader's error ends the loop early and is kept here.
    if let Some(error) = result.error {
        return Err(error.to_string().into());
    }

    // 4. How fast the images came.
    let (seconds, metrics) = (began.elapsed().as_secs_f64(), train.metrics());
    let rate = metrics.samples as f64 / seconds;
    let waited = metrics.waited.as_secs_f64();
    println!("trained for {seconds:.1} s, {rate:.0} images/s; waited {waited:.2} s for the loader");
    let began = Instant::now();
    let alone = train.epoch(0)?.try_fold(0, |sum, batch| batch.map(|batch| sum + batch.records.len()))?;
    println!("the loader alone: {:.0} images/s", alone as f64 / began.elapsed().as_secs_f64());

    // 5. Which class the held-out images were taken for.
    let matrix = confusion(&result.model, &held_out, classes.len())?;
    confusion::print(&matrix, &classes);
    let (right, all) = (matrix.diag().sum(), matrix.sum());
    let accuracy = f64::from(right) / f64::from(all);
    println!("held-out accuracy {accuracy:.4} ({right} of {all})");
    match args.require_accuracy {
        Some(least) if accuracy < least => {
            Err(format!("held-out accuracy is {accuracy:.4}, expected at least {least}").into())
        }
        _ => Ok(()),
    }
}
