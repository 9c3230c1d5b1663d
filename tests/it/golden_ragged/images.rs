//! Images of different sizes in one batch.

use std::num::NonZeroU32;

use burn_prep::*;
use ndarray::{Array3, ArrayD, IxDyn};
use serde_json::{Value as Json, json};

use crate::golden::{Answer, Dense, Scalar, list_of};
use crate::golden_ragged::{Ran, answer, map, size};

pub(crate) fn of_case(op: &str, case: &Json) -> Ran {
    if op != "images.pad_batch" {
        return None;
    }
    let images = list_of(&case["input"]["items"], Dense::of_json);
    let dtype = images.first().map_or("int64", |image| &image.dtype).to_owned();
    let args = &case["args"];
    match dtype.as_str() {
        "int64" => padded::<i64>(args, &images),
        "int32" => padded::<i32>(args, &images),
        "uint8" => padded::<u8>(args, &images),
        "float32" => padded::<f32>(args, &images),
        "float64" => padded::<f64>(args, &images),
        other => Some(Err(format!("dtype {other}"))),
    }
}

fn padded<E: ArrayElement>(args: &Json, images: &[Dense]) -> Ran {
    let value = |scalar: &Scalar| ndarray::arr0(scalar.to_f64()).into_dyn().cast::<E>().unwrap()[IxDyn(&[])];
    let images: Option<Vec<Array3<E>>> = images
        .iter()
        .map(|image| {
            let values = image.data.iter().map(value).collect();
            ArrayD::from_shape_vec(&image.shape[..], values).unwrap().into_dimensionality().ok()
        })
        .collect();
    let Some(images) = images else { return Some(Ok(Err("rank_mismatch".to_owned()))) };
    let fill: Vec<E> = match &args["pad_value"] {
        Json::Null => vec![value(&Scalar::Int(0))],
        Json::Array(fills) => fills.iter().map(|fill| value(&Scalar::of_json(fill))).collect(),
        fill => vec![value(&Scalar::of_json(fill))],
    };
    let mut padding = ImagePadding::per_channel(fill);
    if let Some(multiple) = size(&args["size_divisor"]).and_then(|side| NonZeroU32::new(side as u32)) {
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
