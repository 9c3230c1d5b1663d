//! What torch's `default_collate`, Hugging Face's `pad` and its collators make of samples.

use std::collections::BTreeMap;

use burn_prep::arrays::ArrayElement;
use burn_prep::collate::{CollatedField, Field};
use burn_prep::prelude::*;
use burn_prep::ragged::{PadTo, Side};
use serde_json::{Value as Json, json};

use super::value::{Element, category, for_numbers, int, ints};
use crate::golden::{Answer, Dense, Outcome, Scalar, list_of};

pub(super) fn of_case(op: &str, args: &Json, input: &Json) -> Result<Outcome, String> {
    let features = &input["value"]["features"];
    Ok(match op {
        "torch.default_collate" => default_collate(&list_of(&input["items"], field)),
        "hf.pad" => pad(args, features),
        "hf.collate_with_padding" => {
            let collator = tokens(args, features).rename("label_ids", "labels").rename("label", "labels");
            collate_tokens(&collator, features)
        }
        "hf.collate_token_classification" => {
            let labels = tokens(args, features).labels("labels", label_padding(args)).optional("labels");
            collate_tokens(&labels.width_of("labels", "input_ids"), features)
        }
        "hf.collate_seq2seq" => {
            let collator = tokens(args, features).labels("labels", label_padding(args)).optional("labels");
            collate_tokens(&collator, features)
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
    fn of<T: Element + ArrayElement>(dense: &Dense) -> Field {
        let data = dense.data.iter().map(|value| T::of(value).unwrap()).collect();
        ndarray::ArrayD::<T>::from_shape_vec(&dense.shape[..], data).unwrap().into()
    }
    for_numbers!(dense.dtype.as_str(), T => of::<T>(dense), other => match (other, &dense.data[..]) {
        ("bool", _) => of::<bool>(dense),
        ("string", [Scalar::Text(text)]) => Field::from(text.as_str()),
        other => panic!("a field of {other:?}"),
    })
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

/// Token ids, what goes with them where samples have it, and a mask where they have none.
fn tokens(args: &Json, features: &Json) -> Collator {
    let extras = [("token_type_ids", 0), ("special_tokens_mask", 1), ("attention_mask", 0)];
    let ids = Collator::new().pad("input_ids", padding(args, 0));
    let collator = extras.into_iter().fold(ids, |collator, (name, value)| {
        collator.pad(name, padding(args, value)).width_of(name, "input_ids").optional(name)
    });
    if features[0]["attention_mask"].is_array() {
        return collator;
    }
    collator.mask_valid("attention_mask", "input_ids").cast::<i64>("attention_mask")
}

fn collate_tokens(collator: &Collator, features: &Json) -> Outcome {
    collate(collator, &records(features)).map_err(|category| match category.as_str() {
        // Hugging Face leaves the row as it is, and finds later that there is no rectangle.
        "element_longer_than_padded_shape" => "ragged_tensor".to_owned(),
        _ => category,
    })
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
            Some("do_not_pad") => collator.fill(name, Padding::new(value).cap(0)),
            _ => collator.fill(name, padding(args, value)),
        };
        if name == "input_ids" { collator } else { collator.optional(name) }
    });
    // Without tensors, rows of other fields stay as they are.
    let collator = match (args["tensors"] == false, samples.first()) {
        (true, Some(first)) => {
            let is_row = |field: &Field| matches!(field, Field::Array(array) if array.shape().len() == 1);
            let others = first
                .iter()
                .filter(|(name, field)| is_row(field) && !fills.iter().any(|(known, _)| known == name));
            others.fold(collator, |collator, (name, _)| collator.keep_ragged::<i64>(name))
        }
        _ => collator,
    };
    let batch = collator.collate(&samples).map_err(|error| category(&error))?;
    let mut answers = BTreeMap::new();
    for (name, field) in batch.into_fields() {
        let answer = match args["tensors"] == false {
            true => match field {
                CollatedField::Ragged { .. } => {
                    let rows = field.into_rows::<i64>().unwrap();
                    Answer::Json(Json::from(rows.rows().map(|row| json!(row)).collect::<Vec<_>>()))
                }
                other => {
                    let numbers = other.into_array().and_then(AnyArray::into_array::<i64>).unwrap();
                    Answer::Json(json!(numbers.iter().collect::<Vec<_>>()))
                }
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

fn answer(field: CollatedField) -> Outcome {
    Ok(match field {
        CollatedField::List(items) => Answer::List(items.into_iter().map(answer).collect::<Result<_, _>>()?),
        CollatedField::Record(fields) => {
            let fields = fields.into_iter().map(|(name, field)| Ok((name, answer(field)?)));
            Answer::Map(fields.collect::<Result<_, String>>()?)
        }
        CollatedField::Text(texts) => Answer::Json(json!(texts)),
        other => Answer::Dense(Dense::of_any(&other.into_array().map_err(|error| category(&error))?)),
    })
}
