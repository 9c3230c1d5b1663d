//! Reference answers of other libraries: how a case is written, compared and counted.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use burn_prep::Error;
use burn_prep::arrays::{AnyArray, ArrayElement};
use ndarray::{ArrayD, ArrayViewD};
use serde_json::Value as Json;

use crate::any_array::for_any_array;
use crate::support::{root, say};

/// The folder of the vectors: `BURN_PREP_GOLDEN`, or those that come with the project.
pub(crate) fn folder() -> (PathBuf, bool) {
    match std::env::var_os("BURN_PREP_GOLDEN") {
        Some(folder) => (PathBuf::from(folder), false),
        None => (root().join("tests/golden"), true),
    }
}

/// A number, a flag or a word of a reference answer, exact.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Scalar {
    Int(i128),
    Float(f64),
    Bool(bool),
    Text(String),
}

impl Scalar {
    pub(crate) fn of_json(json: &Json) -> Self {
        match json {
            Json::Bool(flag) => Self::Bool(*flag),
            Json::String(text) => match text.as_str() {
                "NaN" => Self::Float(f64::NAN),
                "inf" => Self::Float(f64::INFINITY),
                "-inf" => Self::Float(f64::NEG_INFINITY),
                _ => Self::Text(text.clone()),
            },
            Json::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(value), _) => Self::Int(value.into()),
                (_, Some(value)) => Self::Int(value.into()),
                _ => Self::Float(number.as_f64().unwrap()),
            },
            other => panic!("not a scalar: {other}"),
        }
    }

    /// A value of a known dtype: words are not numbers, even the word "NaN".
    pub(crate) fn of_dtype(json: &Json, dtype: &str) -> Self {
        match json {
            Json::String(text) if dtype == "string" => Self::Text(text.clone()),
            _ => Self::of_json(json),
        }
    }

    pub(crate) fn to_f64(&self) -> f64 {
        match self {
            Self::Int(value) => *value as f64,
            Self::Float(value) => *value,
            Self::Bool(flag) => f64::from(u8::from(*flag)),
            Self::Text(_) => f64::NAN,
        }
    }

    fn agrees(&self, expected: &Self, tolerance: Option<(f64, f64)>) -> bool {
        match (self, expected) {
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Text(_), _) | (_, Self::Text(_)) => false,
            (Self::Int(a), Self::Int(b)) if tolerance.is_none() => a == b,
            (found, expected) => {
                let (a, b) = (found.to_f64(), expected.to_f64());
                let within =
                    |(rtol, atol): (f64, f64)| b.is_finite() && (a - b).abs() <= atol + rtol * b.abs();
                a == b || a.is_nan() && b.is_nan() || tolerance.is_some_and(within)
            }
        }
    }
}

/// An array of a reference answer, or of ours brought to the same form.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Dense {
    pub(crate) dtype: String,
    pub(crate) shape: Vec<usize>,
    pub(crate) data: Vec<Scalar>,
}

impl Dense {
    pub(crate) fn of_json(json: &Json) -> Self {
        let shape = json["shape"].as_array().unwrap().iter().map(|length| length.as_u64().unwrap() as usize);
        let dtype = json["dtype"].as_str().unwrap();
        let data = json["data"].as_array().unwrap().iter().map(|value| Scalar::of_dtype(value, dtype));
        Self { dtype: dtype.into(), shape: shape.collect(), data: data.collect() }
    }

    pub(crate) fn of<E: ArrayElement>(array: ArrayViewD<'_, E>) -> Self {
        let of_value = |value: &E| {
            let number = value.to_f64();
            match E::NAME {
                "bool" => Scalar::Bool(number != 0.0),
                _ if E::IS_FLOAT => Scalar::Float(number),
                _ => Scalar::Int(value.to_string().parse().unwrap()),
            }
        };
        Self {
            dtype: numpy_name(E::NAME).into(),
            shape: array.shape().to_vec(),
            data: array.iter().map(of_value).collect(),
        }
    }

    pub(crate) fn of_any(any: &AnyArray) -> Self {
        for_any_array!(any, array => Self::of(array.view()))
    }

    /// What differs, if anything does; dtypes are compared where both have to be those of the input.
    pub(crate) fn differs(
        &self,
        expected: &Self,
        tolerance: Option<(f64, f64)>,
        dtypes: bool,
    ) -> Option<String> {
        if dtypes && self.dtype != expected.dtype {
            return Some(format!("dtype {} instead of {}", self.dtype, expected.dtype));
        }
        if self.shape != expected.shape || self.data.len() != expected.data.len() {
            return Some(format!("shape {:?} instead of {:?}", self.shape, expected.shape));
        }
        let mut pairs = self.data.iter().zip(&expected.data).enumerate();
        let (at, (found, expected)) =
            pairs.find(|(_, (found, expected))| !found.agrees(expected, tolerance))?;
        Some(format!("element {at} is {found:?} instead of {expected:?}"))
    }
}

pub(crate) fn numpy_name(name: &str) -> &str {
    match name {
        "f64" => "float64",
        "f32" => "float32",
        "f16" => "float16",
        "bf16" => "bfloat16",
        "i64" => "int64",
        "i32" => "int32",
        "i16" => "int16",
        "i8" => "int8",
        "u64" => "uint64",
        "u32" => "uint32",
        "u16" => "uint16",
        "u8" => "uint8",
        other => other,
    }
}

/// What a case came to: an answer in the form of the reference, or the category of an error.
pub(crate) type Outcome = Result<Answer, String>;

/// An answer in one of the forms of the vectors.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    Dense(Dense),
    /// Row splits, the outermost first, and the values.
    Ragged(Vec<Vec<usize>>, Dense),
    List(Vec<Answer>),
    Map(BTreeMap<String, Answer>),
    Json(Json),
}

impl<E: ArrayElement> From<ArrayD<E>> for Answer {
    fn from(array: ArrayD<E>) -> Self {
        Self::Dense(Dense::of(array.view()))
    }
}

impl Answer {
    fn differs(&self, expected: &Json, tolerance: Option<(f64, f64)>, dtypes: bool) -> Option<String> {
        let kind = expected["kind"].as_str().unwrap_or_default();
        match (self, kind) {
            (Self::Dense(found), "dense") => found.differs(&Dense::of_json(expected), tolerance, dtypes),
            (Self::Ragged(splits, values), "ragged") => {
                let expected_splits = list_of(&expected["nested_row_splits"], |splits| {
                    list_of(splits, |at| at.as_u64().unwrap() as usize)
                });
                if *splits != expected_splits {
                    return Some(format!("splits {splits:?} instead of {expected_splits:?}"));
                }
                values.differs(&Dense::of_json(&expected["flat_values"]), tolerance, dtypes)
            }
            (Self::List(found), "list" | "tuple") => {
                let items = expected["items"].as_array().unwrap();
                if found.len() != items.len() {
                    return Some(format!("{} items instead of {}", found.len(), items.len()));
                }
                found.iter().zip(items).enumerate().find_map(|(at, (found, expected))| {
                    Some(format!("[{at}]: {}", found.differs(expected, tolerance, dtypes)?))
                })
            }
            // Texts may be written one by one.
            (Self::Json(found), "list" | "tuple") => {
                let items: Option<Vec<_>> = expected["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|item| item.get("value").cloned())
                    .collect();
                (items.map(Json::from).as_ref() != Some(found))
                    .then(|| format!("{found} instead of {expected}"))
            }
            (Self::Json(found), "json") => {
                (found != &expected["value"]).then(|| format!("{found} instead of {}", expected["value"]))
            }
            (Self::Map(found), "map") => {
                let items = expected["items"].as_object().unwrap();
                if !found.keys().eq(items.keys().collect::<std::collections::BTreeSet<_>>()) {
                    let (found, expected) = (found.keys(), items.keys());
                    return Some(format!("keys {found:?} instead of {expected:?}"));
                }
                found.iter().find_map(|(key, found)| {
                    let difference = found.differs(&items[key], tolerance, dtypes)?;
                    Some(format!("{key}: {difference}"))
                })
            }
            _ => Some(format!("another form than {kind}: {self:?}")),
        }
    }
}

/// Runs all cases of a file, prints the count per operation and the total, and fails on the first
/// failures or where fewer ran than `at_least`.
pub(crate) fn run(
    name: &str,
    file: &Path,
    at_least: &[(&str, usize)],
    dtypes: impl Fn(&str) -> bool,
    of_case: impl Fn(&Json) -> Result<Outcome, String>,
) {
    let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let json: Json = serde_json::from_str(&text).unwrap();
    let mut ran: BTreeMap<&str, usize> = BTreeMap::new();
    let mut failed: BTreeMap<&str, usize> = BTreeMap::new();
    let mut failures = Vec::new();
    let cases = json["cases"].as_array().unwrap();
    for case in cases {
        let (id, op) = (case["id"].as_str().unwrap(), case["op"].as_str().unwrap());
        *ran.entry(op).or_default() += 1;
        let failed_before = failures.len();
        let expected = if case["preferred"].is_object() { &case["preferred"] } else { &case["expect"] };
        let tolerance =
            case["tol"].as_object().map(|tol| (tol["rtol"].as_f64().unwrap(), tol["atol"].as_f64().unwrap()));
        // A case that panics is one that fails, and the others are still looked at.
        let outcome = catch_unwind(AssertUnwindSafe(|| of_case(case)));
        let outcome = outcome.unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            Err(format!("panicked: {}", text.or(panic.downcast_ref::<&str>().copied()).unwrap_or("?")))
        });
        let difference = match (outcome, expected.get("ok"), expected.get("err")) {
            (Err(problem), ..) => Some(problem),
            (Ok(Ok(answer)), Some(expected), _) => answer.differs(expected, tolerance, dtypes(op)),
            (Ok(Err(category)), _, Some(expected)) => (expected["category"] != category.as_str())
                .then(|| format!("error {category} instead of {expected}")),
            (Ok(Ok(_)), ..) => Some(format!("an answer instead of {expected}")),
            (Ok(Err(category)), ..) => Some(format!("error {category} instead of an answer")),
        };
        if let Some(difference) = difference {
            failures.push(format!("{id}: {difference}"));
        }
        *failed.entry(op).or_default() += failures.len() - failed_before;
    }
    for (op, count) in &ran {
        match failed[op] {
            0 => say(&format!("{op}: {count}")),
            failed => say(&format!("{op}: {count}, {failed} of them failed")),
        }
    }
    say(&format!("{name}: {} passed, {} failed", cases.len() - failures.len(), failures.len()));
    for (op, count) in at_least {
        let ran = ran.get(op).copied().unwrap_or(0);
        assert!(ran >= *count, "{op}: {ran} cases ran, expected {count}");
    }
    assert!(!cases.is_empty(), "{} has no cases", file.display());
    assert!(
        failures.is_empty(),
        "{} failures:\n{}",
        failures.len(),
        failures[..failures.len().min(40)].join("\n")
    );
}

/// Arguments of a case.
pub(crate) fn list_of<T>(json: &Json, of: impl Fn(&Json) -> T) -> Vec<T> {
    json.as_array().map(|values| values.iter().map(of).collect()).unwrap_or_default()
}

/// The error behind a failure, for a mapping to categories.
pub(crate) fn categorised<T>(result: burn_prep::Result<T>, of: fn(&Error) -> String) -> Result<T, String> {
    result.map_err(|error| of(&error))
}
