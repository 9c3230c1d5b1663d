//! Tensors to arrays and back on the CPU backends.
//!
//! `cargo bench --bench bridge`; beside NumPy, torch and TensorFlow: `python3 benches/peers/compare.py bridge`.
#![allow(missing_docs, clippy::unwrap_used)]

mod timing;

use burn::tensor::{Int, Tensor};
use burn_prep::arrays::ArrayElement;
use burn_prep::bridge::{IntoNdarray, IntoTensor};
use burn_prep::device::DeviceSpec;
use ndarray::{Array4, ArrayD, IxDyn};
use timing::{Case, report};

fn main() {
    for shape in [[32, 28, 28, 1], [64, 224, 224, 3]] {
        let nhwc = Array4::from_shape_fn(shape, |(n, y, x, c)| ((n * 7 + y * 5 + x * 3 + c) % 251) as f32);
        let size = nhwc.len() * 4;
        let mut cases = Vec::new();
        cases.push(Case::new("a copy into fresh memory (Vec::clone)", size, || {
            nhwc.as_slice().unwrap().to_vec()
        }));
        let views = nhwc.view();
        for name in ["flex", "ndarray"] {
            let Ok(device) = name.parse::<DeviceSpec>().unwrap().init() else { continue };
            let shared: Tensor<4> = views.into_tensor(&device).unwrap();
            let tensor = {
                let device = device.clone();
                move || -> Tensor<4> { views.into_tensor(&device).unwrap() }
            };
            let permuted = shared.clone().permute([0, 3, 1, 2]);
            let (to, from) = (shared.clone(), device.clone());
            // There and back without an end, as a loop over `torch.from_numpy(a).numpy()`.
            let (mut array, there) = (Some(views.to_owned()), device.clone());
            cases.push(Case::new(format!("{name}: to a tensor and back, moved"), size, move || {
                let tensor: Tensor<4> = array.take().unwrap().into_tensor(&there).unwrap();
                array = Some(tensor.into_ndarray::<f32>().unwrap());
            }));
            cases.push(Case::with_input(
                format!("{name}: into_ndarray, moved, cold"),
                size,
                tensor,
                |tensor| tensor.into_ndarray::<f32>().unwrap(),
            ));
            cases.push(Case::with_input(
                format!("{name}: into_tensor, moved, cold"),
                size,
                move || views.to_owned(),
                move |array| -> Tensor<4> { array.into_tensor(&from).unwrap() },
            ));
            cases.push(Case::new(format!("{name}: with_ndarray of a shared tensor"), size, move || {
                to.with_ndarray::<f32, _>(|view| view[[0, 0, 0, 0]]).unwrap()
            }));
            cases.push(Case::new(format!("{name}: to_ndarray of a shared tensor"), size, {
                let shared = shared.clone();
                move || shared.to_ndarray::<f32>().unwrap()
            }));
            cases.push(Case::new(format!("{name}: permuted NHWC to NCHW, to_ndarray"), size, move || {
                permuted.to_ndarray::<f32>().unwrap()
            }));
            cases.push(Case::new(
                format!("{name}: Burn's own to_data of a shared tensor"),
                size,
                move || shared.to_data(),
            ));
        }
        report(&format!("tensor and array, f32 {shape:?}"), cases);
    }
    let mut cases = Vec::new();
    permuted::<u8>(&mut cases);
    permuted::<i16>(&mut cases);
    permuted::<i32>(&mut cases);
    permuted::<i64>(&mut cases);
    report("tensors with permuted axes to arrays", cases);
}

/// Every pair of axes that people permute, 16 MB of each type, on one backend: the copy is the crate's own.
fn permuted<E: ArrayElement + From<u8>>(cases: &mut Vec<Case<'_>>) {
    let Ok(device) = DeviceSpec::Cpu.init() else { return };
    let size = 16 << 20;
    let count = size / std::mem::size_of::<E>();
    let mut add = |name: String, shape: [usize; 4], order: [usize; 4]| {
        let array = ArrayD::from_elem(IxDyn(&shape), E::from(1));
        let tensor: Tensor<4, Int> = array.view().into_tensor(&device).unwrap();
        let tensor = tensor.permute(order.map(|axis| axis as isize));
        cases
            .push(Case::new(format!("{name}, {}", E::NAME), size, move || tensor.to_ndarray::<E>().unwrap()));
    };
    for channels in [1, 3, 4, 16] {
        let (images, width) = (8, 128);
        let height = count / (images * width * channels);
        add(format!("NHWC to NCHW, {channels} channels"), [images, height, width, channels], [0, 3, 1, 2]);
        add(format!("NCHW to NHWC, {channels} channels"), [images, channels, height, width], [0, 2, 3, 1]);
    }
    add("transposed matrix".to_owned(), [1, 1, 2000, count / 2000], [0, 1, 3, 2]);
}
