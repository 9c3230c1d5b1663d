//! Ragged rows on every device against the same rows on the host, their gradients, and statistics of padded
//! batches, which do not depend on the width.

use burn::nn::transformer::{TransformerEncoderConfig, TransformerEncoderInput};
use burn::tensor::{Bool, DType, Device, Distribution, Int, Tensor};
use burn_prep::prelude::*;
use burn_prep::ragged::{EmptyRow, RaggedOrDense, RowPartition, Side};
use burn_prep::ragged_tensor::{RaggedTensor, masked_mean, masked_mean_rows, masked_sum_rows};
use ndarray::{Array3, ArrayD, Axis, s};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::devices;

/// Runs a law on every device, a few cases each: a GPU in software is slow.
fn on_devices<S: Strategy>(strategy: S, law: impl Fn(S::Value, &Device) -> Result<(), TestCaseError>) {
    for (spec, device) in devices() {
        let mut runner = TestRunner::new(Config { cases: 24, ..Config::default() });
        runner.run(&strategy, |value| law(value, &device)).unwrap_or_else(|error| panic!("{spec}: {error}"));
    }
}

/// Rows of cells `[2]` of small whole numbers, which every device adds exactly.
fn cells() -> impl Strategy<Value = Ragged<f32>> {
    vec(0..5_usize, 1..6).prop_flat_map(|lengths| {
        let total: usize = lengths.iter().sum();
        vec(-20..20_i8, total * 2).prop_map(move |values| {
            let values = values.into_iter().map(f32::from).collect();
            Ragged::new(values, vec![RowPartition::from_lengths(&lengths).unwrap()], vec![2]).unwrap()
        })
    })
}

fn upload(rows: &Ragged<f32>, device: &Device) -> RaggedTensor<2> {
    RaggedTensor::from_ragged(rows.clone(), device).unwrap()
}

#[test]
fn a_rectangle_on_a_device_is_that_of_the_host_and_comes_back() {
    let padding = (1..4_usize, any::<bool>());
    on_devices((cells(), padding), |(rows, (multiple, left)), device| {
        let side = if left { Side::Left } else { Side::Right };
        let padding = Padding::new(-1.0_f32).side(side).multiple_of(multiple);
        let host = rows.pad_cells(&padding).unwrap();
        let (padded, extents) = upload(&rows, device).to_padded::<3, f32>(&padding).unwrap();
        prop_assert_eq!(&extents, host.extents());
        prop_assert_eq!(padded.clone().into_ndarray::<f32>().unwrap().into_dyn(), host.data());
        let again = RaggedTensor::<2>::from_padded(padded, extents.lengths(), side).unwrap();
        prop_assert_eq!(again.to_ragged::<f32>().unwrap(), rows);
        Ok(())
    });
}

#[test]
fn figures_of_rows_on_a_device_are_those_of_the_host() {
    on_devices(cells(), |rows, device| {
        let tensor = upload(&rows, device);
        let dense = |found: RaggedOrDense<f32>| found.into_dense().unwrap();
        let host = |tensor: Tensor<2>| tensor.into_ndarray::<f32>().unwrap().into_dyn();
        let by_row = || rows.reduce().axis(1).empty(EmptyRow::Identity);
        prop_assert_eq!(host(tensor.sum_rows().unwrap()), dense(by_row().sum().unwrap()));
        let means: ArrayD<f64> = by_row().mean().unwrap().into_dense().unwrap();
        let found = host(tensor.mean_rows().unwrap());
        for (found, mean) in found.iter().zip(&means) {
            let near = (f64::from(*found) - mean).abs() <= 1e-6 * mean.abs().max(1.0);
            prop_assert!(near || found.is_nan() && mean.is_nan(), "{} instead of {}", found, mean);
        }
        let largest = host(tensor.max_rows().unwrap());
        for (row, largest) in rows.rows().zip(largest.outer_iter()) {
            for column in 0..2 {
                let expected = row.iter().skip(column).step_by(2).copied().fold(f32::NEG_INFINITY, f32::max);
                prop_assert_eq!(largest[column], expected);
            }
        }
        let weights = tensor.softmax_rows().unwrap();
        let weights = weights.to_ragged::<f32>().unwrap();
        for (row, found) in rows.rows().zip(weights.rows()) {
            for column in 0..2 {
                let cells = || row.iter().skip(column).step_by(2);
                let most = cells().copied().fold(f32::NEG_INFINITY, f32::max);
                let sum: f32 = cells().map(|cell| (cell - most).exp()).sum();
                for (cell, weight) in cells().zip(found.iter().skip(column).step_by(2)) {
                    prop_assert!(((cell - most).exp() / sum - weight).abs() < 1e-5, "{} of {}", weight, cell);
                }
            }
        }
        Ok(())
    });
}

#[test]
fn rows_taken_joined_and_repeated_on_a_device_are_those_of_the_host() {
    on_devices((cells(), vec(0..6_usize, 0..5)), |(rows, picks), device| {
        let tensor = upload(&rows, device);
        let picks: Vec<usize> = picks.into_iter().filter(|at| *at < rows.len()).collect();
        let taken = tensor.take(&picks).unwrap();
        prop_assert_eq!(taken.to_ragged::<f32>().unwrap(), rows.take(&picks).unwrap());
        let joined = RaggedTensor::concat(vec![tensor.clone(), taken]).unwrap();
        let expected = Ragged::concat(&[rows.clone(), rows.take(&picks).unwrap()], 0).unwrap();
        prop_assert_eq!(joined.to_ragged::<f32>().unwrap(), expected.into_ragged().unwrap());
        let numbers: Vec<f32> = (0..rows.len()).map(|row| row as f32).collect();
        let each = tensor.expand_rows(Tensor::<1>::from_floats(&numbers[..], device)).unwrap();
        let ids: Vec<f32> =
            rows.partitions()[0].value_rowids().unwrap().into_iter().map(|row| row as f32).collect();
        let each = each.to_ragged::<f32>().unwrap();
        prop_assert_eq!(each.values(), &ids[..]);
        Ok(())
    });
}

#[test]
fn rows_of_rows_keep_their_partitions() {
    let nested = Ragged::from_nested(vec![vec![vec![1, 2], vec![3]], vec![], vec![vec![4, 5, 6]]]);
    for (spec, device) in devices() {
        let tensor = RaggedTensor::<1, Int>::from_ragged(nested.clone(), &device).unwrap();
        assert_eq!((tensor.len(), tensor.partitions().len()), (3, 2), "{spec}");
        let sums = tensor.sum_rows().unwrap();
        assert_eq!(sums.clone().into_ndarray::<i32>().unwrap().to_vec(), [3, 3, 15], "{spec}");
        // The rows of one level are the cells of the next.
        let outer = RaggedTensor::new(sums, tensor.partitions()[..1].to_vec()).unwrap();
        assert_eq!(outer.sum_rows().unwrap().into_ndarray::<i32>().unwrap().to_vec(), [6, 0, 15], "{spec}");
        let taken = tensor.take(&[2, 0]).unwrap().to_ragged::<i32>().unwrap();
        assert_eq!(taken, nested.take(&[2, 0]).unwrap(), "{spec}");
    }
}

#[test]
fn nothing_nan_and_flags_on_a_device() {
    for (spec, device) in devices() {
        let (values, mask) = (Tensor::<3>::zeros([2, 0, 4], &device), Tensor::zeros([2, 0], &device));
        let sums = masked_sum_rows(values.clone(), mask.clone()).unwrap().into_ndarray::<f32>().unwrap();
        assert_eq!(sums, Array3::<f32>::zeros([2, 1, 4]), "{spec}");
        let means = masked_mean_rows(values, mask).unwrap().into_ndarray::<f32>().unwrap();
        assert!(means.dim() == (2, 1, 4) && means.iter().all(|mean| mean.is_nan()), "{spec}");

        let rows = Ragged::from_rows([vec![f32::NAN, 1.0], vec![2.0, f32::NAN], vec![3.0]]);
        let largest = RaggedTensor::<1>::from_ragged(rows, &device).unwrap().max_rows().unwrap();
        let largest = largest.into_ndarray::<f32>().unwrap();
        assert!(largest[0].is_nan() && largest[1].is_nan() && largest[2] == 3.0, "{spec}: {largest}");

        let flags = Ragged::from_rows([vec![true, false], vec![true]]);
        let flags = RaggedTensor::<1, Bool>::from_ragged(flags, &device).unwrap();
        let (padded, _) = flags.to_padded::<2, bool>(&Padding::new(true)).unwrap();
        assert_eq!(
            padded.into_ndarray::<bool>().unwrap(),
            ndarray::array![[true, false], [true, true]],
            "{spec}"
        );

        let one = Tensor::<2>::zeros([1, 3], &device);
        let long = RaggedTensor::<1>::from_padded(one, &[u64::MAX / 2], Side::Right);
        assert!(long.unwrap_err().to_string().contains("expected at most 3"), "{spec}");
        let partitions = || Ragged::from_rows([vec![0]]).partitions().to_vec();
        let float = |dtype| Tensor::<1>::zeros([1], (&device, dtype));
        if device.supports_dtype(DType::F64) {
            let parts =
                [DType::F32, DType::F64].map(|dtype| RaggedTensor::new(float(dtype), partitions()).unwrap());
            assert!(RaggedTensor::concat(parts.to_vec()).unwrap_err().is_usage(), "{spec}");
        }
    }
}

#[test]
fn gradients_flow_to_the_real_cells_alone() {
    let rows = Ragged::from_rows([vec![1.0_f32, 2.0, 3.0], vec![], vec![4.0]]);
    for (spec, device) in devices() {
        let device = device.autodiff();
        let leaf = || Tensor::<1>::from_floats([1.0, 2.0, 3.0, 4.0], &device).require_grad();
        let gradient = |leaf: Tensor<1>, loss: Tensor<1>| {
            leaf.grad(&loss.backward()).unwrap().into_ndarray::<f32>().unwrap().to_vec()
        };
        let of = |leaf: &Tensor<1>| RaggedTensor::new(leaf.clone(), rows.partitions().to_vec()).unwrap();

        let cells = leaf();
        let (padded, _) = of(&cells).to_padded::<2, f32>(&Padding::new(100.0).multiple_of(8)).unwrap();
        let loss = (padded.clone() * padded).sum();
        assert_eq!(gradient(cells, loss), [2.0, 4.0, 6.0, 8.0], "{spec}");

        let cells = leaf();
        let sums = of(&cells).sum_rows().unwrap();
        assert_eq!(gradient(cells, (sums.clone() * sums).sum()), [12.0, 12.0, 12.0, 8.0], "{spec}");

        // The softmax of each row adds up to 1 whatever the cells are.
        let cells = leaf();
        let weights = of(&cells).softmax_rows().unwrap().into_parts().0;
        assert!(gradient(cells, weights.sum()).iter().all(|slope| slope.abs() < 1e-6), "{spec}");
    }
}

/// A batch of token vectors `[N, width, 4]` at some width, with NaN where padding is.
fn batch(
    rows: &[Vec<i32>],
    multiple: usize,
    side: Side,
    device: &Device,
) -> (Tensor<3>, SequenceBatch, Vec<usize>) {
    let padding = Padding::new(0).side(side).multiple_of(multiple);
    let padded = padding.pad_rows(rows).unwrap();
    let starts = padded.lengths().iter().map(|length| match side {
        Side::Right => 0,
        Side::Left => padded.extents().width() - length,
    });
    let starts = starts.collect();
    let valid = padded.mask_valid();
    let vectors = Array3::from_shape_fn([rows.len(), padded.extents().width(), 4], |(row, at, part)| {
        let id = padded.data()[[row, at]] as f32;
        if valid[[row, at]] { (id * 0.37 + part as f32).sin() } else { f32::NAN }
    });
    let batch = SequenceBatch::from_padded(padded, device).unwrap();
    (vectors.into_tensor(device).unwrap(), batch, starts)
}

/// Sums of another number of zeros are added in another order: a few units in the last place of f32.
const TOLERANCE: f32 = 1e-5;

#[test]
fn figures_and_the_encoder_do_not_depend_on_the_width() {
    let rows = vec![vec![3, 1, 4, 1, 5], vec![9], vec![2, 6, 0]];
    for (spec, device) in devices() {
        device.seed(7);
        let encoder = TransformerEncoderConfig::new(4, 8, 2, 2).with_dropout(0.0).init(&device);
        let outcome = |multiple, side| {
            let (vectors, batch, starts) = batch(&rows, multiple, side, &device);
            let sums = masked_sum_rows(vectors.clone(), batch.mask_pad.clone()).unwrap();
            let means = masked_mean_rows(vectors.clone(), batch.mask_pad.clone()).unwrap();
            let ids = batch.values.clone().float();
            let mean = masked_mean(ids, batch.mask_pad.clone()).unwrap();
            // The encoder gets numbers where padding is, as a model has them.
            let mask = batch.mask_pad.clone().unsqueeze_dim::<3>(2).expand(vectors.dims());
            let input = TransformerEncoderInput::new(vectors.mask_fill(mask, 55.0)).mask_pad(batch.mask_pad);
            let encoded = encoder.forward(input).into_ndarray::<f32>().unwrap();
            let real =
                rows.iter().zip(starts).zip(encoded.outer_iter()).map(|((row, start), encoded)| {
                    encoded.slice(s![start..start + row.len(), ..]).to_owned()
                });
            let views: Vec<_> = real.collect();
            let views: Vec<_> = views.iter().map(|row| row.view()).collect();
            let encoded = ndarray::concatenate(Axis(0), &views).unwrap();
            let statistic = |tensor: Tensor<3>| tensor.into_ndarray::<f32>().unwrap().into_dyn();
            [
                statistic(sums),
                statistic(means),
                mean.into_ndarray::<f32>().unwrap().into_dyn(),
                encoded.into_dyn(),
            ]
        };
        let expected = outcome(1, Side::Right);
        assert_eq!(expected[2].first(), Some(&(31.0 / 9.0)), "{spec}");
        let mut seen = 0;
        for multiple in [2, 3, 8, 64] {
            for side in [Side::Right, Side::Left] {
                for (found, expected) in outcome(multiple, side).iter().zip(&expected) {
                    let near = |(a, b): (&f32, &f32)| (a - b).abs() <= TOLERANCE * b.abs().max(1.0);
                    assert!(
                        found.iter().zip(expected).all(near),
                        "{spec}, {multiple}: {found} not {expected}"
                    );
                    seen += found.len();
                }
            }
        }
        assert_eq!(seen, 8 * (12 + 12 + 1 + 36));
    }
}

#[test]
fn counts_of_half_precision_do_not_overflow() {
    let (spec, device) = ("flex", DeviceSpec::Flex.init());
    let Ok(device) = device else { return crate::support::say(&format!("SKIPPED on {spec}")) };
    let ones = Tensor::<2>::random([1, 70_000], Distribution::Uniform(1.0, 1.000_01), &device);
    let mask = Tensor::zeros([1, 70_000], &device);
    let mean = masked_mean(ones.cast(burn::tensor::FloatDType::F16), mask).unwrap();
    assert_eq!(mean.into_ndarray::<burn::tensor::f16>().unwrap()[0].to_f32(), 1.0);
    let row = Ragged::from_rows([vec![burn::tensor::bf16::ONE; 512]]);
    let weights = RaggedTensor::<1>::from_ragged(row, &device).unwrap().softmax_rows().unwrap();
    let weights = weights.to_ragged::<burn::tensor::bf16>().unwrap();
    assert!(weights.values().iter().all(|weight| weight.to_f32() == 1.0 / 512.0));
}
