//! How much of its picture a file has that is cut short.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::images::Decoder;
#[cfg(feature = "jpeg")]
use crate::images::jpeg;
#[cfg(feature = "png")]
use crate::images::png;
#[cfg(any(feature = "jpeg", feature = "png"))]
use crate::source::ImageFormat;

/// The rows of a picture, as it is stored, of which a file has every pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WholeRows {
    pub(crate) whole: u64,
    pub(crate) all: u64,
}

impl WholeRows {
    /// In percent, rounded down: 100 only where no row is missing.
    pub(crate) fn percent(self) -> u64 {
        self.whole * 100 / self.all.max(1)
    }
}

impl Decoder {
    /// The rows that a file which is cut short has whole, from a second look at it; `None` where its format does not tell. JPEG files
    /// tell it where they are not progressive, to a row of units of 8 or 16 pixels, and PNG files where they are not interlaced.
    pub(crate) fn whole_rows(&self, bytes: &[u8]) -> Option<WholeRows> {
        // What is over a limit is not looked at.
        let format = self.probe(bytes).ok()?.format;
        let rows = || match format {
            #[cfg(feature = "jpeg")]
            ImageFormat::Jpeg => jpeg::whole_rows(bytes),
            #[cfg(feature = "png")]
            ImageFormat::Png => png::whole_rows(bytes),
            _ => None,
        };
        // As when it is decoded, a bug costs one file alone.
        catch_unwind(AssertUnwindSafe(rows)).ok().flatten()
    }
}
