//! Rows of unequal length: padding, the way back, building, collating.
//!
//! `cargo bench --bench ragged`; `RAYON_NUM_THREADS=1` for one thread; `BENCH_ROWS` for another number of
//! rows than 100,000; beside NumPy, torch and TensorFlow: `python3 benches/peers/compare.py ragged`.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

mod timing;

use std::hint::black_box;

use burn_prep::collate::{Collator, Record};
use burn_prep::ragged::{Padding, Ragged, Side};
use timing::{Case, report};

/// The values of the rows that are built.
const VALUES: usize = 10_000_000;

/// Lengths uniform in 1..=512, the same ones as in `peers/compare.py`.
fn random_lengths() -> impl Iterator<Item = usize> {
    let mut state = 7_u64;
    std::iter::repeat_with(move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        1 + (state >> 33) as usize % 512
    })
}

fn main() {
    let rows = std::env::var("BENCH_ROWS").ok().and_then(|text| text.parse().ok()).unwrap_or(100_000);
    let lengths: Vec<usize> = random_lengths().take(rows).collect();
    if std::env::var_os("BENCH_JSON").is_some() {
        // The peers see from it that they pad the same rows.
        println!("{{\"values\": {}}}", lengths.iter().sum::<usize>());
    }
    padding("int32", &lengths, |at| (at % 50_000) as i32);
    padding("int64", &lengths, |at| (at % 50_000) as i64);
    building();
    for count in [64, 1000] {
        collating(count);
    }
}

/// All rows to one rectangle and back.
fn padding<T: Copy + Default + Send + Sync>(kind: &str, lengths: &[usize], value: impl Fn(usize) -> T) {
    let total: usize = lengths.iter().sum();
    let rows = Ragged::from_lengths((0..total).map(value).collect(), lengths).unwrap();
    let (flat, width) = (rows.values(), lengths.iter().copied().max().unwrap());
    let count = lengths.len() * width;
    let bytes = count * size_of::<T>();
    let right = Padding::new(T::default());
    let left = right.clone().side(Side::Left);
    let padded = rows.pad(&right).unwrap();
    let (mut warm, mut used) = (vec![T::default(); count], vec![T::default(); count]);
    report(
        &format!("{kind} [{}, {width}], {total} values", lengths.len()),
        vec![
            // The lower bounds. The black boxes keep the compiler from leaving out what is written over, and
            // from taking zeroed pages instead of writing zeros.
            Case::new(format!("{kind}: memset and copy, warm"), bytes, || {
                warm.fill(T::default());
                black_box(&mut warm)[..total].copy_from_slice(flat);
            }),
            Case::new(format!("{kind}: memset and copy, fresh memory"), bytes, || {
                let mut fresh = black_box(Vec::with_capacity(count));
                fresh.resize(count, T::default());
                black_box(&mut fresh)[..total].copy_from_slice(flat);
                fresh
            }),
            Case::new(format!("{kind}: a loop over rows into zeroed pages"), bytes, || {
                let mut fresh = vec![T::default(); count];
                for (cells, row) in fresh.chunks_exact_mut(width).zip(rows.rows()) {
                    cells[..row.len()].copy_from_slice(row);
                }
                fresh
            }),
            Case::new(format!("{kind}: pad"), bytes, || rows.pad(&right).unwrap()),
            Case::new(format!("{kind}: pad into the memory of an earlier batch"), bytes, || {
                let padded = rows.pad_into(&right, std::mem::take(&mut used)).unwrap();
                used = black_box(padded).into_data().into_raw_vec_and_offset().0;
            }),
            Case::new(format!("{kind}: pad, left"), bytes, || rows.pad(&left).unwrap()),
            Case::new(format!("{kind}: unpad"), total * size_of::<T>(), || padded.unpad().unwrap()),
        ],
    );
}

/// Values that are there, and lengths, to rows.
fn building() {
    let mut left = VALUES;
    let lengths: Vec<i64> = random_lengths()
        .map_while(|length| {
            let length = length.min(left);
            left -= length;
            (length > 0).then_some(length as i64)
        })
        .collect();
    let values: Vec<i64> = (0..VALUES as i64).collect();
    let before = values.as_ptr();
    let values = Ragged::from_lengths(values, &lengths).unwrap().into_parts().0;
    assert_eq!(values.as_ptr(), before, "the values are moved, not copied");
    let mut values = Some(values);
    report(
        &format!("rows of {VALUES} values"),
        vec![Case::new("int64: from_lengths of 10 million values", VALUES * size_of::<i64>(), || {
            let rows = Ragged::from_lengths(values.take().unwrap(), &lengths).unwrap();
            values = Some(black_box(rows).into_parts().0);
        })],
    );
}

/// A batch of rows that lie each in its own memory.
fn collating(count: usize) {
    let rows: Vec<Vec<i64>> =
        random_lengths().take(count).map(|length| (0..length as i64).collect()).collect();
    let records: Vec<Record> = rows.iter().map(|row| Record::new().with("ids", row.clone())).collect();
    let padding = Padding::new(0_i64);
    let collator = Collator::new().pad("ids", padding.clone()).mask_valid("mask", "ids");
    let bytes = count * rows.iter().map(Vec::len).max().unwrap() * size_of::<i64>();
    report(
        &format!("a batch of {count} rows, int64"),
        vec![
            Case::new(format!("int64: pad_rows, {count} rows"), bytes, || padding.pad_rows(&rows).unwrap()),
            Case::new(format!("int64: collate with a mask, {count} rows"), bytes, || {
                collator.collate(&records).unwrap()
            }),
        ],
    );
}
