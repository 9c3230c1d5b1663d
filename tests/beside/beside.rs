//! Both preludes beside a program's own crates: nothing is ambiguous, and nothing takes another's place.
#![allow(clippy::unwrap_used)]

use burn::prelude::*;
use burn_prep::prelude::*;

#[test]
fn both_preludes_and_other_versions_of_ndarray_and_image_stand_beside_each_other() {
    let device: Device = DeviceSpec::Cpu.init().unwrap();
    let tensor = Tensor::<2>::from_floats([[1.0, 2.0], [3.0, 4.0]], &device);
    assert_eq!(tensor.shape(), Shape::new([2, 2]));
    let array = tensor.to_ndarray::<f32>().unwrap();

    // The program's own `ndarray`, 0.16: its arrays and those of the bridge are different types, so it copies.
    let own: ndarray::Array2<f32> =
        ndarray::Array2::from_shape_vec((2, 2), array.iter().copied().collect()).unwrap();
    assert_eq!(own.sum(), 10.0);
    fn name_of<T>(_: &T) -> &'static str {
        std::any::type_name::<T>()
    }
    assert_ne!(name_of(&own), name_of(&array), "the program's ndarray is of another version");

    // The program's own `image`, 0.24.
    let picture = image::RgbImage::from_pixel(3, 2, image::Rgb([7, 8, 9]));
    assert_eq!(picture.dimensions(), (3, 2));

    // Names of Burn's prelude, each used once, so that an ambiguous one does not compile.
    let ints: Tensor<1, Int> = Tensor::from_ints([1, 2], &device);
    let flags: Tensor<1, Bool> = ints.clone().equal_elem(1);
    assert_eq!(flags.into_data(), TensorData::from([true, false]));
    assert_eq!(ints.slice(s![1..]).dims(), [1]);
    let float: Tensor<1, Float> = Tensor::from_floats([1.5], &device);
    assert_eq!(float.into_scalar::<f32>().elem::<f64>(), 1.5);
}
