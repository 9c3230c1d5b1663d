//! What a report on very many images costs, from their file of records.
//!
//! `cargo bench --bench records -- [RECORDS] [FOLDER]`; the default is 1,000,000, in the folder for temporary files, where they
//! take 6 KB each, twice. The records are those of `assets/photos` with other names, sizes, classes, splits, hashes and
//! thumbnails; 1 % are duplicates of others, 1 % are broken files, and 1 % are dark.

mod process;

use std::convert::Infallible;
use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use burn_prep::fingerprint::{ContentHash, PerceptualHashes, PixelHash, Thumbnail};
use burn_prep::images::ImageSize;
use burn_prep::report::{Check, Finding, HtmlReport, write_json};
use burn_prep::source::{ImageFolder, InMemorySource};
use burn_prep::validate::{ImageRecord, Thresholds, Validation, Validator, merge_records};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use process::{cpu_time, mixed, peak_memory};

const DEFAULT: u64 = 1_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    // `cargo bench` hands over `--bench`.
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let count = arguments.next().map_or(Ok(DEFAULT), |text| text.parse())?;
    let folder = match arguments.next() {
        Some(folder) => tempfile::tempdir_in(folder)?,
        None => tempfile::tempdir()?,
    };
    let path = |name: &str| folder.path().join(name);
    let templates = Templates::new(&path("template"))?;
    println!("{count} records, {} threads", rayon::current_num_threads());

    let parts = [path("0"), path("1")];
    timed("making two files of records", || -> Result<(), Box<dyn Error>> {
        for (part, path) in parts.iter().enumerate() {
            templates.write(path, (part as u64..count).step_by(2))?;
        }
        Ok(())
    })?;
    let all = path("all");
    timed("merge_records", || merge_records(&all, &parts))?;
    println!("{:<32} {:8.1} MB", "the file of records", std::fs::metadata(&all)?.len() as f64 / 1e6);
    parts.iter().try_for_each(std::fs::remove_file)?;

    let began = (Instant::now(), cpu_time());
    let thresholds = Thresholds::default();
    let validation = timed("Validation::of_records", || Validation::of_records(&all, &thresholds))?;
    let report = &validation.report;
    let json = path("report.json");
    timed("JSON", || write_json(&json, report))?;
    let summary = timed("summary", || Ok::<_, Infallible>(report.summary(100)))?;
    let html = path("report.html");
    timed("HTML without thumbnails", || {
        let histograms = Validator::new(InMemorySource::new()).histograms(&validation.records)?;
        HtmlReport::new(report).histograms(&histograms).write(&html)
    })?;
    let (took, cpu) = (began.0.elapsed().as_secs_f64(), (cpu_time() - began.1).as_secs_f64());
    println!("{:<32} {took:8.1} s {cpu:8.1} s of CPU time", "from the records to the reports");
    if let Some(peak) = peak_memory() {
        println!("{:<32} {:8} MB", "peak memory of the process", peak / 1000);
    }
    let bytes = |path: &PathBuf| std::fs::metadata(path).map(|metadata| metadata.len() as f64 / 1e6);
    println!("{:<32} {:8.1} MB of JSON, {:.1} MB of HTML", "written", bytes(&json)?, bytes(&html)?);
    println!("\n{summary}");

    // Part of what was measured above.
    let validator = Validator::new(InMemorySource::new());
    let findings = || Ok::<_, Infallible>(validator.findings(&validation.records));
    let findings = timed("findings alone", findings)?;
    let count_of = |check: Check| findings.iter().filter(|finding| finding.check == check).count() as u64;
    let hundredths = |remainder: u64| (0..count).filter(|index| index % 100 == remainder).count() as u64;
    assert_eq!(validation.records.len() as u64, count);
    assert_eq!(count_of(Check::ExactDuplicate), hundredths(DUPLICATE));
    assert_eq!(count_of(Check::Dark), hundredths(DARK));
    assert_eq!(report.unusable().count() as u64, hundredths(BROKEN));
    Ok(())
}

/// Runs a phase and prints what it took.
fn timed<T, E>(name: &str, run: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let (began, cpu) = (Instant::now(), cpu_time());
    let result = run()?;
    let (took, cpu) = (began.elapsed().as_secs_f64(), (cpu_time() - cpu).as_secs_f64());
    println!("{name:<32} {took:8.1} s {cpu:8.1} s of CPU time");
    Ok(result)
}

/// Which records of a hundred are what.
const DUPLICATE: u64 = 1;
const BROKEN: u64 = 2;
const DARK: u64 = 3;

/// The lines of a real file of records, of which others are made.
struct Templates {
    head: String,
    lines: Vec<Line>,
    broken: Finding,
}

#[derive(Clone, Serialize, Deserialize)]
struct Line {
    state: Value,
    record: ImageRecord,
    histogram: Option<Vec<String>>,
}

impl Templates {
    fn new(path: &Path) -> Result<Self, Box<dyn Error>> {
        Validator::new(ImageFolder::open("assets/photos")?).records(path).run()?;
        let text = std::fs::read_to_string(path)?;
        let mut lines = text.lines();
        let head = lines.next().ok_or("the file of records has no lines")?.to_owned();
        let lines: Vec<Line> = lines.map(serde_json::from_str).collect::<Result<_, _>>()?;
        let lines: Vec<Line> = lines.into_iter().filter(|line| line.record.picture.is_some()).collect();
        let hostile = Validator::new(ImageFolder::open("assets/hostile")?).run()?;
        let broken = hostile.unusable().next().ok_or("assets/hostile has no broken file")?.clone();
        Ok(Self { head, lines, broken })
    }

    fn write(&self, path: &Path, indices: impl Iterator<Item = u64>) -> Result<(), Box<dyn Error>> {
        let mut out = BufWriter::new(File::create(path)?);
        writeln!(out, "{}", self.head)?;
        for index in indices {
            serde_json::to_writer(&mut out, &self.line(index))?;
            writeln!(out)?;
        }
        Ok(out.flush()?)
    }

    fn line(&self, index: u64) -> Line {
        // A duplicate has all of the record before it but its name.
        let seed = if index % 100 == DUPLICATE { index - 1 } else { index };
        let drawn = mixed(seed.wrapping_add(1));
        let mut line = self.lines[(seed % self.lines.len() as u64) as usize].clone();
        let record = &mut line.record;
        let (class, split) = (drawn % 100, ["train", "train", "train", "test"][(drawn >> 8) as usize % 4]);
        record.uri = format!("{split}/class {class:02}/{index:08}.jpg");
        record.class = Some(format!("class {class:02}"));
        record.split = Some(split.to_owned());
        record.content = Some(ContentHash::of(&seed.to_le_bytes()));
        if index % 100 == BROKEN {
            record.picture = None;
            line.histogram = None;
            let mut broken = self.broken.clone();
            broken.subjects = vec![record.uri.clone()];
            record.unusable = Some(broken);
        } else if let Some(picture) = &mut record.picture {
            let side = |bits: u64| 200 + (bits % 1000) as u32;
            picture.source.size = ImageSize::new(side(drawn >> 16), side(drawn >> 32));
            picture.source.file_bytes = 20_000 + drawn % 200_000;
            picture.fingerprint.pixels = PixelHash::from(u128::from(drawn));
            let number = |n: u64| mixed((seed << 16 | n).wrapping_add(1));
            picture.fingerprint.perceptual =
                PerceptualHashes::from(std::array::from_fn::<u64, 8, _>(|form| number(form as u64)));
            picture.fingerprint.thumbnail = Thumbnail::from(std::array::from_fn::<u8, 1024, _>(|at| {
                // One of 8 bytes of a number.
                (number(0x100 + at as u64 / 8) >> (at % 8 * 8)) as u8
            }));
            picture.measures.brightness.p99 = if index % 100 == DARK { 0.01 } else { 0.9 };
        }
        line
    }
}
