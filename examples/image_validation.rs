//! A folder of photographs: validated, batched on a device, pulled back, measured, reported.
//!
//! ```text
//! cargo run --release --example image_validation -- [DIR] [--device cpu|ndarray|flex|wgpu]
//!     [--batch-size N] [--size N] [--out DIR]
//! ```

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;

use burn::data::dataloader::DataLoaderBuilder;
use burn_prep::Result;
use burn_prep::device_stats::per_image_on_device;
use burn_prep::images::Image;
use burn_prep::prelude::*;
use burn_prep::report::{HtmlReport, write_csv, write_json};
use burn_prep::stats::{AcrossBatch, ByteHistogram, PixelHistogram, Summary, per_image};
use burn_prep::validate::{MeanImages, SourceThumbnails};
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

/// Validates a folder of images, measures every image on a device, and writes report.html, report.json, images.csv and
/// mean_image.png.
#[derive(Parser)]
struct Args {
    /// Folder of images: DIR/class/file, DIR/split/class/file or DIR/file
    #[arg(default_value = "assets/photos")]
    dir: PathBuf,
    /// Where the batches live: cpu, ndarray, flex, wgpu[:N], cuda[:N], ...
    #[arg(long, default_value = "cpu")]
    device: DeviceSpec,
    /// Images in a batch
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..))]
    batch_size: u16,
    /// Side of the square images in a batch
    #[arg(long, default_value_t = 128, value_parser = clap::value_parser!(u16).range(1..))]
    size: u16,
    /// Folder for the results
    #[arg(long, default_value = "image_validation_out")]
    out: PathBuf,
}

/// One image, as a line of images.csv.
#[derive(Serialize)]
struct Row {
    file: String,
    class: String,
    format: &'static str,
    width: u32,
    height: u32,
    shape: String,
    dtype: &'static str,
    mean: f64,
    std: f64,
    min: f64,
    max: f64,
    mean_red: f64,
    mean_green: f64,
    mean_blue: f64,
    std_red: f64,
    std_green: f64,
    std_blue: f64,
    warning: Option<String>,
}

/// A file that could not be used.
#[derive(Serialize)]
struct Unusable {
    file: String,
    reason: String,
}

/// report.json
#[derive(Serialize)]
struct Figures {
    device: String,
    images: Vec<Row>,
    unusable: Vec<Unusable>,
    /// Of the decoded pixels, 0..=255, before any resize: exact integers up to the last division.
    decoded_channels: Vec<Summary>,
    /// Of the batches: 0..=1, after resize and crop.
    across_batches: BatchStats,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("image_validation: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> std::result::Result<(), Box<dyn std::error::Error>> {
    // 1. A device by name, a folder with a class per directory.
    let device = args.device.init()?;
    let folder = ImageFolder::open(&args.dir)?;
    println!("{} files in {} classes on {}\n", folder.len(), folder.classes().len(), args.device);

    // 2. What is wrong with the files, the pictures, the classes and the splits; a page to look at.
    let validator = Validator::new(folder.clone());
    let files = ProgressBar::new(folder.len() as u64); // silent unless there is a terminal
    files.set_style(ProgressStyle::with_template("{bar:30} {pos}/{len} {per_sec} validated")?);
    let validation = validator.run_observed(|done, _| {
        files.set_position(done as u64);
        ControlFlow::Continue(())
    })?;
    files.finish_and_clear();
    println!("{}\n", validation.report.summary(100));
    let (thumbnails, histograms) =
        (SourceThumbnails::new(&validator), validator.histograms(&validation.records)?);
    let averages = MeanImages::of(&validation.records); // of each class, in gray
    let page = HtmlReport::new(&validation.report).thumbnails(&thumbnails).histograms(&histograms);
    let page = page.mean_images(&averages.means).deviation_images(&averages.deviations);
    page.write(args.out.join("report.html"))?;

    // 3. Decode, resize, crop. A file that cannot be used is left out and named.
    let size = u32::from(args.size);
    let dataset = ImageDataset::new(folder, Decoder::rgb8())
        .recipe(Recipe::new().then(Resize::shorter_side(size)).then(CenterCrop::square(size)))
        .with_histograms()
        .on_error(OnError::Skip);

    // 4. Burn's own loader stacks the images on the device.
    let loader = DataLoaderBuilder::new(ImageBatcher::new())
        .batch_size(args.batch_size.into())
        .set_device(device)
        .build(dataset);

    let mut rows = Vec::new();
    let mut unusable = Vec::new();
    let mut decoded = PixelHistogram::new();
    let mut across = AcrossBatch::new(Layout::Nchw);
    let mut host_and_device_differ = 0.0_f64;

    let bar = ProgressBar::new(loader.num_items() as u64);
    bar.set_style(ProgressStyle::with_template("{bar:30} {pos}/{len} {per_sec}")?);
    // Of a large folder only the table in images.csv has a line for each image.
    let prints_lines = loader.num_items() <= 100;
    if prints_lines {
        println!(
            "{:<30} {:<10} {:<5} {:>9}  {:<15} {:<5} {:>6} {:>6} {:>6} {:>6}",
            "file", "class", "type", "size", "shape", "dtype", "mean", "std", "min", "max"
        );
    }
    for batch in loader.iter() {
        let batch = batch??;
        bar.inc((batch.records.len() + batch.skipped.len()) as u64);
        for skipped in batch.skipped {
            if prints_lines {
                bar.suspend(|| println!("{:<30} not usable: {}", skipped.sample.uri, skipped.error.kind()));
            }
            unusable.push(Unusable { file: skipped.sample.uri, reason: skipped.error.kind().to_string() });
        }
        if batch.records.is_empty() {
            continue;
        }

        // 5. The same statistics twice: on the device, and from the array on the host.
        let on_device = per_image_on_device(batch.images.clone())?;
        let images = batch.images.into_ndarray::<f32>()?; // [N, C, H, W], complete when this returns
        let on_host = per_image(images.view(), Layout::Nchw)?;
        across.push(images.view())?;

        for ((record, stats), check) in batch.records.into_iter().zip(on_host).zip(on_device) {
            host_and_device_differ = host_and_device_differ.max((stats.all.mean - check.all.mean).abs());
            if let Some(histogram) = &record.histogram {
                decoded.merge(histogram)?;
            }
            let row = Row {
                file: record.sample.uri,
                class: record.sample.class.map_or_else(String::new, |class| class.to_string()),
                format: record.source.format.name(),
                width: record.source.size.width,
                height: record.source.size.height,
                shape: format!("{:?}", stats.shape),
                dtype: stats.dtype,
                mean: stats.all.mean,
                std: stats.all.std,
                min: stats.all.min,
                max: stats.all.max,
                mean_red: stats.channels[0].mean,
                mean_green: stats.channels[1].mean,
                mean_blue: stats.channels[2].mean,
                std_red: stats.channels[0].std,
                std_green: stats.channels[1].std,
                std_blue: stats.channels[2].std,
                warning: record.source.warning,
            };
            let print_line = || {
                println!(
                    "{:<30} {:<10} {:<5} {:>9}  {:<15} {:<5} {:>6.3} {:>6.3} {:>6.3} {:>6.3}",
                    row.file,
                    row.class,
                    row.format,
                    record.source.size,
                    row.shape,
                    row.dtype,
                    row.mean,
                    row.std,
                    row.min,
                    row.max
                );
                if let Some(warning) = &row.warning {
                    println!("{:<30} usable, but: {warning}", row.file);
                }
            };
            if prints_lines {
                bar.suspend(print_line);
            }
            rows.push(row);
        }
    }
    bar.finish_and_clear();
    if rows.is_empty() {
        return Err(format!("{}: no usable image ({} files)", args.dir.display(), unusable.len()).into());
    }

    // 6. Across all batches: np.mean(images, axis=0), and the channels' mean and std.
    let across = across.finish()?;
    println!("\n{} images usable, {} not", rows.len(), unusable.len());
    println!("channel   decoded mean     std     batch mean     std");
    let decoded_channels =
        decoded.channels().iter().map(ByteHistogram::summary).collect::<Result<Vec<_>>>()?;
    for ((name, whole), batch) in ["red", "green", "blue"].iter().zip(&decoded_channels).zip(&across.channels)
    {
        let (mean, std) = (whole.mean / 255.0, whole.std / 255.0);
        println!("{name:<12} {mean:>9.5} {std:>7.5}      {:>9.5} {:>7.5}", batch.mean, batch.std);
    }
    println!("largest difference between host and device in a mean: {host_and_device_differ:.1e}");

    // 7. What a colleague or a CI job reads. Each file appears whole or not at all.
    let mean_image = across.mean_image.mapv(|mean| mean as f32).permuted_axes([1, 2, 0]); // [H, W, C]
    Image::from_unit(mean_image.view())?.write_png(args.out.join("mean_image.png"))?;
    write_csv(args.out.join("images.csv"), &rows)?;
    let figures = Figures {
        device: args.device.to_string(),
        images: rows,
        unusable,
        decoded_channels,
        across_batches: across,
    };
    write_json(args.out.join("report.json"), &figures)?;
    println!("wrote report.html, report.json, images.csv and mean_image.png to {}", args.out.display());
    Ok(())
}
