//! Images of arithmetic, which `tests/golden/measures/make_measures.py` makes in NumPy.

use crate::images::{ColorMode, Image, ImageSize};

/// The generator of Numerical Recipes, of which the upper byte is taken.
struct Bytes(u32);

impl Bytes {
    fn draw(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.0 >> 24
    }
}

/// An RGB image of a function of the column, the row, the channel and a random byte.
fn rgb(width: u32, height: u32, sample: impl Fn(u32, u32, u32, u32) -> u32) -> Image {
    let mut bytes = Bytes(1);
    let mut pixels = Vec::new();
    for y in 0..height {
        for x in 0..width {
            for c in 0..3 {
                pixels.push((sample(x, y, c, bytes.draw()) & 255) as u8);
            }
        }
    }
    Image::new(ImageSize::new(width, height), ColorMode::Rgb, pixels).unwrap()
}

/// 40x30, every sample random.
pub(super) fn noise() -> Image {
    rgb(40, 30, |_, _, _, random| random)
}

/// 150x97, ramps with a little noise that wrap from light to dark.
pub(super) fn ramps() -> Image {
    rgb(150, 97, |x, y, c, random| 2 * x + 3 * y + 40 * c + (random & 7))
}

/// 777x523, curved ramps with more noise.
pub(super) fn large() -> Image {
    rgb(777, 523, |x, y, c, random| 128 + (x * x / 64 + y * y / 97) % 64 + 10 * c + (random & 15))
}

/// 37x1300, and its pixels are gray.
pub(super) fn tall() -> Image {
    rgb(37, 1300, |x, y, _, _| (y * y / 50 + x * y) % 200)
}

/// 60x50, random within a frame of nearly one color: 5 rows, 3 rows, 17 columns, 7 columns from top to right.
pub(super) fn framed() -> Image {
    rgb(60, 50, |x, y, c, random| {
        let inside = (5..47).contains(&y) && (17..53).contains(&x);
        if inside { random } else { 10 + 10 * c + (random & 1) }
    })
}

/// An image's first channel.
pub(super) fn first_channel(image: &Image) -> Image {
    let pixels = image.pixels().chunks_exact(3).map(|pixel| pixel[0]).collect();
    Image::new(image.size(), ColorMode::L, pixels).unwrap()
}
