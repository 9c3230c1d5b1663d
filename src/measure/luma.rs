//! The luma of an image's pixels.

use std::borrow::Cow;

/// The luma of each pixel, row by row.
pub(super) struct Luma<'a> {
    samples: Cow<'a, [u8]>,
    width: usize,
    height: usize,
}

impl<'a> Luma<'a> {
    /// Of `width * height` samples; neither is 0.
    pub(super) fn new(samples: Cow<'a, [u8]>, width: usize, height: usize) -> Self {
        debug_assert_eq!(samples.len(), width * height);
        Self { samples, width, height }
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn height(&self) -> usize {
        self.height
    }

    pub(super) fn samples(&self) -> &[u8] {
        &self.samples
    }

    pub(super) fn into_samples(self) -> Cow<'a, [u8]> {
        self.samples
    }

    /// The row `y`, which is below the height.
    #[inline(always)]
    pub(super) fn row(&self, y: usize) -> &[u8] {
        &self.samples[y * self.width..(y + 1) * self.width]
    }
}

/// The luma of each pixel.
#[inline(always)]
pub(super) fn weigh([r, g, b]: [&[u8]; 3], luma: &mut [u8]) {
    for (((luma, &r), &g), &b) in luma.iter_mut().zip(r).zip(g).zip(b) {
        *luma = crate::images::luma([r, g, b]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luma_follows_pillow() {
        // Pillow 13.0.0: Image.new("RGB", (1, 1), c).convert("L").getpixel((0, 0))
        let mut luma = [0; 5];
        weigh([&[255, 0, 0, 12, 255], &[0, 255, 0, 200, 255], &[0, 0, 255, 77, 255]], &mut luma);
        assert_eq!(luma, [76, 150, 29, 130, 255]);
    }
}
