//! A rectangle that may reach beyond an image.

use crate::error::Result;
use crate::images::Region;
use crate::images::{Image, ImageSize};
use crate::transform::random::Fill;

/// A rectangle of pixels, whose corner is counted from that of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) left: i64,
    pub(crate) top: i64,
    pub(crate) size: ImageSize,
    /// The colour beyond the image.
    pub(crate) fill: Fill,
}

impl Window {
    /// The part of an image of this size that is seen, if any is, and the place `[left, top]` of it in the window.
    pub(crate) fn visible(self, from: ImageSize) -> Option<(Region, [u32; 2])> {
        let (left, place_x, width) = overlap(self.left, self.size.width, from.width)?;
        let (top, place_y, height) = overlap(self.top, self.size.height, from.height)?;
        Some((Region { left, top, size: ImageSize::new(width, height) }, [place_x, place_y]))
    }

    /// The pixels of the window, with the fill where it reaches beyond the image; alpha is 0 there.
    ///
    /// # Errors
    ///
    /// The window has a side of 0, or the fill has colours and the image has not.
    pub(crate) fn cut(self, image: Image) -> Result<Image> {
        let (mode, from) = (image.mode(), image.size());
        let visible = self.visible(from);
        if let Some((region, _)) = visible.filter(|(region, _)| region.size == self.size) {
            return region.cut(image);
        }
        let channels = mode.channels();
        let pixel = self.fill.pixel("random crop", mode)?;
        let mut pixels = pixel[..channels].repeat(self.size.area() as usize);
        if let Some((region, [left, top])) = visible {
            let bytes = |count: u32| count as usize * channels;
            let (row, source_row, seen) =
                (bytes(self.size.width), bytes(from.width), bytes(region.size.width));
            let source = image.pixels()[region.top as usize * source_row..].chunks_exact(source_row);
            let target = pixels[top as usize * row..].chunks_exact_mut(row);
            for (to, line) in target.zip(source).take(region.size.height as usize) {
                let (to, line) = (&mut to[bytes(left)..][..seen], &line[bytes(region.left)..][..seen]);
                to.copy_from_slice(line);
            }
        }
        Image::new(self.size, mode, pixels)
    }
}

/// Of `count` pixels from `start` on, those within 0..`side`: the first of them, its place among the `count`, how many.
fn overlap(start: i64, count: u32, side: u32) -> Option<(u32, u32, u32)> {
    let first = start.max(0);
    let end = start.saturating_add(i64::from(count)).min(i64::from(side));
    let number = |n: i64| u32::try_from(n).ok();
    let seen = number(end.checked_sub(first)?).filter(|&seen| seen > 0)?;
    Some((number(first)?, number(first - start)?, seen))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::ColorMode;

    #[test]
    fn what_lies_beyond_the_image_is_filled() {
        let image = || Image::new(ImageSize::new(3, 2), ColorMode::L, vec![1, 2, 3, 4, 5, 6]).unwrap();
        let cut = |left, top, width, height| {
            let window = Window { left, top, size: ImageSize::new(width, height), fill: Fill::All(9) };
            window.cut(image()).unwrap().into_pixels()
        };
        assert_eq!(cut(1, 0, 2, 2), [2, 3, 5, 6]);
        assert_eq!(cut(-1, -1, 3, 2), [9, 9, 9, 9, 1, 2]);
        assert_eq!(cut(2, 1, 2, 2), [6, 9, 9, 9]);
        assert_eq!(cut(-1, 0, 5, 1), [9, 1, 2, 3, 9]);
        assert_eq!(cut(3, 0, 1, 2), [9, 9]);
        assert_eq!(cut(-9, 9, 2, 1), [9, 9]);
    }

    #[test]
    fn bars_of_a_transparent_image_are_transparent() {
        let image = Image::new(ImageSize::new(1, 1), ColorMode::Rgba, vec![1, 2, 3, 255]).unwrap();
        let window = Window { left: 0, top: 0, size: ImageSize::new(2, 1), fill: Fill::Rgb([7, 8, 9]) };
        assert_eq!(window.cut(image).unwrap().pixels(), [1, 2, 3, 255, 7, 8, 9, 0]);
        let image = Image::new(ImageSize::new(1, 1), ColorMode::L, vec![1]).unwrap();
        let error = window.cut(image).unwrap_err();
        assert_eq!(
            error.to_string(),
            "random crop: found shape L, expected RGB for a fill of three samples (use one)"
        );
    }
}
