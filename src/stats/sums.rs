//! Counts and sums alone: what a mean needs, at the speed of reading.

use crate::arrays::ArrayElement;
use crate::stats::accumulator::Accumulator;

/// Count and sum in f64. NaN and infinities go through.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct FloatSum {
    pub(crate) count: u64,
    pub(crate) sum: f64,
}

const LANES: usize = 16;
/// Numbers summed from 0 at a time, so that rounding grows with the number of parts, not of numbers.
const PART: usize = 4096;
/// Columns summed at a time.
const COLUMNS: usize = 1024;

impl<E: ArrayElement> Accumulator<E> for FloatSum {
    fn add_run(&mut self, run: &[E], skip_nan: bool) {
        for part in run.chunks(PART) {
            let mut sums = [0.0; LANES];
            let (whole, rest) = part.as_chunks::<LANES>();
            for values in whole {
                for lane in 0..LANES {
                    sums[lane] += values[lane].to_f64();
                }
            }
            for (sum, value) in sums.iter_mut().zip(rest) {
                *sum += value.to_f64();
            }
            let sum: f64 = sums.iter().sum();
            let numbers = || part.iter().filter(|value| !value.is_nan());
            if skip_nan && sum.is_nan() {
                self.count += numbers().count() as u64;
                self.sum += numbers().map(|value| value.to_f64()).sum::<f64>();
            } else {
                self.count += part.len() as u64;
                self.sum += sum;
            }
        }
    }

    fn absorb(&mut self, other: &Self) {
        self.count += other.count;
        self.sum += other.sum;
    }

    fn add_columns(cells: &mut [Self], rows: &[&[E]], skip_nan: bool) {
        for (block, cells) in cells.chunks_mut(COLUMNS).enumerate() {
            let (start, width) = (block * COLUMNS, cells.len());
            let mut sums = [0.0; COLUMNS];
            let sums = &mut sums[..width];
            // Two rows a pass: the sums are loaded and stored half as often.
            let (pairs, last) = rows.as_chunks::<2>();
            for [a, b] in pairs {
                let (a, b) = (&a[start..start + width], &b[start..start + width]);
                for k in 0..width {
                    sums[k] += a[k].to_f64() + b[k].to_f64();
                }
            }
            for row in last {
                for (sum, value) in sums.iter_mut().zip(&row[start..start + width]) {
                    *sum += value.to_f64();
                }
            }
            for (k, cell) in cells.iter_mut().enumerate() {
                if skip_nan && sums[k].is_nan() {
                    let column: Vec<E> = rows.iter().map(|row| row[start + k]).collect();
                    cell.add_run(&column, true);
                } else {
                    cell.count += rows.len() as u64;
                    cell.sum += sums[k];
                }
            }
        }
    }

    fn add_interleaved(cells: &mut [Self], run: &[E], skip_nan: bool) {
        match cells.len() {
            1 => cells[0].add_run(run, skip_nan),
            2 => add_interleaved::<2, E>(cells, run, skip_nan),
            3 => add_interleaved::<3, E>(cells, run, skip_nan),
            4 => add_interleaved::<4, E>(cells, run, skip_nan),
            width => Self::add_columns(cells, &run.chunks_exact(width).collect::<Vec<_>>(), skip_nan),
        }
    }
}

fn add_interleaved<const C: usize, E: ArrayElement>(cells: &mut [FloatSum], run: &[E], skip_nan: bool) {
    const PIXELS: usize = 4;
    for part in run.chunks(PART / C * C) {
        let (pixels, _) = part.as_chunks::<C>();
        let mut sums = [[0.0; C]; PIXELS];
        let (whole, rest) = pixels.as_chunks::<PIXELS>();
        for pixels in whole {
            for (sums, pixel) in sums.iter_mut().zip(pixels) {
                for k in 0..C {
                    sums[k] += pixel[k].to_f64();
                }
            }
        }
        for (sums, pixel) in sums.iter_mut().zip(rest) {
            for k in 0..C {
                sums[k] += pixel[k].to_f64();
            }
        }
        for (k, cell) in cells.iter_mut().enumerate() {
            let sum: f64 = sums.iter().map(|sums| sums[k]).sum();
            if skip_nan && sum.is_nan() {
                cell.add_run(&pixels.iter().map(|pixel| pixel[k]).collect::<Vec<E>>(), true);
            } else {
                cell.count += pixels.len() as u64;
                cell.sum += sum;
            }
        }
    }
}
