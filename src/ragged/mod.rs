//! Rows of unequal length, and their padding to a rectangle.

mod pad;
#[allow(clippy::module_inception)] // the file is named after the type it holds
mod ragged;

pub use pad::{PadTo, Padded, Padding, Side};
pub use ragged::Ragged;
