//! How strong the edges of a small gray copy are.

use crate::error::Result;
use crate::images::{Image, ImageSize, luma_of};
use crate::transform::{Filter, Resize, Transform};

/// The longest side of the copy.
const LONGEST: u32 = 64;

/// Two deviations of a gray copy whose longest side is at most 64.
pub(super) struct Blurriness {
    /// Of the edges.
    pub(super) edges: f64,
    /// Of the 256 counts of the histogram.
    pub(super) counts: f64,
}

impl Blurriness {
    pub(super) fn of(image: &Image) -> Result<Self> {
        let small = shrunk(image)?;
        let small = small.as_ref().unwrap_or(image);
        let gray = luma_of(small);
        let edges = edges(&gray, small.size().width as usize);
        Ok(Self { edges: deviation(&edges), counts: deviation_of_counts(&gray) })
    }
}

/// The image with a longest side of 64, by Pillow's bicubic filter; `None` where no side is longer.
fn shrunk(image: &Image) -> Result<Option<Image>> {
    let from = image.size();
    let longest = from.width.max(from.height);
    if longest <= LONGEST {
        return Ok(None);
    }
    // At most 64.
    let side = |side: u32| (u64::from(side) * u64::from(LONGEST) / u64::from(longest)).max(1) as u32;
    let to = ImageSize::new(side(from.width), side(from.height));
    let resized = |image: Image, to| Resize::exact(to).filter(Filter::Bicubic).apply(image);
    // Which axis Pillow 13 begins with, as found by comparing pixels.
    let columns_first = u64::from(from.height - to.height) > 2 * u64::from(from.width - to.width);
    let image = match columns_first {
        true => resized(image.clone(), ImageSize::new(from.width, to.height))?,
        false => image.clone(),
    };
    resized(image, to).map(Some)
}

/// Eight times each pixel less its eight neighbours, Pillow's `FIND_EDGES`. The outermost pixels stay as they are.
fn edges(gray: &[u8], width: usize) -> Vec<u8> {
    let mut edges = gray.to_vec();
    let rows: Vec<&[u8]> = gray.chunks_exact(width).collect();
    for (around, line) in rows.windows(3).zip(edges.chunks_exact_mut(width).skip(1)) {
        for (x, edge) in line.iter_mut().enumerate().take(width - 1).skip(1) {
            let block = around.iter().flat_map(|row| &row[x - 1..=x + 1]);
            let sum: i32 = block.map(|&luma| i32::from(luma)).sum();
            *edge = (9 * i32::from(around[1][x]) - sum).clamp(0, 255) as u8;
        }
    }
    edges
}

/// The standard deviation of samples, of which there is at least one, and at most 4,096.
fn deviation(samples: &[u8]) -> f64 {
    let count = samples.len() as u64;
    let sum: u64 = samples.iter().map(|&sample| u64::from(sample)).sum();
    let squares: u64 = samples.iter().map(|&sample| u64::from(sample) * u64::from(sample)).sum();
    ((count * squares - sum * sum) as f64 / (count * count) as f64).sqrt()
}

/// The standard deviation of the counts of the 256 values of samples, of which there are at most 4,096.
fn deviation_of_counts(samples: &[u8]) -> f64 {
    let mut counts = [0_u64; 256];
    samples.iter().for_each(|&sample| counts[usize::from(sample)] += 1);
    let sum = samples.len() as u64;
    let squares: u64 = counts.iter().map(|count| count * count).sum();
    ((256 * squares - sum * sum) as f64).sqrt() / 256.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::ColorMode;

    fn image(width: u32, height: u32, pixels: Vec<u8>) -> Image {
        Image::new(ImageSize::new(width, height), ColorMode::L, pixels).unwrap()
    }

    #[test]
    fn a_small_picture_is_measured_as_it_is() {
        // Pillow 13.0.0: image.filter(ImageFilter.FIND_EDGES); cleanvision 0.3.7: calc_blurriness, calc_std_grayscale
        let pixels = vec![238, 14, 10, 117, 120, 41, 103, 45, 150, 135, 156, 86];
        assert_eq!(edges(&pixels, 4), [238, 14, 10, 117, 120, 0, 220, 45, 150, 135, 156, 86]);
        let found = Blurriness::of(&image(4, 3, pixels)).unwrap();
        assert!((found.edges - 75.8402469375961).abs() < 1e-12, "{}", found.edges);
        assert!((found.counts - 0.21137108216357317).abs() < 1e-15, "{}", found.counts);
    }

    #[test]
    fn pictures_without_an_inside_have_no_edges() {
        for width in [1, 2, 3, 6] {
            assert_eq!(edges(&[3, 9, 0, 7, 200, 8], width), [3, 9, 0, 7, 200, 8]);
        }
    }

    #[test]
    fn large_pictures_are_made_smaller_as_by_pillow() {
        // cleanvision 0.3.7 with Pillow 13.0.0: BlurrinessProperty().calculate(image). Pillow begins with the columns of the
        // first picture; with its rows first the deviation is 87.038. Weights of 16 bits cost up to 0.003.
        for (width, height, deviation) in [(40, 150, 86.99710906110616), (150, 40, 87.82586965234282)] {
            let value = |x: u32, y: u32| ((x * x * 3 + y * y * 5 + x * y) / 7 % 256) as u8;
            let pixels = (0..height).flat_map(|y| (0..width).map(move |x| value(x, y))).collect();
            let found = Blurriness::of(&image(width, height, pixels)).unwrap().edges;
            assert!((found - deviation).abs() < 0.01, "{width}x{height}: {found}");
        }
    }
}
