//! What a loader measures of itself.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What a loader and its copies have done since they were made.
///
/// ```
/// use burn_prep::loader::ImageLoader;
/// use burn_prep::prelude::*;
///
/// let folder = ImageFolder::open("assets/photos")?;
/// let order = SampleOrder::sequential(folder.len()).batch_size(16);
/// let dataset = ImageDataset::new(folder, Decoder::rgb8()).recipe(Recipe::new().then(CenterCrop::square(8)));
/// let loader = ImageLoader::new(dataset, order, DeviceSpec::Cpu.init()?);
/// let batches = loader.epoch(0)?.collect::<burn_prep::Result<Vec<_>>>()?;
/// let metrics = loader.metrics();
/// assert_eq!((metrics.batches, metrics.samples, metrics.bad), (3, 40, 0));
/// assert!(metrics.rate() > 0.0 && metrics.waited <= metrics.elapsed);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct LoaderMetrics {
    /// Batches that were put together; one that was refused for its bad samples is among them.
    pub batches: u64,
    /// Samples of the order in them, those that could not be used among them.
    pub samples: u64,
    /// Samples that could not be used.
    pub bad: u64,
    /// Bytes of loaded samples that wait for their batch to be asked for.
    pub bytes_in_flight: u64,
    /// Threads that are still at a sample of an iterator that is gone, or that ended in an error. A thread ends with its sample; one
    /// whose read never returns stays, and so does its place in this number.
    pub abandoned: u64,
    /// How long callers waited for the samples of the batches that they asked for: the time that the loader costs a training
    /// loop, without that of putting a batch together and uploading it.
    pub waited: Duration,
    /// How long workers had nothing to do because enough was read ahead, summed over the workers. Where it is near 0 and `waited`
    /// is not, more workers may help.
    pub workers_waited: Duration,
    /// The time from when the first batch was asked for until now; it goes on between epochs. 0 before the first batch.
    pub elapsed: Duration,
}

impl LoaderMetrics {
    /// Samples in a second, since the first batch was asked for; 0 before.
    pub fn rate(&self) -> f64 {
        let seconds = self.elapsed.as_secs_f64();
        if seconds > 0.0 { self.samples as f64 / seconds } else { 0.0 }
    }
}

/// The counts of a loader and its copies.
#[derive(Debug, Default)]
pub(super) struct Meter {
    batches: AtomicU64,
    samples: AtomicU64,
    bad: AtomicU64,
    bytes: AtomicU64,
    abandoned: AtomicU64,
    waited: AtomicU64,
    workers_waited: AtomicU64,
    began: Mutex<Option<Instant>>,
}

impl Meter {
    /// Notes that a batch is asked for, if it is the first.
    pub(super) fn begin(&self) {
        let mut began = self.began.lock().unwrap_or_else(PoisonError::into_inner);
        began.get_or_insert_with(Instant::now);
    }

    pub(super) fn batch(&self, samples: usize, bad: usize, waited: Duration) {
        self.batches.fetch_add(1, Ordering::Relaxed);
        self.samples.fetch_add(samples as u64, Ordering::Relaxed);
        self.bad.fetch_add(bad as u64, Ordering::Relaxed);
        self.waited.fetch_add(waited.as_nanos() as u64, Ordering::Relaxed);
    }

    /// Notes bytes that are loaded.
    pub(super) fn loaded(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Notes bytes that were given out or given up.
    pub(super) fn released(&self, bytes: u64) {
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Notes threads that nobody waits for any more.
    pub(super) fn abandoned(&self, threads: u64) {
        self.abandoned.fetch_add(threads, Ordering::Relaxed);
    }

    /// Notes that such a thread has ended its sample.
    pub(super) fn came_back(&self) {
        self.abandoned.fetch_sub(1, Ordering::Relaxed);
    }

    pub(super) fn worker_waited(&self, time: Duration) {
        self.workers_waited.fetch_add(time.as_nanos() as u64, Ordering::Relaxed);
    }

    pub(super) fn metrics(&self) -> LoaderMetrics {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let began = *self.began.lock().unwrap_or_else(PoisonError::into_inner);
        LoaderMetrics {
            batches: read(&self.batches),
            samples: read(&self.samples),
            bad: read(&self.bad),
            bytes_in_flight: read(&self.bytes),
            abandoned: read(&self.abandoned),
            waited: Duration::from_nanos(read(&self.waited)),
            workers_waited: Duration::from_nanos(read(&self.workers_waited)),
            elapsed: began.map_or(Duration::ZERO, |began| began.elapsed()),
        }
    }
}
