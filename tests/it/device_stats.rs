//! Statistics on a device agree with the host's.

use burn::tensor::Tensor;
use burn_prep::device_stats::{across_batch_on_device, per_image_on_device};
use burn_prep::prelude::*;
use burn_prep::stats::{NanPolicy, Summary, per_image};
use ndarray::{Array4, ArrayD, IxDyn};

use crate::support::devices;

#[test]
fn the_device_agrees_with_the_host_on_any_axes() {
    let batch = ArrayD::from_shape_fn(IxDyn(&[3, 4, 5]), |i| {
        ((i[0] * 131 + i[1] * 57 + i[2] * 13) % 29) as f32 / 29.0
    });
    let mut seen = 0;
    for (spec, device) in devices() {
        let tensor: Tensor<3> = batch.view().into_tensor(&device).unwrap();
        for axes in [vec![0], vec![1], vec![2], vec![0, 2], vec![-1, -2], vec![0, 1, 2], vec![]] {
            let reduce = Reduce::axes(axes.clone());
            let on_host = reduce.moments(batch.view()).unwrap();
            let on_device = reduce.moments_on_device(tensor.clone()).unwrap();
            // Sums of at most 60 numbers below 1 in f32: 60 units of 2^-24.
            let close = |a: ArrayD<f64>, b: &ArrayD<f64>| {
                assert_eq!(a.shape(), b.shape(), "{spec} {axes:?}");
                a.iter().zip(b).all(|(a, b)| (a - b).abs() < 4e-6 || a.is_nan() && b.is_nan())
            };
            assert!(close(on_host.mean(), &on_device.mean), "{spec} {axes:?}");
            assert!(close(on_host.std(1), &on_device.std(1)), "{spec} {axes:?}");
            assert!(close(on_host.min().unwrap().mapv(f64::from), &on_device.min), "{spec} {axes:?}");
            assert!(close(on_host.max().unwrap().mapv(f64::from), &on_device.max), "{spec} {axes:?}");
            assert_eq!(on_host.count().first(), Some(&on_device.count));
            seen += 1;
        }
        let refused = Reduce::all().nan(NanPolicy::Ignore).moments_on_device(tensor).unwrap_err();
        assert!(refused.is_usage(), "{refused}");
    }
    assert!(seen >= 7);
}

fn sample_batch() -> Array4<f32> {
    Array4::from_shape_fn([3, 3, 7, 5], |(n, c, y, x)| {
        ((n * 131 + c * 57 + y * 13 + x * 7) % 29) as f32 / 29.0 - 0.3 * c as f32
    })
}

/// f32 sums over at most 7 values an axis, of values below 1: a few units of 2^-24.
const DEVICE: f64 = 2e-6;

fn assert_near(host: &Summary, device: &Summary, what: &str) {
    assert_eq!(host.count, device.count, "{what}");
    for (host, device) in
        [(host.mean, device.mean), (host.std, device.std), (host.min, device.min), (host.max, device.max)]
    {
        assert!((host - device).abs() <= DEVICE, "{what}: {host} on the host, {device} on the device");
    }
}

#[test]
fn the_device_agrees_with_the_host() {
    let batch = sample_batch();
    let on_host = per_image(batch.view(), Layout::Nchw).unwrap();
    let across_host = BatchStats::of(batch.view(), Layout::Nchw).unwrap();
    for (spec, device) in devices() {
        let tensor: Tensor<4> = batch.view().into_tensor(&device).unwrap();
        let on_device = per_image_on_device(tensor.clone()).unwrap();
        assert_eq!(on_device.len(), 3);
        for (host, device) in on_host.iter().zip(&on_device) {
            assert_eq!(host.shape, device.shape);
            assert_near(&host.all, &device.all, &spec.to_string());
            for (host, device) in host.channels.iter().zip(&device.channels) {
                assert_near(host, device, &spec.to_string());
            }
        }
        let across = across_batch_on_device(tensor).unwrap();
        assert_eq!(across.images, 3);
        assert_near(&across_host.all, &across.all, &spec.to_string());
        for (host, device) in across_host.channels.iter().zip(&across.channels) {
            assert_near(host, device, &spec.to_string());
        }
        for (host, device) in across_host.std_image.iter().zip(&across.std_image) {
            assert!((host - device).abs() <= DEVICE, "{spec}");
        }
    }
}

#[test]
fn an_empty_batch_on_a_device_is_an_error() {
    for (_, device) in devices() {
        let empty: Tensor<4> = Array4::<f32>::zeros([0, 3, 2, 2]).into_tensor(&device).unwrap();
        assert_eq!(per_image_on_device(empty).unwrap_err().to_string(), "batch is empty");
    }
}
