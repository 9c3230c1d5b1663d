//! Sums alone: what a mean needs, at the speed of reading.

use crate::arrays::ArrayElement;
use crate::stats::accumulator::Accumulator;
use crate::stats::simd::{Kernel, widest};

/// A sum in f64. NaN and infinities go through; how many numbers there are is known from the shape, so none
/// can be left out.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sum(pub(crate) f64);

/// Numbers added side by side.
const WIDTH: usize = 128;
/// Numbers summed from 0 at a time, so that rounding grows with the number of parts, not of numbers.
const PART: usize = 16384;

impl<E: ArrayElement> Accumulator<E> for Sum {
    fn add_run(&mut self, run: &[E], _: bool) {
        for part in run.chunks(PART) {
            self.0 += widest(SumSideBySide::<WIDTH, E>(part)).iter().sum::<f64>();
        }
    }

    fn absorb(&mut self, other: &Self) {
        self.0 += other.0;
    }

    fn add_columns(cells: &mut [Self], rows: &[&[E]], _: bool) {
        widest(AddRows { sums: cells, rows });
    }

    fn add_interleaved(cells: &mut [Self], run: &[E], _: bool) {
        match cells.len() {
            1 => cells[0].add_run(run, false),
            2 => add_interleaved::<2, WIDTH, E>(cells, run),
            3 => add_interleaved::<3, 96, E>(cells, run),
            4 => add_interleaved::<4, WIDTH, E>(cells, run),
            width => Self::add_columns(cells, &run.chunks_exact(width).collect::<Vec<_>>(), false),
        }
    }
}

/// Channels that stand side by side, `W` numbers at a time, a multiple of `C`.
fn add_interleaved<const C: usize, const W: usize, E: ArrayElement>(cells: &mut [Sum], run: &[E]) {
    for part in run.chunks(PART / C * C) {
        let sums = widest(SumSideBySide::<W, E>(part));
        for (k, cell) in cells.iter_mut().enumerate() {
            cell.0 += (k..W).step_by(C).map(|lane| sums[lane]).sum::<f64>();
        }
    }
}

/// The sums of every `W`-th number.
struct SumSideBySide<'a, const W: usize, E>(&'a [E]);

impl<const W: usize, E: ArrayElement> Kernel for SumSideBySide<'_, W, E> {
    type Output = [f64; W];

    #[inline(always)]
    fn run(self) -> [f64; W] {
        let mut sums = [0.0; W];
        let (rows, rest) = self.0.as_chunks::<W>();
        for row in rows {
            for k in 0..W {
                sums[k] += row[k].to_f64();
            }
        }
        for (sum, value) in sums.iter_mut().zip(rest) {
            *sum += value.to_f64();
        }
        sums
    }
}

/// Adds rows, eight at a time: the sums are loaded and stored an eighth as often.
struct AddRows<'a, E> {
    sums: &'a mut [Sum],
    rows: &'a [&'a [E]],
}

impl<E: ArrayElement> Kernel for AddRows<'_, E> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (sums, width) = (self.sums, self.rows.first().map_or(0, |row| row.len()));
        let sums = &mut sums[..width];
        let (eights, rest) = self.rows.as_chunks::<8>();
        for rows in eights {
            let [a, b, c, d, e, f, g, h] = rows.map(|row| &row[..width]);
            for k in 0..width {
                let first = (a[k].to_f64() + b[k].to_f64()) + (c[k].to_f64() + d[k].to_f64());
                let second = (e[k].to_f64() + f[k].to_f64()) + (g[k].to_f64() + h[k].to_f64());
                sums[k].0 += first + second;
            }
        }
        for row in rest {
            let row = &row[..width];
            for k in 0..width {
                sums[k].0 += row[k].to_f64();
            }
        }
    }
}
