//! A batch on a Burn device to an `ndarray` array, one image of it, and the figures of both.
//!
//! `cargo run --release --example tensor_to_ndarray` (a device as argument: `ndarray`, `wgpu`, ...)

use burn::tensor::{Shape, Tensor};
use burn_prep::arrays::Layout;
use burn_prep::bridge::{IntoNdarray, IntoTensor};
use burn_prep::device::DeviceSpec;
use burn_prep::stats::Reduce;
use ndarray::{Array4, Axis};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let device = std::env::args().nth(1).unwrap_or_else(|| "cpu".into()).parse::<DeviceSpec>()?.init()?;

    // Two images of three channels, 2 x 4 pixels, made on the host and moved to the device.
    let pixels = Array4::from_shape_fn([2, 3, 2, 4], |(n, c, y, x)| (n * 100 + c * 10 + y * 4 + x) as f32);
    let batch: Tensor<4> = pixels.into_tensor(&device)?;
    println!("tensor  {:?} of {:?}", batch.dims(), batch.dtype());

    // 1. The whole batch: tensor.numpy()
    let array = batch.to_ndarray::<f32>()?;
    println!("batch   {:?}, mean of each image {}", array.shape(), Reduce::per_image().mean(array.view())?);

    // 2. One image: tensor[1].numpy()
    let image = batch.clone().narrow(0, 1, 1).squeeze_dim::<3>(0).into_ndarray::<f32>()?;
    println!("image 1 {:?}, mean {}", image.shape(), Reduce::all().mean(image.view())?);

    // 3. Across the batch: np.mean(batch, axis=0), np.std(batch, axis=(0, 2, 3))
    let across = Reduce::across_batch().mean(array.view())?;
    println!(
        "across  {:?}, its first row {}",
        across.shape(),
        across.index_axis(Axis(0), 0).index_axis(Axis(0), 0)
    );
    let channels = Reduce::per_channel(Layout::Nchw).moments(array.view())?;
    println!("channel mean {} std {:.3}", channels.mean(), channels.std(0));

    // And back: an array or a view of any strides becomes a tensor.
    let nhwc: Tensor<4> = Layout::Nchw.permute(array.view(), Layout::Nhwc).into_tensor(&device)?;
    assert_eq!(nhwc.shape(), Shape::from([2, 2, 4, 3]));
    println!("back    {:?} as NHWC", nhwc.dims());
    Ok(())
}
