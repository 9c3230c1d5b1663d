//! Values of the vectors, brought to the types of the crate and back.

use burn_prep::Error;
use burn_prep::ragged::{Nested, Operand, Ragged, RaggedOrDense, RowPartition};
use half::{bf16, f16};
use ndarray::{ArrayD, IxDyn};
use serde_json::Value as Json;

use crate::golden::{Answer, Dense, Outcome, Scalar, list_of};

/// An element type of the vectors.
pub(super) trait Element:
    Clone + PartialEq + PartialOrd + std::fmt::Debug + Default + 'static
{
    const DTYPE: &'static str;
    fn of(scalar: &Scalar) -> Option<Self>;
    fn scalar(&self) -> Scalar;
}

macro_rules! elements {
    ($($type:ty, $dtype:literal, $scalar:ident, |$value:ident| $of:expr, |$own:ident| $to:expr;)*) => {$(
        impl Element for $type {
            const DTYPE: &'static str = $dtype;

            fn of(scalar: &Scalar) -> Option<Self> {
                // Whole numbers stand for floats too.
                let whole = match scalar {
                    Scalar::Int(number) if $dtype.contains("float") => Some(Scalar::Float(*number as f64)),
                    _ => None,
                };
                match whole.as_ref().unwrap_or(scalar) {
                    Scalar::$scalar($value) => $of,
                    _ => None,
                }
            }

            fn scalar(&self) -> Scalar {
                let $own = self;
                Scalar::$scalar($to)
            }
        }
    )*};
}

elements! {
    i8, "int8", Int, |v| (*v).try_into().ok(), |v| (*v).into();
    i16, "int16", Int, |v| (*v).try_into().ok(), |v| (*v).into();
    i32, "int32", Int, |v| (*v).try_into().ok(), |v| (*v).into();
    i64, "int64", Int, |v| (*v).try_into().ok(), |v| (*v).into();
    u8, "uint8", Int, |v| (*v).try_into().ok(), |v| (*v).into();
    u16, "uint16", Int, |v| (*v).try_into().ok(), |v| (*v).into();
    u32, "uint32", Int, |v| (*v).try_into().ok(), |v| (*v).into();
    u64, "uint64", Int, |v| (*v).try_into().ok(), |v| (*v).into();
    f32, "float32", Float, |v| Some(*v as f32), |v| (*v).into();
    f64, "float64", Float, |v| Some(*v), |v| *v;
    f16, "float16", Float, |v| Some(f16::from_f64(*v)), |v| v.to_f64();
    bf16, "bfloat16", Float, |v| Some(bf16::from_f64(*v)), |v| v.to_f64();
    bool, "bool", Bool, |v| Some(*v), |v| *v;
    String, "string", Text, |v| Some(v.clone()), |v| v.clone();
}

macro_rules! for_numbers {
    ($dtype:expr, $type:ident => $body:expr, $other:ident => $else:expr) => {
        match $dtype {
            "int8" => {
                type $type = i8;
                $body
            }
            "int16" => {
                type $type = i16;
                $body
            }
            "int32" => {
                type $type = i32;
                $body
            }
            "int64" => {
                type $type = i64;
                $body
            }
            "uint8" => {
                type $type = u8;
                $body
            }
            "uint16" => {
                type $type = u16;
                $body
            }
            "uint32" => {
                type $type = u32;
                $body
            }
            "uint64" => {
                type $type = u64;
                $body
            }
            "float16" => {
                type $type = half::f16;
                $body
            }
            "bfloat16" => {
                type $type = half::bf16;
                $body
            }
            "float32" => {
                type $type = f32;
                $body
            }
            "float64" => {
                type $type = f64;
                $body
            }
            $other => $else,
        }
    };
}

macro_rules! for_dtype {
    ($dtype:expr, $type:ident => $body:expr) => {
        super::value::for_numbers!($dtype, $type => $body, other => match other {
            "bool" => { type $type = bool; $body }
            "string" => { type $type = String; $body }
            other => Err(format!("dtype {other:?}")),
        })
    };
}

pub(super) use {for_dtype, for_numbers};

/// A value of the vectors that has to be of a type; the category of the error, if it is of another.
pub(super) fn value<T: Element>(json: &Json) -> Result<RaggedOrDense<T>, String> {
    if json["kind"] == "ragged" {
        let RaggedOrDense::Dense(values) = value::<T>(&json["flat_values"])? else {
            return Err("ragged values".into());
        };
        let inner = values.shape()[1..].to_vec();
        let values = values.into_raw_vec_and_offset().0;
        let rows = Ragged::new(values, partitions(json)?, inner);
        return rows.map(RaggedOrDense::Ragged).map_err(|error| category(&error));
    }
    if json["dtype"] != T::DTYPE {
        return Err("dtype_mismatch".into());
    }
    let dense = Dense::of_json(json);
    let data: Option<Vec<T>> = dense.data.iter().map(T::of).collect();
    let data = data.ok_or("a value of another type")?;
    Ok(RaggedOrDense::Dense(ArrayD::from_shape_vec(IxDyn(&dense.shape), data).unwrap()))
}

/// The partitions of ragged rows.
pub(super) fn partitions(json: &Json) -> Result<Vec<RowPartition>, String> {
    let of = |(at, splits): (usize, &Json)| {
        let uniform = &json["uniform_row_lengths"][at];
        let partition = serde_json::json!({ "splits": splits, "uniform": uniform });
        serde_json::from_value(partition).map_err(|error| error.to_string())
    };
    json["nested_row_splits"].as_array().unwrap().iter().enumerate().map(of).collect()
}

/// Values as operands.
pub(super) fn operand<T>(value: &RaggedOrDense<T>) -> Operand<'_, T> {
    match value {
        RaggedOrDense::Ragged(rows) => Operand::Ragged(rows),
        RaggedOrDense::Dense(array) => Operand::Dense(array.view()),
    }
}

/// Lists of lists.
pub(super) fn nested<T: Element>(json: &Json) -> Result<Nested<T>, String> {
    match json {
        Json::Array(items) => Ok(Nested::List(items.iter().map(nested).collect::<Result<_, _>>()?)),
        item => T::of(&Scalar::of_dtype(item, T::DTYPE)).map(Nested::Item).ok_or("bad_element".into()),
    }
}

/// The rows of lists of lists.
pub(super) fn rows<T: Element>(json: &Json) -> Ragged<T> {
    nested(json).unwrap().to_ragged(Some(1), None).unwrap().into_ragged().unwrap()
}

pub(super) fn dense<T: Element>(array: &ArrayD<T>) -> Dense {
    Dense {
        dtype: T::DTYPE.into(),
        shape: array.shape().to_vec(),
        data: array.iter().map(Element::scalar).collect(),
    }
}

pub(super) fn answer<T: Element>(value: RaggedOrDense<T>) -> Answer {
    match value {
        RaggedOrDense::Dense(array) => Answer::Dense(dense(&array)),
        RaggedOrDense::Ragged(rows) => {
            let (values, partitions, inner) = rows.into_parts();
            let cells = partitions.last().unwrap().nvals();
            let shape = [&[cells], &inner[..]].concat();
            let values = ArrayD::from_shape_vec(IxDyn(&shape), values).unwrap();
            let splits = partitions.iter().map(|partition| partition.splits().to_vec()).collect();
            Answer::Ragged(splits, dense(&values))
        }
    }
}

/// Counts are 64-bit integers in the vectors.
pub(super) fn counts(value: RaggedOrDense<usize>) -> RaggedOrDense<i64> {
    match value {
        RaggedOrDense::Dense(array) => RaggedOrDense::Dense(array.mapv(|count| count as i64)),
        RaggedOrDense::Ragged(rows) => RaggedOrDense::Ragged(rows.map_values(|count| *count as i64)),
    }
}

pub(super) fn list(counts: &[usize]) -> Answer {
    let counts = counts.iter().map(|count| *count as i64).collect();
    answer(RaggedOrDense::Dense(ndarray::Array1::<i64>::from_vec(counts).into_dyn()))
}

/// The outcome of a call.
pub(super) fn outcome<T: Element>(result: burn_prep::Result<RaggedOrDense<T>>) -> Outcome {
    result.map(answer).map_err(|error| category(&error))
}

pub(super) fn ragged<T: Element>(result: burn_prep::Result<Ragged<T>>) -> Outcome {
    outcome(result.map(RaggedOrDense::Ragged))
}

pub(super) fn category(error: &Error) -> String {
    error.code().to_owned()
}

pub(super) fn int(json: &Json) -> i64 {
    json.as_i64().unwrap()
}

pub(super) fn ints(json: &Json) -> Vec<i64> {
    list_of(json, int)
}

/// The dtype of a value, or of the first of several.
pub(super) fn dtype(json: &Json) -> &str {
    json["dtype"].as_str().or_else(|| json["items"][0]["dtype"].as_str()).unwrap_or_default()
}
