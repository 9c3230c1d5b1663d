//! The pictures that can be used, with the names of their samples.

use crate::report::{Check, Finding};
use crate::validate::{ImageRecord, PictureRecord};

/// A picture that can be used.
#[derive(Debug, Clone, Copy)]
pub(in crate::validate) struct Usable<'a> {
    /// The place of its record.
    pub(in crate::validate) at: usize,
    pub(in crate::validate) record: &'a ImageRecord,
    pub(in crate::validate) picture: &'a PictureRecord,
}

impl<'a> Usable<'a> {
    /// Those of all records.
    pub(in crate::validate) fn of(records: &'a [ImageRecord]) -> Vec<Self> {
        let usable = |(at, record): (usize, &'a ImageRecord)| {
            Some(Self { at, record, picture: record.picture.as_ref()? })
        };
        records.iter().enumerate().filter_map(usable).collect()
    }

    /// Those of which anything is to be seen.
    pub(in crate::validate) fn seen(records: &'a [ImageRecord]) -> Vec<Self> {
        Self::of(records).into_iter().filter(Self::is_seen).collect()
    }

    /// Whether anything is to be seen: of a picture that is transparent as a whole the pixels say nothing.
    pub(in crate::validate) fn is_seen(&self) -> bool {
        self.picture.alpha.is_none_or(|alpha| !alpha.fully)
    }

    pub(in crate::validate) fn finding(&self, check: Check, message: impl std::fmt::Display) -> Finding {
        Finding::new(check, &self.record.uri, message)
    }
}
