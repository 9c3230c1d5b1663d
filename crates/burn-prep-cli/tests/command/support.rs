//! What the tests of the command share.

use std::path::Path;
use std::process::{Command, Output};

use burn_prep::images::{ColorMode, Image, ImageSize};
use serde_json::Value;

/// The root of the repository, which has the folder `assets`.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

pub(crate) fn command(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_burn-prep")).args(args).current_dir(root()).output().unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub(crate) fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// A folder of files that take some time each.
#[cfg(unix)]
pub(crate) fn slow_folder(files: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for index in 0..files {
        let of = |at: usize| ((at * (31 + index % 7)) ^ (at >> 3)) as u8;
        let pixels = (0..90 * 90 * 3_usize).map(of).collect();
        let image = Image::new(ImageSize::square(90), ColorMode::Rgb, pixels).unwrap();
        image.write_png(folder.path().join(format!("{index:04}.png"))).unwrap();
    }
    folder
}
