//! Rows taken apart, put together and made rectangles.

use burn_prep::ragged::{FromDense, Operand, Ragged, RaggedIndex, RaggedOrDense, RowPartition};
use ndarray::{ArrayD, IxDyn};
use serde_json::Value as Json;

use super::make::encodings;
use super::value::{
    Element, answer, category, counts, dense, dtype, for_dtype, int, ints, list, operand, outcome,
    partitions, ragged, value,
};
use crate::golden::{Answer, Outcome, list_of};

pub(super) fn of_case(op: &str, args: &Json, input: &Json) -> Result<Outcome, String> {
    if op == "with_flat_values" {
        return for_dtype!(dtype(&args["flat_values"]), T => with_flat_values::<T>(args, input));
    }
    for_dtype!(dtype(input), T => {
        if input["kind"] == "list" {
            return join::<T>(op, args, input);
        }
        if op == "boolean_mask" {
            return mask::<T>(args, input);
        }
        let rows = value::<T>(input)?.into_ragged().map_err(|error| error.to_string())?;
        of_rows(op, args, &rows)
    })
}

fn of_rows<T: Element>(op: &str, args: &Json, rows: &Ragged<T>) -> Result<Outcome, String> {
    let axis = || int(&args["axis"]) as isize;
    Ok(match op {
        "to_tensor" => to_tensor(args, rows),
        "encodings" => Ok(encodings(rows)),
        "bounding_shape" => bounding_shape(args, rows),
        "row_lengths" => {
            outcome(rows.row_lengths(if args["axis"].is_null() { 1 } else { axis() }).map(counts))
        }
        "slice" => outcome(rows.slice(&list_of(&args["keys"], key))),
        "gather" => {
            let indices = match value::<i64>(&args["indices"]) {
                Ok(indices) => indices,
                Err(_) => match value::<i32>(&args["indices"])? {
                    RaggedOrDense::Ragged(rows) => {
                        RaggedOrDense::Ragged(rows.map_values(|at| i64::from(*at)))
                    }
                    RaggedOrDense::Dense(array) => RaggedOrDense::Dense(array.mapv(i64::from)),
                },
            };
            let batch_dims = args["batch_dims"].as_u64().unwrap_or(0) as usize;
            let axis = args["axis"].as_i64().unwrap_or(batch_dims as i64) as isize;
            outcome(rows.gather(operand(&indices), axis, batch_dims))
        }
        "merge_dims" => {
            outcome(rows.merge_dims(int(&args["outer_axis"]) as isize, int(&args["inner_axis"]) as isize))
        }
        "expand_dims" => ragged(rows.expand_dims(axis())),
        "reverse" => {
            let axes = args["axis"].as_array().map_or(vec![axis_or(&args["axis"])], |axes| {
                axes.iter().map(|axis| int(axis) as isize).collect()
            });
            ragged(rows.reverse(&axes))
        }
        "tile" => ragged(rows.tile(&list_of(&args["multiples"], |times| int(times) as usize))),
        // There is one type of splits, of 64 bits.
        "with_row_splits_dtype" => ragged(Ok(rows.clone())),
        "to_sparse" => rows.to_sparse().map_err(|error| category(&error)).map(|sparse| {
            let values = ndarray::Array1::from_vec(sparse.values).into_dyn();
            let indices = sparse.indices.mapv(|at| at as i64).into_dyn();
            let items = [
                ("dense_shape", list(&sparse.dense_shape)),
                ("indices", Answer::Dense(dense(&indices))),
                ("values", Answer::Dense(dense(&values))),
            ];
            Answer::Map(items.map(|(key, value)| (key.to_owned(), value)).into())
        }),
        other => return Err(format!("no such operation: {other}")),
    })
}

/// Other values of any type in the rows' partitions.
fn with_flat_values<T: Element>(args: &Json, input: &Json) -> Result<Outcome, String> {
    let values = value::<T>(&args["flat_values"])?.into_dense().map_err(|error| error.to_string())?;
    let (partitions, inner) = (partitions(input)?, values.shape()[1..].to_vec());
    let cells = (0..partitions.last().map_or(0, RowPartition::nvals)).collect();
    let rows: Ragged<usize> =
        Ragged::new(cells, partitions, Vec::new()).map_err(|error| error.to_string())?;
    Ok(ragged(rows.with_values(values.into_iter().collect::<Vec<T>>(), inner)))
}

fn axis_or(json: &Json) -> isize {
    json.as_i64().unwrap_or(0) as isize
}

fn to_tensor<T: Element>(args: &Json, rows: &Ragged<T>) -> Outcome {
    let default: ArrayD<T> = match &args["default_value"] {
        Json::Null => ArrayD::from_elem(IxDyn(&[]), T::default()),
        default => value(default)?.into_dense().map_err(|error| error.to_string())?,
    };
    let shape: Vec<Option<isize>> = match &args["shape"] {
        Json::Null => vec![None; rows.rank()],
        shape => list_of(shape, |size| size.as_i64().map(|size| size as isize)),
    };
    outcome(rows.to_dense_of(default.view(), &shape).map(RaggedOrDense::Dense))
}

fn bounding_shape<T: Element>(args: &Json, rows: &Ragged<T>) -> Outcome {
    let shape = rows.bounding_shape();
    let size = |axis: i64| {
        let at = if axis < 0 { axis + shape.len() as i64 } else { axis };
        usize::try_from(at).ok().and_then(|at| shape.get(at).copied()).ok_or("axis_out_of_range")
    };
    Ok(match &args["axis"] {
        Json::Null => list(&shape),
        Json::Array(_) => list(&ints(&args["axis"]).into_iter().map(size).collect::<Result<Vec<_>, _>>()?),
        axis => answer(RaggedOrDense::Dense(ArrayD::from_elem(IxDyn(&[]), size(int(axis))? as i64))),
    })
}

fn key(json: &Json) -> RaggedIndex {
    let bound = |name: &str| json[name].as_i64().map(|bound| bound as isize);
    match json["kind"].as_str().unwrap() {
        "index" => RaggedIndex::At(int(&json["i"]) as isize),
        "slice" => {
            RaggedIndex::Span { start: bound("start"), stop: bound("stop"), step: bound("step").unwrap_or(1) }
        }
        "newaxis" => RaggedIndex::NewAxis,
        _ => RaggedIndex::Ellipsis,
    }
}

fn join<T: Element>(op: &str, args: &Json, input: &Json) -> Result<Outcome, String> {
    let parts: Result<Vec<_>, _> = input["items"].as_array().unwrap().iter().map(value::<T>).collect();
    let parts = match parts {
        Ok(parts) => parts,
        Err(category) => return Ok(Err(category)),
    };
    let operands: Vec<Operand<'_, T>> = parts.iter().map(operand).collect();
    let axis = int(&args["axis"]) as isize;
    Ok(match op {
        "concat" => outcome(Ragged::concat(operands, axis)),
        "stack" => outcome(Ragged::stack(operands, axis)),
        other => return Err(format!("no such operation: {other}")),
    })
}

fn mask<T: Element>(args: &Json, input: &Json) -> Result<Outcome, String> {
    let mask = value::<bool>(&args["mask"])?;
    let (data, rank) = (
        value::<T>(input)?,
        match &mask {
            RaggedOrDense::Ragged(mask) => mask.rank(),
            RaggedOrDense::Dense(mask) => mask.ndim(),
        },
    );
    let rows = match data {
        RaggedOrDense::Ragged(rows) => rows,
        RaggedOrDense::Dense(array) if rank < 2 => {
            // Rows of an array are an array.
            let keep = mask.into_dense().map_err(|error| error.to_string())?;
            let cells: Vec<usize> = (0..array.shape()[0]).collect();
            let cells = Ragged::from_lengths(cells, &[array.shape()[0]]).unwrap();
            let mask = Ragged::from_lengths(keep.into_iter().collect(), &[array.shape()[0]]);
            let kept = mask.and_then(|mask| cells.boolean_mask(&mask));
            let of =
                |kept: Ragged<usize>| RaggedOrDense::Dense(array.select(ndarray::Axis(0), kept.values()));
            return Ok(outcome(kept.map(of)));
        }
        RaggedOrDense::Dense(array) => match FromDense::new().ragged_rank(rank - 1).of(array.view()) {
            Ok(rows) => rows,
            Err(error) => return Ok(Err(category(&error))),
        },
    };
    Ok(ragged(rows.boolean_mask(operand(&mask))))
}
