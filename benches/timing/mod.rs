//! Rounds in which all cases take turns, each beside a copy of the same bytes: machines are noisy, and a
//! ratio within a round is not.
#![allow(clippy::unwrap_used, clippy::print_stdout, dead_code, unreachable_pub)]

use std::hint::black_box;
use std::time::{Duration, Instant};

/// Work to time, over so many bytes.
pub struct Case<'a> {
    name: String,
    bytes: usize,
    /// Makes what the work consumes, outside of the time, and does the work.
    run: Box<dyn FnMut() -> Duration + 'a>,
}

impl<'a> Case<'a> {
    pub fn new<T>(name: impl Into<String>, bytes: usize, mut work: impl FnMut() -> T + 'a) -> Self {
        Self::with_input(name, bytes, || (), move |()| work())
    }

    /// Work that consumes an input, which is made anew each time and not timed.
    pub fn with_input<I, T>(
        name: impl Into<String>,
        bytes: usize,
        mut input: impl FnMut() -> I + 'a,
        mut work: impl FnMut(I) -> T + 'a,
    ) -> Self {
        let run = Box::new(move || {
            let input = black_box(input());
            let start = Instant::now();
            let output = work(input);
            let took = start.elapsed();
            drop(black_box(output));
            took
        });
        Self { name: name.into(), bytes, run }
    }
}

/// `BENCH_ROUNDS`, 7 unless told.
fn rounds() -> usize {
    std::env::var("BENCH_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(7)
}

/// Runs all cases in turn and prints, for each, the median time and its ratio to a copy of the same bytes
/// into memory that is in use; with `BENCH_JSON` one JSON object of seconds by name instead.
pub fn report(title: &str, mut cases: Vec<Case<'_>>) {
    let rounds = rounds();
    let mut times = vec![Vec::new(); cases.len()];
    let mut ratios = vec![Vec::new(); cases.len()];
    let most = cases.iter().map(|case| case.bytes).max().unwrap_or(0);
    let source = vec![1_u8; most];
    let mut target = vec![0_u8; most];
    for round in 0..=rounds {
        for (at, case) in cases.iter_mut().enumerate() {
            let copy = median_of(|| {
                let start = Instant::now();
                black_box(&mut target[..case.bytes]).copy_from_slice(black_box(&source[..case.bytes]));
                start.elapsed()
            });
            let took = median_of(&mut case.run);
            // The first round warms up.
            if round > 0 {
                times[at].push(took);
                ratios[at].push(took / copy);
            }
        }
    }
    if std::env::var_os("BENCH_JSON").is_some() {
        let seconds: Vec<String> = cases
            .iter()
            .zip(&mut times)
            .map(|(case, times)| format!("\"{}\": {:e}", case.name, median(times)))
            .collect();
        println!("{{{}}}", seconds.join(", "));
        return;
    }
    println!("\n{title} ({rounds} rounds, {} threads)", rayon::current_num_threads());
    println!("  {:<58}{:>12}{:>9}{:>22}", "case", "us", "GB/s", "time / warm memcpy");
    for ((case, times), ratios) in cases.iter().zip(&mut times).zip(&mut ratios) {
        let took = median(times);
        let rate = case.bytes as f64 / took / 1e9;
        let (low, high) = (least(ratios), -least(&ratios.iter().map(|r| -r).collect::<Vec<_>>()));
        let spread = format!("{:.3} ({low:.3} to {high:.3})", median(ratios));
        println!("  {:<58}{:>12.2}{rate:>9.2}{spread:>22}", case.name, took * 1e6);
    }
}

/// The median of runs that take at least a tenth of a second together.
fn median_of(mut run: impl FnMut() -> Duration) -> f64 {
    let mut times = Vec::new();
    let start = Instant::now();
    while times.len() < 3 || (start.elapsed() < Duration::from_millis(100) && times.len() < 1000) {
        times.push(run().as_secs_f64());
    }
    median(&mut times)
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn least(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}
