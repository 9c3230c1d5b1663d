//! The samples of an epoch that could not be used.

use std::sync::Arc;

use crate::error::{ErrorKind, Result};
use crate::loader::batch_maker::BadSample;
use crate::loader::quarantine::Quarantine;

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

    /// Begins to count anew.
    pub(super) fn begin_epoch(&mut self) {
        self.found = 0;
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
