//! Padding as torch, Keras, tf.data and tokenizers name it, on the crate's policies.

use std::collections::BTreeMap;

use burn_prep::arrays::{ArrayElement, CastArray};
use burn_prep::order::length::LengthBuckets;
use burn_prep::ragged::{Overflow, PackedSequence, PadTo, Padding, Ragged, RaggedOrDense, Side, unpad};
use ndarray::{Array1, ArrayD, IxDyn};
use serde_json::{Value as Json, json};

use super::value::{
    Element, answer, category, dtype, for_dtype, for_numbers, int, ints, list, nested, ragged, value,
};
use crate::golden::{Answer, Outcome, Scalar, list_of};

pub(super) fn of_case(op: &str, args: &Json, input: &Json) -> Result<Outcome, String> {
    match op {
        "tokenizers.pad_encoding" => Ok(encoding(args, input)),
        "tokenizers.encode_batch_padding" => Ok(encodings(args, input)),
        "keras.pad_sequences" => {
            for_numbers!(args["dtype"].as_str().unwrap_or("int32"), T => Ok(keras::<T>(args, input)), other => match other {
                "bool" => Ok(keras::<bool>(args, input)),
                other => Err(format!("dtype {other}")),
            })
        }
        "torch.pad_sequence" if input["items"].as_array().is_none_or(Vec::is_empty) => {
            Ok(pad_sequence::<i64>(args, input))
        }
        // One type of rows has one dtype; samples with several are an error of the collator.
        "torch.pad_sequence" if super::collate::is_mixed(input) => Ok(super::collate::pad_mixed(input)),
        "torch.pad_sequence" => for_dtype!(dtype(input), T => Ok(pad_sequence::<T>(args, input))),
        _ => for_dtype!(dtype(input), T => match op {
            "torch.unpad_sequence" => unpad_sequence::<T>(args, input),
            "torch.nested_to_padded" => Ok(nested_to_padded::<T>(args, input)),
            "torch.pack_padded_sequence" | "torch.pad_packed_roundtrip" => pack::<T>(op, args, input),
            "data.padded_batch" | "data.ragged_batch" => Ok(batches::<T>(op, args, input)),
            "data.bucket_by_sequence_length" => Ok(buckets::<T>(args, input)),
            other => Err(format!("no such operation: {other}")),
        }),
    }
}

fn array<T: Element>(json: &Json) -> Result<ArrayD<T>, String> {
    value::<T>(json)?.into_dense().map_err(|error| error.to_string())
}

fn of<T: Element>(array: ArrayD<T>) -> Answer {
    answer(RaggedOrDense::Dense(array))
}

/// The rows of a list of arrays.
fn arrays<T: Element>(json: &Json, ragged_rank: usize) -> Result<Ragged<T>, String> {
    let items = json["items"].as_array().ok_or("no items")?;
    let arrays = items.iter().map(array::<T>).collect::<Result<Vec<_>, _>>()?;
    let views: Vec<_> = arrays.iter().map(|array| array.view()).collect();
    Ragged::from_arrays(&views, ragged_rank).map_err(|error| category(&error))
}

/// The value for padding; zero, false or an empty word, if there is none.
pub(super) fn fill<T: Element>(json: &Json) -> Result<T, String> {
    if json.is_null() {
        return Ok(T::default());
    }
    let scalar = match Scalar::of_dtype(json, T::DTYPE) {
        Scalar::Float(value) if !T::DTYPE.contains("float") && value.fract() == 0.0 => {
            Scalar::Int(value as i128)
        }
        other => other,
    };
    let scalar = match scalar {
        Scalar::Int(value @ (0 | 1)) if T::DTYPE == "bool" => Scalar::Bool(value == 1),
        other => other,
    };
    T::of(&scalar).ok_or_else(|| "dtype_mismatch".into())
}

fn side(json: &Json) -> Result<Side, String> {
    match json.as_str().unwrap_or("right") {
        "right" | "post" => Ok(Side::Right),
        "left" | "pre" => Ok(Side::Left),
        _ => Err("bad_enum".into()),
    }
}

fn pad_sequence<T: Element + Send + Sync>(args: &Json, input: &Json) -> Outcome {
    let side = side(&args["padding_side"])?;
    let rows = arrays::<T>(input, 1)?;
    let padding = Padding::new(fill::<T>(&args["padding_value"])?).side(side);
    let mut array = rows.pad_cells(&padding).map_err(|error| category(&error))?.into_data();
    if args["batch_first"] != true {
        array.swap_axes(0, 1);
    }
    Ok(of(array))
}

/// An array with the batch first: torch's own order is the other one.
fn batch_first<T: Element>(args: &Json, input: &Json) -> Result<ArrayD<T>, String> {
    let mut array = array::<T>(input)?;
    if args["batch_first"] != true {
        array.swap_axes(0, 1);
    }
    Ok(array)
}

fn unpad_sequence<T: Element>(args: &Json, input: &Json) -> Result<Outcome, String> {
    let array = batch_first::<T>(args, input)?;
    Ok(unpad(array.view(), &ints(&args["lengths"]), Side::Right).map_err(|error| category(&error)).map(
        |rows| {
            let shape = |row: &[T]| {
                let inner: usize = rows.inner_shape().iter().product();
                [&[row.len() / inner.max(1)], rows.inner_shape()].concat()
            };
            let of_row = |row: &[T]| of(ArrayD::from_shape_vec(IxDyn(&shape(row)), row.to_vec()).unwrap());
            Answer::List(rows.rows().map(of_row).collect())
        },
    ))
}

fn nested_to_padded<T: Element + Send + Sync>(args: &Json, input: &Json) -> Outcome {
    let rank = input["items"][0]["shape"].as_array().map_or(1, Vec::len).max(1);
    let rows = arrays::<T>(input, if args["layout"] == "jagged" { 1 } else { rank })?;
    let sizes = match &args["output_size"] {
        Json::Null => vec![None; rows.rank()],
        sizes => list_of(sizes, |size| size.as_u64().map(|size| size as usize)),
    };
    let fill = ndarray::arr0(fill::<T>(&args["padding"])?);
    rows.pad_shape(fill.view(), Side::Right, &sizes).map(of).map_err(|error| category(&error))
}

fn pack<T: Element + Send + Sync>(op: &str, args: &Json, input: &Json) -> Result<Outcome, String> {
    let is_roundtrip = op == "torch.pad_packed_roundtrip";
    // The cases of the roundtrip have the batch first.
    let array = if is_roundtrip { array::<T>(input)? } else { batch_first::<T>(args, input)? };
    let rows = match unpad(array.view(), &ints(&args["lengths"]), Side::Right) {
        Ok(rows) => rows,
        Err(error) => return Ok(Err(category(&error))),
    };
    let keep_order = !is_roundtrip && args["enforce_sorted"] != false;
    let packed = if keep_order { PackedSequence::of_sorted(&rows) } else { PackedSequence::new(&rows) };
    let packed = packed.map_err(|error| error.to_string())?;
    if is_roundtrip {
        let rows = packed.to_rows().map_err(|error| error.to_string())?;
        let to = args["total_length"].as_u64().map_or(PadTo::Longest, |width| PadTo::Exactly(width as usize));
        let padded = rows.pad_cells(&Padding::new(fill::<T>(&args["padding_value"])?).to(to));
        return Ok(padded.map_err(|error| category(&error)).map(|padded| {
            let lengths = list(padded.lengths());
            map([("lengths", lengths), ("padded", of(padded.into_data()))])
        }));
    }
    let steps = packed.data().len() / packed.inner_shape().iter().product::<usize>().max(1);
    let shape = [&[steps], packed.inner_shape()].concat();
    let data = ArrayD::from_shape_vec(IxDyn(&shape), packed.data().to_vec()).unwrap();
    let order = |order: &[usize]| if keep_order { Answer::Json(Json::Null) } else { list(order) };
    Ok(Ok(map([
        ("data", of(data)),
        ("batch_sizes", list(packed.batch_sizes())),
        ("sorted_indices", order(packed.sorted_indices())),
        ("unsorted_indices", order(&packed.unsorted_indices())),
    ])))
}

fn map<const N: usize>(items: [(&str, Answer); N]) -> Answer {
    Answer::Map(items.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<BTreeMap<_, _>>())
}

fn keras<T: Element + ArrayElement>(args: &Json, input: &Json) -> Outcome {
    let side = side(args["padding"].as_str().map_or(&json!("pre"), |_| &args["padding"]))?;
    let overflow = match args["truncating"].as_str().unwrap_or("pre") {
        "pre" => Overflow::TruncateStart,
        "post" => Overflow::TruncateEnd,
        _ => return Err("bad_enum".into()),
    };
    let items = input["value"].as_array().unwrap();
    if !items.iter().all(Json::is_array) {
        return Err("bad_element".into());
    }
    let numbers = numbers(&input["value"]);
    let rows = numbers.to_ragged(Some(1), None).and_then(RaggedOrDense::into_ragged);
    let rows = rows.map_err(|error| category(&error))?;
    let cast = Array1::from_vec(rows.values().to_vec()).cast::<T>();
    let values = cast.map_err(|_| "out_of_range_cast".to_owned())?.to_vec();
    let is_lossy = |(value, number): (&T, &f64)| !T::IS_FLOAT && value.scalar().to_f64() != *number;
    if values.iter().zip(rows.values()).any(is_lossy) {
        return Err("lossy_cast".into());
    }
    let rows = rows.with_values(values, rows.inner_shape().to_vec()).map_err(|error| category(&error))?;
    let to = args["maxlen"].as_u64().map_or(PadTo::Longest, |width| PadTo::Exactly(width as usize));
    let padding = Padding::new(fill::<T>(&args["value"])?).side(side).to(to).overflow(overflow);
    rows.pad_cells(&padding).map(|padded| of(padded.into_data())).map_err(|error| category(&error))
}

/// Lists of lists of numbers.
fn numbers(json: &Json) -> burn_prep::ragged::Nested<f64> {
    match json {
        Json::Array(items) => burn_prep::ragged::Nested::List(items.iter().map(numbers).collect()),
        item => burn_prep::ragged::Nested::Item(Scalar::of_json(item).to_f64()),
    }
}

/// Batches of rows; the last bucket has no bound.
fn batches_of(
    lengths: &[usize],
    bounds: &[usize],
    sizes: &[usize],
    args: &Json,
) -> Result<Vec<Vec<usize>>, String> {
    let bounds: Vec<usize> = bounds.iter().copied().chain([usize::MAX]).collect();
    let order: Vec<usize> = (0..lengths.len()).collect();
    let sizes = sizes.iter().map(|size| (*size).try_into().unwrap());
    LengthBuckets::new(bounds, sizes)
        .map(|buckets| buckets.drop_last(args["drop_remainder"] == true))
        .and_then(|buckets| buckets.batches(lengths, &order))
        .map_err(|error| category(&error))
}

/// Rows of numbers, by their places among the elements.
fn chosen<T: Element>(rows: &[Vec<T>], batch: &[usize]) -> Ragged<T> {
    Ragged::from_rows(batch.iter().map(|row| &rows[*row]))
}

fn elements<T: Element>(input: &Json) -> Result<Vec<Vec<T>>, String> {
    let nested = nested::<T>(&input["value"])?;
    let rows = nested.to_ragged(Some(1), None).and_then(RaggedOrDense::into_ragged);
    Ok(rows.map_err(|error| category(&error))?.rows().map(<[T]>::to_vec).collect())
}

fn batches<T: Element + Send + Sync>(op: &str, args: &Json, input: &Json) -> Outcome {
    let rows = elements::<T>(input)?;
    let lengths: Vec<usize> = rows.iter().map(Vec::len).collect();
    let size = int(&args["batch_size"]) as usize;
    let batches = batches_of(&lengths, &[], &[size], args)?;
    let to = args["padded_shapes"][0].as_u64().map_or(PadTo::Longest, |width| PadTo::Exactly(width as usize));
    let padding = Padding::new(fill::<T>(&args["padding_value"])?).to(to);
    let of_batch = |batch: &Vec<usize>| {
        let rows = chosen(&rows, batch);
        if op == "data.ragged_batch" {
            return ragged(Ok(rows));
        }
        rows.pad_cells(&padding).map(|padded| of(padded.into_data())).map_err(|error| category(&error))
    };
    batches.iter().map(of_batch).collect::<Result<_, _>>().map(Answer::List)
}

fn buckets<T: Element + Send + Sync>(args: &Json, input: &Json) -> Outcome {
    let rows = elements::<T>(input)?;
    let lengths: Vec<usize> = rows.iter().map(Vec::len).collect();
    // The anchor's bounds are exclusive.
    let bounds = list_of(&args["bucket_boundaries"], |bound| int(bound) as usize - 1);
    let sizes = list_of(&args["bucket_batch_sizes"], |size| int(size) as usize);
    let batches = batches_of(&lengths, &bounds, &sizes, args)?;
    let to = if args["pad_to_bucket_boundary"] == true { PadTo::Buckets(bounds) } else { PadTo::Longest };
    let padding = Padding::new(fill::<T>(&args["padding_value"])?).to(to);
    let of_batch = |batch: &Vec<usize>| {
        let rows = chosen(&rows, batch);
        if args["no_padding"] == true {
            return rows.to_regular().map(of).map_err(|_| "shape_mismatch".to_owned());
        }
        rows.pad_cells(&padding).map(|padded| of(padded.into_data())).map_err(|error| category(&error))
    };
    batches.iter().map(of_batch).collect::<Result<_, _>>().map(Answer::List)
}

type Field = (&'static str, Vec<Vec<i64>>);

/// Fields of tokenizers, each with its padding.
fn fields(args: &Json, rows: &Ragged<i64>) -> Result<[Field; 4], String> {
    let side = side(&args["direction"])?;
    let to = args["length"].as_u64().map_or(PadTo::Longest, |width| PadTo::Exactly(width as usize));
    let multiple = args["pad_to_multiple_of"].as_u64().unwrap_or(1).max(1) as usize;
    let field = |value: Option<i64>, fill: i64| {
        let padding = Padding::new(fill).side(side).to(to.clone()).multiple_of(multiple);
        let field = rows.map_values(|own| value.unwrap_or(*own));
        let filled = field.fill_rows(&padding).map_err(|error| category(&error))?;
        Ok::<_, String>(filled.rows().map(<[i64]>::to_vec).collect::<Vec<_>>())
    };
    let number = |key: &str| args[key].as_i64().unwrap_or(0);
    Ok([
        ("ids", field(None, number("pad_id"))?),
        ("type_ids", field(Some(0), number("pad_type_id"))?),
        ("attention_mask", field(Some(1), 0)?),
        ("special_tokens_mask", field(Some(0), 1)?),
    ])
}

fn encoding(args: &Json, input: &Json) -> Outcome {
    let fields = fields(args, &Ragged::from_rows([ints(&input["value"])]))?;
    Ok(map(fields.map(|(key, rows)| (key, Answer::Json(json!(rows[0]))))))
}

fn encodings(args: &Json, input: &Json) -> Outcome {
    let rows = Ragged::from_rows(list_of(&input["value"], ints));
    let [ids, types, mask, _] = fields(args, &rows)?;
    Ok(map([ids, types, mask].map(|(key, rows)| (key, Answer::Json(json!(rows))))))
}
