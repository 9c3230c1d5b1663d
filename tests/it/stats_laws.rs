//! Laws of the statistics: parts equal the whole, a view its copy.

use burn_prep::prelude::*;
use burn_prep::stats::{AcrossBatch, ByteHistogram, Moments, correlation, covariance, per_image};
use ndarray::{Array2, Array4, Axis};
use proptest::prelude::*;

fn bytes(max: usize) -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 1..max)
}

proptest! {
    #[test]
    fn merging_histograms_of_any_split_equals_one_pass_bit_for_bit(
        samples in bytes(500),
        cuts in proptest::collection::vec(0_usize..500, 0..5),
    ) {
        let whole = ByteHistogram::of(&samples);
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut % samples.len()).collect();
        cuts.sort_unstable();
        cuts.push(samples.len());
        let mut start = 0;
        let mut parts = Vec::new();
        for cut in cuts {
            parts.push(ByteHistogram::of(&samples[start..cut]));
            start = cut;
        }
        let mut merged = ByteHistogram::new();
        parts.iter().rev().for_each(|part| merged.merge(part));
        prop_assert_eq!(merged.summary().unwrap(), whole.summary().unwrap());
    }

    #[test]
    fn merging_moments_of_any_split_agrees_with_two_passes(
        values in proptest::collection::vec(-1e6_f64..1e6, 2..400),
        cut in 0_usize..400,
        offset in prop_oneof![Just(0.0), Just(1e9)],
    ) {
        let values: Vec<f64> = values.into_iter().map(|value| value + offset).collect();
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / n;
        let (head, tail) = values.split_at(cut % values.len());
        let mut moments = Moments::of(tail);
        moments.merge(&Moments::of(head));
        let found = moments.summary().unwrap();
        // Summing n numbers of size |m| errs below n 2^-53 |m|; squared deviations likewise.
        prop_assert!((found.mean - mean).abs() <= n * 1.2e-16 * (mean.abs() + 1e6));
        prop_assert!((found.std.powi(2) - variance).abs() <= 1e-9 * (variance + 1e-3 * (offset / 1e9)));
        prop_assert_eq!(found.count, values.len() as u64);
        prop_assert_eq!(found.min, values.iter().copied().fold(f64::INFINITY, f64::min));
    }

    #[test]
    fn batches_pushed_in_any_split_and_order_agree(
        seed in any::<u8>(),
        n in 2_usize..6,
        cut in 1_usize..6,
    ) {
        let batch = Array4::from_shape_fn([n, 3, 4, 5], |(a, b, c, d)| (a * 61 + b * 17 + c * 5 + d * 3) as u8 ^ seed);
        let whole = BatchStats::of(batch.view(), Layout::Nchw).unwrap();
        let cut = cut.min(n - 1);
        let (head, tail) = batch.view().split_at(Axis(0), cut);
        let mut parts = AcrossBatch::new(Layout::Nchw);
        parts.push(tail).unwrap();
        let mut other = AcrossBatch::new(Layout::Nchw);
        other.push(head).unwrap();
        parts.merge(&other).unwrap();
        prop_assert_eq!(&parts.finish().unwrap(), &whole);

        let float = batch.mapv(f32::from);
        let float = BatchStats::of(float.view(), Layout::Nchw).unwrap();
        for (exact, found) in whole.std_image.iter().zip(&float.std_image) {
            prop_assert!((exact - found).abs() < 1e-10);
        }
        for (exact, found) in whole.channels.iter().zip(&float.channels) {
            prop_assert!((exact.mean - found.mean).abs() < 1e-10 && (exact.std - found.std).abs() < 1e-10);
        }
    }
}

fn sample_batch() -> Array4<f32> {
    Array4::from_shape_fn([3, 3, 7, 5], |(n, c, y, x)| {
        ((n * 131 + c * 57 + y * 13 + x * 7) % 29) as f32 / 29.0 - 0.3 * c as f32
    })
}

#[test]
fn a_view_has_the_figures_of_its_packed_copy_in_either_layout() {
    let batch = sample_batch();
    let packed = per_image(batch.view(), Layout::Nchw).unwrap();
    let channels_last = batch.view().permuted_axes([0, 2, 3, 1]); // a view with strides
    let viewed = per_image(channels_last, Layout::Nhwc).unwrap();
    for (packed, viewed) in packed.iter().zip(&viewed) {
        assert_eq!(packed.channels, viewed.channels);
        assert_eq!(packed.all, viewed.all);
        assert_eq!((packed.shape, viewed.shape), ([3, 7, 5], [7, 5, 3]));
    }
    let across = BatchStats::of(batch.view(), Layout::Nchw).unwrap();
    let viewed = BatchStats::of(batch.view().permuted_axes([0, 2, 3, 1]), Layout::Nhwc).unwrap();
    assert_eq!(across.mean_image.view().permuted_axes([1, 2, 0]), viewed.mean_image);
    assert_eq!(across.channels.len(), viewed.channels.len());
}

proptest! {
    #[test]
    fn a_covariance_is_that_of_two_passes_and_its_diagonal_the_variance(
        columns in proptest::collection::vec(proptest::collection::vec(-1e3_f64..1e3, 6), 1..5),
        ddof in 0_u64..3,
    ) {
        let count = columns[0].len();
        let data = Array2::from_shape_fn([count, columns.len()], |(row, column)| columns[column][row]);
        let found = covariance(data.view(), 1, ddof).unwrap();
        let correlated = correlation(data.view(), 1).unwrap();
        let mean = |column: &[f64]| column.iter().sum::<f64>() / count as f64;
        let of = |a: &[f64], b: &[f64]| -> f64 {
            a.iter().zip(b).map(|(x, y)| (x - mean(a)) * (y - mean(b))).sum::<f64>() / (count as u64 - ddof) as f64
        };
        // Sums of six products of at most 4e6: rounded by much less than this.
        let bound = 1e-6;
        for ((i, j), value) in found.indexed_iter() {
            prop_assert!((value - of(&columns[i], &columns[j])).abs() <= bound);
            prop_assert!((correlated[[i, j]] * (found[[i, i]] * found[[j, j]]).sqrt() - value).abs() <= bound);
        }
        let variances = Reduce::axes([0]).var(data.view(), ddof).unwrap();
        prop_assert!(found.diag().iter().zip(&variances).all(|(a, b)| (a - b).abs() <= bound));
        // The numbers along the first axis are the transposed case.
        prop_assert_eq!(covariance(data.t(), 0, ddof).unwrap(), found);
    }
}
