//! The copy of a matrix whose rows run across memory.

use std::mem::MaybeUninit;

use crate::simd::{Kernel, widest};

/// The most elements of a pixel for which there is a loop of its own.
const MOST_CHANNELS: usize = 16;
/// The side of the square of elements that is turned in registers.
const BLOCK: usize = 8;
/// The side of the square of blocks whose lines stay in the cache.
const TILE: usize = 64;

/// Copies `memory`, in which the element of row `r` and column `c` is at `r + c * stride`, into rows of `columns`
/// elements: `values[r * columns + c]`. Writes each of the values, whose number is a multiple of `columns`.
pub(super) fn transpose<E: Copy>(values: &mut [MaybeUninit<E>], memory: &[E], columns: usize, stride: usize) {
    let rows = values.len() / columns;
    if rows == stride && rows <= MOST_CHANNELS {
        // Pixels side by side to planes: each row is a plane.
        return by_count(rows, PixelsToPlanes { values, memory, columns });
    }
    if columns <= MOST_CHANNELS {
        return by_count(columns, PlanesToPixels { values, memory, stride });
    }
    tiled(values, memory, columns, stride);
}

/// A loop over pixels, whose number of channels may be known to the compiler.
trait OfChannels {
    /// Pixels of `C` channels.
    fn run<const C: usize>(self);
    /// Pixels of any number of channels.
    fn run_any(self, channels: usize);
}

/// The numbers that people use have a loop of their own.
fn by_count(channels: usize, work: impl OfChannels) {
    match channels {
        1 => work.run::<1>(),
        2 => work.run::<2>(),
        3 => work.run::<3>(),
        4 => work.run::<4>(),
        8 => work.run::<8>(),
        16 => work.run::<16>(),
        _ => work.run_any(channels),
    }
}

/// Planes of `columns` elements, from as many pixels.
struct PixelsToPlanes<'a, E> {
    values: &'a mut [MaybeUninit<E>],
    memory: &'a [E],
    columns: usize,
}

impl<E: Copy> OfChannels for PixelsToPlanes<'_, E> {
    fn run<const C: usize>(self) {
        let pixels = &self.memory.as_chunks::<C>().0[..self.columns];
        widest(Planes { values: self.values, pixels });
    }

    fn run_any(self, channels: usize) {
        for (channel, plane) in self.values.chunks_exact_mut(self.columns).enumerate() {
            // A slice that is too short panics; nothing is left out.
            for (value, pixel) in
                plane.iter_mut().zip(self.memory[..channels * self.columns].chunks_exact(channels))
            {
                value.write(pixel[channel]);
            }
        }
    }
}

/// `C` planes, from pixels of `C` elements.
struct Planes<'a, E, const C: usize> {
    values: &'a mut [MaybeUninit<E>],
    pixels: &'a [[E; C]],
}

impl<E: Copy, const C: usize> Kernel for Planes<'_, E, C> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        /// Pixels that stay in the cache while each of their channels is written.
        const STRETCH: usize = 512;
        let columns = self.pixels.len();
        for (start, pixels) in (0..columns).step_by(STRETCH).zip(self.pixels.chunks(STRETCH)) {
            for channel in 0..C {
                let plane = &mut self.values[channel * columns + start..][..pixels.len()];
                for (value, pixel) in plane.iter_mut().zip(pixels) {
                    value.write(pixel[channel]);
                }
            }
        }
    }
}

/// Pixels of `C` elements, from `C` planes at the distance `stride`.
struct PlanesToPixels<'a, E> {
    values: &'a mut [MaybeUninit<E>],
    memory: &'a [E],
    stride: usize,
}

impl<E: Copy> OfChannels for PlanesToPixels<'_, E> {
    fn run<const C: usize>(self) {
        /// Pixels that stay in the cache while groups of their channels are written.
        const STRETCH: usize = 64;
        let (pixels, _) = self.values.as_chunks_mut::<C>();
        let count = pixels.len();
        let planes: [&[E]; C] = std::array::from_fn(|channel| &self.memory[channel * self.stride..][..count]);
        if C <= 4 {
            return write_channels(pixels, 0, planes);
        }
        let (fours, rest) = planes.as_chunks::<4>();
        for (start, pixels) in (0..count).step_by(STRETCH).zip(pixels.chunks_mut(STRETCH)) {
            let end = start + pixels.len();
            for (group, planes) in fours.iter().enumerate() {
                write_channels(pixels, 4 * group, planes.map(|plane| &plane[start..end]));
            }
            for (channel, plane) in rest.iter().enumerate() {
                write_channels(pixels, 4 * fours.len() + channel, [&plane[start..end]]);
            }
        }
    }

    fn run_any(self, channels: usize) {
        for (at, pixel) in self.values.chunks_exact_mut(channels).enumerate() {
            for (channel, value) in pixel.iter_mut().enumerate() {
                value.write(self.memory[channel * self.stride + at]);
            }
        }
    }
}

/// Writes `G` channels of all pixels, from the channel `first` on.
#[inline(always)]
fn write_channels<E: Copy, const C: usize, const G: usize>(
    pixels: &mut [[MaybeUninit<E>; C]],
    first: usize,
    planes: [&[E]; G],
) {
    let planes = planes.map(|plane| &plane[..pixels.len()]);
    for (at, pixel) in pixels.iter_mut().enumerate() {
        let channels = planes.map(|plane| MaybeUninit::new(plane[at]));
        pixel[first..first + G].copy_from_slice(&channels);
    }
}

/// Squares of blocks, each turned by itself; what is left at the right and at the bottom one by one.
fn tiled<E: Copy>(values: &mut [MaybeUninit<E>], memory: &[E], columns: usize, stride: usize) {
    let rows = values.len() / columns;
    let (whole_rows, whole_columns) = (rows / BLOCK * BLOCK, columns / BLOCK * BLOCK);
    for top in (0..whole_rows).step_by(TILE) {
        for left in (0..whole_columns).step_by(TILE) {
            for row in (top..whole_rows.min(top + TILE)).step_by(BLOCK) {
                for column in (left..whole_columns.min(left + TILE)).step_by(BLOCK) {
                    block(
                        &mut values[row * columns + column..],
                        &memory[row + column * stride..],
                        columns,
                        stride,
                    );
                }
            }
        }
    }
    for row in 0..rows {
        let start = if row < whole_rows { whole_columns } else { 0 };
        for column in start..columns {
            values[row * columns + column].write(memory[row + column * stride]);
        }
    }
}

fn block<E: Copy>(values: &mut [MaybeUninit<E>], memory: &[E], columns: usize, stride: usize) {
    let lines: [&[E]; BLOCK] = std::array::from_fn(|column| &memory[column * stride..][..BLOCK]);
    for row in 0..BLOCK {
        let line: [_; BLOCK] = std::array::from_fn(|column| MaybeUninit::new(lines[column][row]));
        values[row * columns..row * columns + BLOCK].copy_from_slice(&line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::overwritten;

    fn slow(memory: &[u32], rows: usize, columns: usize, stride: usize) -> Vec<u32> {
        (0..rows).flat_map(|row| (0..columns).map(move |column| memory[row + column * stride])).collect()
    }

    #[test]
    fn every_shape_agrees_with_one_element_after_the_other() {
        let mut seen = 0;
        for rows in [1, 2, 3, 4, 7, 8, 15, 16, 17, 63, 65, 130] {
            for columns in [1, 2, 3, 4, 8, 16, 17, 64, 71, 600, 1025] {
                for gap in [0, 5] {
                    let stride = rows + gap;
                    let memory: Vec<u32> = (0..(columns * stride) as u32).collect();
                    // No element of the memory is the one that stands where nothing is written.
                    let values = overwritten(u32::MAX, rows * columns, |values| {
                        transpose(values, &memory, columns, stride);
                    });
                    assert_eq!(values, slow(&memory, rows, columns, stride), "{rows}x{columns} {gap}");
                    seen += 1;
                }
            }
        }
        assert_eq!(seen, 12 * 11 * 2);
    }
}
