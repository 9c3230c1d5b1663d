//! What a loader makes of the samples of a batch.

use burn::tensor::Device;

use crate::error::{Error, Result};
use crate::order::{OrderedSample, SampleEpoch};

/// Loads samples on threads, and puts a batch together on the thread that asks for it.
#[doc(hidden)]
pub trait BatchMaker: Send + Sync + 'static {
    /// What the samples of one batch share while they are loaded.
    type Shared: Clone + Send + 'static;
    /// A loaded sample.
    type Item: Send + 'static;
    /// A batch on a device.
    type Batch;

    /// How many batches are begun ahead of the one that is asked for, at most: where samples do not tell how large they are.
    const AHEAD: usize = usize::MAX;

    /// The number of samples of the source.
    fn samples(&self) -> usize;

    /// The error with the name of the sample that its index is of.
    fn named(&self, error: Error) -> Error;

    /// Begins a batch of so many samples.
    fn begin(&self, samples: usize) -> Result<Self::Shared>;

    /// Loads the sample at a place of the batch, or another one of the order in its stead.
    fn load(
        &self,
        shared: Self::Shared,
        place: usize,
        sample: &OrderedSample,
        epoch: &SampleEpoch,
    ) -> Result<Self::Item>;

    /// The bytes that a loaded sample holds.
    fn bytes(&self, item: &Self::Item) -> u64;

    /// Puts the loaded samples together. Nothing else holds what they share.
    fn finish(
        &self,
        shared: Self::Shared,
        samples: Vec<OrderedSample>,
        items: Vec<Self::Item>,
        device: &Device,
    ) -> Result<Self::Batch>;

    /// The number of samples of the order in a batch, those that could not be used among them.
    fn count(batch: &Self::Batch) -> usize;

    /// The samples that could not be used, with their names where they have some.
    fn bad(batch: &Self::Batch) -> Vec<BadSample<'_>>;
}

/// A sample that could not be used.
#[doc(hidden)]
#[derive(Debug)]
pub struct BadSample<'a> {
    pub(super) index: usize,
    pub(super) uri: Option<&'a str>,
    pub(super) error: &'a Error,
}
