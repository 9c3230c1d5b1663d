//! Laws of padding, over random rows and every side, multiple and cap.

use burn_prep::ragged::{PackedSequence, Padding, Ragged, Side};
use ndarray::Array2;

/// Padding and its inverse, for every side, multiple and cap.
#[test]
fn padding_laws() {
    let mut seed = 7_u64;
    let mut next = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    for _ in 0..60 {
        let rows: Vec<Vec<i64>> =
            (0..next(6)).map(|_| (0..next(9)).map(|_| next(100) as i64).collect()).collect();
        let reversed: Vec<Vec<i64>> = rows.iter().map(|row| row.iter().rev().copied().collect()).collect();
        let (rows, reversed) = (Ragged::from_rows(&rows), Ragged::from_rows(&reversed));
        for multiple in [1, 2, 5, 8] {
            for cap in [9, 11, 64] {
                let padding = |side| Padding::new(-1).side(side).multiple_of(multiple).cap(cap);
                let [right, left] = [Side::Right, Side::Left].map(|side| rows.pad(&padding(side)).unwrap());
                let width = right.data().ncols();
                assert!(width <= cap && (width % multiple == 0 || width == cap));
                assert_eq!((right.unpad().unwrap(), left.unpad().unwrap()), (rows.clone(), rows.clone()));
                let mut mirrored: Array2<i64> = reversed.pad(&padding(Side::Right)).unwrap().into_data();
                mirrored.invert_axis(ndarray::Axis(1));
                assert_eq!(left.data(), mirrored);
                let sum = |data: ndarray::ArrayView2<'_, i64>, mask: Array2<bool>| -> i64 {
                    data.iter().zip(&mask).filter(|(_, valid)| **valid).map(|(value, _)| value).sum()
                };
                let expected: i64 = rows.values().iter().sum();
                assert_eq!(sum(right.data(), right.mask_valid()), expected);
                assert_eq!(sum(left.data(), left.mask_valid()), expected);
                assert_eq!(right.real_items(), rows.values().len());
            }
        }
        assert_eq!(PackedSequence::new(&rows).unwrap().to_rows().unwrap(), rows);
    }
}
