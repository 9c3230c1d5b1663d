//! A few pixels as planes of f32, between loops that run in registers.
//!
//! Values are whole numbers in 0..=255 between any two operations, as torchvision's are in uint8. Each operation rounds where
//! torch does: `mul_add` is the fused operation of its `add_` with `alpha`.

use crate::transform::random::hue;

/// As many as stay in the nearest cache.
pub(super) const PIXELS: usize = 128;

/// The red, green and blue of `PIXELS` pixels.
pub(super) struct Planes {
    red: [f32; PIXELS],
    green: [f32; PIXELS],
    blue: [f32; PIXELS],
}

/// Brightness: the value times the factor.
#[inline(always)]
pub(super) fn brightened(value: f32, factor: f32) -> f32 {
    whole(value * factor)
}

/// Contrast and saturation: the value times the factor, and another value times the rest to 1.
#[inline(always)]
pub(super) fn blended(value: f32, other: f32, [factor, rest]: [f32; 2]) -> f32 {
    whole(other.mul_add(rest, value * factor))
}

/// torchvision's grayscale of 8-bit samples, rounded down.
#[inline(always)]
pub(super) fn gray(red: f32, green: f32, blue: f32) -> f32 {
    blue.mul_add(0.114, green.mul_add(0.587, red * 0.2989)).floor()
}

/// Within 0..=255, rounded down. In this form, unlike `clamp`, one instruction for each bound.
#[inline(always)]
fn whole(value: f32) -> f32 {
    let value = if value > 0.0 { value } else { 0.0 };
    (if value < 255.0 { value } else { 255.0 }).floor()
}

/// A whole number in 0..=255 as a byte: in this sum it is the last bits. A cast is ten times as slow.
#[inline(always)]
fn last_byte(value: f32) -> u8 {
    (value + 8_388_608.0).to_bits() as u8
}

impl Planes {
    #[inline(always)]
    pub(super) fn new() -> Self {
        Self { red: [0.0; PIXELS], green: [0.0; PIXELS], blue: [0.0; PIXELS] }
    }

    #[inline(always)]
    pub(super) fn load(&mut self, pixels: &[[u8; 3]; PIXELS]) {
        let mut bytes = [[0; PIXELS]; 3];
        for (at, pixel) in pixels.iter().enumerate() {
            [bytes[0][at], bytes[1][at], bytes[2][at]] = *pixel;
        }
        for (plane, bytes) in [&mut self.red, &mut self.green, &mut self.blue].into_iter().zip(bytes) {
            plane.iter_mut().zip(bytes).for_each(|(value, byte)| *value = f32::from(byte));
        }
    }

    #[inline(always)]
    pub(super) fn store(&self, pixels: &mut [[u8; 3]; PIXELS]) {
        let mut bytes = [[0; PIXELS]; 3];
        for (bytes, plane) in bytes.iter_mut().zip([&self.red, &self.green, &self.blue]) {
            bytes.iter_mut().zip(plane).for_each(|(byte, &value)| *byte = last_byte(value));
        }
        let [red, green, blue] = bytes;
        for (at, pixel) in pixels.iter_mut().enumerate() {
            *pixel = [red[at], green[at], blue[at]];
        }
    }

    /// The sum of the grayscale, below 2^24 and thus exact.
    #[inline(always)]
    pub(super) fn gray_sum(&self) -> u64 {
        let mut sums = [0.0; 16];
        for start in (0..PIXELS).step_by(sums.len()) {
            for (lane, sum) in sums.iter_mut().enumerate() {
                let at = start + lane;
                *sum += gray(self.red[at], self.green[at], self.blue[at]);
            }
        }
        sums.iter().sum::<f32>() as u64
    }

    #[inline(always)]
    pub(super) fn brighten(&mut self, factor: f32) {
        for plane in [&mut self.red, &mut self.green, &mut self.blue] {
            plane.iter_mut().for_each(|value| *value = brightened(*value, factor));
        }
    }

    /// Blends all samples with one value.
    #[inline(always)]
    pub(super) fn blend(&mut self, other: f32, ratios: [f32; 2]) {
        for plane in [&mut self.red, &mut self.green, &mut self.blue] {
            plane.iter_mut().for_each(|value| *value = blended(*value, other, ratios));
        }
    }

    #[inline(always)]
    pub(super) fn saturate(&mut self, ratios: [f32; 2]) {
        for at in 0..PIXELS {
            let gray = gray(self.red[at], self.green[at], self.blue[at]);
            for plane in [&mut self.red, &mut self.green, &mut self.blue] {
                plane[at] = blended(plane[at], gray, ratios);
            }
        }
    }

    #[inline(always)]
    pub(super) fn turn_hue(&mut self, shift: f32) {
        for at in 0..PIXELS {
            [self.red[at], self.green[at], self.blue[at]] =
                hue::turned([self.red[at], self.green[at], self.blue[at]], shift);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_comes_back() {
        let mut planes = Planes::new();
        let pixels: [[u8; 3]; PIXELS] =
            std::array::from_fn(|n| [2 * n as u8, 2 * n as u8 + 1, 255 - n as u8]);
        planes.load(&pixels);
        let mut found = [[0; 3]; PIXELS];
        planes.store(&mut found);
        assert_eq!(found, pixels);
        let sum =
            pixels.iter().map(|[r, g, b]| gray(f32::from(*r), f32::from(*g), f32::from(*b))).sum::<f32>();
        assert_eq!(planes.gray_sum(), sum as u64);
    }

    #[test]
    fn values_stay_bytes() {
        let found = [-3.0, -0.0, 0.99, 254.99, 255.0, 1e9, f32::NAN].map(whole);
        assert_eq!(found, [0.0, 0.0, 0.0, 254.0, 255.0, 255.0, 0.0]);
        // 0.2989 + 0.587 + 0.114 = 0.9999
        assert_eq!([gray(0.0, 0.0, 0.0), gray(255.0, 255.0, 255.0), gray(10.0, 0.0, 0.0)], [0.0, 254.0, 2.0]);
    }
}
