//! What one pass over an image gives.

use std::borrow::Cow;

use crate::images::{ColorMode, Image};
use crate::measure::blockiness::blockiness;
use crate::measure::entropy::entropy;
use crate::measure::luma::Luma;
use crate::measure::noise::noise;
use crate::measure::sweep::Colors;
use crate::measure::{Border, ChannelSums, Measures, Sharpness};

/// The measures of an image, with what they were made from, which others need too.
pub(crate) struct Measured<'a> {
    pub(crate) measures: Measures,
    /// The luma of each pixel, row by row.
    pub(crate) luma: Cow<'a, [u8]>,
    /// How often each value of each channel occurs; alpha is left out.
    pub(crate) counts: Vec<[u64; 256]>,
}

impl<'a> Measured<'a> {
    pub(crate) fn of(image: &'a Image) -> Self {
        let pixels = image.pixels();
        let (samples, colors) = match image.mode() {
            ColorMode::L => (Cow::Borrowed(pixels), None),
            ColorMode::La => {
                let luma: Vec<u8> = pixels.as_chunks::<2>().0.iter().map(|[luma, _]| *luma).collect();
                (Cow::Owned(luma), None)
            }
            ColorMode::Rgb => of_colors::<3>(pixels),
            ColorMode::Rgba => of_colors::<4>(pixels),
        };
        let [height, width, _] = image.shape();
        let luma = Luma::new(samples, width, height);
        let colors = colors.unwrap_or_else(|| Colors::of_samples(luma.samples()));
        let share = |pixels: u64| pixels as f64 / image.size().area() as f64;
        let measures = Measures {
            brightness: colors.brightness,
            entropy: colors.counts.iter().map(entropy).fold(0.0, f64::max),
            clipped_light: share(colors.clipping.light),
            clipped_dark: share(colors.clipping.dark),
            channels: colors.counts.iter().map(ChannelSums::of_counts).collect(),
            color_difference: colors.difference,
            border: Border::of(image),
            sharpness: Sharpness::of(&luma),
            noise: noise(&luma),
            blockiness: blockiness(&luma),
        };
        Self { measures, luma: luma.into_samples(), counts: colors.counts }
    }
}

fn of_colors<const C: usize>(pixels: &[u8]) -> (Cow<'static, [u8]>, Option<Colors>) {
    let (luma, colors) = Colors::of_pixels::<C>(pixels);
    (Cow::Owned(luma), Some(colors))
}
