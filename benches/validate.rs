//! What validation costs beside decoding the same files to RGB.
//!
//! `cargo bench --bench validate -- [DIR]`; the default is `assets/photos`. Both take turns, on one thread.

mod process;

use std::error::Error;
use std::ops::ControlFlow;

use burn_prep::images::Decoder;
use burn_prep::source::ImageFolder;
use burn_prep::validate::Validator;

use process::{cpu_time, peak_memory};

const ROUNDS: usize = 7;

/// What is measured.
type Case<'a> = Box<dyn Fn() -> Result<(), Box<dyn Error>> + Sync + 'a>;

fn main() -> Result<(), Box<dyn Error>> {
    // `cargo bench` hands over `--bench`.
    let dir = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let dir = dir.unwrap_or_else(|| "assets/photos".to_owned());
    let folder = ImageFolder::open(&dir)?;
    let records = tempfile::tempdir()?;
    let cached = Validator::new(folder.clone()).records(records.path().join("records"));
    let cases: [(&str, Case<'_>); 3] = [
        ("decoding to RGB", Box::new(|| decode_all(&folder))),
        ("validation", Box::new(|| validate(&Validator::new(folder.clone())))),
        ("validation again, with --cache", Box::new(|| validate(&cached))),
    ];
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let mut times = vec![Vec::new(); cases.len()];
    for round in 0..=ROUNDS {
        for (times, (_, case)) in times.iter_mut().zip(&cases) {
            let began = cpu_time();
            pool.install(|| case().map_err(|error| error.to_string()))?;
            // The first round warms up, and fills the file of records.
            if round > 0 {
                times.push((cpu_time() - began).as_secs_f64());
            }
        }
    }
    println!("{dir}: {} files, {ROUNDS} rounds, CPU time of one thread", folder.len());
    let ratio =
        |case: usize| median(times[case].iter().zip(&times[0]).map(|(time, decoding)| time / decoding));
    for (case, (name, _)) in cases.iter().enumerate() {
        let time = median(times[case].iter().copied());
        let each = 1000.0 * time / folder.len() as f64;
        println!(
            "{name:<32} {:8.1} ms  {each:7.3} ms a file  {:5.2} of decoding",
            1000.0 * time,
            ratio(case)
        );
    }
    if let Some(peak) = peak_memory() {
        println!("peak memory of the process: {} MB", peak / 1000);
    }
    Ok(())
}

fn decode_all(folder: &ImageFolder) -> Result<(), Box<dyn Error>> {
    let decoder = Decoder::rgb8();
    let pixels: u64 = (0..folder.len())
        .filter_map(|index| decoder.decode_sample(folder, index).ok())
        .map(|decoded| decoded.image.size().area())
        .sum();
    assert!(pixels > 0, "{}: nothing was decoded", folder.root().display());
    Ok(())
}

fn validate(validator: &Validator) -> Result<(), Box<dyn Error>> {
    let validation = validator.run_observed(|_, _| ControlFlow::Continue(()))?;
    assert_eq!(validation.records.len(), validator.len());
    Ok(())
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
