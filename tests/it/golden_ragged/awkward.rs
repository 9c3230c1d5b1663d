//! What awkward-array does, on rows of 64-bit integers or floats.

use burn_prep::ragged::{Ragged, RaggedOrDense, SortOrder};
use serde_json::{Value as Json, json};

use super::value::{category, int, ints, rows};
use crate::golden::{Answer, Outcome};

pub(super) fn of_case(op: &str, args: &Json, input: &Json) -> Result<Outcome, String> {
    let value = &input["value"];
    let found = match op {
        "unflatten" => Ragged::unflatten(ints(value), &ints(&args["counts"])).map(|rows| nested(&rows)),
        "run_lengths" => Ragged::from_rows([ints(value)]).run_lengths().map(|runs| json!(runs.values())),
        _ => of_rows(op, args, &rows::<i64>(value))?,
    };
    Ok(found.map(Answer::Json).map_err(|error| category(&error)))
}

fn of_rows(op: &str, args: &Json, rows: &Ragged<i64>) -> Result<burn_prep::Result<Json>, String> {
    let axis = args["axis"].as_i64().unwrap_or(1) as isize;
    let reduction = || rows.reduce().axis(axis);
    let order = || if args["ascending"] == false { SortOrder::Descending } else { SortOrder::Ascending };
    Ok(match op {
        "argmax" => reduction().argmax().and_then(dense),
        "argmin" => reduction().argmin().and_then(dense),
        "max" => reduction().max_or_none().and_then(dense),
        "min" => reduction().min_or_none().and_then(dense),
        "sum" => reduction().sum().and_then(dense),
        "num" => rows.row_lengths(axis).and_then(dense),
        "argsort" => rows.argsort(order()).map(|rows| nested(&rows)),
        "sort" => rows.sort(order()).map(|rows| nested(&rows)),
        "local_index" => rows.local_index().map(|rows| nested(&rows)),
        "flatten" => rows.merge_dims(0, 1).and_then(dense),
        "combinations" => rows.combinations(int(&args["n"]) as usize).map(|rows| nested(&cells(&rows))),
        "cartesian" => {
            let other = self::rows::<i64>(&args["with"]);
            rows.cartesian(&other).map(|rows| nested(&rows.map_values(|(a, b)| json!([a, b]))))
        }
        "firsts_fill" => rows.firsts().map(|rows| json!(rows.fill_none(int(&args["fill"])).values())),
        "pad_none_fill" => {
            let target = int(&args["target"]) as usize;
            let padded = if args["clip"] == true { rows.clip_none(target) } else { rows.pad_none(target) };
            padded.map(|rows| nested(&rows.fill_none(int(&args["fill"]))))
        }
        "to_numpy" | "to_regular" => rows.to_regular().map(|array| {
            Json::from(
                array.outer_iter().map(|row| json!(row.iter().collect::<Vec<_>>())).collect::<Vec<_>>(),
            )
        }),
        other => return Err(format!("no such operation: {other}")),
    })
}

fn nested<T: serde::Serialize>(rows: &Ragged<T>) -> Json {
    Json::from(rows.rows().map(|row| json!(row)).collect::<Vec<_>>())
}

/// Cells as lists.
fn cells(rows: &Ragged<i64>) -> Ragged<Json> {
    let size = rows.inner_shape()[0];
    let cells = rows.values().chunks(size.max(1)).map(|cell| json!(cell)).collect();
    rows.with_values(cells, Vec::new()).unwrap()
}

fn dense<T: serde::Serialize>(found: RaggedOrDense<T>) -> burn_prep::Result<Json> {
    Ok(json!(found.into_dense()?.iter().collect::<Vec<_>>()))
}
