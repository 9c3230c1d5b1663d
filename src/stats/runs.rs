//! One pass over an array in the order of its memory, into one accumulator for each cell of the result.

use ndarray::{ArrayViewD, CowArray, IxDyn};
use rayon::prelude::*;

use crate::arrays::ArrayElement;
use crate::stats::accumulator::Accumulator;
use crate::threads::least_pieces;

/// An axis in memory: axes that follow each other without a gap are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    length: usize,
    stride: usize,
    /// The distance in the result; `None` where the axis is reduced.
    cell_stride: Option<usize>,
}

/// Elements that one task takes at a time. It depends on nothing but the shape, so that results do
/// not depend on the number of threads.
const TASK: usize = 1 << 16;
/// Columns that one task takes at a time.
const COLUMNS: usize = 1 << 14;
/// Channels that stand side by side and are summed together.
const INTERLEAVED: usize = 32;

/// Sums `view` over the axes where `reduced` is set; the cells are in row-major order of the others.
pub(crate) fn accumulate<E: ArrayElement, A: Accumulator<E>>(
    view: ArrayViewD<'_, E>,
    reduced: &[bool],
    skip_nan: bool,
) -> Vec<A> {
    let kept = || view.shape().iter().zip(reduced).filter(|&(_, reduced)| !reduced);
    let cells: usize = kept().map(|(length, _)| length).product();
    let mut result = vec![A::default(); cells];
    if view.is_empty() {
        return result;
    }
    // Gaps, overlaps and backward steps are rare: they are packed first.
    let forward = view.strides().iter().zip(view.shape()).all(|(&stride, &length)| stride > 0 || length == 1);
    let dense = forward && view.as_slice_memory_order().is_some();
    let packed: CowArray<'_, E, IxDyn> =
        if dense { view.into() } else { view.as_standard_layout().into_owned().into() };
    let Some(memory) = packed.as_slice_memory_order() else { return result };
    let runs = runs_of(&packed, reduced);
    add(&mut result, memory, &runs, skip_nan);
    result
}

fn runs_of<E>(array: &CowArray<'_, E, IxDyn>, reduced: &[bool]) -> Vec<Run> {
    let mut cell_stride = 1;
    let mut runs: Vec<Run> = Vec::with_capacity(reduced.len());
    for axis in (0..reduced.len()).rev() {
        let length = array.shape()[axis];
        let own = (!reduced[axis]).then_some(cell_stride);
        if !reduced[axis] {
            cell_stride *= length;
        }
        if length > 1 {
            runs.push(Run { length, stride: array.strides()[axis].unsigned_abs(), cell_stride: own });
        }
    }
    runs.sort_by_key(|run| std::cmp::Reverse(run.stride));
    let mut merged: Vec<Run> = Vec::with_capacity(runs.len());
    for inner in runs {
        match merged.last_mut() {
            Some(outer) if outer.joins(inner) => {
                *outer = Run { length: outer.length * inner.length, ..inner }
            }
            _ => merged.push(inner),
        }
    }
    merged
}

impl Run {
    fn joins(self, inner: Self) -> bool {
        let cells_join = match (self.cell_stride, inner.cell_stride) {
            (None, None) => true,
            (Some(outer), Some(stride)) => outer == stride * inner.length,
            _ => false,
        };
        cells_join && self.stride == inner.stride * inner.length
    }
}

/// Offsets of all index combinations of some axes: in memory, and in the result.
fn offsets(runs: &[Run]) -> Vec<(usize, usize)> {
    let mut all = vec![(0, 0)];
    for run in runs {
        all = all
            .into_iter()
            .flat_map(|(memory, cell)| {
                (0..run.length)
                    .map(move |i| (memory + i * run.stride, cell + i * run.cell_stride.unwrap_or(0)))
            })
            .collect();
    }
    all
}

fn add<E: ArrayElement, A: Accumulator<E>>(result: &mut [A], memory: &[E], runs: &[Run], skip_nan: bool) {
    let Some((&inner, outer)) = runs.split_last() else {
        return result[0].add_run(&memory[..1], skip_nan);
    };
    let (kept, summed): (Vec<Run>, Vec<Run>) = outer.iter().partition(|run| run.cell_stride.is_some());
    let Some(cell_stride) = inner.cell_stride else {
        return add_runs(result, memory, inner.length, &kept, &summed, skip_nan);
    };
    // The innermost axis is kept: its elements belong to cells side by side.
    if let Some(pixels) = summed.last().filter(|run| run.stride == inner.length && run.length > 1)
        && inner.length <= INTERLEAVED
    {
        let summed: Vec<Run> = summed[..summed.len() - 1].to_vec();
        return add_pixels(result, memory, (inner, pixels.length), &kept, &summed, skip_nan);
    }
    let rows: Vec<usize> = offsets(&summed).into_iter().map(|(memory, _)| memory).collect();
    if kept.is_empty() && cell_stride == 1 {
        // The cells are the columns: summed where they stay.
        return result.par_chunks_mut(COLUMNS).with_min_len(least_pieces()).enumerate().for_each(
            |(block, cells)| {
                let row = |&at: &usize| &memory[at + block * COLUMNS..][..cells.len()];
                A::add_columns(cells, &rows.iter().map(row).collect::<Vec<_>>(), skip_nan);
            },
        );
    }
    let blocks: Vec<(usize, usize, Vec<A>)> = offsets(&kept)
        .into_par_iter()
        .with_min_len(least_pieces())
        .flat_map(|(memory, cell)| {
            (0..inner.length)
                .into_par_iter()
                .step_by(COLUMNS)
                .with_min_len(least_pieces())
                .map(move |start| (memory, cell, start))
        })
        .map(|(offset, cell, start)| {
            let width = COLUMNS.min(inner.length - start);
            let row = |&at: &usize| &memory[at + offset + start..at + offset + start + width];
            let mut cells = vec![A::default(); width];
            A::add_columns(&mut cells, &rows.iter().map(row).collect::<Vec<_>>(), skip_nan);
            (cell + start * cell_stride, cell_stride, cells)
        })
        .collect();
    for (start, stride, cells) in blocks {
        for (k, cell) in cells.into_iter().enumerate() {
            result[start + k * stride] = cell;
        }
    }
}

/// Runs of elements that all belong to one cell.
fn add_runs<E: ArrayElement, A: Accumulator<E>>(
    result: &mut [A],
    memory: &[E],
    length: usize,
    kept: &[Run],
    summed: &[Run],
    skip_nan: bool,
) {
    let starts = offsets(summed);
    let of_cell = |offset: usize| {
        let of_run = |run: &[E]| {
            let mut sum = A::default();
            sum.add_run(run, skip_nan);
            sum
        };
        if length * starts.len() <= 2 * TASK {
            let mut sum = A::default();
            for (start, _) in &starts {
                sum.add_run(&memory[offset + start..offset + start + length], skip_nan);
            }
            return sum;
        }
        let parts: Vec<A> = starts
            .par_iter()
            .with_min_len(least_pieces())
            .flat_map(|(start, _)| {
                memory[offset + start..offset + start + length]
                    .par_chunks(TASK)
                    .with_min_len(least_pieces())
                    .map(of_run)
            })
            .collect();
        merged::<E, A>(&parts)
    };
    let cells: Vec<(usize, A)> = offsets(kept)
        .into_par_iter()
        .with_min_len(least_pieces())
        .map(|(offset, cell)| (cell, of_cell(offset)))
        .collect();
    for (cell, sum) in cells {
        result[cell] = sum;
    }
}

/// Pixels whose few channels belong to cells side by side.
fn add_pixels<E: ArrayElement, A: Accumulator<E>>(
    result: &mut [A],
    memory: &[E],
    (channels, pixels): (Run, usize),
    kept: &[Run],
    summed: &[Run],
    skip_nan: bool,
) {
    let width = channels.length;
    let starts = offsets(summed);
    let of_cells = |offset: usize| {
        let parts: Vec<Vec<A>> = starts
            .par_iter()
            .with_min_len(least_pieces())
            .flat_map(|(start, _)| {
                memory[offset + start..offset + start + pixels * width]
                    .par_chunks(TASK / width * width)
                    .with_min_len(least_pieces())
                    .map(|part| {
                        let mut cells = vec![A::default(); width];
                        A::add_interleaved(&mut cells, part, skip_nan);
                        cells
                    })
            })
            .collect();
        (0..width).map(|k| merged::<E, A>(parts.iter().map(|part| &part[k]))).collect::<Vec<A>>()
    };
    let cells: Vec<(usize, Vec<A>)> = offsets(kept)
        .into_par_iter()
        .with_min_len(least_pieces())
        .map(|(offset, cell)| (cell, of_cells(offset)))
        .collect();
    let stride = channels.cell_stride.unwrap_or(0);
    for (start, cells) in cells {
        for (k, cell) in cells.into_iter().enumerate() {
            result[start + k * stride] = cell;
        }
    }
}

fn merged<'a, E: ArrayElement, A: Accumulator<E> + 'a>(parts: impl IntoIterator<Item = &'a A>) -> A {
    parts.into_iter().fold(A::default(), |mut sum, part| {
        sum.absorb(part);
        sum
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::IntegerMoments;
    use ndarray::{Array, ArrayD, Axis, Dimension};

    /// One element after the other, in logical order.
    fn slow(view: ArrayViewD<'_, u16>, reduced: &[bool]) -> Vec<IntegerMoments> {
        let shape: Vec<usize> =
            (0..reduced.len()).filter(|&a| !reduced[a]).map(|a| view.shape()[a]).collect();
        let mut cells = ArrayD::from_elem(IxDyn(&shape), IntegerMoments::new());
        for (index, &value) in view.indexed_iter() {
            let kept: Vec<usize> =
                (0..reduced.len()).filter(|&a| !reduced[a]).map(|a| index.slice()[a]).collect();
            cells[IxDyn(&kept)].extend(&[value]);
        }
        cells.iter().copied().collect()
    }

    #[test]
    fn every_choice_of_axes_in_every_order_of_memory_agrees_with_the_slow_way() {
        let array =
            Array::from_shape_fn([3, 4, 5, 6], |(a, b, c, d)| (a * 1000 + b * 97 + c * 31 + d * 7) as u16);
        let mut views = 0;
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [0, 2, 3, 1], [2, 0, 3, 1], [0, 3, 1, 2], [1, 0, 2, 3]] {
            for way in 0..3 {
                let mut view = array.view().permuted_axes(order).into_dyn();
                match way {
                    1 => view.invert_axis(Axis(2)),
                    2 => view.slice_each_axis_inplace(|_| ndarray::Slice::new(1, None, 2)),
                    _ => {}
                }
                for mask in 0..16_u32 {
                    let reduced: Vec<bool> = (0..4).map(|axis| mask & (1 << axis) != 0).collect();
                    let fast: Vec<IntegerMoments> = accumulate(view.clone(), &reduced, false);
                    assert_eq!(fast, slow(view.clone(), &reduced), "{order:?} {way} {reduced:?}");
                    views += 1;
                }
            }
        }
        assert_eq!(views, 6 * 3 * 16);
    }

    #[test]
    fn broadcast_and_large_arrays_agree_too() {
        let row = Array::from_shape_fn([7], |i| i as u16).into_dyn();
        let view = row.broadcast(IxDyn(&[5, 7])).unwrap();
        for reduced in [[true, false], [false, true], [true, true]] {
            assert_eq!(
                accumulate::<_, IntegerMoments>(view.clone(), &reduced, false),
                slow(view.clone(), &reduced)
            );
        }
        let large =
            Array::from_shape_fn([2, 300, 301, 3], |(a, b, c, d)| (a + b * 7 + c * 3 + d * 11) as u16)
                .into_dyn();
        for mask in 0..16_u32 {
            let reduced: Vec<bool> = (0..4).map(|axis| mask & (1 << axis) != 0).collect();
            let fast: Vec<IntegerMoments> = accumulate(large.view(), &reduced, false);
            assert_eq!(fast, slow(large.view(), &reduced), "{reduced:?}");
        }
    }
}
