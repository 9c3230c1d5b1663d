//! How work is divided among threads.

/// The fewest pieces of work for one thread, as rayon's `with_min_len` takes them: where the pool has a single thread, all of
/// it stays on the caller's, since handing it over and waiting takes up to 0.1 ms.
pub(crate) fn least_pieces() -> usize {
    if rayon::current_num_threads() == 1 { usize::MAX } else { 1 }
}
