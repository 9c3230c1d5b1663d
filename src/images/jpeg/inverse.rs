//! The inverse cosine transform of blocks to samples, with the integers of libjpeg's slow-but-accurate method.

use crate::images::jpeg::coefficients::{Block, Plane};

/// Samples of one component, a row of blocks 8 rows high at a time.
#[derive(Debug)]
pub(super) struct Samples {
    pub(super) stride: usize,
    pub(super) bytes: Vec<u8>,
}

/// All samples of a plane, those that fill the last blocks among them.
pub(super) fn samples(plane: &Plane, quantization: &[u16; 64]) -> Samples {
    let stride = plane.blocks_across * 8;
    let mut bytes = vec![0; plane.blocks.len() * 64];
    for (rows, blocks) in
        bytes.chunks_exact_mut(stride * 8).zip(plane.blocks.chunks_exact(plane.blocks_across))
    {
        for (index, block) in blocks.iter().enumerate() {
            let samples = inverse(block, quantization);
            for (row, samples) in rows.chunks_exact_mut(stride).zip(samples.chunks_exact(8)) {
                row[index * 8..index * 8 + 8].copy_from_slice(samples);
            }
        }
    }
    Samples { stride, bytes }
}

/// The fraction bits of the constants, and those that the first pass keeps.
const CONST_BITS: u32 = 13;
const PASS_BITS: u32 = 2;

/// The 64 samples of a block, row by row.
fn inverse(block: &Block, quantization: &[u16; 64]) -> [u8; 64] {
    // A product beyond 16 bits only comes from damaged data.
    let mut values: [i64; 64] =
        std::array::from_fn(|at| i64::from((i32::from(block[at]) * i32::from(quantization[at])) as i16));
    for column in 0..8 {
        let input: [i64; 8] = std::array::from_fn(|row| values[row * 8 + column]);
        // Most columns have their mean alone, of which `pass` would make the same.
        let is_flat = input[1..].iter().all(|&value| value == 0);
        let output = if is_flat { [input[0] << PASS_BITS; 8] } else { pass(input, CONST_BITS - PASS_BITS) };
        for (row, value) in output.into_iter().enumerate() {
            values[row * 8 + column] = value;
        }
    }
    let mut samples = [0; 64];
    for (row, samples) in samples.chunks_exact_mut(8).enumerate() {
        let input = std::array::from_fn(|column| values[row * 8 + column]);
        for (sample, value) in samples.iter_mut().zip(pass(input, CONST_BITS + PASS_BITS + 3)) {
            *sample = (value + 128).clamp(0, 255) as u8;
        }
    }
    samples
}

/// One pass over 8 values (Loeffler, Ligtenberg and Moschytz, 1989), divided by 2 to the power of `shift`.
fn pass(input: [i64; 8], shift: u32) -> [i64; 8] {
    let fixed = |constant: f64| (constant * f64::from(1 << CONST_BITS)).round() as i64;
    let [in0, in1, in2, in3, in4, in5, in6, in7] = input;

    let z1 = (in2 + in6) * fixed(0.541_196_1);
    let even2 = z1 - in6 * fixed(1.847_759_065);
    let even3 = z1 + in2 * fixed(0.765_366_865);
    let even0 = (in0 + in4) << CONST_BITS;
    let even1 = (in0 - in4) << CONST_BITS;
    let even = [even0 + even3, even1 + even2, even1 - even2, even0 - even3];

    let z5 = (in7 + in3 + in5 + in1) * fixed(1.175_875_602);
    let z1 = -(in7 + in1) * fixed(0.899_976_223);
    let z2 = -(in5 + in3) * fixed(2.562_915_447);
    let z3 = z5 - (in7 + in3) * fixed(1.961_570_56);
    let z4 = z5 - (in5 + in1) * fixed(0.390_180_644);
    let odd = [
        in1 * fixed(1.501_321_11) + z1 + z4,
        in3 * fixed(3.072_711_026) + z2 + z3,
        in5 * fixed(2.053_119_869) + z2 + z4,
        in7 * fixed(0.298_631_336) + z1 + z3,
    ];
    let descale = |value: i64| (value + (1 << (shift - 1))) >> shift;
    std::array::from_fn(|at| match at {
        0..4 => descale(even[at] + odd[at]),
        _ => descale(even[7 - at] - odd[7 - at]),
    })
}
