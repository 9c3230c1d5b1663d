//! Samples of a component to one for each pixel, by libjpeg's rules: halved sizes are interpolated with the weights
//! 3 and 1, all others are repeated.

use crate::images::jpeg::coefficients::Plane;
use crate::images::jpeg::inverse::Samples;

/// Calls `write` for each row of the picture with the samples of its pixels, at least `width` of them.
pub(super) fn rows(
    plane: &Plane,
    samples: &Samples,
    (widest, highest): (u32, u32),
    (width, height): (usize, usize),
    mut write: impl FnMut(usize, &[u8]),
) {
    let (across, down) = ((widest / plane.across) as usize, (highest / plane.down) as usize);
    // libjpeg repeats the samples of planes that are narrower than 3.
    let is_wide = plane.width > 2;
    let row = |y: usize| &samples.bytes[y * samples.stride..y * samples.stride + plane.width];
    let mut out = vec![0; (plane.width * across).max(width)];
    let mut sums = vec![0; plane.width];
    for y in 0..height {
        let near = (y / down).min(plane.height - 1);
        // The row on the other side of the pixel: above for its first row, below for its second.
        let far = if y % 2 == 0 { near.saturating_sub(1) } else { (near + 1).min(plane.height - 1) };
        match (across, down) {
            (2, 1) if is_wide => between_columns(row(near), &mut out),
            (1, 2) => {
                let bias = if y % 2 == 0 { 1 } else { 2 };
                for ((out, &near), &far) in out.iter_mut().zip(row(near)).zip(row(far)) {
                    *out = ((u32::from(near) * 3 + u32::from(far) + bias) >> 2) as u8;
                }
            }
            (2, 2) if is_wide => between_both(row(near), row(far), &mut sums, &mut out),
            _ => {
                for (out, &sample) in out.chunks_mut(across).zip(row(near)) {
                    out.fill(sample);
                }
            }
        }
        write(y, &out[..width]);
    }
}

/// Two pixels for each sample of one row.
fn between_columns(row: &[u8], out: &mut [u8]) {
    let last = row.len() - 1;
    (out[0], out[2 * last + 1]) = (row[0], row[last]);
    // The two pixels between neighbors, each nearer to one of them.
    for (out, (&left, &right)) in out[1..].as_chunks_mut().0.iter_mut().zip(row.iter().zip(&row[1..])) {
        let (left, right) = (u16::from(left), u16::from(right));
        *out = [((left * 3 + right + 2) >> 2) as u8, ((right * 3 + left + 1) >> 2) as u8];
    }
}

/// Two pixels for each sample of a row, mixed with the row beside it. `sums` has room for a row.
fn between_both(near: &[u8], far: &[u8], sums: &mut [u16], out: &mut [u8]) {
    for ((sum, &near), &far) in sums.iter_mut().zip(near).zip(far) {
        *sum = u16::from(near) * 3 + u16::from(far);
    }
    let last = near.len() - 1;
    (out[0], out[2 * last + 1]) = (((sums[0] * 4 + 8) >> 4) as u8, ((sums[last] * 4 + 7) >> 4) as u8);
    for (out, (&left, &right)) in out[1..].as_chunks_mut().0.iter_mut().zip(sums.iter().zip(&sums[1..])) {
        *out = [((left * 3 + right + 7) >> 4) as u8, ((right * 3 + left + 8) >> 4) as u8];
    }
}
