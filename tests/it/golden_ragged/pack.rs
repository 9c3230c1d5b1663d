//! Flattened batches, bins, masks.

use burn_prep::Result;
use burn_prep::packing::{Packing, position_ids};
use burn_prep::ragged::{Ragged, RowPartition};
use ndarray::{Array1, Array2};
use serde_json::{Value as Json, json};

use crate::golden::{Answer, list_of};
use crate::golden_ragged::{Ran, answer, map, size, sizes};

pub(crate) fn of_case(op: &str, case: &Json) -> Ran {
    let (args, input) = (&case["args"], &case["input"]["value"]);
    let packing = |of: fn(usize) -> Packing| {
        let bins = of(size(&args["capacity"]).unwrap()).pack(&sizes(input));
        answer(bins.map(|bins| Answer::Json(json!(bins.rows()))))
    };
    match op {
        "pack.best_fit_decreasing" => packing(Packing::best_fit),
        "pack.first_fit_decreasing" => packing(Packing::first_fit),
        "mask.packed" => answer(masks(input)),
        "mask.position_ids" => {
            let rows: Vec<Vec<bool>> = list_of(input, |row| list_of(row, |flag| flag == 1 || flag == true));
            let width = rows.first().map_or(0, Vec::len);
            let mask = Array2::from_shape_vec((rows.len(), width), rows.concat()).unwrap();
            let whole = |name: &str, default| args[name].as_i64().unwrap_or(default);
            let positions = position_ids(mask.view(), whole("start", 0), whole("pad_position", 0));
            answer(positions.map(|positions| Answer::Json(nested(&positions))))
        }
        "hf.flatten" => answer(flattened(args, &input["features"])),
        _ => None,
    }
}

fn nested<T: serde::Serialize + Clone>(rows: &Array2<T>) -> Json {
    rows.outer_iter().map(|row| json!(row.to_vec())).collect()
}

fn masks(input: &Json) -> Result<Answer> {
    let bounds = RowPartition::from_offsets(sizes(input))?;
    Ok(map([
        ("segment_ids", Answer::Json(json!(bounds.segment_ids::<i32>()?))),
        ("position_ids", Answer::Json(json!(bounds.position_ids::<i64>(0)?))),
        ("block_diagonal", Answer::Json(nested(&bounds.mask_block_diagonal()?))),
        ("block_causal", Answer::Json(nested(&bounds.mask_block_causal()?))),
    ]))
}

fn flattened(args: &Json, features: &Json) -> Result<Answer> {
    let column = |name: &str| -> Option<Vec<Vec<i64>>> {
        let rows: Vec<_> = list_of(features, |feature| feature[name].as_array().cloned());
        let of_row =
            |row: Option<Vec<Json>>| row.map(|row| row.iter().map(|id| id.as_i64().unwrap()).collect());
        rows.into_iter().map(of_row).collect()
    };
    let packed = Ragged::from_rows(column("input_ids").unwrap());
    let segments = &packed.partitions()[0];
    let ignore = args["separator_id"].as_i64().unwrap_or(-100);
    let labels = match column("labels") {
        Some(labels) if !labels.is_empty() => segments.labels(&labels.concat(), ignore)?,
        _ => segments.labels(packed.values(), ignore)?,
    };
    let row = |values: Vec<i64>| Answer::from(Array1::from(values).insert_axis(ndarray::Axis(0)).into_dyn());
    let mut items = vec![("input_ids", row(packed.values().to_vec())), ("labels", row(labels))];
    let wanted = |name: &str, default| args[name].as_bool().unwrap_or(default);
    if wanted("return_position_ids", true) {
        items.push((
            "position_ids",
            row(segments.position_ids(size(&args["position_ids_start"]).unwrap_or(0))?),
        ));
    }
    if wanted("return_flash_attn_kwargs", false) {
        let bounds =
            || segments.cu_seqlens::<i32>().map(|bounds| Answer::from(Array1::from(bounds).into_dyn()));
        items.push(("cu_seq_lens_q", bounds()?));
        items.push(("cu_seq_lens_k", bounds()?));
        items.push(("max_length_q", Answer::Json(json!(segments.longest()))));
        items.push(("max_length_k", Answer::Json(json!(segments.longest()))));
    }
    if wanted("return_seq_idx", false) {
        let ids = Array1::from(segments.segment_ids::<i32>()?).insert_axis(ndarray::Axis(0));
        items.push(("seq_idx", ids.into_dyn().into()));
    }
    Ok(Answer::Map(items.into_iter().map(|(name, item)| (name.to_owned(), item)).collect()))
}
