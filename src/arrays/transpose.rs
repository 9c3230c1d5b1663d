//! The copy of a matrix whose rows run across memory.

/// The most elements of a pixel for which there is a loop of its own.
const MOST_CHANNELS: usize = 16;
/// The side of the square of elements that is turned in registers.
const BLOCK: usize = 8;
/// The side of the square of blocks whose lines stay in the cache.
const TILE: usize = 64;

/// Copies `memory`, in which the element of row `r` and column `c` is at `r + c * stride`, into rows of `columns`
/// elements: `values[r * columns + c]`.
pub(super) fn transpose<E: Copy>(values: &mut [E], memory: &[E], columns: usize, stride: usize) {
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

/// A loop over pixels whose number of channels is known to the compiler.
trait OfChannels {
    fn run<const C: usize>(self);
}

fn by_count(channels: usize, work: impl OfChannels) {
    match channels {
        1 => work.run::<1>(),
        2 => work.run::<2>(),
        3 => work.run::<3>(),
        4 => work.run::<4>(),
        5 => work.run::<5>(),
        6 => work.run::<6>(),
        7 => work.run::<7>(),
        8 => work.run::<8>(),
        9 => work.run::<9>(),
        10 => work.run::<10>(),
        11 => work.run::<11>(),
        12 => work.run::<12>(),
        13 => work.run::<13>(),
        14 => work.run::<14>(),
        15 => work.run::<15>(),
        _ => work.run::<MOST_CHANNELS>(),
    }
}

/// `C` planes of `columns` elements, from pixels of `C` elements.
struct PixelsToPlanes<'a, E> {
    values: &'a mut [E],
    memory: &'a [E],
    columns: usize,
}

impl<E: Copy> OfChannels for PixelsToPlanes<'_, E> {
    fn run<const C: usize>(self) {
        let Self { values, memory, columns } = self;
        let pixels = &memory.as_chunks::<C>().0[..columns];
        // A stretch of pixels stays in the cache while each of its channels is written.
        for (start, pixels) in (0..columns).step_by(STRETCH).zip(pixels.chunks(STRETCH)) {
            for channel in 0..C {
                let plane = &mut values[channel * columns + start..][..pixels.len()];
                for (value, pixel) in plane.iter_mut().zip(pixels) {
                    *value = pixel[channel];
                }
            }
        }
    }
}

/// Pixels that are read again for each channel.
const STRETCH: usize = 512;

/// Pixels of `C` elements, from `C` planes at the distance `stride`.
struct PlanesToPixels<'a, E> {
    values: &'a mut [E],
    memory: &'a [E],
    stride: usize,
}

impl<E: Copy> OfChannels for PlanesToPixels<'_, E> {
    fn run<const C: usize>(self) {
        let (pixels, _) = self.values.as_chunks_mut::<C>();
        let count = pixels.len();
        let planes: [&[E]; C] = std::array::from_fn(|channel| &self.memory[channel * self.stride..][..count]);
        for (at, pixel) in pixels.iter_mut().enumerate() {
            *pixel = std::array::from_fn(|channel| planes[channel][at]);
        }
    }
}

/// Squares of blocks, each turned by itself; what is left at the right and at the bottom one by one.
fn tiled<E: Copy>(values: &mut [E], memory: &[E], columns: usize, stride: usize) {
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
            values[row * columns + column] = memory[row + column * stride];
        }
    }
}

fn block<E: Copy>(values: &mut [E], memory: &[E], columns: usize, stride: usize) {
    let lines: [&[E]; BLOCK] = std::array::from_fn(|column| &memory[column * stride..][..BLOCK]);
    for row in 0..BLOCK {
        let line: [E; BLOCK] = std::array::from_fn(|column| lines[column][row]);
        values[row * columns..row * columns + BLOCK].copy_from_slice(&line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
                    let mut values = vec![0; rows * columns];
                    transpose(&mut values, &memory, columns, stride);
                    assert_eq!(values, slow(&memory, rows, columns, stride), "{rows}x{columns} {gap}");
                    seen += 1;
                }
            }
        }
        assert_eq!(seen, 12 * 11 * 2);
    }
}
