//! Threads that load samples ahead of the batch that is asked for, in the order of the batches.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind, Result};
use crate::loader::Loader;
use crate::loader::batch_maker::BatchMaker;
use crate::loader::feed::Feed;
use crate::loader::meter::Meter;
use crate::order::{OrderedSample, SampleEpoch};

/// The items of batches, loaded by threads, or by the caller where there are none. Dropping it ends the threads at their next
/// step, without waiting for them.
pub(super) struct Workers<M: BatchMaker> {
    shared: Arc<Shared<M>>,
    threads: usize,
    stall_timeout: Option<Duration>,
}

struct Shared<M: BatchMaker> {
    state: Mutex<State<M>>,
    /// Something in the state has changed.
    changed: Condvar,
    maker: Arc<M>,
    meter: Arc<Meter>,
    /// The bytes of loaded items from which on nothing is loaded ahead.
    budget: u64,
}

struct State<M: BatchMaker> {
    /// The batches of which no sample is being loaded yet.
    feed: Feed,
    /// The others, in their order: the first is the next to be asked for.
    begun: VecDeque<Begun<M>>,
    /// How many batches were begun.
    count: u64,
    /// How many samples threads are at.
    loading: u64,
    /// The bytes of all loaded items.
    held: u64,
    /// When the last item was loaded.
    last_loaded: Instant,
    is_stopped: bool,
}

/// A batch whose samples are being loaded.
struct Begun<M: BatchMaker> {
    /// How many batches were begun before it.
    number: u64,
    /// The epoch that it is of.
    epoch: Arc<SampleEpoch>,
    samples: Vec<OrderedSample>,
    shared: Result<M::Shared>,
    /// How many of the samples were given to a thread.
    started: usize,
    items: Vec<Option<Result<M::Item>>>,
    missing: usize,
    bytes: u64,
}

/// A batch whose samples are loaded.
pub(super) struct Loaded<M: BatchMaker> {
    pub(super) samples: Vec<OrderedSample>,
    pub(super) shared: M::Shared,
    pub(super) items: Vec<M::Item>,
}

impl<M: BatchMaker> Workers<M> {
    /// Starts the threads of a loader.
    ///
    /// # Errors
    ///
    /// The system has no room for another thread.
    pub(super) fn start(feed: Feed, loader: &Loader<M>) -> Result<Self> {
        let (threads, stall_timeout) = (loader.workers, loader.stall_timeout);
        let state = State {
            feed,
            begun: VecDeque::new(),
            count: 0,
            loading: 0,
            held: 0,
            last_loaded: Instant::now(),
            is_stopped: false,
        };
        let shared = Arc::new(Shared {
            state: Mutex::new(state),
            changed: Condvar::new(),
            maker: loader.maker.clone(),
            meter: loader.meter.clone(),
            budget: loader.budget,
        });
        let workers = Self { shared: shared.clone(), threads, stall_timeout };
        for thread in 0..threads {
            let shared = shared.clone();
            let name = format!("burn-prep-loader-{thread}");
            std::thread::Builder::new().name(name).spawn(move || shared.work())?;
        }
        Ok(workers)
    }

    /// Waits for the next batch; `None` behind the last.
    ///
    /// # Errors
    ///
    /// A sample is an error, of several the first; or nothing was loaded for longer than the timeout, and the error has the index
    /// of a sample that is waited for.
    pub(super) fn next(&mut self) -> Option<Result<Loaded<M>>> {
        let mut state = self.shared.lock();
        if state.is_stopped || !state.begin_first(&*self.shared.maker) {
            return None;
        }
        let waiting_since = Instant::now();
        loop {
            if state.begun.front().is_some_and(|batch| batch.missing == 0) {
                let batch = state.begun.pop_front()?;
                state.held -= batch.bytes;
                drop(state);
                self.shared.changed.notify_all();
                self.shared.meter.released(batch.bytes);
                let items: Result<Vec<_>> = batch.items.into_iter().flatten().collect();
                let loaded = |items| Ok(Loaded { samples: batch.samples, shared: batch.shared?, items });
                return Some(items.and_then(loaded));
            }
            state = match self.threads {
                0 => {
                    let task = state.next_task(u64::MAX, &*self.shared.maker)?;
                    drop(state);
                    self.shared.run(task);
                    self.shared.lock()
                }
                _ => match self.wait(state, waiting_since) {
                    Ok(state) => state,
                    Err(error) => {
                        self.stop();
                        return Some(Err(error));
                    }
                },
            };
        }
    }

    fn wait<'a>(
        &'a self,
        state: MutexGuard<'a, State<M>>,
        waiting_since: Instant,
    ) -> Result<MutexGuard<'a, State<M>>> {
        let Some(timeout) = self.stall_timeout else {
            return Ok(self.shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner));
        };
        let since = waiting_since.max(state.last_loaded);
        let left = timeout.saturating_sub(since.elapsed());
        if !left.is_zero() {
            let waited = self.shared.changed.wait_timeout(state, left);
            return Ok(waited.unwrap_or_else(PoisonError::into_inner).0);
        }
        let missing = state.begun.front().and_then(|batch| {
            let at = batch.items.iter().position(Option::is_none)?;
            Some(batch.samples[at].index)
        });
        let text = format!("nothing was loaded for {timeout:?}, a sample that is waited for is not read");
        let error = Error::from(std::io::Error::new(std::io::ErrorKind::TimedOut, text));
        Err(missing.map_or(error.clone(), |index| error.at_index(index)))
    }

    /// Ends the threads at their next step.
    pub(super) fn stop(&self) {
        let mut state = self.shared.lock();
        if !state.is_stopped {
            self.shared.meter.abandoned(state.loading);
        }
        state.is_stopped = true;
        // What was loaded in vain.
        self.shared.meter.released(std::mem::take(&mut state.held));
        state.begun.clear();
        drop(state);
        self.shared.changed.notify_all();
    }
}

impl<M: BatchMaker> Drop for Workers<M> {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A sample that a thread loads.
struct Task<M: BatchMaker> {
    /// The number of its batch.
    number: u64,
    epoch: Arc<SampleEpoch>,
    /// Its place in the batch.
    place: usize,
    sample: OrderedSample,
    shared: Result<M::Shared>,
}

impl<M: BatchMaker> Shared<M> {
    /// The state, which no panic leaves half changed: nothing but these few lines holds the lock.
    fn lock(&self) -> MutexGuard<'_, State<M>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The life of a thread.
    fn work(&self) {
        loop {
            let mut state = self.lock();
            let task = loop {
                if state.is_stopped {
                    return;
                }
                if let Some(task) = state.next_task(self.budget, &*self.maker) {
                    break task;
                }
                if state.is_exhausted() {
                    return;
                }
                let since = Instant::now();
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                self.meter.worker_waited(since.elapsed());
            };
            drop(state);
            self.run(task);
        }
    }

    /// Loads a sample and puts it where it belongs.
    fn run(&self, task: Task<M>) {
        let Task { number, epoch, place, sample, shared } = task;
        let load = || self.maker.load(shared?, place, &sample, &epoch);
        let loaded = catch_unwind(AssertUnwindSafe(load));
        let loaded = loaded.unwrap_or_else(|panic| Err(panicked(&*panic).at_index(sample.index)));
        let bytes = loaded.as_ref().map_or(0, |item| self.maker.bytes(item));
        let mut state = self.lock();
        state.last_loaded = Instant::now();
        state.loading -= 1;
        if state.is_stopped {
            self.meter.came_back();
        }
        if let Some(batch) = state.begun.iter_mut().find(|batch| batch.number == number) {
            batch.items[place] = Some(loaded);
            batch.missing -= 1;
            batch.bytes += bytes;
            state.held += bytes;
            self.meter.loaded(bytes);
        }
        drop(state);
        self.changed.notify_all();
    }
}

impl<M: BatchMaker> State<M> {
    /// Makes sure that there is a batch to wait for, if one is left.
    fn begin_first(&mut self, maker: &M) -> bool {
        !self.begun.is_empty() || self.begin(maker)
    }

    fn begin(&mut self, maker: &M) -> bool {
        let Some((epoch, samples)) = self.feed.next() else { return false };
        let missing = samples.len();
        let items = std::iter::repeat_with(|| None).take(missing).collect();
        let shared = maker.begin(missing);
        let number = self.count;
        self.count += 1;
        self.begun.push_back(Begun { number, epoch, samples, shared, started: 0, items, missing, bytes: 0 });
        true
    }

    /// The next sample to load: of the batch that is asked for next always, of later ones within the budget.
    fn next_task(&mut self, budget: u64, maker: &M) -> Option<Task<M>> {
        let mut at = 0;
        loop {
            let is_within = at == 0 || (self.held < budget && at <= M::AHEAD);
            if !is_within || (at == self.begun.len() && !self.begin(maker)) {
                return None;
            }
            let batch = &mut self.begun[at];
            if let Some(sample) = batch.samples.get(batch.started) {
                batch.started += 1;
                self.loading += 1;
                let (epoch, place, shared) = (batch.epoch.clone(), batch.started - 1, batch.shared.clone());
                return Some(Task { number: batch.number, epoch, place, sample: *sample, shared });
            }
            at += 1;
        }
    }

    /// Whether every sample was given to a thread.
    fn is_exhausted(&self) -> bool {
        self.feed.is_exhausted() && self.begun.iter().all(|batch| batch.started == batch.samples.len())
    }
}

/// The error of a panic in the code that loads a sample.
fn panicked(panic: &(dyn std::any::Any + Send)) -> Error {
    let message = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let message = message.or_else(|| panic.downcast_ref::<String>().cloned());
    ErrorKind::Panicked { message: message.unwrap_or_else(|| "no message".to_owned()) }.into()
}
