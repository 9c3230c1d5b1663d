//! What the search for neighbours costs, and how many of them it finds.
//!
//! `cargo bench --bench neighbors -- [ROWS] [COLUMNS]`; the default is 1,000,000 rows of 384 columns, 10 neighbours each. Rows
//! are normal around 1,000 centres. The recall is measured here by comparing 500 random rows with all others, in plain loops
//! of `f32`, which share nothing with the search.

mod process;

use std::error::Error;
use std::time::Instant;

use burn_prep::neighbors::{FeatureRows, NeighborSearch};
use rayon::prelude::*;

use process::{cpu_time, mixed, peak_memory};

const CENTRES: usize = 1000;
const K: usize = 10;
const QUERIES: usize = 500;
/// Queries that are compared at a time with each row: they stay in a cache.
const BATCH: usize = 25;

fn main() -> Result<(), Box<dyn Error>> {
    // `cargo bench` hands over `--bench`.
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let mut number = |default: usize| arguments.next().map_or(Ok(default), |text| text.parse::<usize>());
    let (rows, columns) = (number(1_000_000)?, number(384)?);
    let features = FeatureRows::new(columns, mixture(rows, columns))?;

    let (began, began_cpu) = (Instant::now(), cpu_time());
    let found = NeighborSearch::new(K).find(&features)?;
    let (wall, cpu) = (began.elapsed(), cpu_time() - began_cpu);
    let peak = peak_memory();

    println!("{rows} rows of {columns} columns, {} neighbours each", found.k());
    let (wall, cpu, threads) = (wall.as_secs_f64(), cpu.as_secs_f64(), rayon::current_num_threads());
    println!("{wall:.1} s on {threads} threads, {cpu:.1} s of CPU time");
    if let Some(peak) = peak {
        let of_rows = rows * columns * size_of::<f32>() / 1_000_000;
        println!("peak memory of the process: {} MB, of which the rows are {of_rows} MB", peak / 1000);
    }
    let random = |at: u64| (mixed(at + (7 << 50)) % rows as u64) as usize;
    let queries: Vec<usize> = (0..QUERIES as u64).map(random).collect();
    let near = queries.par_chunks(BATCH).map(|queries| nearest(&features, queries, found.k()));
    let near: Vec<Vec<u32>> = near.collect::<Vec<_>>().concat();
    let shared = |(&query, near): (&usize, &Vec<u32>)| {
        near.iter().filter(|&index| found.indices(query).contains(index)).count()
    };
    let hits: usize = queries.iter().zip(&near).map(shared).sum();
    let recall = hits as f64 / (QUERIES * found.k()) as f64;
    println!("recall: {recall:.4} of {QUERIES} rows by brute force; the search says {:.4}", found.recall());
    Ok(())
}

/// Writes normal numbers (Box and Muller, 1958), which depend on the seed alone.
fn write_normal(seed: u64, to: &mut [f32]) {
    let unit = |bits: u64| ((bits >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
    for (pair, to) in (0_u64..).zip(to.chunks_mut(2)) {
        let at = (seed << 20) + 2 * pair;
        let length = (-2.0 * unit(mixed(at)).ln()).sqrt();
        let (sine, cosine) = (std::f64::consts::TAU * unit(mixed(at + 1))).sin_cos();
        for (to, part) in to.iter_mut().zip([cosine, sine]) {
            *to = (length * part) as f32;
        }
    }
}

/// Rows around centres at random: centres are about 28 apart in 384 columns, rows of one centre 14.
fn mixture(rows: usize, columns: usize) -> Vec<f32> {
    let mut centres = vec![0.0_f32; CENTRES * columns];
    for (centre, to) in (0_u64..).zip(centres.chunks_mut(columns)) {
        write_normal((1 << 40) + centre, to);
    }
    let mut values = vec![0.0_f32; rows * columns];
    values.par_chunks_mut(columns).enumerate().for_each(|(row, to)| {
        write_normal(row as u64, to);
        let centre = (mixed(row as u64 + (3 << 50)) % CENTRES as u64) as usize;
        for (to, centre) in to.iter_mut().zip(&centres[centre * columns..]) {
            *to = centre + 0.5 * *to;
        }
    });
    values
}

/// The nearest rows by cosine of each query, by comparison with all rows.
fn nearest(features: &FeatureRows, queries: &[usize], k: usize) -> Vec<Vec<u32>> {
    let mut best: Vec<Vec<(f32, u32)>> = vec![Vec::with_capacity(k + 1); queries.len()];
    for row in 0..features.len() {
        let values = features.row(row);
        let length = dot(values, values).sqrt();
        for (&query, best) in queries.iter().zip(&mut best) {
            if query == row {
                continue;
            }
            let cosine = dot(features.row(query), values) / length;
            if best.len() == k && best.last().is_some_and(|&(worst, _)| cosine <= worst) {
                continue;
            }
            let place = best.partition_point(|&(other, _)| other >= cosine);
            best.insert(place, (cosine, row as u32));
            best.truncate(k);
        }
    }
    best.into_iter().map(|best| best.into_iter().map(|(_, row)| row).collect()).collect()
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; 16];
    let ((a_runs, a_rest), (b_runs, b_rest)) = (a.as_chunks::<16>(), b.as_chunks::<16>());
    for (a, b) in a_runs.iter().zip(b_runs) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += a * b;
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    lanes.iter().sum::<f32>() + rest
}
