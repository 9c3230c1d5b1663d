//! The blocks of JPEG in an image.

use crate::measure::luma::Luma;
use crate::simd::{Kernel, widest};

/// The side of a block of JPEG.
const BLOCK: usize = 8;
/// Sums within a row are of 32 bits, for as many pixels.
const PART: usize = 1 << 16;

/// The mean difference between neighbors on both sides of a block's edge, over that of all other neighbors.
pub(super) fn blockiness(luma: &Luma<'_>) -> Option<f64> {
    let (width, height) = (luma.width(), luma.height());
    if width < 2 * BLOCK || height < 2 * BLOCK {
        return None;
    }
    let sums = widest(Sums { luma });
    // Pairs of neighbors, of which each row or each column has as many.
    let pairs =
        |in_row: usize, in_column: usize| height as f64 * in_row as f64 + width as f64 * in_column as f64;
    let at_edges = pairs((width - 1) / BLOCK, (height - 1) / BLOCK);
    let all = pairs(width - 1, height - 1);
    // Where nothing differs elsewhere, as if one pair did by one level.
    let elsewhere = sums.elsewhere.max(1) as f64 / (all - at_edges);
    Some(sums.at_edges as f64 / at_edges / elsewhere)
}

/// The sums of differences between neighbors.
#[derive(Debug, PartialEq, Default)]
struct Differences {
    at_edges: u64,
    elsewhere: u64,
}

struct Sums<'a> {
    luma: &'a Luma<'a>,
}

impl Kernel for Sums<'_> {
    type Output = Differences;

    #[inline(always)]
    fn run(self) -> Differences {
        let mut sums = Differences::default();
        for y in 0..self.luma.height() {
            let row = self.luma.row(y);
            let (left, right) = (&row[..row.len() - 1], &row[1..]);
            let across = sum(left, right);
            // Eight neighbors at a time, of which the last ones are in two blocks.
            let mut at_edges = 0;
            for (left, right) in left.as_chunks::<BLOCK>().0.iter().zip(right.as_chunks::<BLOCK>().0) {
                at_edges += last(*left).abs_diff(last(*right));
            }
            sums.at_edges += at_edges;
            sums.elsewhere += across - at_edges;
            if y > 0 {
                let down = sum(row, self.luma.row(y - 1));
                if y.is_multiple_of(BLOCK) {
                    sums.at_edges += down;
                } else {
                    sums.elsewhere += down;
                }
            }
        }
        sums
    }
}

/// The last one of eight bytes, from one load: many are taken at once.
#[inline(always)]
fn last(bytes: [u8; BLOCK]) -> u64 {
    u64::from_le_bytes(bytes) >> 56
}

/// The sum of the differences between two rows.
#[inline(always)]
fn sum(a: &[u8], b: &[u8]) -> u64 {
    let mut total = 0;
    for (a, b) in a.chunks(PART).zip(b.chunks(PART)) {
        let mut sum = 0_u32;
        for (&a, &b) in a.iter().zip(b) {
            sum += u32::from(a.abs_diff(b));
        }
        total += u64::from(sum);
    }
    total
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    fn of(width: usize, height: usize, level: impl Fn(usize, usize) -> u8) -> Option<f64> {
        let samples = (0..width * height).map(|i| level(i % width, i / width)).collect();
        blockiness(&Luma::new(Cow::Owned(samples), width, height))
    }

    #[test]
    fn the_edges_are_those_of_blocks_of_eight() {
        // Steps of 5 at each edge of a block, and of 1 between all other neighbors.
        let step = |at: usize| at + 4 * (at / 8);
        assert_eq!(of(25, 17, |x, y| (step(x) + step(y)) as u8), Some(5.0));
        // The same, shifted by one pixel.
        let shifted = of(32, 32, |x, y| (step(x + 1) + step(y + 1)) as u8).unwrap();
        assert!(shifted < 1.0, "{shifted}");
    }

    #[test]
    fn flat_images_have_a_number() {
        assert_eq!(of(16, 16, |_, _| 9), Some(0.0));
        assert!(of(16, 16, |x, _| if x < 8 { 0 } else { 9 }).unwrap() > 100.0);
        assert_eq!(of(15, 99, |x, _| x as u8), None);
    }
}
