//! Statistics of a batch on the host.
//!
//! `cargo bench --bench stats`; `RAYON_NUM_THREADS=1` for one thread; beside NumPy, torch and TensorFlow:
//! `python3 benches/peers/compare.py stats`.
#![allow(missing_docs, clippy::unwrap_used)]

mod timing;

use burn::tensor::Tensor;
use burn_prep::arrays::Layout;
use burn_prep::bridge::{IntoNdarray, IntoTensor};
use burn_prep::device::DeviceSpec;
use burn_prep::stats::{BatchStats, NanPolicy, Reduce, per_image};
use ndarray::Array4;
use timing::{Case, report};

fn main() {
    let images = Array4::from_shape_fn([64, 3, 224, 224], |(n, c, y, x)| {
        ((n * 7919 + c * 104_729 + y * 31 + x * 17) % 1009) as f32 / 1009.0
    });
    // As arrays come from a tensor, on large pages, which NumPy's arrays are on as well.
    let tensor: Tensor<4> = images.view().into_tensor(&DeviceSpec::Cpu.init().unwrap()).unwrap();
    let nchw = tensor.to_ndarray::<f32>().unwrap();
    let nhwc = tensor.permute([0, 2, 3, 1]).to_ndarray::<f32>().unwrap();
    let bytes = nchw.mapv(|value| (value * 255.0) as u8);
    let size = nchw.len() * 4;
    let (channels_first, channels_last) =
        (Reduce::per_channel(Layout::Nchw), Reduce::per_channel(Layout::Nhwc));
    let (image, across) = (Reduce::per_image(), Reduce::across_batch());
    report(
        "statistics of f32 [64, 3, 224, 224] and of u8",
        vec![
            Case::new("per-image mean+std, NCHW", size, || {
                let moments = image.moments(nchw.view()).unwrap();
                (moments.mean(), moments.std(0))
            }),
            Case::new("channel mean+std, NCHW", size, || {
                let moments = channels_first.moments(nchw.view()).unwrap();
                (moments.mean(), moments.std(0))
            }),
            Case::new("channel mean+std, NHWC", size, || {
                let moments = channels_last.moments(nhwc.view()).unwrap();
                (moments.mean(), moments.std(0))
            }),
            Case::new("per-image mean", size, || image.mean(nchw.view()).unwrap()),
            Case::new("across-batch mean", size, || across.mean(nchw.view()).unwrap()),
            Case::new("across-batch mean+std", size, || {
                let moments = across.moments(nchw.view()).unwrap();
                (moments.mean(), moments.std(0))
            }),
            Case::new("per-image mean+std, NaN ignored", size, || {
                image.clone().nan(NanPolicy::Ignore).moments(nchw.view()).unwrap().std(0)
            }),
            Case::new("per_image (all statistics)", size, || per_image(nchw.view(), Layout::Nchw).unwrap()),
            Case::new("BatchStats::of (all statistics)", size, || {
                BatchStats::of(nchw.view(), Layout::Nchw).unwrap()
            }),
            Case::new("u8 per-image mean+std, exact", bytes.len(), || {
                image.moments(bytes.view()).unwrap().std(0)
            }),
            Case::new("u8 across-batch mean+std, exact", bytes.len(), || {
                across.moments(bytes.view()).unwrap().std(0)
            }),
        ],
    );
}
