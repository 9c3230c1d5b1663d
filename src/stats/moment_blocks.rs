//! The moments of several cells at once: columns of rows, and channels that stand side by side.

use crate::arrays::ArrayElement;
use crate::simd::widest;
use crate::stats::Moments;
use crate::stats::accumulator::Accumulator;
use crate::stats::moment_sums::{AddRows, AddRun, Sums};
use crate::stats::moments::PART;

/// The moments of each of `C` channels that stand side by side, `W` numbers at a time, a multiple of `C`;
/// `None` where a sum is not finite.
pub(super) fn of_pixels<const C: usize, const W: usize, E: ArrayElement>(
    pixels: &[[E; C]],
) -> [Option<Moments>; C] {
    let Some(first) = pixels.first() else { return [Some(Moments::default()); C] };
    let (rows, rest) = pixels.as_flattened().as_chunks::<W>();
    let mut sums = Sums::from(std::array::from_fn(|k| first[k % C]));
    widest(AddRun { sums: &mut sums, rows });
    for (k, &value) in rest.iter().enumerate() {
        let deviation = value.to_f64() - sums.shift[k];
        sums.sum[k] += deviation;
        sums.squares[k] += deviation * deviation;
        sums.min[k] = if value < sums.min[k] { value } else { sums.min[k] };
        sums.max[k] = if value > sums.max[k] { value } else { sums.max[k] };
    }
    std::array::from_fn(|channel| {
        let lanes = || (channel..W).step_by(C);
        let sum: f64 = lanes().map(|k| sums.sum[k]).sum();
        let least = lanes().map(|k| sums.min[k]).reduce(|a, b| if b < a { b } else { a })?;
        let most = lanes().map(|k| sums.max[k]).reduce(|a, b| if b > a { b } else { a })?;
        let squares = lanes().map(|k| sums.squares[k]).sum();
        let (shift, min, max) = (sums.shift[channel], least.to_f64(), most.to_f64());
        (sum.is_finite() && f64::is_finite(squares))
            .then(|| Moments::of_shifted(pixels.len(), shift, sum, squares, min, max))
    })
}

/// Adds columns `start..start + W` of at most PART rows to the first `W` cells, and says how many they were.
pub(super) fn add_block<const W: usize, E: ArrayElement>(
    cells: &mut [Moments],
    rows: &[&[E]],
    start: usize,
    skip_nan: bool,
) -> usize {
    let Some((first, others)) = rows.split_first() else { return W };
    let Some(first) = first[start..].first_chunk::<W>() else { return W };
    let mut sums = Sums::from(*first);
    widest(AddRows { sums: &mut sums, rows: others, start });
    for (k, cell) in cells.iter_mut().enumerate().take(W) {
        // One row has no deviations, whatever its number is.
        if sums.sum[k].is_finite() && sums.squares[k].is_finite() && sums.shift[k].is_finite() {
            let (min, max) = (sums.min[k].to_f64(), sums.max[k].to_f64());
            cell.merge(&Moments::of_shifted(
                rows.len(),
                sums.shift[k],
                sums.sum[k],
                sums.squares[k],
                min,
                max,
            ));
        } else {
            cell.add_run(&rows.iter().map(|row| row[start + k]).collect::<Vec<E>>(), skip_nan);
        }
    }
    W
}

/// Pixels of `C` channels that stand side by side.
pub(super) fn add_interleaved<const C: usize, const W: usize, E: ArrayElement>(
    cells: &mut [Moments],
    run: &[E],
    skip_nan: bool,
) {
    for part in run.chunks(PART / C * C) {
        let (pixels, _) = part.as_chunks::<C>();
        for (k, (cell, moments)) in cells.iter_mut().zip(of_pixels::<C, W, E>(pixels)).enumerate() {
            match moments {
                Some(moments) => cell.merge(&moments),
                None => cell.add_run(&pixels.iter().map(|pixel| pixel[k]).collect::<Vec<E>>(), skip_nan),
            }
        }
    }
}
