//! The images that train and the images that are held out.

use std::borrow::Cow;
use std::sync::Arc;

use burn_prep::source::{ImageFolder, Sample, Source};

/// Names of the split that is held out; the first that the folder has.
const HELD_OUT: [&str; 8] = ["val", "valid", "validation", "dev", "test", "testing", "eval", "holdout"];

/// Some of the images of a folder, as a source of their own.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    folder: Arc<ImageFolder>,
    indices: Vec<usize>,
}

impl Source for Part {
    fn len(&self) -> usize {
        self.indices.len()
    }

    fn sample(&self, index: usize) -> Option<&Sample> {
        self.folder.sample(*self.indices.get(index)?)
    }

    fn read(&self, index: usize, max_bytes: u64) -> burn_prep::Result<Cow<'_, [u8]>> {
        // Beyond the part the folder says that there is no such sample.
        self.folder.read(self.indices.get(index).copied().unwrap_or(usize::MAX), max_bytes)
    }
}

/// The part of a folder that trains and the part that is held out: its own splits, or without any a fifth of the files by a
/// hash of their names, so that a file stays in its part when others come and go.
///
/// # Errors
///
/// An image has no class, or a part has no image.
pub(crate) fn parts(folder: ImageFolder) -> Result<[Part; 2], String> {
    let root = folder.root().display();
    if let Some(sample) = folder.samples().iter().find(|sample| sample.label.is_none()) {
        return Err(format!("{root}: {} is in no class folder, expected DIR/class/file", sample.uri));
    }
    let split = |name| folder.splits().iter().find(|split| split.eq_ignore_ascii_case(name));
    let held_out = HELD_OUT.into_iter().find_map(split).map(String::as_str);
    let part_of = |sample: &Sample| match sample.split.as_deref() {
        None => Some(usize::from(hash(&sample.uri) % 5 == 0)),
        Some(split) if split.to_lowercase().starts_with("train") => Some(0),
        Some(split) => (Some(split) == held_out).then_some(1),
    };
    let indices_of = |part| {
        let is_in = |index: &usize| part_of(&folder.samples()[*index]) == Some(part);
        (0..folder.len()).filter(is_in).collect::<Vec<_>>()
    };
    let indices = [indices_of(0), indices_of(1)];
    if let Some(empty) = indices.iter().position(Vec::is_empty) {
        let (part, others) = [("to train", "train"), ("to hold out", "val")][empty];
        let found = format!("{} files in the splits {:?}", folder.len(), folder.splits());
        return Err(format!("{root}: no image {part} among {found}, expected a split {others} or no splits"));
    }
    let folder = Arc::new(folder);
    Ok(indices.map(|indices| Part { folder: folder.clone(), indices }))
}

/// FNV-1a, which is the same in every version of Rust.
fn hash(name: &str) -> u64 {
    let step = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3);
    name.bytes().fold(0xCBF2_9CE4_8422_2325, step)
}
