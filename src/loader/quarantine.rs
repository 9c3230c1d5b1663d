//! The file of samples that could not be used.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::error::{Error, Result};
use crate::loader::batch_maker::BadSample;
use crate::source::Exclusions;

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
    pub(super) fn add(&self, bad: &[BadSample<'_>]) -> Result<()> {
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
