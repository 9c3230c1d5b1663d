//! The loops of a resize and of a normalisation for machines with AVX2, of which the compiler makes no good vectors.
#![allow(unsafe_code)] // one call each of a function that needs AVX2, by a value that exists only where it is

use crate::transform::weights::Weights;

/// That the machine has AVX2 and FMA.
#[derive(Debug, Clone, Copy)]
pub(super) struct Avx2(());

impl Avx2 {
    /// Bytes of a row that are weighed in one step.
    pub(super) const BLOCK: usize = 32;

    pub(super) fn detected() -> Option<Self> {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            return Some(Self(()));
        }
        None
    }
}

/// Taps of a pixel that one step takes.
const TAPS: usize = 4;

/// The columns of a resized row of RGB pixels: the weights of each, four taps in a vector.
#[derive(Debug)]
pub(super) struct ColumnGroups {
    /// Steps of each pixel.
    steps: usize,
    /// The first byte of each pixel in the source row.
    firsts: Vec<u32>,
    /// For each step of each pixel: `[w0, w1]` three times, `[0, 0]`, then the same of `w2, w3`.
    weights: Vec<[i16; 16]>,
}

impl ColumnGroups {
    /// Bytes behind a row of the result that may be written.
    pub(super) const ROW_SLACK: usize = 32;

    /// Of source rows that begin with the column `left`.
    pub(super) fn new(columns: &Weights, left: usize) -> Self {
        let most = (0..columns.len()).map(|x| columns.of(x).1.len()).max().unwrap_or(1);
        let steps = most.div_ceil(TAPS);
        let mut groups =
            Self { steps, firsts: Vec::new(), weights: Vec::with_capacity(steps * columns.len()) };
        for x in 0..columns.len() {
            let (first, weights) = columns.of(x);
            groups.firsts.push(((first - left) * 3) as u32);
            for step in 0..steps {
                let tap = |at: usize| weights.get(step * TAPS + at).copied().unwrap_or(0);
                let [a, b, c, d] = std::array::from_fn(tap);
                groups.weights.push([a, b, a, b, a, b, 0, 0, c, d, c, d, c, d, 0, 0]);
            }
        }
        groups
    }

    /// Bytes behind a source row that are read, with weights of 0.
    pub(super) fn slack(&self) -> usize {
        self.steps * TAPS * 3 + 16
    }
}

/// A channel's mean and deviation, and the reciprocal of the latter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Channel {
    pub(super) mean: f32,
    pub(super) std: f32,
    pub(super) per_std: f32,
}

#[cfg(not(target_arch = "x86_64"))]
impl Avx2 {
    pub(super) fn weigh_rows(self, _: &[u8], _: usize, _: &[i16], _: u32, _: &mut [u8]) {}
    pub(super) fn weigh_columns(self, _: &[u8], _: &ColumnGroups, _: u32, _: &mut [u8]) {}
    pub(super) fn write_planes(self, _: &[u8], _: &[Channel; 3], _: [&mut [f32]; 3]) -> usize {
        0
    }
    pub(super) fn split_planes(self, _: &[u8], _: [&mut [u8]; 3]) -> usize {
        0
    }
}

#[cfg(target_arch = "x86_64")]
impl Avx2 {
    /// The weighted sums of rows of at least [`BLOCK`](Self::BLOCK) bytes that begin `stride` bytes after each other, rounded.
    pub(super) fn weigh_rows(
        self,
        samples: &[u8],
        stride: usize,
        weights: &[i16],
        precision: u32,
        sums: &mut [u8],
    ) {
        // SAFETY: the machine has AVX2, of which `self` is the proof.
        unsafe { x86::weigh_rows(samples, stride, weights, precision, sums) }
    }

    /// The weighted sums of the pixels of a row of RGB, rounded. Behind the row are [`ColumnGroups::slack`] bytes, and
    /// [`ColumnGroups::ROW_SLACK`] behind the sums.
    pub(super) fn weigh_columns(self, row: &[u8], groups: &ColumnGroups, precision: u32, sums: &mut [u8]) {
        // SAFETY: as above.
        unsafe { x86::weigh_columns(row, groups, precision, sums) }
    }

    /// Normalises the pixels of a row of RGB into three rows, in groups of 8; gives how many pixels are done.
    pub(super) fn write_planes(self, row: &[u8], channels: &[Channel; 3], planes: [&mut [f32]; 3]) -> usize {
        // SAFETY: as above.
        unsafe { x86::write_planes(row, channels, planes) }
    }

    /// Copies the samples of a row of RGB into three rows, in groups of 8; gives how many pixels are done.
    pub(super) fn split_planes(self, row: &[u8], planes: [&mut [u8]; 3]) -> usize {
        // SAFETY: as above.
        unsafe { x86::split_planes(row, planes) }
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use super::{Avx2, Channel, ColumnGroups, TAPS};

    const BLOCK: usize = Avx2::BLOCK;

    #[target_feature(enable = "avx2")]
    pub(super) fn weigh_rows(
        samples: &[u8],
        stride: usize,
        weights: &[i16],
        precision: u32,
        sums: &mut [u8],
    ) {
        let half = 1 << (precision - 1);
        let shift = _mm_cvtsi32_si128(precision as i32);
        let last = sums.len() - BLOCK;
        // The last block ends with the row: what it shares with the one before is computed twice.
        for start in (0..last).step_by(BLOCK).chain([last]) {
            let mut totals = [_mm256_set1_epi32(half); 4];
            for (pair, taps) in weights.chunks(2).enumerate() {
                let at = pair * 2 * stride + start;
                let first = load(&samples[at..]);
                let (second, weight) = match taps {
                    [_, weight] => (load(&samples[at + stride..]), *weight),
                    _ => (first, 0),
                };
                let weight = _mm256_set1_epi32(i32::from(weight) << 16 | i32::from(taps[0] as u16));
                let zero = _mm256_setzero_si256();
                let low = _mm256_unpacklo_epi8(first, second);
                let high = _mm256_unpackhi_epi8(first, second);
                let words = [
                    _mm256_unpacklo_epi8(low, zero),
                    _mm256_unpackhi_epi8(low, zero),
                    _mm256_unpacklo_epi8(high, zero),
                    _mm256_unpackhi_epi8(high, zero),
                ];
                for (total, words) in totals.iter_mut().zip(words) {
                    *total = _mm256_add_epi32(*total, _mm256_madd_epi16(words, weight));
                }
            }
            let [a, b, c, d] = totals.map(|total| _mm256_sra_epi32(total, shift));
            let bytes = _mm256_packus_epi16(_mm256_packs_epi32(a, b), _mm256_packs_epi32(c, d));
            sums[start..start + BLOCK].copy_from_slice(bytemuck::bytes_of(&bytes));
        }
    }

    #[target_feature(enable = "avx2")]
    fn load(bytes: &[u8]) -> __m256i {
        bytemuck::pod_read_unaligned(&bytes[..BLOCK])
    }

    #[target_feature(enable = "avx2")]
    fn load_half(bytes: &[u8]) -> __m128i {
        bytemuck::pod_read_unaligned(&bytes[..BLOCK / 2])
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn weigh_columns(row: &[u8], groups: &ColumnGroups, precision: u32, sums: &mut [u8]) {
        match groups.steps {
            1 => weigh_columns_in::<1>(row, groups, precision, sums),
            2 => weigh_columns_in::<2>(row, groups, precision, sums),
            3 => weigh_columns_in::<3>(row, groups, precision, sums),
            _ => weigh_columns_in::<0>(row, groups, precision, sums),
        }
    }

    /// With so many steps for each pixel; 0 for any number.
    #[target_feature(enable = "avx2")]
    fn weigh_columns_in<const STEPS: usize>(
        row: &[u8],
        groups: &ColumnGroups,
        precision: u32,
        sums: &mut [u8],
    ) {
        let half = _mm256_set1_epi32(1 << (precision - 1));
        let shift = _mm_cvtsi32_si128(precision as i32);
        // RGB of four pixels without the fourth bytes.
        let close = _mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
        let close = _mm256_broadcastsi128_si256(close);
        let steps = if STEPS == 0 { groups.steps } else { STEPS };
        let pixels = groups.firsts.chunks(8).zip(groups.weights.chunks(8 * steps));
        for ((firsts, weights), sums_at) in pixels.zip((0..).step_by(24)) {
            let mut totals = [_mm256_setzero_si256(); 8];
            for ((total, first), weights) in totals.iter_mut().zip(firsts).zip(weights.chunks_exact(steps)) {
                *total = weigh_pixel(&row[*first as usize..], weights);
            }
            // The halves of pixels 4 apart become the halves of one vector.
            let both = |at: usize| {
                let low = _mm256_permute2x128_si256::<0x20>(totals[at], totals[at + 4]);
                let high = _mm256_permute2x128_si256::<0x31>(totals[at], totals[at + 4]);
                _mm256_sra_epi32(_mm256_add_epi32(_mm256_add_epi32(low, high), half), shift)
            };
            let words = [_mm256_packs_epi32(both(0), both(1)), _mm256_packs_epi32(both(2), both(3))];
            let bytes = _mm256_shuffle_epi8(_mm256_packus_epi16(words[0], words[1]), close);
            let halves: [[u8; 16]; 2] = bytemuck::cast(bytes);
            sums[sums_at..sums_at + 16].copy_from_slice(&halves[0]);
            sums[sums_at + 12..sums_at + 28].copy_from_slice(&halves[1]);
        }
    }

    /// The sums of a pixel's red, green and blue, each in two parts.
    #[target_feature(enable = "avx2")]
    fn weigh_pixel(bytes: &[u8], weights: &[[i16; 16]]) -> __m256i {
        // Of four pixels red of the first two, green, blue; and the same of the others.
        let apart = _mm256_setr_epi8(
            0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1, //
            6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1,
        );
        let mut total = _mm256_setzero_si256();
        for (step, weights) in weights.iter().enumerate() {
            let four = _mm256_broadcastsi128_si256(load_half(&bytes[step * TAPS * 3..]));
            let weights = bytemuck::pod_read_unaligned(bytemuck::bytes_of(weights));
            total = _mm256_add_epi32(total, _mm256_madd_epi16(_mm256_shuffle_epi8(four, apart), weights));
        }
        total
    }

    #[target_feature(enable = "avx2,fma")]
    pub(super) fn write_planes(row: &[u8], channels: &[Channel; 3], planes: [&mut [f32]; 3]) -> usize {
        let [red, green, blue] = planes;
        let width = red.len().min(green.len()).min(blue.len());
        let groups = (width / 8).min(row.len() / 24);
        for group in 0..groups {
            let at = group * 8;
            let [reds_and_greens, greens, blues] = split(&row[group * 24..]);
            store(&mut red[at..at + 8], normalized(reds_and_greens, &channels[0]));
            store(&mut green[at..at + 8], normalized(greens, &channels[1]));
            store(&mut blue[at..at + 8], normalized(blues, &channels[2]));
        }
        groups * 8
    }

    /// The samples of 8 pixels, apart: each in the lower half of a vector.
    #[target_feature(enable = "avx2")]
    fn split(pixels: &[u8]) -> [__m128i; 3] {
        // The colours of the first four pixels, and of those behind them, which begin 4 bytes into what is loaded for them.
        let apart = _mm_setr_epi8(0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11, -1, -1, -1, -1);
        let apart_behind = _mm_setr_epi8(4, 7, 10, 13, 5, 8, 11, 14, 6, 9, 12, 15, -1, -1, -1, -1);
        let first = _mm_shuffle_epi8(load_half(pixels), apart);
        let second = _mm_shuffle_epi8(load_half(&pixels[8..]), apart_behind);
        let reds_and_greens = _mm_unpacklo_epi32(first, second);
        let greens = _mm_unpackhi_epi64(reds_and_greens, reds_and_greens);
        [reds_and_greens, greens, _mm_unpackhi_epi32(first, second)]
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn split_planes(row: &[u8], planes: [&mut [u8]; 3]) -> usize {
        let width = planes.iter().map(|plane| plane.len()).min().unwrap_or(0);
        let groups = (width / 8).min(row.len() / 24);
        let [red, green, blue] = planes;
        for group in 0..groups {
            let at = group * 8;
            let samples = split(&row[group * 24..]).map(bytemuck::cast::<__m128i, [u8; 16]>);
            for (plane, samples) in [&mut *red, &mut *green, &mut *blue].into_iter().zip(&samples) {
                plane[at..at + 8].copy_from_slice(&samples[..8]);
            }
        }
        groups * 8
    }

    #[target_feature(enable = "avx2,fma")]
    fn store(values: &mut [f32], vector: __m256) {
        values.copy_from_slice(&bytemuck::cast::<__m256, [f32; 8]>(vector));
    }

    /// `(v / 255 - mean) / std` of 8 bytes: each quotient by the reciprocal, and made exact by what is left over.
    #[target_feature(enable = "avx2,fma")]
    fn normalized(bytes: __m128i, channel: &Channel) -> __m256 {
        let value = _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(bytes));
        let unit = divided(value, 255.0, 1.0 / 255.0);
        divided(_mm256_sub_ps(unit, _mm256_set1_ps(channel.mean)), channel.std, channel.per_std)
    }

    #[target_feature(enable = "avx2,fma")]
    fn divided(value: __m256, by: f32, reciprocal: f32) -> __m256 {
        let (by, reciprocal) = (_mm256_set1_ps(by), _mm256_set1_ps(reciprocal));
        let quotient = _mm256_mul_ps(value, reciprocal);
        _mm256_fmadd_ps(_mm256_fnmadd_ps(quotient, by, value), reciprocal, quotient)
    }
}
