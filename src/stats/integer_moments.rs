//! Exact sums of integers and of their squares, mergeable.

use serde::{Deserialize, Serialize};

use crate::arrays::Number;
use crate::error::{ErrorKind, Result};
use crate::simd::{Kernel, widest};
use crate::stats::Summary;
use crate::stats::accumulator::Accumulator;
use crate::stats::integer::Integer;
use crate::stats::numeric::Statistics;
use crate::stats::version::Version;
use crate::stats::wide::Wide;

/// Count, sum, sum of squares, minimum and maximum of integers, accumulated part by part.
///
/// All of it is integer arithmetic, up to one last division: merging in any order and any split
/// gives the same bits, and `i64` and `u64` lose no digit. `bool` counts as 0 and 1.
///
/// ```
/// use burn_prep::stats::IntegerMoments;
///
/// let mut moments = IntegerMoments::of(&[250_u8, 255]);
/// moments.merge(&IntegerMoments::of(&[245_u8]));
/// assert_eq!((moments.count(), moments.sum()), (3, 750));
/// assert_eq!(moments.summary()?.mean, 250.0);
/// assert_eq!(moments.var(1)?, 25.0);
///
/// let large = IntegerMoments::of(&[i64::MAX, i64::MAX - 2]);       // no digit is lost
/// assert_eq!(large.var(0)?, 1.0);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct IntegerMoments {
    version: Version<1>,
    count: u64,
    sum: i128,
    squares: Wide,
    /// Smallest and largest.
    extremes: Option<(i128, i128)>,
}

impl IntegerMoments {
    /// Creates moments without numbers.
    pub fn new() -> Self {
        Self::default()
    }

    /// The moments of integers: `u8` to `u64`, `i8` to `i64`, `bool`.
    pub fn of<E: Integer>(values: &[E]) -> Self {
        let mut moments = Self::new();
        moments.extend(values);
        moments
    }

    /// Adds integers.
    ///
    /// ```
    /// let mut moments = burn_prep::stats::IntegerMoments::new();
    /// moments.extend(&[true, false, true, true]);
    /// assert_eq!(moments.summary()?.mean, 0.75);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn extend<E: Integer>(&mut self, values: &[E]) {
        for part in values.chunks(E::PART) {
            let (sum, squares, least, most) = widest(RunSums(part));
            self.count += part.len() as u64;
            self.sum += sum;
            self.squares += squares;
            self.widen(Some((least.whole(), most.whole())));
        }
    }

    fn push(&mut self, value: i128) {
        self.count += 1;
        self.sum += value;
        self.squares += Wide::square(value);
        self.widen(Some((value, value)));
    }

    fn widen(&mut self, extremes: Option<(i128, i128)>) {
        self.extremes = match (self.extremes, extremes) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (one, other) => one.or(other),
        };
    }

    /// Adds the numbers of other moments.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.sum += other.sum;
        self.squares += other.squares;
        self.widen(other.extremes);
    }

    /// The number of numbers.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The sum, exact.
    pub fn sum(&self) -> i128 {
        self.sum
    }

    /// The variance `(n S2 - S1^2) / (n (n - ddof))`, exact up to the division.
    ///
    /// # Errors
    ///
    /// There are not more numbers than `ddof`.
    #[doc(alias = "np.var")]
    pub fn var(&self, ddof: u64) -> Result<f64> {
        self.checked_variance(ddof)
    }

    /// Mean, deviation, minimum and maximum.
    ///
    /// # Errors
    ///
    /// There are no numbers.
    pub fn summary(&self) -> Result<Summary> {
        let Some((min, max)) = self.extremes else {
            return Err(ErrorKind::Empty { what: "set of numbers" }.into());
        };
        Ok(Summary {
            count: self.count,
            mean: Statistics::mean(self),
            std: self.var_or_nan(0).sqrt(),
            min: min as f64,
            max: max as f64,
        })
    }
}

impl Statistics for IntegerMoments {
    fn count(&self) -> u64 {
        self.count
    }

    fn mean(&self) -> f64 {
        self.sum as f64 / self.count as f64
    }

    fn var_or_nan(&self, ddof: u64) -> f64 {
        if self.count == 0 {
            return f64::NAN;
        }
        self.squares.variance(self.count, self.sum, ddof)
    }

    fn sum(&self) -> f64 {
        self.sum as f64
    }

    fn extremes(&self) -> Option<(Number, Number)> {
        self.extremes.map(|(min, max)| (Number::Int(min), Number::Int(max)))
    }

    fn statistics(&self) -> Result<Summary> {
        self.summary()
    }
}

impl<E: Integer> Accumulator<E> for IntegerMoments {
    fn add_run(&mut self, run: &[E], _: bool) {
        self.extend(run);
    }

    fn absorb(&mut self, other: &Self) {
        self.merge(other);
    }

    fn add_columns(cells: &mut [Self], rows: &[&[E]], _: bool) {
        if !E::SMALL {
            for row in rows {
                cells.iter_mut().zip(*row).for_each(|(cell, &value)| cell.push(value.whole()));
            }
            return;
        }
        for rows in rows.chunks(E::PART) {
            for (block, cells) in cells.chunks_mut(COLUMNS).enumerate() {
                add_block(cells, rows, block * COLUMNS);
            }
        }
    }

    fn add_interleaved(cells: &mut [Self], run: &[E], skip_nan: bool) {
        // A channel at a time, in parts that stay in the cache.
        let width = cells.len();
        let mut channel: Vec<E> = Vec::new();
        for part in run.chunks(PART_OF_PIXELS * width) {
            for (k, cell) in cells.iter_mut().enumerate() {
                channel.clear();
                channel.extend(part.iter().skip(k).step_by(width));
                Accumulator::add_run(cell, &channel, skip_nan);
            }
        }
    }
}

/// Pixels whose channels are taken apart at a time.
const PART_OF_PIXELS: usize = 4096;
/// Columns summed at a time: their sums stay in the first level of cache.
const COLUMNS: usize = 256;

/// Adds columns `start..start + cells.len()` of at most PART rows.
fn add_block<E: Integer>(cells: &mut [IntegerMoments], rows: &[&[E]], start: usize) {
    let Some(first) = rows.first().and_then(|row| row[start..].first_chunk::<COLUMNS>()) else {
        // The last columns, fewer than a block.
        for (k, cell) in cells.iter_mut().enumerate() {
            cell.extend(&rows.iter().map(|row| row[start + k]).collect::<Vec<E>>());
        }
        return;
    };
    let mut sums = BlockSums { sum: [0; COLUMNS], squares: [0; COLUMNS], min: *first, max: *first };
    widest(AddRows { sums: &mut sums, rows, start });
    for (k, cell) in cells.iter_mut().enumerate() {
        cell.count += rows.len() as u64;
        cell.sum += i128::from(sums.sum[k]);
        cell.squares += Wide::from(u128::from(sums.squares[k]));
        cell.widen(Some((sums.min[k].whole(), sums.max[k].whole())));
    }
}

/// The sums of a block of columns of a small type: PART squares of 16 bits fit into 64.
struct BlockSums<E> {
    sum: [i64; COLUMNS],
    squares: [u64; COLUMNS],
    min: [E; COLUMNS],
    max: [E; COLUMNS],
}

/// Adds rows of a block.
struct AddRows<'a, 'b, E> {
    sums: &'a mut BlockSums<E>,
    rows: &'a [&'b [E]],
    start: usize,
}

impl<E: Integer> Kernel for AddRows<'_, '_, E> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        // As many rows at a time as have sums of 8-bit squares in 32 bits; of 16 bits there is one.
        let BlockSums { sum, squares, min, max } = self.sums;
        for rows in self.rows.chunks(E::ROWS) {
            let (mut part, mut part_squares) = ([0_i32; COLUMNS], [0_u32; COLUMNS]);
            for row in rows {
                let Some(row) = row[self.start..].first_chunk::<COLUMNS>() else { return };
                for k in 0..COLUMNS {
                    let value = row[k];
                    let small = value.small();
                    part[k] += small;
                    part_squares[k] += small.unsigned_abs().wrapping_mul(small.unsigned_abs());
                    min[k] = if value < min[k] { value } else { min[k] };
                    max[k] = if value > max[k] { value } else { max[k] };
                }
            }
            for k in 0..COLUMNS {
                sum[k] += i64::from(part[k]);
                squares[k] += u64::from(part_squares[k]);
            }
        }
    }
}

/// The sums of one run, and the smallest and the largest.
struct RunSums<'a, E>(&'a [E]);

impl<E: Integer> Kernel for RunSums<'_, E> {
    type Output = (i128, Wide, E, E);

    #[inline(always)]
    fn run(self) -> Self::Output {
        let (sum, squares) = E::sums(self.0);
        let first = self.0.first().copied().unwrap_or_default();
        let least = self.0.iter().fold(first, |least, &value| if value < least { value } else { least });
        let most = self.0.iter().fold(first, |most, &value| if value > most { value } else { most });
        (sum, squares, least, most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extremes_of_every_type_do_not_overflow() {
        fn check<E: Integer>(low: E, high: E) {
            let values: Vec<E> = [low, high].repeat(100_000);
            let mut one_by_one = IntegerMoments::new();
            values.iter().for_each(|value| one_by_one.push(value.whole()));
            let at_once = IntegerMoments::of(&values);
            assert_eq!(at_once, one_by_one, "{}", E::NAME);
            // Half at each end: the variance is the square of half the range.
            let half = (high.whole() - low.whole()) as f64 / 2.0;
            assert!((at_once.var(0).unwrap() / (half * half) - 1.0).abs() < 1e-15, "{}", E::NAME);
            let rows: Vec<&[E]> = values.chunks(2).collect();
            let mut cells = vec![IntegerMoments::new(); 2];
            IntegerMoments::add_columns(&mut cells, &rows, false);
            assert_eq!(cells[1].sum(), high.whole() * 100_000, "{}", E::NAME);
            let other = cells[1];
            cells[0].merge(&other);
            assert_eq!(cells[0], at_once, "{}", E::NAME);
        }
        check(false, true);
        check(u8::MIN, u8::MAX);
        check(i8::MIN, i8::MAX);
        check(u16::MIN, u16::MAX);
        check(i16::MIN, i16::MAX);
        check(u32::MIN, u32::MAX);
        check(i32::MIN, i32::MAX);
        check(u64::MIN, u64::MAX);
        check(i64::MIN, i64::MAX);
    }

    #[test]
    fn nothing_has_no_mean() {
        assert_eq!(IntegerMoments::new().summary().unwrap_err().to_string(), "set of numbers is empty");
        assert!(IntegerMoments::of(&[1_u8]).var(1).unwrap_err().is_usage());
    }
}
