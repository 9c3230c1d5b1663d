//! Reading from a GPU is complete when the call returns.

use burn::tensor::Tensor;
use burn_prep::{IntoNdarray, read_data};

use crate::support::devices;

#[test]
fn what_was_read_does_not_change_with_the_tensor() {
    for (spec, device) in devices() {
        for count in [16, 1 << 20] {
            let tensor = Tensor::<1>::ones([count], &device);
            let data = read_data(tensor.clone()).unwrap();
            let array = tensor.to_ndarray::<f32>().unwrap();
            let tensor = tensor + 1.0;
            let tensor = tensor + 1.0;
            device.sync().unwrap();
            assert!(data.as_slice::<f32>().unwrap().iter().all(|&v| v == 1.0), "{spec}, {count} elements");
            assert!(array.iter().all(|&v| v == 1.0), "{spec}, {count} elements");
            assert_eq!(tensor.into_ndarray::<f32>().unwrap()[0], 3.0);
        }
    }
}

/// The trap that `read_data` is there for: should Burn close it, this test says so, and the way round
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
    assert_eq!(
        late.as_slice::<f32>().unwrap()[0],
        3.0,
        "Burn reads at once now: read_data may be simplified"
    );
    drop(tensor);
}
