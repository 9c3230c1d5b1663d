//! The passes of a rule one after another, as one endless sequence.

use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Error, Result};
use crate::order::rule::{Pass, Rule};

/// The passes of a rule one after another; the pass that was asked for last is kept. All passes of the rule have one length.
pub(super) struct Stream {
    rule: Arc<dyn Rule>,
    seed: u64,
    kept: Mutex<Option<(u64, Pass)>>,
}

impl Stream {
    pub(super) fn new(rule: Arc<dyn Rule>, seed: u64) -> Self {
        Self { rule, seed, kept: Mutex::new(None) }
    }

    /// The index of the sample at a position of the stream; `None` where a pass has no positions.
    pub(super) fn index(&self, at: u64) -> Option<usize> {
        let length = self.rule.length() as u64;
        let (number, position) = (at.checked_div(length)?, at.checked_rem(length)?);
        // The position is below the length, which is a `usize`.
        self.pass(number).ok()?.index(position as usize)
    }

    fn pass(&self, number: u64) -> Result<Pass> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((kept, pass)) = &*kept
            && *kept == number
        {
            return Ok(pass.clone());
        }
        let pass = self.rule.pass(self.seed, number)?;
        *kept = Some((number, pass.clone()));
        Ok(pass)
    }
}

/// The position of an epoch's first sample in a stream of which each epoch has so many.
///
/// # Errors
///
/// The epoch does not end below 2^64.
pub(super) fn first_of(epoch: u64, length: usize) -> Result<u64> {
    let length = length as u64;
    let end = epoch.checked_add(1).and_then(|next| next.checked_mul(length));
    end.map(|end| end - length).ok_or_else(|| {
        Error::parameter("epoch", epoch, "an epoch that ends before position 2^64 of the stream")
    })
}
