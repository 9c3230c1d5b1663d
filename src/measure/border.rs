//! A border of one color around an image.

use serde::{Deserialize, Serialize};

use crate::images::Image;

/// How many rows and columns at each side of an image are of nearly one color, as in a picture with black
/// bars.
///
/// A row or column counts where the standard deviation of each color channel is below 2 of 255, its means are
/// within 2 of those of the outermost one, and all that lie further out count. In an image of one color, all
/// count from each side. Alpha is left out.
///
/// ```
/// use burn_prep::images::{ColorMode, Image, ImageSize};
/// use burn_prep::measure::Measures;
///
/// // A black bar of two rows above a chessboard.
/// let pixels = (0..6 * 8).map(|i| if i < 12 || (i % 6 + i / 6) % 2 == 0 { 0 } else { 255 }).collect();
/// let image = Image::new(ImageSize::new(6, 8), ColorMode::L, pixels)?;
/// let border = Measures::of(&image).border;
/// assert_eq!((border.top, border.bottom, border.left, border.right), (2, 0, 0, 0));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "letterbox")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Border {
    /// Rows at the top.
    pub top: u32,
    /// Rows at the bottom.
    pub bottom: u32,
    /// Columns at the left.
    pub left: u32,
    /// Columns at the right.
    pub right: u32,
}

/// The deviation of a channel is below this, and its mean no further from that of the outermost line.
const LEVELS: u64 = 2;
/// After so many pixels it is asked whether a line can still be of one color.
const PART: usize = 32;
/// Columns that are summed together, because they lie in the same parts of memory.
const COLUMNS: usize = 16;

impl Border {
    pub(super) fn of(image: &Image) -> Self {
        let [height, width, channels] = image.shape();
        let colors = channels - usize::from(image.mode().has_alpha());
        let rows = || image.pixels().chunks_exact(width * channels);
        let row = |samples| Line::of(pixels_of(samples, channels, colors), width);
        let column =
            |at: usize| Line::of(rows().map(|row| &row[at * channels..at * channels + colors]), height);
        let columns = |group: usize| {
            let first = group * COLUMNS;
            let count = COLUMNS.min(width - first);
            let mut lines = [Line::default(); COLUMNS];
            for row in rows() {
                let samples = &row[first * channels..(first + count) * channels];
                for (line, pixel) in lines.iter_mut().zip(pixels_of(samples, channels, colors)) {
                    line.add(pixel);
                }
            }
            lines.into_iter().take(count).map(|line| line.nearly_constant(height))
        };
        // Most images have no border: one column tells it, so that the others are not read.
        let is_open = |at: usize| column(at).is_none();
        let groups = 0..width.div_ceil(COLUMNS);
        Self {
            top: count(rows().map(row), width),
            bottom: count(rows().rev().map(row), width),
            left: if is_open(0) { 0 } else { count(groups.clone().flat_map(columns), height) },
            right: match is_open(width - 1) {
                true => 0,
                false => count(groups.rev().flat_map(|group| columns(group).rev()), height),
            },
        }
    }
}

/// The colors of each pixel.
fn pixels_of(samples: &[u8], channels: usize, colors: usize) -> impl Iterator<Item = &[u8]> {
    samples.chunks_exact(channels).map(move |pixel| &pixel[..colors])
}

/// The sums of a row or a column, for each color.
#[derive(Debug, Clone, Copy, Default)]
struct Line {
    sums: [u64; 3],
    squares: [u64; 3],
}

impl Line {
    /// The sums of a line of `count` pixels, if it is of nearly one color; most lines' first pixels tell that they are not.
    fn of<'a>(mut pixels: impl Iterator<Item = &'a [u8]>, count: usize) -> Option<Self> {
        let mut line = Self::default();
        for begun in (0..count).step_by(PART) {
            let part = PART.min(count - begun);
            pixels.by_ref().take(part).for_each(|pixel| line.add(pixel));
            if line.deviates(begun + part, count) {
                return None;
            }
        }
        Some(line)
    }

    #[inline]
    fn add(&mut self, pixel: &[u8]) {
        for ((sum, squares), &sample) in self.sums.iter_mut().zip(&mut self.squares).zip(pixel) {
            let sample = u64::from(sample);
            *sum += sample;
            *squares += sample * sample;
        }
    }

    /// The line, if its `count` pixels are of nearly one color.
    fn nearly_constant(self, count: usize) -> Option<Self> {
        (!self.deviates(count, count)).then_some(self)
    }

    /// Whether it has the color of the outermost line; both are of as many pixels.
    fn continues(&self, outermost: &Self, pixels: usize) -> bool {
        let near = |(&a, &b): (&u64, &u64)| a.abs_diff(b) <= LEVELS * pixels as u64;
        self.sums.iter().zip(&outermost.sums).all(near)
    }

    /// Whether the squared deviations of the first `begun` pixels, which are summed, are enough for all `pixels`: those that follow
    /// only add to them.
    fn deviates(&self, begun: usize, pixels: usize) -> bool {
        let (begun, pixels) = (begun as u128, pixels as u128);
        self.sums.iter().zip(&self.squares).any(|(&sum, &squares)| {
            // n S2 - S1^2 is n times the squared deviations from the mean, and never below 0.
            let deviations = begun * u128::from(squares) - u128::from(sum).pow(2);
            deviations >= begun * pixels * u128::from(LEVELS).pow(2)
        })
    }
}

/// How many lines are of nearly one color, and that of the outermost one, each of `pixels` pixels.
fn count(lines: impl Iterator<Item = Option<Line>>, pixels: usize) -> u32 {
    let mut outermost = None;
    let mut count = 0;
    for line in lines.map_while(std::convert::identity) {
        let outermost: &mut Line = outermost.get_or_insert(line);
        if !line.continues(outermost, pixels) {
            break;
        }
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::{ColorMode, ImageSize};
    use crate::measure::test_images;

    #[test]
    fn a_frame_has_the_width_of_each_side() {
        // 60x50: see `framed`.
        let expected = Border { top: 5, bottom: 3, left: 17, right: 7 };
        assert_eq!(Border::of(&test_images::framed()), expected);
        let framed = test_images::framed();
        let pixels = framed.pixels().chunks_exact(3).enumerate();
        let pixels = pixels.flat_map(|(i, pixel)| [pixel[0], pixel[1], pixel[2], (i % 251) as u8]).collect();
        let rgba = Image::new(framed.size(), ColorMode::Rgba, pixels).unwrap();
        assert_eq!(Border::of(&rgba), expected);
    }

    #[test]
    fn a_gradient_is_no_border() {
        // Each row is of one color, but not of the same one: 3 rows are within 2 levels of the outermost.
        let pixels = (0..40 * 100).map(|i| (i / 40) as u8).collect();
        let image = Image::new(ImageSize::new(40, 100), ColorMode::L, pixels).unwrap();
        assert_eq!(Border::of(&image), Border { top: 3, bottom: 3, left: 0, right: 0 });
    }

    #[test]
    fn an_image_of_one_color_is_all_border() {
        let image = Image::new(ImageSize::new(20, 7), ColorMode::Rgb, vec![77; 20 * 7 * 3]).unwrap();
        assert_eq!(Border::of(&image), Border { top: 7, bottom: 7, left: 20, right: 20 });
    }

    #[test]
    fn one_channel_may_not_vary() {
        // Blue alone varies, by a deviation of 3.
        let pixels = (0..30 * 30).flat_map(|i| [9, 9, if i % 2 == 0 { 90 } else { 96 }]).collect();
        let image = Image::new(ImageSize::new(30, 30), ColorMode::Rgb, pixels).unwrap();
        let border = Border::of(&image);
        assert_eq!((border.top, border.bottom), (0, 0));
    }
}
