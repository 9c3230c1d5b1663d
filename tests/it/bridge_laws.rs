//! Laws of the bridge: whatever the strides, both ways keep every element in its place.

use burn::tensor::{Bool, Device, Float, Int, Tensor};
use burn_prep::arrays::{AnyArray, CastArray};
use burn_prep::bridge::{IntoNdarray, IntoTensor};
use burn_prep::device::DeviceSpec;
use ndarray::{Array, ArrayD, Axis, Dim, Dimension, IxDyn, ShapeBuilder, Slice};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::{devices, say};

/// An array of rank up to 6 and how it is looked at: a slice and a direction per axis, an order of
/// axes, rows or columns first.
#[derive(Debug, Clone)]
struct Case {
    axes: Vec<AxisCase>,
    order: Vec<usize>,
    fortran: bool,
}

#[derive(Debug, Clone)]
struct AxisCase {
    length: usize,
    start: usize,
    step: usize,
    reversed: bool,
}

fn cases(rank: usize) -> impl Strategy<Value = Case> {
    let axis =
        (1_usize..5, 0_usize..2, 1_usize..3, any::<bool>()).prop_map(|(length, start, step, reversed)| {
            AxisCase { length, start: start.min(length - 1), step, reversed }
        });
    let order = Just((0..rank).collect::<Vec<_>>()).prop_shuffle();
    (proptest::collection::vec(axis, rank), order, any::<bool>()).prop_map(|(axes, order, fortran)| Case {
        axes,
        order,
        fortran,
    })
}

/// The array in memory, and the view of it that the case describes.
fn with_view<const D: usize, R>(
    case: &Case,
    check: impl FnOnce(ndarray::ArrayView<'_, f32, Dim<[usize; D]>>) -> R,
) -> R
where
    Dim<[usize; D]>: Dimension,
{
    let shape: Vec<usize> = case.axes.iter().map(|axis| axis.length).collect();
    let count: usize = shape.iter().product();
    let values = (0..count).map(|i| i as f32).collect();
    let array = ArrayD::from_shape_vec(IxDyn(&shape).set_f(case.fortran), values).unwrap();
    let mut view = array.view();
    for (axis, how) in case.axes.iter().enumerate() {
        let step = if how.reversed { -(how.step as isize) } else { how.step as isize };
        view.slice_axis_inplace(Axis(axis), Slice::new(how.start as isize, None, step));
    }
    let view = view.permuted_axes(IxDyn(&case.order));
    check(view.into_dimensionality::<Dim<[usize; D]>>().unwrap())
}

fn check_rank<const D: usize>(spec: DeviceSpec, device: &Device)
where
    Dim<[usize; D]>: Dimension,
{
    let seen = std::cell::Cell::new(0);
    let mut runner = TestRunner::new(Config { cases: 48, failure_persistence: None, ..Config::default() });
    let run = runner.run(&cases(D), |case| {
        seen.set(seen.get() + 1);
        with_view::<D, _>(&case, |view| {
            let owned = view.to_owned();
            let float = view.into_tensor::<Float>(device).unwrap();
            assert_eq!(float.dims().as_slice(), owned.shape());
            assert_eq!(float.to_ndarray::<f32>().unwrap(), owned, "to_ndarray");
            assert_eq!(float.clone().into_ndarray::<f32>().unwrap(), owned, "into_ndarray, shared");
            assert_eq!(float.into_ndarray::<f32>().unwrap(), owned, "into_ndarray, sole owner");

            let int = owned.mapv(|v| v as i32 - 7);
            let tensor = int.clone().into_tensor::<Int>(device).unwrap();
            assert_eq!(tensor.into_ndarray::<i32>().unwrap(), int);
            let flags = owned.mapv(|v| (v as u32).is_multiple_of(3));
            let tensor = flags.view().into_tensor::<Bool>(device).unwrap();
            assert_eq!(tensor.into_ndarray::<bool>().unwrap(), flags);
        });
        Ok(())
    });
    run.unwrap_or_else(|failure| panic!("rank {D} on {spec}: {failure}"));
    assert!(seen.get() >= 48, "rank {D} on {spec}: only {} cases", seen.get());
}

#[test]
fn arrays_of_any_strides_survive_the_way_to_a_tensor_and_back() {
    for (spec, device) in devices() {
        check_rank::<1>(spec, &device);
        check_rank::<2>(spec, &device);
        check_rank::<3>(spec, &device);
        check_rank::<4>(spec, &device);
        check_rank::<5>(spec, &device);
        check_rank::<6>(spec, &device);
    }
}

fn check_permuted_tensor<const D: usize>(device: &Device)
where
    Dim<[usize; D]>: Dimension,
{
    let shape: Vec<usize> = (0..D).map(|axis| axis + 2).collect();
    let count: usize = shape.iter().product();
    let values: Vec<f32> = (0..count).map(|i| i as f32).collect();
    let array = ArrayD::from_shape_vec(IxDyn(&shape), values).unwrap();
    let mut order: Vec<usize> = (0..D).collect();
    order.rotate_left(1);
    order.swap(0, D - 1);
    let axes: [isize; D] = std::array::from_fn(|axis| order[axis] as isize);

    let fixed: Array<f32, Dim<[usize; D]>> = array.clone().into_dimensionality().unwrap();
    let tensor: Tensor<D> = fixed.into_tensor(device).unwrap();
    let permuted = tensor.permute(axes).into_ndarray::<f32>().unwrap();
    assert_eq!(permuted.into_dyn(), array.permuted_axes(IxDyn(&order)));
}

#[test]
fn a_permuted_a_sliced_and_a_flipped_tensor_convert_in_their_own_order() {
    for (_, device) in devices() {
        check_permuted_tensor::<1>(&device);
        check_permuted_tensor::<2>(&device);
        check_permuted_tensor::<3>(&device);
        check_permuted_tensor::<4>(&device);
        check_permuted_tensor::<5>(&device);
        check_permuted_tensor::<6>(&device);

        let array = Array::from_shape_fn([4, 5], |(row, column)| (row * 10 + column) as f32);
        let tensor: Tensor<2> = array.view().into_tensor(&device).unwrap();
        let sliced = tensor.clone().slice([1..3, 2..5]).into_ndarray::<f32>().unwrap();
        assert_eq!(sliced, ndarray::array![[12.0, 13.0, 14.0], [22.0, 23.0, 24.0]]);
        let mut flipped = array;
        flipped.invert_axis(Axis(1));
        assert_eq!(tensor.flip([1]).into_ndarray::<f32>().unwrap(), flipped);
    }
}

#[test]
fn rank_zero_is_a_single_number() {
    for (spec, device) in devices() {
        let made: burn_prep::Result<Tensor<0>> = ndarray::arr0(2.5_f32).into_tensor(&device);
        if spec == DeviceSpec::NdArray {
            // Burn's ndarray backend panics on rank 0; the bridge says so instead.
            assert!(made.unwrap_err().to_string().contains("rank 1 to 6"));
            continue;
        }
        let array = made.unwrap().into_ndarray::<f32>().unwrap();
        assert_eq!((array.ndim(), array.into_scalar()), (0, 2.5), "{spec}");
    }
}

#[test]
fn empty_arrays_keep_their_shape() {
    for (spec, device) in devices() {
        let tensor: Tensor<3> = Array::<f32, _>::zeros([2, 0, 3]).into_tensor(&device).unwrap();
        assert_eq!(tensor.into_ndarray::<f32>().unwrap().shape(), [2, 0, 3], "{spec}");
    }
}

#[test]
fn a_wrong_dtype_is_an_error_before_anything_is_read() {
    for (_, device) in devices() {
        let tensor: Tensor<1, Int> = ndarray::array![1_i32, 2].into_tensor(&device).unwrap();
        let error = tensor.to_ndarray::<f32>().unwrap_err();
        assert_eq!(error.to_string(), "into_ndarray: found dtype I32, expected F32");
        assert!(ndarray::array![1.0_f32].into_tensor::<Int>(&device).unwrap_err().is_usage());
        assert!(ndarray::array![true].into_tensor::<Float>(&device).unwrap_err().is_usage());
    }
}

#[cfg(feature = "wgpu")]
#[test]
fn a_dtype_that_the_device_cannot_compute_with_is_refused() {
    for (spec, device) in devices() {
        let result = ndarray::array![1_u8, 2].into_tensor::<Int>(&device);
        match device.supports_dtype(burn::tensor::DType::U8) {
            true => assert_eq!(result.unwrap().into_ndarray::<u8>().unwrap(), ndarray::array![1, 2]),
            false => assert!(result.unwrap_err().to_string().contains("U8"), "{spec}"),
        }
    }
}

/// Round trips of an array of each dtype that the device computes with.
fn check_dtypes<const D: usize>(spec: DeviceSpec, device: &Device) -> usize
where
    Dim<[usize; D]>: Dimension,
{
    let mut seen = 0;
    let shape: Vec<usize> = (0..D).map(|axis| axis % 3 + 1).collect();
    let count: usize = shape.iter().product();
    let numbers =
        ArrayD::from_shape_vec(IxDyn(&shape), (0..count).map(|i| (i % 120) as u8).collect()).unwrap();
    macro_rules! check {
        ($($type:ty, $kind:ty;)*) => {$(
            let array = numbers.cast::<$type>().unwrap_or_else(|_| numbers.mapv(|v| v % 2).cast().unwrap());
            let fixed: Array<$type, Dim<[usize; D]>> = array.clone().into_dimensionality().unwrap();
            let supported = device.supports_dtype(<$type as burn::tensor::Element>::dtype());
            match IntoTensor::<D>::into_tensor::<$kind>(fixed.view(), device) {
                Ok(tensor) => {
                    assert_eq!(tensor.to_ndarray::<$type>().unwrap(), fixed, "{spec}");
                    assert_eq!(tensor.clone().into_any().unwrap(), AnyArray::from(fixed.clone()), "{spec}");
                    tensor.with_ndarray::<$type, _>(|view| assert_eq!(view, fixed, "{spec}")).unwrap();
                    let wide = tensor.into_ndarray_as::<f64>().unwrap();
                    assert_eq!(wide, fixed.cast::<f64>().unwrap(), "{spec}");
                    let any: Tensor<D, $kind> = AnyArray::from(array).into_tensor(device).unwrap();
                    assert_eq!(any.into_ndarray::<$type>().unwrap(), fixed, "{spec}");
                    seen += 1;
                }
                Err(error) => assert!(!supported || D == 0, "{spec}: {error}"),
            }
        )*};
    }
    check! {
        f64, Float; f32, Float; burn::tensor::f16, Float; burn::tensor::bf16, Float;
        i64, Int; i32, Int; i16, Int; i8, Int; u64, Int; u32, Int; u16, Int; u8, Int; bool, Bool;
    }
    seen
}

#[test]
fn every_dtype_of_a_device_survives_the_way_to_a_tensor_and_back() {
    for (spec, device) in devices() {
        let seen = [
            check_dtypes::<0>(spec, &device),
            check_dtypes::<1>(spec, &device),
            check_dtypes::<2>(spec, &device),
            check_dtypes::<3>(spec, &device),
            check_dtypes::<4>(spec, &device),
            check_dtypes::<5>(spec, &device),
            check_dtypes::<6>(spec, &device),
        ];
        let at_least = match spec {
            DeviceSpec::Flex => 13,
            DeviceSpec::NdArray => 11, // no f16, no bf16
            _ => 3,                    // f32, i32, bool; the rest is the adapter's
        };
        assert!(seen[1..].iter().all(|&seen| seen >= at_least), "{spec}: {seen:?}");
        say(&format!("{spec}: {} dtypes", seen[1]));
    }
}

#[test]
fn an_array_of_dynamic_rank_needs_the_rank_of_the_tensor() {
    for (_, device) in devices() {
        let array = ArrayD::from_elem(IxDyn(&[2, 3]), 1.0_f32);
        let tensor: Tensor<2> = array.view().into_tensor(&device).unwrap();
        assert_eq!(tensor.dims(), [2, 3]);
        let wrong: burn_prep::Result<Tensor<3>> = array.into_tensor(&device);
        let error = wrong.unwrap_err();
        assert_eq!(error.to_string(), "into_tensor: found shape [2, 3], expected rank 3");
        let row = ndarray::array![1.0_f32, 2.0];
        let tensor: Tensor<2> = row.broadcast([3, 2]).unwrap().into_tensor(&device).unwrap();
        assert_eq!(tensor.into_ndarray::<f32>().unwrap().row(2), row);
    }
}

#[test]
fn a_view_shows_the_tensors_own_memory_in_any_order() {
    for (spec, device) in devices() {
        let array = Array::from_shape_fn([3, 4, 5], |(a, b, c)| (a * 100 + b * 10 + c) as f32);
        let tensor: Tensor<3> = array.view().into_tensor(&device).unwrap();
        let on_host = matches!(spec, DeviceSpec::Flex | DeviceSpec::NdArray);
        let own = tensor.with_ndarray::<f32, _>(|view| view.as_ptr()).unwrap();
        for tensor in [tensor.clone().permute([2, 0, 1]), tensor.clone().permute([1, 2, 0])] {
            let expected = tensor.to_ndarray::<f32>().unwrap();
            let same = tensor.with_ndarray::<f32, _>(|view| {
                assert_eq!(view, expected, "{spec}");
                view.as_ptr() == own
            });
            assert_eq!(same.unwrap(), on_host, "{spec}");
        }
        let mut turned = array.clone();
        turned.invert_axis(Axis(0));
        turned.invert_axis(Axis(2));
        let flipped = tensor.clone().flip([0, 2]).slice([0..3, 1..3, 0..5]);
        let expected = turned.slice_axis(Axis(1), Slice::from(1..3));
        flipped.with_ndarray::<f32, _>(|view| assert_eq!(view, expected, "{spec}")).unwrap();
        assert_eq!(flipped.into_ndarray::<f32>().unwrap(), expected, "{spec}");
    }
}

#[test]
fn a_sole_owner_moves_without_a_copy_on_the_cpu_backends() {
    for (spec, device) in devices() {
        if !matches!(spec, DeviceSpec::Flex | DeviceSpec::NdArray) {
            continue;
        }
        let array = Array::<f32, _>::from_elem([3, 4], 1.5);
        let before = array.as_ptr();
        let tensor: Tensor<2> = array.into_tensor(&device).unwrap();
        let shared = tensor.clone();
        let copy = shared.into_ndarray::<f32>().unwrap();
        assert_ne!(copy.as_ptr(), before, "{spec}: a shared tensor must be copied");
        let after = tensor.into_ndarray::<f32>().unwrap();
        assert_eq!(after.as_ptr(), before, "{spec}");
        let shared = after.into_shared();
        let tensor: Tensor<2> = shared.into_tensor(&device).unwrap();
        assert_eq!(
            tensor.into_ndarray::<f32>().unwrap().as_ptr(),
            before,
            "{spec}: the last owner of an ArcArray"
        );
        let any = AnyArray::from(ndarray::array![1_i64, 2]);
        let before = any.view::<i64>().unwrap().as_ptr();
        let tensor: Tensor<1, Int> = any.into_tensor(&device).unwrap();
        assert_eq!(tensor.into_any().unwrap().view::<i64>().unwrap().as_ptr(), before, "{spec}");
        let flags = ndarray::array![true, false, true];
        let before = flags.as_ptr();
        let tensor: Tensor<1, Bool> = flags.into_tensor(&device).unwrap();
        assert_eq!(tensor.into_ndarray::<bool>().unwrap().as_ptr(), before, "{spec}");
    }
}
