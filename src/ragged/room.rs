//! Room in memory for rows.

use std::fmt::Display;

use crate::error::{Error, Result};
use crate::memory;

/// A vector for `count + more` elements, or an error where memory has no room for them.
pub(crate) fn reserved<T>(count: usize, more: usize) -> Result<Vec<T>> {
    let room = count.checked_add(more).and_then(memory::reserved);
    room.ok_or_else(|| too_large(format_args!("{count} elements")))
}

pub(crate) fn too_large(found: impl Display) -> Error {
    Error::shape("ragged", [found.to_string()], "a size that fits into memory")
}
