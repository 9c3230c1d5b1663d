//! The bytes of a file.

use std::io::Read;
use std::path::Path;

use crate::error::{ErrorKind, Result};

/// Reads a file of at most `max_bytes`.
pub(crate) fn read_file(path: &Path, max_bytes: u64) -> Result<Vec<u8>> {
    let mut file = std::fs::File::open(path)?;
    let length = file.metadata()?.len();
    check_length(length, max_bytes)?;
    let mut bytes = Vec::new();
    usize::try_from(length)
        .ok()
        .and_then(|length| bytes.try_reserve_exact(length).ok())
        .ok_or_else(|| std::io::Error::from(std::io::ErrorKind::OutOfMemory))?;
    // A file may grow, and some report no length: the limit is checked again on what came.
    file.by_ref().take(length.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > length {
        file.take(max_bytes - length).read_to_end(&mut bytes)?;
        check_length(bytes.len() as u64, max_bytes)?;
    }
    Ok(bytes)
}

/// Refuses a length above a limit.
pub(crate) fn check_length(found: u64, allowed: u64) -> Result<()> {
    match found <= allowed {
        true => Ok(()),
        false => Err(ErrorKind::Limit { what: "max_file_bytes", found, allowed }.into()),
    }
}
