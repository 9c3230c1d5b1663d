//! The files that a report names, in the folder that it is of.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::error::{Error, ErrorKind, Result};
use crate::fingerprint::ContentHash;
use crate::images::{Decoder, Limits, SourceInfo};
use crate::source::{ImageFolder, Sample, Source};

/// What a file holds: what its header says, and the hash of all bytes.
pub(super) struct Contents {
    pub(super) header: SourceInfo,
    pub(super) hash: ContentHash,
}

/// The samples of a folder by their names.
pub(super) struct Files<'a> {
    folder: &'a ImageFolder,
    by_name: HashMap<&'a str, usize>,
    decoder: Decoder,
}

impl<'a> Files<'a> {
    pub(super) fn of(folder: &'a ImageFolder) -> Self {
        let names = folder.samples().iter().enumerate();
        let by_name = names.map(|(index, sample)| (sample.uri.as_str(), index)).collect();
        // Only headers are read.
        let limits = Limits::new().max_side(u64::MAX).max_pixels(u64::MAX).max_decoder_bytes(u64::MAX);
        Self { folder, by_name, decoder: Decoder::rgb8().limits(limits) }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.folder.samples().iter().map(|sample| sample.uri.as_str())
    }

    /// The sample of a name in the report.
    pub(super) fn sample(&self, name: &str) -> Result<&'a Sample> {
        Ok(&self.folder.samples()[self.index(name)?])
    }

    /// What files hold, in the order of the names.
    pub(super) fn contents(&self, names: &[&str]) -> Result<Vec<Contents>> {
        let contents = |name: &&str| -> Result<Contents> {
            let index = self.index(name)?;
            let bytes = self.folder.read(index, self.decoder.file_limit())?;
            let header = self.decoder.probe(&bytes);
            let header = header.map_err(|error| self.folder.samples()[index].name(error))?;
            Ok(Contents { header, hash: ContentHash::of(&bytes) })
        };
        // The first error in the order of the names, whichever thread is the first to have one.
        let found: Vec<Result<Contents>> = names.par_iter().map(contents).collect();
        found.into_iter().collect()
    }

    /// The length of a file; `None` where the system does not say.
    pub(super) fn length(&self, name: &str) -> Option<u64> {
        let sample = self.sample(name).ok()?;
        Some(std::fs::metadata(sample.path.as_ref()?).ok()?.len())
    }

    /// The error of a report that is of another folder, or of files that have changed since.
    pub(super) fn other_report(&self, reason: String) -> Error {
        Error::from(ErrorKind::Invalid { what: "report of this folder", reason }).at_path(self.folder.root())
    }

    fn index(&self, name: &str) -> Result<usize> {
        let missing = || {
            let hint = "name the folder that was validated, or validate it again";
            self.other_report(format!("it names the file {name:?}, which is not there ({hint})"))
        };
        self.by_name.get(name).copied().ok_or_else(missing)
    }
}
