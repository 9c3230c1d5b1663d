//! What is measured of one image's pixels.

use serde::{Deserialize, Serialize};

use crate::images::Image;
use crate::measure::measured::Measured;
use crate::measure::{Border, Brightness, ChannelSums, Sharpness};

/// What is measured of an image's pixels, from its brightness to its borders.
///
/// Alpha is left out: the colors of transparent pixels count like all others. Luma is Pillow's
/// `convert("L")`. The numbers do not depend on the machine. Use them for a property of each file of a
/// dataset; whether a value is too low or too high is for checks to say.
///
/// ```
/// use burn_prep::images::{ColorMode, Image, ImageSize};
/// use burn_prep::measure::Measures;
///
/// // The left half is black, the right one is white.
/// let pixels = (0..64 * 64).map(|i| if i % 64 < 32 { 0 } else { 255 }).collect();
/// let measures = Measures::of(&Image::new(ImageSize::square(64), ColorMode::L, pixels)?);
/// assert_eq!((measures.brightness.p5, measures.brightness.p95), (0.0, 1.0));
/// assert_eq!((measures.entropy, measures.clipped_light, measures.clipped_dark), (1.0, 0.5, 0.5));
/// assert_eq!(measures.channels[0].mean(), 127.5);
/// assert_eq!((measures.border.left, measures.border.right, measures.border.top), (32, 32, 0));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Measures {
    /// Percentiles of the pixels' brightness.
    pub brightness: Brightness,
    /// The entropy of a channel's samples, in bits: from 0, where all are equal, to 8. Of three channels that of the one
    /// which has the most.
    pub entropy: f64,
    /// The share of pixels of which all channels are at least 253.
    pub clipped_light: f64,
    /// The share of pixels of which all channels are at most 2.
    pub clipped_dark: f64,
    /// The sums of each color channel: one of gray images, three of others.
    pub channels: Vec<ChannelSums>,
    /// The value of `max(|R - G|, |G - B|)` that 99 % of the pixels do not exceed: low where an image of
    /// three channels is gray. 0 of one channel.
    pub color_difference: u8,
    /// Rows and columns of one color around the image.
    pub border: Border,
    /// How sharp the image is; none where both sides are below 64 pixels, where one is below 4 after the
    /// other was reduced to 512, or where one is above 2^24.
    pub sharpness: Option<Sharpness>,
    /// The standard deviation of noise, in levels of luma in 0..=255; none where a side is below 3 pixels.
    ///
    /// Immerkaer's estimate (1996): `sqrt(pi / 2) / (6 (W - 2) (H - 2)) * sum |L * M|` with
    /// `M = [1 -2 1; -2 4 -2; 1 -2 1]`. Fine texture counts as noise.
    #[doc(alias = "Immerkaer")]
    pub noise: Option<f64>,
    /// The mean difference of luma between neighbors on both sides of the edges of 8x8 blocks, over that
    /// between all other neighbors: about 1, and more where JPEG was saved at a low quality. None where a
    /// side is below 16 pixels.
    ///
    /// Blocks are counted from the upper left corner. Where neighbors elsewhere are all equal, one is taken
    /// to differ by 1.
    pub blockiness: Option<f64>,
}

impl Measures {
    /// Measures an image.
    pub fn of(image: &Image) -> Self {
        Measured::of(image).measures
    }
}

/// The numbers are those of `tests/golden/measures/make_measures.py`, NumPy 2.4.6 and Pillow 13.0.0.
#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::ColorMode;
    use crate::measure::test_images;

    fn percentiles(measures: &Measures) -> [f64; 8] {
        let Brightness { p1, p5, p10, p15, p50, p90, p95, p99 } = measures.brightness;
        [p1, p5, p10, p15, p50, p90, p95, p99]
    }

    fn channels(measures: &Measures) -> Vec<(u8, u8, u64, u64)> {
        measures.channels.iter().map(|c| (c.min, c.max, c.sum, c.sum_of_squares)).collect()
    }

    #[track_caller]
    fn near(found: &[f64], expected: &[f64], tolerance: f64) {
        assert_eq!(found.len(), expected.len());
        for (a, b) in found.iter().zip(expected) {
            assert!((a - b).abs() <= tolerance * b.abs().max(1.0), "{found:?}, expected {expected:?}");
        }
    }

    fn sharpness(measures: &Measures) -> [f64; 4] {
        let Sharpness { score, x, y, variance } = measures.sharpness.unwrap();
        [score, x, y, variance]
    }

    #[track_caller]
    fn numbers_are(measures: &Measures, entropy: f64, noise: f64, blockiness: f64) {
        let found = [measures.entropy, measures.noise.unwrap(), measures.blockiness.unwrap()];
        near(&found, &[entropy, noise, blockiness], 1e-12);
    }

    /// What is said of the error of brightness.
    const STEP: f64 = 1.0 / 15_000.0;

    #[test]
    fn random_pixels() {
        let measures = Measures::of(&test_images::noise());
        let expected = [
            0.1178015097,
            0.212285634,
            0.2640368257,
            0.3095125322,
            0.5452255196,
            0.8173525384,
            0.8588503135,
            0.9197029268,
        ];
        near(&percentiles(&measures), &expected, STEP);
        numbers_are(&measures, 7.839673397501106, 54.261198999472285, 1.0588248021760633);
        let expected =
            [(0, 255, 150_448, 25_311_456), (0, 255, 153_816, 26_235_708), (0, 255, 152_253, 25_932_541)];
        assert_eq!(channels(&measures), expected);
        assert_eq!(measures.color_difference, 236);
        assert_eq!(measures.sharpness, None);
    }

    #[test]
    fn ramps_that_wrap() {
        let measures = Measures::of(&test_images::ramps());
        let expected = [
            0.1598907941,
            0.1964635139,
            0.2414159052,
            0.2853376737,
            0.4975268857,
            0.8343266237,
            0.8827709315,
            0.9214839503,
        ];
        near(&percentiles(&measures), &expected, STEP);
        numbers_are(&measures, 7.989245188474065, 5.1606353572535815, 1.0237165538118302);
        let expected = [0.021753030705774418, 76.81747518293429, 105.4821080309052, 2755.6907951194958];
        near(&sharpness(&measures), &expected, 1e-12);
        let expected = [
            (0, 255, 1_832_089, 310_690_421),
            (0, 255, 1_846_783, 313_082_833),
            (0, 255, 1_854_396, 314_402_212),
        ];
        assert_eq!(channels(&measures), expected);
        assert_eq!(measures.color_difference, 222);
        assert_eq!(measures.border, Border::default());
    }

    /// Larger than 512 pixels, so that it is made smaller: levels are then rounded to quarters, which moves the sums by up to 3 in 10,000.
    #[test]
    fn large_images() {
        let measures = Measures::of(&test_images::large());
        let expected = [
            0.5546168602,
            0.5730448565,
            0.5871344994,
            0.5998139914,
            0.687361783,
            0.7878953515,
            0.8021029262,
            0.8206377336,
        ];
        near(&percentiles(&measures), &expected, STEP);
        numbers_are(&measures, 6.179049159447754, 9.540303364501861, 1.036193218568144);
        let expected = [1.5827256868979214, 109.8729826938996, 58.521139508541715, 71.19645712675882];
        near(&sharpness(&measures), &expected, 5e-4);
        let expected = [
            (128, 206, 67_838_892, 11_472_242_764),
            (138, 216, 71_895_943, 12_867_295_321),
            (148, 226, 75_961_538, 14_346_626_482),
        ];
        assert_eq!(channels(&measures), expected);
        assert_eq!((measures.color_difference, measures.clipped_light), (24, 0.0));
    }

    #[test]
    fn gray_pixels_of_three_channels() {
        let image = test_images::tall();
        let measures = Measures::of(&image);
        let expected = [
            0.0,
            0.03137254902,
            0.07058823529,
            0.1137254902,
            0.3882352941,
            0.6984313725,
            0.7411764706,
            0.7764705882,
        ];
        near(&percentiles(&measures), &expected, 1e-10);
        numbers_are(&measures, 7.5958042875864455, 49.99462645043252, 1.0322980610008028);
        let expected = [1.1839316872652565, 126.98400112091386, 219.90406510468375, 89.64214521817559];
        near(&sharpness(&measures), &expected, 5e-4);
        assert_eq!((measures.color_difference, measures.clipped_dark), (0, 1171.0 / 48_100.0));

        let one = Measures::of(&test_images::first_channel(&image));
        assert_eq!(one.channels, measures.channels[..1]);
        assert_eq!(Measures { channels: measures.channels.clone(), ..one }, measures);
    }

    #[test]
    fn one_channel() {
        let image = test_images::first_channel(&test_images::ramps());
        let measures = Measures::of(&image);
        let expected = [
            0.007843137255,
            0.04705882353,
            0.09803921569,
            0.1450980392,
            0.4901960784,
            0.8980392157,
            0.9490196078,
            0.9921568627,
        ];
        near(&percentiles(&measures), &expected, 1e-10);
        numbers_are(&measures, 7.987194882302969, 5.88546572865411, 1.1080642880072085);
        let expected = [0.033856296519499354, 166.85453520783713, 251.36544763592372, 5175.561398693125];
        near(&sharpness(&measures), &expected, 1e-12);
        assert_eq!((measures.clipped_light, measures.clipped_dark), (166.0 / 14_550.0, 165.0 / 14_550.0));
        assert_eq!(channels(&measures), [(0, 255, 1_832_089, 310_690_421)]);
    }

    #[test]
    fn alpha_is_left_out() {
        let with_alpha = |image: &Image, mode: ColorMode| {
            let pixels = image.pixels().chunks_exact(image.mode().channels()).enumerate();
            let pixels = pixels.flat_map(|(i, pixel)| pixel.iter().copied().chain([(i * 7 % 256) as u8]));
            Image::new(image.size(), mode, pixels.collect()).unwrap()
        };
        let rgb = test_images::framed();
        let gray = test_images::first_channel(&rgb);
        assert_eq!(Measures::of(&with_alpha(&rgb, ColorMode::Rgba)), Measures::of(&rgb));
        assert_eq!(Measures::of(&with_alpha(&gray, ColorMode::La)), Measures::of(&gray));
    }

    #[test]
    fn one_pixel_has_measures_and_comes_back_from_json() {
        use crate::images::ImageSize;
        let image = Image::new(ImageSize::square(1), ColorMode::Rgb, vec![254, 253, 255]).unwrap();
        let measures = Measures::of(&image);
        assert_eq!((measures.entropy, measures.clipped_light, measures.color_difference), (0.0, 1.0, 2));
        assert_eq!((measures.sharpness, measures.noise, measures.blockiness), (None, None, None));
        let json = serde_json::to_string(&measures).unwrap();
        assert_eq!(serde_json::from_str::<Measures>(&json).unwrap(), measures);
    }
}
