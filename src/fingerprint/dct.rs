//! The low frequencies of a small picture, and the bits of a perceptual hash.

use super::{Dihedral, SIDE};

/// How many frequencies of an axis are kept.
const KEPT: usize = 8;

/// `cos(m pi / 64)` in units of `2^-30`, for `m` up to 32. Integers cancel out where sines and cosines would: what a symmetric
/// picture lacks is exactly 0.
const QUARTER: [i64; 33] = [
    1_073_741_824,
    1_072_448_455,
    1_068_571_464,
    1_062_120_190,
    1_053_110_176,
    1_041_563_127,
    1_027_506_862,
    1_010_975_242,
    992_008_094,
    970_651_112,
    946_955_747,
    920_979_082,
    892_783_698,
    862_437_520,
    830_013_654,
    795_590_213,
    759_250_125,
    721_080_937,
    681_174_602,
    639_627_258,
    596_538_995,
    552_013_618,
    506_158_392,
    459_083_786,
    410_903_207,
    361_732_726,
    311_690_799,
    260_897_982,
    209_476_638,
    157_550_647,
    105_245_103,
    52_686_014,
    0,
];

/// `cos(pi k (2 n + 1) / 64)` by frequency `k` and place `n`.
static COSINES: [[i64; SIDE]; KEPT] = cosines();

const fn cosines() -> [[i64; SIDE]; KEPT] {
    let mut table = [[0; SIDE]; KEPT];
    let mut k = 0;
    while k < KEPT {
        let mut n = 0;
        while n < SIDE {
            let turn = k * (2 * n + 1) % 128;
            let half = if turn > 64 { 128 - turn } else { turn };
            table[k][n] = if half <= 32 { QUARTER[half] } else { -QUARTER[64 - half] };
            n += 1;
        }
        k += 1;
    }
    table
}

/// The lowest 8x8 coefficients of the discrete cosine transform (DCT-II) of 32x32 samples, times `2^60`, by the frequency along a
/// column and then along a row. They are exact but for the rounding of the cosines.
pub(super) struct LowFrequencies([[i128; KEPT]; KEPT]);

impl LowFrequencies {
    pub(super) fn of(samples: &[u8]) -> Self {
        let mut rows = [[0_i64; KEPT]; SIDE];
        for (row, samples) in rows.iter_mut().zip(samples.chunks_exact(SIDE)) {
            for (sum, cosines) in row.iter_mut().zip(&COSINES) {
                *sum = samples.iter().zip(cosines).map(|(&sample, cosine)| i64::from(sample) * cosine).sum();
            }
        }
        let coefficient = |vertical: usize, horizontal: usize| {
            let products = rows
                .iter()
                .zip(&COSINES[vertical])
                .map(|(row, &cosine)| i128::from(row[horizontal]) * i128::from(cosine));
            products.sum::<i128>()
        };
        Self(std::array::from_fn(|vertical| {
            std::array::from_fn(|horizontal| coefficient(vertical, horizontal))
        }))
    }

    /// Those of the picture in another form: a flip changes the sign of every other frequency.
    fn formed(&self, form: Dihedral) -> Self {
        let (transposed, rows, columns) = form.parts();
        let coefficient = |vertical: usize, horizontal: usize| {
            let value = if transposed { self.0[horizontal][vertical] } else { self.0[vertical][horizontal] };
            let negative = (rows && vertical % 2 == 1) != (columns && horizontal % 2 == 1);
            if negative { -value } else { value }
        };
        Self(std::array::from_fn(|vertical| {
            std::array::from_fn(|horizontal| coefficient(vertical, horizontal))
        }))
    }

    /// A bit for each coefficient, the first one highest: whether it is above the median of all 64, the mean of the two in the
    /// middle.
    fn bits(&self) -> u64 {
        let coefficients = self.0.as_flattened();
        let mut ordered = coefficients.to_vec();
        let (lower, upper, _) = ordered.select_nth_unstable(KEPT * KEPT / 2);
        let twice_median = lower.iter().copied().fold(i128::MIN, i128::max) + *upper;
        coefficients.iter().fold(0, |bits, &value| bits << 1 | u64::from(2 * value > twice_median))
    }

    /// The perceptual hashes of all forms.
    pub(super) fn hashes(&self) -> [u64; 8] {
        Dihedral::ALL.map(|form| self.formed(form).bits())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cosines_are_those_of_the_definition() {
        for (k, row) in COSINES.iter().enumerate() {
            for (n, &cosine) in row.iter().enumerate() {
                let angle = std::f64::consts::PI * (k * (2 * n + 1)) as f64 / 64.0;
                let expected = angle.cos() * f64::from(1 << 30);
                assert!((cosine as f64 - expected).abs() < 0.501, "{k} {n}");
            }
        }
    }

    /// The coefficients of a flipped picture are those of the picture, with other signs, to the last bit.
    #[test]
    fn the_forms_hashes_are_those_of_the_formed_samples() {
        let mut numbers = crate::random::SplitMix64::of_epoch(1, 0);
        for case in 0..50 {
            let mut samples: Vec<u8> = (0..SIDE * SIDE).map(|_| numbers.next() as u8).collect();
            if case % 5 == 0 {
                // The lower half is the upper one mirrored: half of the coefficients are 0.
                for row in 0..SIDE / 2 {
                    samples.copy_within(row * SIDE..(row + 1) * SIDE, (SIDE - 1 - row) * SIDE);
                }
            }
            let hashes = LowFrequencies::of(&samples).hashes();
            for form in Dihedral::ALL {
                let mut formed = Vec::new();
                for row in 0..SIDE {
                    for column in 0..SIDE {
                        let (row, column) = form.source(row, column, SIDE);
                        formed.push(samples[row * SIDE + column]);
                    }
                }
                let found = LowFrequencies::of(&formed).hashes()[0];
                assert_eq!(found, hashes[form.index()], "case {case}, {form}");
            }
            if case % 5 == 0 {
                assert_eq!(hashes[0], hashes[Dihedral::FlipVertical.index()]);
            }
        }
    }

    /// No coefficient of a constant picture but the first differs from 0, and the median is 0.
    #[test]
    fn a_constant_picture_has_one_bit() {
        assert_eq!(LowFrequencies::of(&[7; SIDE * SIDE]).hashes(), [1 << 63; 8]);
        assert_eq!(LowFrequencies::of(&[0; SIDE * SIDE]).hashes(), [0; 8]);
    }
}
