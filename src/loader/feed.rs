//! Where the batches of a loader come from: one epoch, or all from one on.

use std::sync::Arc;

use crate::order::{EndlessBatches, OrderState, OrderedSample, SampleBatches, SampleEpoch};

/// The batches that are left: of an epoch, or of it and all behind it.
#[derive(Clone)]
pub(super) enum Feed {
    Epoch(Arc<SampleEpoch>, SampleBatches),
    Endless(Arc<SampleEpoch>, EndlessBatches),
}

impl Feed {
    pub(super) fn of_epoch(batches: SampleBatches) -> Self {
        Self::Epoch(Arc::new(batches.epoch().clone()), batches)
    }

    pub(super) fn endless(batches: EndlessBatches) -> Self {
        Self::Endless(Arc::new(batches.epoch().clone()), batches)
    }

    /// The samples of the next batch, and the epoch that they are of; `None` behind the last.
    pub(super) fn next(&mut self) -> Option<(Arc<SampleEpoch>, Vec<OrderedSample>)> {
        match self {
            Self::Epoch(epoch, batches) => Some((epoch.clone(), batches.next()?.samples)),
            Self::Endless(epoch, batches) => {
                let batch = batches.next()?;
                if batches.epoch().number() != epoch.number() {
                    *epoch = Arc::new(batches.epoch().clone());
                }
                Some((epoch.clone(), batch.samples))
            }
        }
    }

    /// Passes a batch over, without its samples.
    pub(super) fn advance(&mut self) {
        match self {
            Self::Epoch(_, batches) => batches.advance(),
            Self::Endless(_, batches) => batches.advance(),
        }
    }

    /// The state of the order behind the batches that were taken.
    pub(super) fn state(&self) -> OrderState {
        match self {
            Self::Epoch(_, batches) => batches.state(),
            Self::Endless(_, batches) => batches.state(),
        }
    }

    /// Whether no batch is left. Where epochs follow without an end, there is always another.
    pub(super) fn is_exhausted(&self) -> bool {
        matches!(self, Self::Epoch(_, batches) if batches.len() == 0)
    }
}
