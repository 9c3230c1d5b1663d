//! Cases that torchvision computed: `tests/golden/random_steps/make.py`, which says which version.

use std::path::Path;

use serde_json::Value;

use crate::images::Region;
use crate::images::{ColorMode, Image, ImageSize};
use crate::transform::Filter;
use crate::transform::random::jitter::{Adjustment, Jitter};

/// Images stand one after the other in one array; a case says where one begins, and what was done to it.
pub(super) struct Golden {
    cases: Value,
    pixels: Vec<u8>,
}

impl Golden {
    pub(super) fn read() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/random_steps");
        let cases =
            serde_json::from_str(&std::fs::read_to_string(folder.join("cases.json")).unwrap()).unwrap();
        let pixels = crate::npy::read_file(folder.join("pixels.npy")).unwrap().into_array::<u8>().unwrap();
        Self { cases, pixels: pixels.into_iter().collect() }
    }

    pub(super) fn cases(&self, of: &str) -> &[Value] {
        self.cases[of].as_array().unwrap()
    }

    /// An image `[start, width, height, channels]`.
    pub(super) fn image(&self, at: &Value) -> Image {
        let [start, width, height, channels] = numbers(at);
        let mode = if channels == 1 { ColorMode::L } else { ColorMode::Rgb };
        let count = (width * height * channels) as usize;
        let pixels = self.pixels[start as usize..][..count].to_vec();
        Image::new(ImageSize::new(width as u32, height as u32), mode, pixels).unwrap()
    }

    /// Size and mode are those of the case's result, and no sample differs by more than `steps`.
    pub(super) fn assert_within(&self, steps: u8, found: &Image, case: &Value) {
        let most = self.differences(found, case).into_iter().max().unwrap_or(0);
        assert!(most <= steps, "{most} steps: {case}");
    }

    /// By how much each sample differs from the case's result, whose size and mode are the same.
    pub(super) fn differences(&self, found: &Image, case: &Value) -> Vec<u8> {
        let expected = self.image(&case["result"]);
        assert_eq!(found.shape(), expected.shape(), "{case}");
        found.pixels().iter().zip(expected.pixels()).map(|(a, b)| a.abs_diff(*b)).collect()
    }
}

pub(super) fn numbers(value: &Value) -> [i64; 4] {
    serde_json::from_value(value.clone()).unwrap()
}

pub(super) fn size(value: &Value) -> ImageSize {
    let [width, height]: [u32; 2] = serde_json::from_value(value.clone()).unwrap();
    ImageSize::new(width, height)
}

/// `[low, high]`.
pub(super) fn bounds(value: &Value) -> [f64; 2] {
    serde_json::from_value(value.clone()).unwrap()
}

/// `[left, top, width, height]`.
pub(super) fn region(value: &Value) -> Region {
    let [left, top, width, height]: [u32; 4] = serde_json::from_value(value.clone()).unwrap();
    Region { left, top, size: ImageSize::new(width, height) }
}

pub(super) fn filter(value: &Value) -> Filter {
    match value.as_str().unwrap() {
        "bilinear" => Filter::Bilinear,
        "bicubic" => Filter::Bicubic,
        other => panic!("{other}"),
    }
}

/// `[[name, factor], ..]` in the order in which they apply.
pub(super) fn adjustments(value: &Value) -> Jitter {
    let mut jitter = Jitter([None; 4]);
    for (place, adjustment) in jitter.0.iter_mut().zip(value.as_array().unwrap()) {
        let factor = adjustment[1].as_f64().unwrap();
        *place = Some(match adjustment[0].as_str().unwrap() {
            "brightness" => Adjustment::Brightness(factor),
            "contrast" => Adjustment::Contrast(factor),
            "saturation" => Adjustment::Saturation(factor),
            "hue" => Adjustment::Hue(factor),
            other => panic!("{other}"),
        });
    }
    jitter
}
