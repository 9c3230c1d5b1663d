//! Smaller images by the mean of the area that each pixel covers.

use crate::measure::luma::Luma;

/// Levels are kept in steps of a quarter, so that sums of 2x2 pixels and their second differences fit into 16 bits.
const STEPS: u16 = 4;

/// The rows of an image, made smaller so that no side is above a limit; each pixel is the mean over the
/// rectangle of the image that it covers, parts of pixels by their area.
pub(super) struct Reduction<'a> {
    luma: &'a Luma<'a>,
    width: usize,
    height: usize,
    /// For each right end of a pixel: the column that it lies in, and the part of the column to the left of
    /// it, of `width`.
    ends: Vec<(usize, u64)>,
    /// The sums of the columns over the rows that a row of the result covers, and a 0.
    columns: Vec<u32>,
    /// The sum of all columns to the left of each.
    before: Vec<u64>,
    /// What a sum over a pixel's rectangle is to be multiplied with.
    scale: f64,
}

impl<'a> Reduction<'a> {
    /// Longer sides than this are not reduced: sums of columns are of 32 bits.
    const LONGEST: usize = 1 << 24;

    /// Of an image that keeps its size where no side is above `limit`; none where a side is above 16,777,216.
    pub(super) fn new(luma: &'a Luma<'a>, limit: usize) -> Option<Self> {
        let longest = luma.width().max(luma.height());
        if longest > Self::LONGEST {
            return None;
        }
        let side = |side: usize| {
            if longest <= limit {
                return side;
            }
            // Rounded, in 64 bits.
            let (side, longest, limit) = (side as u64, longest as u64, limit as u64);
            ((2 * side * limit + longest) / (2 * longest)).max(1) as usize
        };
        let (width, height) = (side(luma.width()), side(luma.height()));
        let end = |x: usize| {
            let at = x as u64 * luma.width() as u64;
            ((at / width as u64) as usize, at % width as u64)
        };
        let area = luma.width() as f64 * luma.height() as f64;
        Some(Self {
            luma,
            width,
            height,
            ends: (1..=width).map(end).collect(),
            columns: vec![0; luma.width() + 1],
            before: vec![0; luma.width() + 1],
            scale: f64::from(STEPS) / area,
        })
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn height(&self) -> usize {
        self.height
    }

    /// The row `y`, in steps of a quarter of a level.
    #[inline(always)]
    pub(super) fn row(&mut self, y: usize, row: &mut [u16]) {
        if (self.width, self.height) == (self.luma.width(), self.luma.height()) {
            for (pixel, &level) in row.iter_mut().zip(self.luma.row(y)) {
                *pixel = u16::from(level) * STEPS;
            }
            return;
        }
        self.add_rows(y as u64);
        let mut sum = 0;
        for (before, &column) in self.before.iter_mut().zip(&self.columns) {
            *before = sum;
            sum += u64::from(column);
        }
        let mut start = 0;
        for (pixel, &(column, part)) in row.iter_mut().zip(&self.ends) {
            let end = self.before[column] * self.width as u64 + u64::from(self.columns[column]) * part;
            *pixel = ((end - start) as f64 * self.scale + 0.5) as u16;
            start = end;
        }
    }

    /// Sums each column over the rows that the row `y` of the result covers, each by `height` times its part
    /// that is covered.
    #[inline(always)]
    fn add_rows(&mut self, y: u64) {
        let (from, to) = (self.luma.height() as u64, self.height as u64);
        let (start, end) = (y * from, (y + 1) * from);
        self.columns.fill(0);
        for source in start / to..end.div_ceil(to) {
            // At most `to`, and together `from`: no sum is above 255 * 2^24.
            let weight = (((source + 1) * to).min(end) - (source * to).max(start)) as u32;
            for (column, &level) in self.columns.iter_mut().zip(self.luma.row(source as usize)) {
                *column += weight * u32::from(level);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    fn reduced(samples: &[u8], width: usize, limit: usize) -> Vec<Vec<u16>> {
        let luma = Luma::new(Cow::Borrowed(samples), width, samples.len() / width);
        let mut reduction = Reduction::new(&luma, limit).unwrap();
        let rows = 0..reduction.height();
        rows.map(|y| {
            let mut row = vec![0; reduction.width()];
            reduction.row(y, &mut row);
            row
        })
        .collect()
    }

    #[test]
    fn pixels_are_means_of_areas() {
        // Halves of 2x2 pixels.
        assert_eq!(reduced(&[0, 4, 8, 8, 4, 8, 0, 0], 4, 2), [[4 * 4, 4 * 4]]);
        // Three columns to two: a pixel and a half each. (2 * 10 + 40) / 3, (40 + 2 * 100) / 3.
        assert_eq!(reduced(&[10, 40, 100], 3, 2), [[20 * 4, 80 * 4]]);
        // Three rows to two, two columns to one. (2 * 10 + 2 * 20 + 40 + 40) / 6, (40 + 40 + 2 * 90 + 2 *
        // 110) / 6.
        assert_eq!(reduced(&[10, 20, 40, 40, 90, 110], 2, 2), [[4 * 70 / 3], [4 * 80]]);
        assert_eq!(reduced(&[255; 6], 2, 3), [[1020; 2]; 3]);
    }

    #[test]
    fn one_level_stays_what_it_is() {
        for (width, height, limit) in [(1000, 3, 512), (7, 611, 100), (513, 512, 512), (65, 40, 64)] {
            let rows = reduced(&vec![201; width * height], width, limit);
            assert_eq!(rows.len().max(rows[0].len()), limit);
            assert!(rows.iter().flatten().all(|&level| level == 201 * 4), "{width} {height}");
        }
    }
}
