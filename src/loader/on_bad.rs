//! What happens with samples that cannot be used.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Error, ErrorKind, Result};
use crate::loader::batch_maker::BadSample;
use crate::source::Exclusions;

/// How many samples of an epoch may be bad: a number of them, or a part of the samples.
///
/// ```
/// use burn_prep::loader::MaxBad;
/// assert_eq!(MaxBad::from(3), MaxBad::Count(3));
/// assert_eq!(MaxBad::from(0.01), MaxBad::Rate(0.01));
/// assert_eq!((MaxBad::Count(3).of(1000), MaxBad::Rate(0.01).of(1050), MaxBad::Rate(0.29).of(100)), (3, 10, 29));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MaxBad {
    /// So many samples.
    Count(usize),
    /// This part of the samples, in 0..=1, rounded down to whole samples.
    Rate(f64),
}

impl MaxBad {
    /// How many of so many samples may be bad.
    pub fn of(self, samples: usize) -> usize {
        match self {
            Self::Count(count) => count,
            // A product just below a whole number is that number.
            Self::Rate(rate) => (rate * samples as f64 * (1.0 + 4.0 * f64::EPSILON)) as usize,
        }
    }
}

impl From<usize> for MaxBad {
    fn from(count: usize) -> Self {
        Self::Count(count)
    }
}

impl From<f64> for MaxBad {
    fn from(rate: f64) -> Self {
        Self::Rate(rate)
    }
}

/// A file of the samples that could not be used, one JSON object in a line.
#[derive(Debug)]
pub(super) struct Quarantine {
    path: PathBuf,
    open: Mutex<Option<Open>>,
}

#[derive(Debug)]
struct Open {
    file: File,
    /// What the file has already.
    known: BTreeSet<String>,
}

#[derive(serde::Serialize)]
struct Line<'a> {
    uri: &'a str,
    index: usize,
    code: &'a str,
    message: String,
}

impl Quarantine {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, open: Mutex::default() }
    }

    /// Appends samples, each once.
    fn add(&self, bad: &[BadSample<'_>]) -> Result<()> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let open = match &mut *open {
            Some(open) => open,
            None => open.insert(self.open()?),
        };
        for sample in bad {
            let uri = sample.uri.map_or_else(|| sample.index.to_string(), str::to_owned);
            if open.known.contains(&uri) {
                continue;
            }
            let (code, message) = (sample.error.code(), sample.error.to_string());
            let line = Line { uri: &uri, index: sample.index, code, message };
            let written = serde_json::to_string(&line).map_err(std::io::Error::from);
            let written = written.and_then(|text| open.file.write_all(format!("{text}\n").as_bytes()));
            written.map_err(|error| Error::from(error).at_path(&self.path))?;
            open.known.insert(uri);
        }
        Ok(())
    }

    fn open(&self) -> Result<Open> {
        let known = match self.path.exists() {
            true => Exclusions::read(&self.path)?.into_uris(),
            false => BTreeSet::new(),
        };
        let open = || {
            if let Some(folder) = self.path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            let mut file = File::options().create(true).append(true).read(true).open(&self.path)?;
            end_last_line(&self.path, &mut file)?;
            Ok(file)
        };
        let file = open().map_err(|error: std::io::Error| Error::from(error).at_path(&self.path))?;
        Ok(Open { file, known })
    }
}

/// Ends the last line of a file; one of JSON that was cut off is taken away.
fn end_last_line(path: &Path, file: &mut File) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let start = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let last = bytes[start..].trim_ascii();
    if last.starts_with(b"{") && serde_json::from_slice::<serde::de::IgnoredAny>(last).is_err() {
        return File::options().write(true).open(path)?.set_len(start as u64);
    }
    if last.is_empty() { Ok(()) } else { file.write_all(b"\n") }
}

/// The bad samples of one epoch.
#[derive(Debug)]
pub(super) struct BadSamples {
    allowed: Option<usize>,
    found: usize,
    quarantine: Option<Arc<Quarantine>>,
}

impl BadSamples {
    pub(super) fn new(allowed: Option<usize>, quarantine: Option<Arc<Quarantine>>) -> Self {
        Self { allowed, found: 0, quarantine }
    }

    /// Counts and notes the bad samples of a batch.
    ///
    /// # Errors
    ///
    /// There are more in the epoch than may be, or the file cannot be written.
    pub(super) fn add(&mut self, bad: &[BadSample<'_>]) -> Result<()> {
        if bad.is_empty() {
            return Ok(());
        }
        self.found += bad.len();
        for sample in bad {
            tracing::warn!(index = sample.index, uri = sample.uri, error = %sample.error, "a sample is left out");
        }
        if let Some(quarantine) = &self.quarantine {
            quarantine.add(bad)?;
        }
        match self.allowed {
            Some(allowed) if self.found > allowed => {
                Err(ErrorKind::TooManyBad { found: self.found, allowed }.into())
            }
            _ => Ok(()),
        }
    }
}
