//! What collects numbers that come in runs, and what a reduction asks of it.

/// Collects numbers of one set, and merges with what another has collected.
///
/// With `skip_nan` NaN are left out.
#[doc(hidden)]
pub trait Accumulator<E>: Clone + Default + Send + Sync + std::fmt::Debug {
    /// Adds the numbers of a run.
    fn add_run(&mut self, run: &[E], skip_nan: bool);

    /// Adds what another has collected.
    fn absorb(&mut self, other: &Self);

    /// Adds element `k` of each row to `cells[k]`. Rows are as long as `cells`.
    fn add_columns(cells: &mut [Self], rows: &[&[E]], skip_nan: bool);

    /// Adds element `i` of the run to `cells[i % cells.len()]`.
    fn add_interleaved(cells: &mut [Self], run: &[E], skip_nan: bool);
}
