//! One copy into row-major order, at the speed of memory.
#![allow(unsafe_code)] // memory that is not zeroed before all of it is written, as integers of the elements' size

use std::mem::MaybeUninit;

use bytemuck::cast_slice;
use ndarray::{Array, ArrayView, ArrayViewD, Dimension};
use rayon::prelude::*;

use crate::arrays::ArrayElement;
use crate::arrays::transpose;
use crate::memory::{on_large_pages, written};
use crate::threads::least_pieces;

/// Elements above which a copy is worth two threads.
const LARGE: usize = 1 << 18;
/// The side of the square of elements that is copied at a time: its rows stay in the cache.
const TILE: usize = 64;
/// Rows of a transposed matrix that one task writes.
const BAND: usize = 1024;

/// The array in row-major order, in one copy.
pub(crate) fn pack<E: ArrayElement, D: Dimension>(view: ArrayView<'_, E, D>) -> Array<E, D> {
    let dim = view.raw_dim();
    let values = match view.to_slice() {
        Some(values) => copied(values),
        None => pack_values(view.view().into_dyn()),
    };
    Array::from_shape_vec(dim, values).unwrap_or_else(|_| view.as_standard_layout().into_owned())
}

/// A copy, in one piece for each thread if there is much to copy.
fn copied<E: Copy + Send + Sync>(values: &[E]) -> Vec<E> {
    if values.len() < LARGE {
        return values.to_vec();
    }
    let pieces = rayon::current_num_threads();
    let length = values.len().div_ceil(pieces).max(1);
    // SAFETY: both sides have the same length and are cut into the same chunks, so that each value is written.
    unsafe {
        written(values.len(), |copy| {
            let pairs =
                copy.par_chunks_mut(length).with_min_len(least_pieces()).zip(values.par_chunks(length));
            pairs.for_each(|(copy, values)| {
                copy.write_copy_of_slice(values);
            });
        })
    }
}

fn pack_values<E: ArrayElement>(view: ArrayViewD<'_, E>) -> Vec<E> {
    let forward = view.strides().iter().zip(view.shape()).all(|(&stride, &length)| stride > 0 || length == 1);
    let Some(memory) = view.as_slice_memory_order().filter(|_| forward && !view.is_empty()) else {
        return by_rows(view);
    };
    let runs = runs_of(&view);
    // SAFETY: the runs are the view's axes of more than one element, so that the product of their lengths is the
    // number of elements, which is what `rearrange_all` needs to write each of them. The bits come from elements.
    unsafe {
        written(view.len(), |values| match size_of::<E>() {
            1 => rearrange_all(as_bits::<E, u8>(values), cast_slice(memory), &runs),
            2 => rearrange_all(as_bits::<E, u16>(values), cast_slice(memory), &runs),
            4 => rearrange_all(as_bits::<E, u32>(values), cast_slice(memory), &runs),
            _ => rearrange_all(as_bits::<E, u64>(values), cast_slice(memory), &runs),
        })
    }
}

/// The same memory for integers of the same size: the loops that move elements are compiled once for each size.
fn as_bits<E, U>(values: &mut [MaybeUninit<E>]) -> &mut [MaybeUninit<U>] {
    assert!(
        size_of::<E>() == size_of::<U>() && align_of::<E>() == align_of::<U>(),
        "an integer of the same size"
    );
    // SAFETY: the elements are of the same size and alignment, and nothing is read.
    unsafe { std::slice::from_raw_parts_mut(values.as_mut_ptr().cast(), values.len()) }
}

/// As [`rearrange`], on all threads if there is much to copy.
fn rearrange_all<E: Copy + Send + Sync>(values: &mut [MaybeUninit<E>], memory: &[E], runs: &[Run]) {
    let (Some(&first), true) = (runs.first(), values.len() >= LARGE) else {
        return rearrange(values, memory, runs);
    };
    if let &[rows, inner] = runs
        && rows.stride < inner.stride
    {
        // Rows are read side by side: each task writes a band of them.
        let tasks = values.par_chunks_mut(BAND * inner.length).with_min_len(least_pieces()).enumerate();
        return tasks.for_each(|(band, values)| {
            let rows = Run { length: values.len() / inner.length, ..rows };
            rearrange(values, &memory[band * BAND * rows.stride..], &[rows, inner]);
        });
    }
    // Each task writes one step of the first axis.
    let step = values.len() / first.length;
    let tasks = values.par_chunks_mut(step).with_min_len(least_pieces()).enumerate();
    tasks.for_each(|(i, values)| rearrange(values, &memory[i * first.stride..], &runs[1..]));
}

/// Gaps, overlaps and backward steps: a row at a time.
fn by_rows<E: ArrayElement>(view: ArrayViewD<'_, E>) -> Vec<E> {
    let mut values = on_large_pages(Vec::with_capacity(view.len()));
    for row in view.rows() {
        match row.to_slice() {
            Some(row) => values.extend_from_slice(row),
            None => values.extend(row.iter().copied()),
        }
    }
    values
}

/// An axis in its logical order: axes that follow each other without a gap are one.
#[derive(Debug, Clone, Copy)]
struct Run {
    length: usize,
    stride: usize,
}

fn runs_of<E>(view: &ArrayViewD<'_, E>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::with_capacity(view.ndim());
    for (&length, &stride) in view.shape().iter().zip(view.strides()) {
        let inner = Run { length, stride: stride.unsigned_abs() };
        match runs.last_mut() {
            _ if length == 1 => {}
            Some(outer) if outer.stride == inner.stride * length => {
                *outer = Run { length: outer.length * length, stride: inner.stride };
            }
            _ => runs.push(inner),
        }
    }
    runs
}

/// Copies `memory`, which has the elements with these strides, into row-major order. Writes each of the values, as many
/// as the product of the runs' lengths.
fn rearrange<E: Copy>(values: &mut [MaybeUninit<E>], memory: &[E], runs: &[Run]) {
    let Some((&inner, outer)) = runs.split_last() else {
        return copy_run(values, memory, 1);
    };
    if let Some((&first, rest)) = runs.split_first()
        && runs.len() > 2
    {
        let step = values.len() / first.length;
        for (i, values) in values.chunks_exact_mut(step).enumerate() {
            rearrange(values, &memory[i * first.stride..], rest);
        }
        return;
    }
    let Some(&rows) = outer.first() else {
        return copy_run(values, memory, inner.stride);
    };
    if inner.stride == 1 || rows.stride > inner.stride {
        for (row, values) in values.chunks_exact_mut(inner.length).enumerate() {
            copy_run(values, &memory[row * rows.stride..], inner.stride);
        }
        return;
    }
    if rows.stride == 1 {
        return transpose::transpose(values, memory, inner.length, inner.stride);
    }
    // Rows run across memory: a square at a time, so that each line of the cache is read once.
    for start in (0..inner.length).step_by(TILE) {
        let width = TILE.min(inner.length - start);
        for first in (0..rows.length).step_by(TILE) {
            for row in first..(first + TILE).min(rows.length) {
                let values = &mut values[row * inner.length + start..][..width];
                copy_run(values, &memory[row * rows.stride + start * inner.stride..], inner.stride);
            }
        }
    }
}

/// Writes every `stride`-th element; panics where memory has not so many.
fn copy_run<E: Copy>(values: &mut [MaybeUninit<E>], memory: &[E], stride: usize) {
    let Some(last) = values.len().checked_sub(1) else { return };
    let memory = &memory[..=last * stride];
    if stride == 1 {
        values.write_copy_of_slice(memory);
        return;
    }
    for (value, from) in values.iter_mut().zip(memory.iter().step_by(stride)) {
        value.write(*from);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::overwritten;
    use ndarray::{ArrayD, Axis, IxDyn, Slice};

    #[test]
    fn any_order_of_axes_is_packed_as_ndarray_does() {
        let mut seen = 0;
        for shape in [[3, 4, 5, 6], [1, 70, 3, 66], [2, 1, 1, 9], [65, 2, 130, 17]] {
            let count = shape.iter().product::<usize>();
            let array = ArrayD::from_shape_vec(IxDyn(&shape), (0..count as u32).collect()).unwrap();
            for order in [[0, 1, 2, 3], [3, 2, 1, 0], [0, 3, 1, 2], [0, 2, 3, 1], [2, 3, 0, 1], [1, 3, 2, 0]]
            {
                for way in 0..3 {
                    let mut view = array.view().permuted_axes(IxDyn(&order));
                    match way {
                        1 => view.invert_axis(Axis(3)),
                        2 => view.slice_axis_inplace(Axis(1), Slice::new(0, None, 2)),
                        _ => {}
                    }
                    let packed = pack(view.view());
                    assert!(packed.is_standard_layout());
                    assert_eq!(packed, view, "{shape:?} {order:?} {way}");
                    if let (Some(memory), 0) = (view.as_slice_memory_order(), way) {
                        let values = overwritten(u32::MAX, count, |values| {
                            rearrange_all(values, memory, &runs_of(&view));
                        });
                        assert!(values.iter().eq(&view), "{shape:?} {order:?}");
                    }
                    seen += 1;
                }
            }
        }
        assert_eq!(seen, 4 * 6 * 3);
        for count in [0, 1, LARGE - 1, LARGE, LARGE + 1] {
            let values: Vec<u8> = (0..count).map(|at| at as u8).collect();
            assert_eq!(copied(&values), values);
        }
        assert_eq!(pack(array_of_none().t()).shape(), [0, 3]);
    }

    fn array_of_none() -> Array<f32, ndarray::Ix2> {
        Array::zeros([3, 0])
    }
}
