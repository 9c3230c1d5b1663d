//! Answers of TensorFlow, awkward-array, Hugging Face and others for rows of unequal length.

mod awkward;
mod compute;
mod images;
mod make;
mod pack;
mod pad;
mod sample;
mod shape;
mod truncate;
mod value;

use std::collections::BTreeMap;

use burn_prep::{Error, ErrorKind};
use serde_json::Value as Json;

use crate::golden::{Answer, Outcome, categorised, folder, list_of, run_but};

/// Operations whose modules are not there yet: the beginnings of their names.
const NOT_YET: [&str; 3] = ["torch.default_collate", "hf.pad", "hf.collate"];

/// Operations of packing, sampling, truncation and images: the beginnings of their names.
const OF_SEQUENCES: [&str; 8] = [
    "hf.flatten",
    "images.",
    "mask.packed",
    "mask.position_ids",
    "metrics.",
    "pack.",
    "sampler.",
    "tokenizers.truncate",
];

/// The cases that come with the project.
const CASES: [(&str, usize); 20] = [
    ("torch.pad_sequence", 18),
    ("keras.pad_sequences", 28),
    ("data.padded_batch", 8),
    ("ragged.to_tensor", 57),
    ("ragged.from_tensor", 22),
    ("ragged.slice", 35),
    ("ragged.concat", 14),
    ("ragged.constant", 12),
    ("mask.sequence_mask", 5),
    ("hf.flatten", 8),
    ("images.pad_batch", 6),
    ("mask.packed", 2),
    ("mask.position_ids", 6),
    ("metrics.padding_efficiency", 4),
    ("pack.best_fit_decreasing", 5),
    ("pack.first_fit_decreasing", 5),
    ("sampler.batch_by_tokens", 7),
    ("sampler.length_grouped", 5),
    ("tokenizers.truncate", 6),
    ("tokenizers.truncate_pair", 11),
];

#[test]
fn golden_ragged() {
    let (folder, own) = folder();
    let at_least = if own { &CASES[..] } else { &[] };
    run_but("golden_ragged", &folder.join("ragged.json"), at_least, &NOT_YET, |_| true, of_case);
}

fn of_case(case: &Json) -> Result<Outcome, String> {
    let op = case["op"].as_str().unwrap();
    let (args, input) = (&case["args"], &case["input"]);
    if OF_SEQUENCES.iter().any(|start| op.starts_with(start)) {
        let outcome = pack::of_case(op, case)
            .or_else(|| sample::of_case(op, case))
            .or_else(|| truncate::of_case(op, case))
            .or_else(|| images::of_case(op, case));
        return outcome.unwrap_or_else(|| Err(format!("an operation that this test does not know: {op}")));
    }
    if let Some(op) = op.strip_prefix("awkward.") {
        return awkward::of_case(op, args, input);
    }
    if let Some(op) = op.strip_prefix("segments.") {
        return make::segments(op, args, input);
    }
    if ["torch.", "keras.", "data.", "tokenizers."].iter().any(|library| op.starts_with(library)) {
        return pad::of_case(op, args, input);
    }
    match op.strip_prefix("ragged.").unwrap_or(op) {
        "mask.sequence_mask" => make::mask(args, input),
        "range" => make::range(args),
        op if op.starts_with("from_") || op == "constant" => make::of_case(op, args, input),
        op if op.starts_with("reduce_") || op == "binary" || op == "map_flat_values" => {
            compute::of_case(op, args, input)
        }
        op => shape::of_case(op, args, input),
    }
}

/// What becomes of a case: `None` where the operation is not one of these.
pub(crate) type Ran = Option<Result<Outcome, String>>;

pub(crate) fn answer(result: burn_prep::Result<Answer>) -> Ran {
    Some(Ok(categorised(result, category)))
}

/// The words that the vectors have for errors.
pub(crate) fn category(error: &Error) -> String {
    match error.kind() {
        ErrorKind::Sequence(fault) => fault.category().to_owned(),
        other => other.to_string(),
    }
}

pub(crate) fn sizes(json: &Json) -> Vec<usize> {
    list_of(json, |size| size.as_u64().unwrap() as usize)
}

pub(crate) fn size(json: &Json) -> Option<usize> {
    json.as_u64().map(|size| size as usize)
}

pub(crate) fn map<const N: usize>(items: [(&str, Answer); N]) -> Answer {
    Answer::Map(items.into_iter().map(|(name, answer)| (name.to_owned(), answer)).collect::<BTreeMap<_, _>>())
}
