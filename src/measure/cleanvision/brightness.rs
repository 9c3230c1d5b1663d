//! The perceived brightness of pixels, and its percentiles.

use super::percentile::Place;
use crate::images::{ColorMode, Image};

/// `sqrt(0.241 r^2 + 0.691 g^2 + 0.068 b^2) / 255`: 0 for black, 1 for white.
pub(super) fn perceived([r, g, b]: [f64; 3]) -> f64 {
    (0.241 * (r * r) + 0.691 * (g * g) + 0.068 * (b * b)).sqrt() / 255.0
}

/// The percentiles of the pixels' brightness at some shares, 0 to 1, by linear interpolation.
///
/// Pixels are ranked by the integer `241 r^2 + 691 g^2 + 68 b^2`, so that no percentile is an approximation.
pub(super) fn percentiles<const N: usize>(image: &Image, shares: [f64; N]) -> [f64; N] {
    let places = shares.map(|share| Place::of(share, image.size().area()));
    let ranks = places.map(|place| [place.below, place.above]);
    let levels = levels_at(image, ranks.as_flattened());
    let brightness = |level: u32| (f64::from(level) / 1000.0).sqrt() / 255.0;
    let mut percentiles = [0.0; N];
    for ((percentile, place), [below, above]) in
        percentiles.iter_mut().zip(places).zip(levels.as_chunks::<2>().0)
    {
        *percentile = place.between(brightness(*below), brightness(*above));
    }
    percentiles
}

/// How many bits of a level are counted in the second sweep; a level has twice as many.
const LOW_BITS: u32 = 13;

/// The levels at some ranks among those of all pixels, from the lowest.
///
/// The first sweep over the pixels counts the upper bits of their levels, the second one the lower bits where the upper are
/// those of a wanted rank.
fn levels_at(image: &Image, ranks: &[u64]) -> Vec<u32> {
    let mut high = vec![0_u64; 1 << LOW_BITS];
    each_level(image, |level| high[(level >> LOW_BITS) as usize] += 1);
    let bins: Vec<(u32, u64)> = ranks.iter().map(|&rank| bin_of(&high, rank)).collect();
    let mut low: Vec<(u32, Vec<u64>)> = Vec::new();
    for &(bin, _) in &bins {
        if low.iter().all(|&(counted, _)| counted != bin) {
            low.push((bin, vec![0; 1 << LOW_BITS]));
        }
    }
    each_level(image, |level| {
        for (bin, counts) in &mut low {
            if level >> LOW_BITS == *bin {
                counts[(level & ((1 << LOW_BITS) - 1)) as usize] += 1;
            }
        }
    });
    let level = |&(bin, rank): &(u32, u64)| {
        let counts = low.iter().find(|&&(counted, _)| counted == bin);
        (bin << LOW_BITS) | counts.map_or(0, |(_, counts)| bin_of(counts, rank).0)
    };
    bins.iter().map(level).collect()
}

/// The bin that holds the value of a rank, and the rank among the values of the bin.
fn bin_of(counts: &[u64], mut rank: u64) -> (u32, u64) {
    for (bin, &count) in (0..).zip(counts) {
        if rank < count {
            return (bin, rank);
        }
        rank -= count;
    }
    // Not reached: ranks are below the number of values.
    (0, 0)
}

/// Gives the level of each pixel to `take`: a thousand times the square of its brightness times 255, below `2^26`.
fn each_level(image: &Image, mut take: impl FnMut(u32)) {
    let square = |sample: u8| u32::from(sample) * u32::from(sample);
    let color = |r, g, b| 241 * square(r) + 691 * square(g) + 68 * square(b);
    let gray = |luma| 1000 * square(luma);
    let pixels = image.pixels();
    match image.mode() {
        ColorMode::L => pixels.iter().for_each(|&luma| take(gray(luma))),
        ColorMode::La => pixels.as_chunks::<2>().0.iter().for_each(|&[luma, _]| take(gray(luma))),
        ColorMode::Rgb => pixels.as_chunks::<3>().0.iter().for_each(|&[r, g, b]| take(color(r, g, b))),
        ColorMode::Rgba => pixels.as_chunks::<4>().0.iter().for_each(|&[r, g, b, _]| take(color(r, g, b))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::ImageSize;

    #[test]
    fn percentiles_are_numpys() {
        // NumPy 2.4.6: a = (np.arange(51) ** 2 % 256).reshape(1, 17, 3), cleanvision 0.3.7:
        // calc_percentile_brightness(Image.fromarray(a.astype(np.uint8)), [1, 5, 50, 99])
        let pixels = (0..51_u32).map(|at| (at * at % 256) as u8).collect();
        let image = Image::new(ImageSize::new(17, 1), ColorMode::Rgb, pixels).unwrap();
        let found = percentiles(&image, [0.01, 0.05, 0.5, 0.99]);
        let expected = [0.014092138682580918, 0.04953847242596039, 0.4275717944035519, 0.8010267707187918];
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-14, "{found} is not {expected}");
        }
        assert!((perceived([10.0, 200.0, 30.0]) - 0.6529770937539234).abs() < 1e-15);
    }
}
