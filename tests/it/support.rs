//! Devices to test on, and folders of made-up images.

use std::path::{Path, PathBuf};

#[cfg(feature = "burn")]
use burn_prep::device::DeviceSpec;
#[cfg(feature = "burn")]
use burn_prep::images::{ColorMode, Image, ImageSize};

/// Every device of this build and machine. What is missing is said aloud, or fails the test where
/// `BURN_PREP_REQUIRE_DEVICE` names it.
#[cfg(feature = "burn")]
pub(crate) fn devices() -> Vec<(DeviceSpec, burn::tensor::Device)> {
    let required = std::env::var("BURN_PREP_REQUIRE_DEVICE").unwrap_or_default();
    let mut devices = Vec::new();
    for name in ["flex", "ndarray", "wgpu"] {
        let spec: DeviceSpec = name.parse().unwrap();
        match spec.init() {
            Ok(device) => devices.push((spec, device)),
            Err(error) if required.split(',').any(|word| word == name) => {
                panic!("BURN_PREP_REQUIRE_DEVICE={required}, but {error}")
            }
            // Straight to the process's standard error: the test runner hides what tests print.
            Err(error) => say(&format!("SKIPPED on {name}: {error}")),
        }
    }
    assert!(!devices.is_empty(), "no device is compiled in");
    devices
}

/// Prints past the test runner's capture.
pub(crate) fn say(line: &str) {
    use std::io::Write;
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("test").to_owned();
    let _ = writeln!(std::io::stderr().lock(), "{test}: {line}");
}

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

pub(crate) fn asset(name: &str) -> PathBuf {
    root().join("assets").join(name)
}

/// An image whose pixels depend on their place and on `seed`.
#[cfg(feature = "burn")]
pub(crate) fn picture(size: ImageSize, seed: u8) -> Image {
    let count = size.width as usize * size.height as usize * 3;
    let pixels = (0..count).map(|i| (i.wrapping_mul(31) ^ (i >> 3)) as u8 ^ seed).collect();
    Image::new(size, ColorMode::Rgb, pixels).unwrap()
}

/// The files below a folder, however deep, sorted.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}
