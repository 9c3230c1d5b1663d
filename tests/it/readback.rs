//! Reading from a GPU is complete when the call returns.

use burn::tensor::{DType, Int, Tensor};
use burn_prep::arrays::AnyArray;
use burn_prep::bridge::{IntoNdarray, Readback, readback};
use burn_prep::device::DeviceSpec;
use ndarray::{Array, array};

use crate::support::devices;

#[test]
fn what_was_read_does_not_change_with_the_tensor() {
    for (spec, device) in devices() {
        for count in [16, 1 << 20] {
            let tensor = Tensor::<1>::ones([count], &device);
            let data = Readback::new().register(tensor.clone()).execute().unwrap().remove(0);
            let array = tensor.to_ndarray::<f32>().unwrap();
            let tensor = tensor + 1.0;
            let tensor = tensor + 1.0;
            device.sync().unwrap();
            assert!(data.view::<f32>().unwrap().iter().all(|&v| v == 1.0), "{spec}, {count} elements");
            assert!(array.iter().all(|&v| v == 1.0), "{spec}, {count} elements");
            assert_eq!(tensor.into_ndarray::<f32>().unwrap()[0], 3.0);
        }
    }
}

#[test]
fn tensors_of_any_rank_kind_and_device_come_in_one_call_in_their_order() {
    let mut readback = Readback::new();
    let mut expected = Vec::new();
    for (number, (spec, device)) in devices().into_iter().enumerate() {
        let floats = Tensor::<3>::ones([2, 3, number + 1], &device) * 2.0;
        let flags = Tensor::<1>::from_floats([0.5, 1.5], &device).greater_elem(1.0);
        let labels = Tensor::<2, Int>::from_data([[number as i32, -4]], (&device, DType::I32)).transpose();
        readback = readback.register(floats).register(flags).register(labels);
        expected.push(AnyArray::from(Array::from_elem([2, 3, number + 1], 2.0_f32)));
        expected.push(AnyArray::from(array![false, true]));
        expected.push(AnyArray::from(array![[number as i32], [-4]]));
        if spec != DeviceSpec::NdArray {
            readback =
                readback.register(Tensor::<1>::from_floats([7.0], &device).reshape([0_i32; 0]) as Tensor<0>);
            expected.push(AnyArray::from(ndarray::arr0(7.0_f32)));
        }
    }
    assert!(expected.len() >= 3);
    assert_eq!(readback.execute().unwrap(), expected);
}

#[test]
fn a_tensor_with_autodiff_is_detached() {
    for (spec, device) in devices() {
        let weights = Tensor::<1>::from_floats([1.0, 2.0], &device.clone().autodiff()).require_grad();
        let loss = (weights.clone() * weights.clone()).sum();
        assert_eq!(weights.to_ndarray::<f32>().unwrap(), array![1.0, 2.0], "{spec}");
        assert_eq!(weights.with_ndarray::<f32, _>(|view| view.sum()).unwrap(), 3.0, "{spec}");
        let arrays = readback([weights.clone(), loss.clone()]).unwrap();
        assert_eq!(arrays[1], AnyArray::from(array![5.0_f32]), "{spec}");
        let gradients = loss.backward();
        let gradient = weights.grad(&gradients).unwrap();
        assert_eq!(gradient.into_ndarray::<f32>().unwrap(), array![2.0, 4.0], "{spec}");
    }
}

#[test]
fn a_quantised_tensor_is_refused_by_name() {
    use burn::tensor::quantization::{QuantScheme, QuantValue};
    for (spec, device) in devices() {
        if spec != DeviceSpec::Flex {
            continue; // the one that quantises on every machine
        }
        let scheme = QuantScheme::default().with_value(QuantValue::Q8S);
        let tensor = Tensor::<2>::from_floats([[1.0, -2.0], [0.5, 4.0]], &device).quantize_dynamic(&scheme);
        let error = tensor.to_ndarray::<f32>().unwrap_err().to_string();
        assert!(error.contains("QFloat") && error.ends_with("(call dequantize() first)"), "{error}");
        assert!(tensor.clone().into_any().unwrap_err().to_string().contains("dequantize()"));
        let restored = tensor.dequantize().into_ndarray::<f32>().unwrap();
        assert!((restored[[1, 1]] - 4.0).abs() < 0.05);
    }
}

/// The trap that `Readback` is there for: should Burn close it, this test says so, and the way round
/// it can go.
#[cfg(feature = "wgpu")]
#[test]
fn burns_own_to_data_still_reads_late_on_wgpu() {
    let found = devices().into_iter().find(|(spec, _)| spec.to_string() == "wgpu");
    let Some((_, device)) = found else { return };
    let tensor = Tensor::<1>::ones([16], &device);
    let late = tensor.to_data();
    let tensor = tensor + 1.0;
    let tensor = tensor + 1.0;
    assert_eq!(late.as_slice::<f32>().unwrap()[0], 3.0, "Burn reads at once now: Readback may be simplified");
    drop(tensor);
}
