//! What torch's `default_collate`, Hugging Face's `pad` and its collators make of samples.

use std::collections::BTreeMap;

use burn_prep::*;
use serde_json::{Value as Json, json};

use super::value::{category, int, ints};
use crate::golden::{Answer, Dense, Outcome, Scalar, list_of};

pub(super) fn of_case(op: &str, args: &Json, input: &Json) -> Result<Outcome, String> {
    let features = &input["value"]["features"];
    Ok(match op {
        "torch.default_collate" => default_collate(&list_of(&input["items"], field)),
        "hf.pad" => pad(args, features),
        "hf.collate_with_padding" => {
            let collator = tokens(args).rename("label_ids", "labels").rename("label", "labels");
            collate(&collator, &records(features))
        }
        "hf.collate_token_classification" => {
            let collator = tokens(args).labels("labels", label_padding(args)).width_of("labels", "input_ids");
            collate(&collator, &records(features))
        }
        "hf.collate_seq2seq" => {
            collate(&tokens(args).labels("labels", label_padding(args)), &records(features))
        }
        other => return Err(format!("no such operation: {other}")),
    })
}

/// A value of the vectors as a field of a sample.
fn field(json: &Json) -> Field {
    match json["kind"].as_str().unwrap() {
        "scalar" => {
            let dtype = json["dtype"].as_str().unwrap();
            let dense = json!({ "dtype": dtype, "shape": [], "data": [json["value"]] });
            array(&Dense::of_json(&dense))
        }
        "dense" => array(&Dense::of_json(json)),
        "list" | "tuple" => Field::from(list_of(&json["items"], field)),
        "map" => {
            let items = json["items"].as_object().unwrap();
            items
                .iter()
                .fold(Record::new(), |record, (name, item)| record.with(name.clone(), field(item)))
                .into()
        }
        "json" if json["value"].is_null() => Field::Missing,
        other => panic!("a field of the kind {other}"),
    }
}

fn array(dense: &Dense) -> Field {
    fn of<T: ArrayElement>(dense: &Dense, value: impl Fn(&Scalar) -> T) -> Field {
        let data = dense.data.iter().map(value).collect();
        ndarray::ArrayD::from_shape_vec(&dense.shape[..], data).unwrap().into()
    }
    match dense.dtype.as_str() {
        "string" => match &dense.data[..] {
            [Scalar::Text(text)] => Field::from(text.as_str()),
            _ => panic!("an array of texts"),
        },
        "bool" => of(dense, |value| *value == Scalar::Bool(true)),
        "float32" => of(dense, |value| value.to_f64() as f32),
        "float64" => of(dense, Scalar::to_f64),
        "int32" => of(dense, |value| value.to_f64() as i32),
        "int64" => of(dense, |value| value.to_f64() as i64),
        other => panic!("dtype {other}"),
    }
}

/// Any samples: they are the field of a record.
fn default_collate(samples: &[Field]) -> Outcome {
    let records: Vec<Record> =
        samples.iter().map(|sample| Record::new().with("sample", sample.clone())).collect();
    let batch = Collator::new().collate(&records).map_err(|error| category(&error))?;
    answer(batch.into_fields().remove("sample").unwrap())
}

/// Whether arrays have several dtypes.
pub(super) fn is_mixed(input: &Json) -> bool {
    let items = input["items"].as_array().unwrap();
    items.iter().any(|item| item["dtype"] != items[0]["dtype"])
}

/// Arrays of several dtypes, padded as one field.
pub(super) fn pad_mixed(input: &Json) -> Outcome {
    let sample = |item: &Json| Record::new().with("rows", field(item));
    collate(&Collator::new().pad("rows", Padding::new(0_i64)), &list_of(&input["items"], sample))
}

/// Features of token ids: lists of numbers are rows.
fn records(features: &Json) -> Vec<Record> {
    let row = |value: &Json| match value {
        Json::Array(_) => Field::from(ints(value)),
        number => Field::from(int(number)),
    };
    let record = |feature: &Json| {
        let items = feature.as_object().unwrap();
        items.iter().fold(Record::new(), |record, (name, value)| record.with(name.clone(), row(value)))
    };
    list_of(features, record)
}

/// How Hugging Face pads: a width of `max_length` is rounded up too.
fn padding(args: &Json, value: i64) -> Padding<i64> {
    let padding = Padding::new(value).to(match (args["padding"].as_str(), args["max_length"].as_u64()) {
        (Some("max_length"), Some(width)) => PadTo::Exactly(width as usize),
        _ => PadTo::Longest,
    });
    let padding = padding.multiple_of(args["pad_to_multiple_of"].as_u64().unwrap_or(1) as usize);
    padding.side(if args["padding_side"] == "left" { Side::Left } else { Side::Right })
}

fn label_padding(args: &Json) -> Padding<i64> {
    padding(args, args["label_pad_token_id"].as_i64().unwrap_or(-100))
}

fn tokens(args: &Json) -> Collator {
    Collator::new().pad("input_ids", padding(args, 0)).mask_valid("attention_mask", "input_ids")
}

/// `tokenizer.pad` fills rows and never cuts them; where tensors are asked for, rows that are still of
/// unequal length are an error.
fn pad(args: &Json, features: &Json) -> Outcome {
    let mut samples = records(features);
    let wanted = args["return_attention_mask"] != false;
    for sample in &mut samples {
        if let (true, None, Some(Field::Array(ids))) =
            (wanted, sample.get("attention_mask"), sample.get("input_ids"))
        {
            let ones = vec![1_i64; ids.shape()[0]];
            sample.insert("attention_mask", ones);
        }
    }
    let fills = [
        ("input_ids", int(&args["pad_token_id"])),
        ("attention_mask", 0),
        ("token_type_ids", int(&args["pad_token_type_id"])),
        ("special_tokens_mask", 1),
    ];
    let collator = fills.into_iter().fold(Collator::new(), |collator, (name, value)| {
        let collator = match args["padding"].as_str() {
            Some("do_not_pad") => collator.fill(name, Padding::new(value).to(PadTo::AtMost(0))),
            _ => collator.fill(name, padding(args, value)),
        };
        if name == "input_ids" { collator } else { collator.optional(name) }
    });
    let batch = collator.collate(&samples).map_err(|error| category(&error))?;
    let mut answers = BTreeMap::new();
    for (name, field) in batch.into_fields() {
        let answer = match args["tensors"] == false {
            true => match field {
                CollatedField::Ragged { .. } => {
                    let rows = field.into_rows::<i64>().unwrap();
                    Answer::Json(Json::from(rows.rows().map(|row| json!(row)).collect::<Vec<_>>()))
                }
                other => answer(other)?,
            },
            false => field
                .into_array()
                .map(|array| Answer::Dense(Dense::of_any(&array)))
                .map_err(|e| category(&e))?,
        };
        answers.insert(name, answer);
    }
    Ok(Answer::Map(answers))
}

fn collate(collator: &Collator, samples: &[Record]) -> Outcome {
    let batch = collator.collate(samples).map_err(|error| category(&error))?;
    let fields: Result<BTreeMap<_, _>, _> =
        batch.into_fields().into_iter().map(|(name, field)| Ok((name, answer(field)?))).collect();
    fields.map(Answer::Map)
}

/// Masks are numbers in the vectors.
fn answer(field: CollatedField) -> Outcome {
    Ok(match field {
        CollatedField::Array(AnyArray::Bool(mask)) if mask.ndim() == 2 => mask.mapv(i64::from).into(),
        CollatedField::List(items) => Answer::List(items.into_iter().map(answer).collect::<Result<_, _>>()?),
        CollatedField::Record(fields) => {
            let fields = fields.into_iter().map(|(name, field)| Ok((name, answer(field)?)));
            Answer::Map(fields.collect::<Result<_, String>>()?)
        }
        CollatedField::Text(texts) => Answer::Json(json!(texts)),
        other => Answer::Dense(Dense::of_any(&other.into_array().map_err(|error| category(&error))?)),
    })
}
