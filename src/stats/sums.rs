//! Sums alone: what a mean needs, at the speed of reading.

use crate::arrays::ArrayElement;
use crate::simd::{Kernel, widest};
use crate::stats::accumulator::Accumulator;

/// A sum in f64. NaN and infinities go through; how many numbers there are is known from the shape, so none
/// can be left out.
///
/// Runs of f32 are added by fours in f32 before they are added in f64: with `u = 2^-24` the two roundings of such a
/// sum err by at most `2 u` of the sum of the numbers' absolute values, so that a mean of f32 is within
/// `2^-23 mean(|x|)` of the true one. All other types are exact in f64 before they are added.
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
        let (mut rows, rest) = self.0.as_chunks::<W>();
        if let Ok(values) = castaway::cast!(self.0, &[f32])
            && let Some(fours) = sums_of_fours::<W>(values)
        {
            sums = fours;
            rows = rows.as_chunks::<4>().1;
        }
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

/// The sums of every `W`-th number of as many rows of `W` as there are in fours, each four added in f32: half of the
/// time goes into bringing f32 to f64. `None` where a sum is not finite, be it by f32's smaller range.
#[inline(always)]
fn sums_of_fours<const W: usize>(values: &[f32]) -> Option<[f64; W]> {
    let mut sums = [0.0; W];
    let (rows, _) = values.as_chunks::<W>();
    for [a, b, c, d] in rows.as_chunks::<4>().0 {
        for k in 0..W {
            sums[k] += f64::from((a[k] + b[k]) + (c[k] + d[k]));
        }
    }
    sums.iter().all(|sum| sum.is_finite()).then_some(sums)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn sum<E: ArrayElement>(values: &[E]) -> f64 {
        let mut sum = Sum::default();
        sum.add_run(values, false);
        sum.0
    }

    /// Numbers of both signs and of very different sizes.
    fn numbers(count: usize) -> Vec<f32> {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 8
        };
        (0..count).map(|_| (next() as f32 - 8e6) * 10_f32.powi(next() as i32 % 12 - 6)).collect()
    }

    #[test]
    fn sums_of_f32_keep_their_bound_and_whole_numbers_are_exact() {
        for count in [1, 511, 512, 513, 16_384, 100_003] {
            let values = numbers(count);
            let exact: f64 = values.iter().map(|&value| f64::from(value)).sum();
            let size: f64 = values.iter().map(|&value| f64::from(value).abs()).sum();
            assert!((sum(&values) - exact).abs() <= size * f64::powi(2.0, -23), "{count}");
            let whole: Vec<f32> = (0..count).map(|at| (at * 31 % 256) as f32).collect();
            assert_eq!(sum(&whole), whole.iter().map(|&value| f64::from(value)).sum::<f64>());
        }
    }

    #[test]
    fn what_f32_cannot_hold_is_added_in_f64() {
        let most = vec![f32::MAX; 2048];
        assert_eq!(sum(&most), f64::from(f32::MAX) * 2048.0);
        let mut values = vec![1.0_f32; 2048];
        values[700] = f32::INFINITY;
        assert_eq!(sum(&values), f64::INFINITY);
        values[701] = f32::NAN;
        assert!(sum(&values).is_nan());
    }
}
