//! Threads that load samples ahead of the batch that is asked for, in the order of the batches.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind, Result};
use crate::order::{OrderedSample, SampleBatches};

/// Loads one sample.
pub(super) type Load<T> = dyn Fn(&OrderedSample) -> Result<T> + Send + Sync;

/// The items of batches, loaded by threads, or by the caller where there are none. Dropping it ends the threads at their next
/// step, without waiting for them.
pub(super) struct Workers<T> {
    shared: Arc<Shared<T>>,
    threads: usize,
    stall_timeout: Option<Duration>,
}

struct Shared<T> {
    state: Mutex<State<T>>,
    /// Something in the state has changed.
    changed: Condvar,
    load: Arc<Load<T>>,
    /// The bytes that an item holds.
    size: fn(&T) -> u64,
    /// The bytes of loaded items from which on nothing is loaded ahead.
    budget: u64,
}

struct State<T> {
    /// The batches of which no sample is being loaded yet.
    batches: SampleBatches,
    /// The others, in their order: the first is the next to be asked for.
    begun: VecDeque<Begun<T>>,
    /// The bytes of all loaded items.
    held: u64,
    /// When the last item was loaded.
    last_loaded: Instant,
    is_stopped: bool,
}

/// A batch whose samples are being loaded.
struct Begun<T> {
    number: usize,
    samples: Vec<OrderedSample>,
    /// How many of the samples were given to a thread.
    started: usize,
    items: Vec<Option<Result<T>>>,
    missing: usize,
    bytes: u64,
}

impl<T: Send + 'static> Workers<T> {
    /// Starts `threads` threads.
    ///
    /// # Errors
    ///
    /// The system has no room for another thread.
    pub(super) fn start(
        batches: SampleBatches,
        threads: usize,
        load: Arc<Load<T>>,
        size: fn(&T) -> u64,
        budget: u64,
        stall_timeout: Option<Duration>,
    ) -> Result<Self> {
        let state = State {
            batches,
            begun: VecDeque::new(),
            held: 0,
            last_loaded: Instant::now(),
            is_stopped: false,
        };
        let shared =
            Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new(), load, size, budget });
        let workers = Self { shared: shared.clone(), threads, stall_timeout };
        for thread in 0..threads {
            let shared = shared.clone();
            let name = format!("burn-prep-loader-{thread}");
            std::thread::Builder::new().name(name).spawn(move || shared.work())?;
        }
        Ok(workers)
    }

    /// Waits for the items of the next batch; `None` behind the last.
    ///
    /// # Errors
    ///
    /// Nothing was loaded for longer than the timeout; the error names a sample that is waited for.
    pub(super) fn next(&mut self) -> Option<Result<Vec<Result<T>>>> {
        let mut state = self.shared.lock();
        if state.is_stopped || !state.begin_first() {
            return None;
        }
        let waiting_since = Instant::now();
        loop {
            if state.begun.front().is_some_and(|batch| batch.missing == 0) {
                let batch = state.begun.pop_front()?;
                state.held -= batch.bytes;
                drop(state);
                self.shared.changed.notify_all();
                return Some(Ok(batch.items.into_iter().flatten().collect()));
            }
            state = match self.threads {
                0 => {
                    let task = state.next_task(u64::MAX)?;
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
        state: MutexGuard<'a, State<T>>,
        waiting_since: Instant,
    ) -> Result<MutexGuard<'a, State<T>>> {
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
}

impl<T> Workers<T> {
    /// Ends the threads at their next step.
    pub(super) fn stop(&self) {
        self.shared.lock().is_stopped = true;
        self.shared.changed.notify_all();
    }
}

impl<T> Drop for Workers<T> {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A sample that a thread loads: the number of its batch, its place in it, and the sample.
type Task = (usize, usize, OrderedSample);

impl<T> Shared<T> {
    /// The state, which no panic leaves half changed: nothing but these few lines holds the lock.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
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
                if let Some(task) = state.next_task(self.budget) {
                    break task;
                }
                if state.is_exhausted() {
                    return;
                }
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            };
            drop(state);
            self.run(task);
        }
    }

    /// Loads a sample and puts it where it belongs.
    fn run(&self, (number, place, sample): Task) {
        let loaded = catch_unwind(AssertUnwindSafe(|| (self.load)(&sample)));
        let loaded = loaded.unwrap_or_else(|panic| Err(panicked(&*panic).at_index(sample.index)));
        let bytes = loaded.as_ref().map_or(0, self.size);
        let mut state = self.lock();
        state.last_loaded = Instant::now();
        if let Some(batch) = state.begun.iter_mut().find(|batch| batch.number == number) {
            batch.items[place] = Some(loaded);
            batch.missing -= 1;
            batch.bytes += bytes;
            state.held += bytes;
        }
        drop(state);
        self.changed.notify_all();
    }
}

impl<T> State<T> {
    /// Makes sure that there is a batch to wait for, if one is left.
    fn begin_first(&mut self) -> bool {
        !self.begun.is_empty() || self.begin()
    }

    fn begin(&mut self) -> bool {
        let Some(batch) = self.batches.next() else { return false };
        let missing = batch.samples.len();
        let items = std::iter::repeat_with(|| None).take(missing).collect();
        let begun =
            Begun { number: batch.number, samples: batch.samples, started: 0, items, missing, bytes: 0 };
        self.begun.push_back(begun);
        true
    }

    /// The next sample to load: of the batch that is asked for next always, of later ones within the budget.
    fn next_task(&mut self, budget: u64) -> Option<Task> {
        let mut at = 0;
        loop {
            let is_within = at == 0 || self.held < budget;
            if !is_within || (at == self.begun.len() && !self.begin()) {
                return None;
            }
            let batch = &mut self.begun[at];
            if let Some(sample) = batch.samples.get(batch.started) {
                batch.started += 1;
                return Some((batch.number, batch.started - 1, *sample));
            }
            at += 1;
        }
    }

    /// Whether every sample was given to a thread.
    fn is_exhausted(&self) -> bool {
        self.batches.len() == 0 && self.begun.iter().all(|batch| batch.started == batch.samples.len())
    }
}

/// The error of a panic in the code that loads a sample.
fn panicked(panic: &(dyn std::any::Any + Send)) -> Error {
    let message = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let message = message.or_else(|| panic.downcast_ref::<String>().cloned());
    ErrorKind::Panicked { message: message.unwrap_or_else(|| "no message".to_owned()) }.into()
}
