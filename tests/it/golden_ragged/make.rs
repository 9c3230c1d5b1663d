//! Rows from every encoding.

use burn_prep::ragged::{FromDense, Ragged, RaggedOrDense, RowPartition, sequence_mask};
use ndarray::{Array2, ArrayD};
use serde_json::Value as Json;

use super::value::{self, Element, answer, category, dtype, for_dtype, int, ints, list, outcome, ragged};
use crate::golden::{Answer, Outcome, Scalar, list_of};

pub(super) fn of_case(op: &str, args: &Json, input: &Json) -> Result<Outcome, String> {
    match op {
        "constant" => for_dtype!(dtype(input), T => Ok(constant::<T>(args, input))),
        "from_tensor" => for_dtype!(dtype(input), T => from_tensor::<T>(args, input)),
        "from_sparse" => {
            let items = &input["items"];
            let places: Vec<i64> = list_of(&items["indices"]["value"], ints).concat();
            let count = items["values"]["value"].as_array().unwrap().len();
            let width = places.len().checked_div(count).unwrap_or(2);
            let indices = Array2::from_shape_vec((count, width), places).unwrap();
            let values = list_of(&items["values"]["value"], |value| int(value) as i32);
            let nrows = int(&args["dense_shape"][0]) as usize;
            Ok(ragged(Ragged::from_sparse(indices.view(), values, nrows)))
        }
        _ => for_dtype!(dtype(input), T => from_partition::<T>(op, args, input)),
    }
}

fn constant<T: Element>(args: &Json, input: &Json) -> Outcome {
    let inner: Option<Vec<usize>> =
        args["inner_shape"].as_array().map(|sizes| sizes.iter().map(|size| int(size) as usize).collect());
    let rank = args["ragged_rank"].as_u64().map(|rank| rank as usize);
    let nested = value::nested::<T>(&input["value"])?;
    outcome(nested.to_ragged(rank, inner.as_deref()))
}

fn from_partition<T: Element>(op: &str, args: &Json, input: &Json) -> Result<Outcome, String> {
    let array = value::value::<T>(input)?.into_dense().map_err(|error| error.to_string())?;
    let (cells, inner) = (array.shape()[0], array.shape()[1..].to_vec());
    // The partition is checked against the cells, and then holds them.
    let ids: Vec<usize> = (0..cells).collect();
    let nested = |key: &str| list_of(&args[key], ints);
    let rows = match op {
        "from_row_splits" => match args["row_splits"].as_array().unwrap().first() {
            Some(Json::Array(_)) => {
                let splits = list_of(&args["row_splits"], ints);
                let shape = (splits.len(), splits.first().map_or(0, Vec::len));
                let array = Array2::from_shape_vec(shape, splits.concat()).unwrap();
                RowPartition::from_splits_array(array.into_dyn().view())
                    .and_then(|partition| Ragged::new(ids, vec![partition], Vec::new()))
            }
            _ => Ragged::from_splits(ids, &ints(&args["row_splits"])),
        },
        "from_row_lengths" => Ragged::from_lengths(ids, &ints(&args["row_lengths"])),
        "from_row_starts" => Ragged::from_starts(ids, &ints(&args["row_starts"])),
        "from_row_limits" => Ragged::from_limits(ids, &ints(&args["row_limits"])),
        "from_value_rowids" => {
            let nrows = args["nrows"].as_u64().map(|nrows| nrows as usize);
            Ragged::from_value_rowids(ids, &ints(&args["value_rowids"]), nrows)
        }
        "from_uniform_row_length" => {
            Ragged::from_uniform(ids, int(&args["uniform_row_length"]), args["nrows"].as_i64())
        }
        "from_nested_row_splits" => Ragged::from_nested_splits(ids, &nested("nested_row_splits")),
        "from_nested_row_lengths" => Ragged::from_nested_lengths(ids, &nested("nested_row_lengths")),
        other => return Err(format!("no such operation: {other}")),
    };
    Ok(ragged(rows.and_then(|rows| rows.with_values(array.into_iter().collect::<Vec<T>>(), inner))))
}

fn from_tensor<T: Element>(args: &Json, input: &Json) -> Result<Outcome, String> {
    let array = value::value::<T>(input)?.into_dense().map_err(|error| error.to_string())?;
    let padding: Option<ArrayD<T>> = match &args["padding"] {
        Json::Null => None,
        padding => match value::value::<T>(padding) {
            Ok(padding) => Some(padding.into_dense().map_err(|error| error.to_string())?),
            Err(category) => return Ok(Err(category)),
        },
    };
    let mut rows = FromDense::new();
    if let Some(lengths) = args["lengths"].as_array() {
        rows = match lengths.first() {
            Some(Json::Array(_)) => rows.nested_lengths(&list_of(&args["lengths"], ints)),
            _ => rows.lengths(&ints(&args["lengths"])),
        };
    }
    if let Some(padding) = &padding {
        rows = rows.padding(padding.view());
    }
    if let Some(rank) = args["ragged_rank"].as_i64() {
        rows = rows.ragged_rank(rank as usize);
    }
    Ok(ragged(rows.of(array.view())))
}

pub(super) fn segments(op: &str, args: &Json, input: &Json) -> Result<Outcome, String> {
    let numbers = ints(&input["data"]);
    let found = match op {
        "row_splits_to_segment_ids" => {
            RowPartition::from_splits(&numbers).and_then(|rows| rows.value_rowids()).map(|ids| list(&ids))
        }
        "segment_ids_to_row_splits" => {
            let count = args["num_segments"].as_u64().map(|count| count as usize);
            RowPartition::from_value_rowids(&numbers, count).map(|rows| list(rows.splits()))
        }
        other => return Err(format!("no such operation: {other}")),
    };
    Ok(found.map_err(|error| category(&error)))
}

pub(super) fn mask(args: &Json, input: &Json) -> Result<Outcome, String> {
    let lengths = value::value::<i64>(&{
        let mut input = input.clone();
        input["dtype"] = "int64".into();
        input
    })?;
    let lengths = lengths.into_dense().map_err(|error| error.to_string())?;
    let mask = match sequence_mask(lengths.view(), args["maxlen"].as_u64().map(|width| width as usize)) {
        Ok(mask) => mask,
        Err(error) => return Ok(Err(category(&error))),
    };
    let dtype = args["dtype"].as_str().unwrap_or("bool");
    if dtype == "bool" {
        return Ok(Ok(answer(RaggedOrDense::Dense(mask))));
    }
    super::value::for_numbers!(dtype, T => {
        let of = |flag: &bool| T::of(&Scalar::Int(i128::from(*flag))).unwrap();
        Ok(Ok(answer(RaggedOrDense::<T>::Dense(mask.map(of)))))
    }, other => Err(format!("dtype {other}")))
}

pub(super) fn range(args: &Json) -> Result<Outcome, String> {
    let parts = args["args"].as_array().unwrap();
    let floats = parts.iter().flat_map(|part| part.as_array().cloned().unwrap_or(vec![part.clone()]));
    if floats.into_iter().any(|number| number.is_f64()) {
        let of = |json: &Json| match json.as_array() {
            Some(_) => list_of(json, |number| number.as_f64().unwrap() as f32),
            None => vec![json.as_f64().unwrap() as f32],
        };
        return Ok(range_of(parts.iter().map(of).collect(), 0.0, 1.0));
    }
    let of = |json: &Json| match json.as_array() {
        Some(_) => list_of(json, |number| int(number) as i32),
        None => vec![int(json) as i32],
    };
    Ok(range_of(parts.iter().map(of).collect(), 0, 1))
}

fn range_of<T: Element + burn_prep::arrays::ArrayElement>(parts: Vec<Vec<T>>, zero: T, one: T) -> Outcome {
    ragged(match &parts[..] {
        [limits] => Ragged::range(&[zero], limits, &[one]),
        [starts, limits] => Ragged::range(starts, limits, &[one]),
        [starts, limits, steps] => Ragged::range(starts, limits, steps),
        _ => return Err("one to three arguments".into()),
    })
}

/// The answer with every encoding of some rows.
pub(super) fn encodings<T: Element>(rows: &Ragged<T>) -> Answer {
    let outer = &rows.partitions()[0];
    let each = |of: fn(&RowPartition) -> Vec<usize>| {
        Answer::List(rows.partitions().iter().map(|partition| list(&of(partition))).collect())
    };
    let nrows = ArrayD::from_elem(ndarray::IxDyn(&[]), rows.len() as i64);
    let shape: Vec<Json> = rows.static_shape().into_iter().map(Json::from).collect();
    let items = [
        ("bounding_shape", list(&rows.bounding_shape())),
        ("nested_row_lengths", each(RowPartition::lengths)),
        ("nested_row_splits", each(|partition| partition.splits().to_vec())),
        ("nested_value_rowids", each(|partition| partition.value_rowids().unwrap())),
        ("nrows", answer(RaggedOrDense::Dense(nrows))),
        ("row_lengths", list(&rows.lengths())),
        ("row_limits", list(outer.limits())),
        ("row_splits", list(rows.offsets())),
        ("row_starts", list(outer.starts())),
        ("static_shape", Answer::Json(shape.into())),
        ("value_rowids", list(&outer.value_rowids().unwrap())),
    ];
    Answer::Map(items.map(|(key, value)| (key.to_owned(), value)).into())
}
