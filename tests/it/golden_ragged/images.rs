//! Images of different sizes in one batch.

use burn_prep::arrays::ArrayElement;
use burn_prep::images::ImagePadding;
use burn_prep::prelude::*;
use ndarray::{Array3, ArrayD};
use serde_json::{Value as Json, json};

use crate::golden::{Answer, Dense, Scalar, list_of};
use crate::golden_ragged::pad::fill;
use crate::golden_ragged::value::{Element, for_numbers};
use crate::golden_ragged::{Ran, answer, map, size};

pub(crate) fn of_case(op: &str, case: &Json) -> Ran {
    if op != "images.pad_batch" {
        return None;
    }
    let images = list_of(&case["input"]["items"], Dense::of_json);
    let dtype = images.first().map_or("int64", |image| &image.dtype).to_owned();
    let args = &case["args"];
    for_numbers!(dtype.as_str(), T => padded::<T>(args, &images), other => match other {
        "bool" => padded::<bool>(args, &images),
        other => Some(Err(format!("dtype {other}"))),
    })
}

fn padded<E: Element + ArrayElement>(args: &Json, images: &[Dense]) -> Ran {
    let value = |scalar: &Scalar| E::of(scalar).unwrap();
    let images: Option<Vec<Array3<E>>> = images
        .iter()
        .map(|image| {
            let values = image.data.iter().map(value).collect();
            ArrayD::from_shape_vec(&image.shape[..], values).unwrap().into_dimensionality().ok()
        })
        .collect();
    let Some(images) = images else { return Some(Ok(Err("rank_mismatch".to_owned()))) };
    let fill: Result<Vec<E>, _> = match &args["pad_value"] {
        Json::Array(fills) => fills.iter().map(fill).collect(),
        value => fill(value).map(|value| vec![value]),
    };
    let fill = match fill {
        Ok(fill) => fill,
        Err(category) => return Some(Ok(Err(category))),
    };
    let mut padding = ImagePadding::per_channel(fill);
    if let Some(multiple) = size(&args["size_divisor"]) {
        padding = padding.multiple_of(multiple);
    }
    if let [height, width] = list_of(&args["min_hw"], |side| side.as_u64().unwrap() as u32)[..] {
        padding = padding.at_least(ImageSize::new(width, height));
    }
    let views: Vec<_> = images.iter().map(|image| image.view()).collect();
    answer(padding.pad(&views).map(|padded| {
        let sizes: Vec<_> = padded.sizes().iter().map(|size| [size.height, size.width]).collect();
        map([
            ("padding_mask", padded.mask_pad().into_dyn().into()),
            ("sizes_hw", Answer::Json(json!(sizes))),
            ("images", padded.into_data().into_dyn().into()),
        ])
    }))
}
