//! Answers of TensorFlow, awkward-array, Hugging Face and others for rows of unequal length.

mod awkward;
mod collate;
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

use burn_prep::Error;
use serde_json::Value as Json;

use crate::golden::{Answer, Outcome, categorised, folder, list_of, run};

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

/// The cases that come with the project: every operation of the vectors, none left out.
const CASES: [(&str, usize); 86] = [
    ("awkward.argmax", 1),
    ("awkward.argmin", 1),
    ("awkward.argsort", 1),
    ("awkward.cartesian", 1),
    ("awkward.combinations", 1),
    ("awkward.firsts_fill", 1),
    ("awkward.flatten", 1),
    ("awkward.local_index", 1),
    ("awkward.max", 1),
    ("awkward.num", 1),
    ("awkward.pad_none_fill", 4),
    ("awkward.run_lengths", 1),
    ("awkward.sort", 1),
    ("awkward.sum", 1),
    ("awkward.to_numpy", 1),
    ("awkward.to_regular", 1),
    ("awkward.unflatten", 1),
    ("data.bucket_by_sequence_length", 7),
    ("data.padded_batch", 8),
    ("data.ragged_batch", 3),
    ("hf.collate_seq2seq", 7),
    ("hf.collate_token_classification", 5),
    ("hf.collate_with_padding", 1),
    ("hf.flatten", 8),
    ("hf.pad", 22),
    ("images.pad_batch", 6),
    ("keras.pad_sequences", 28),
    ("mask.packed", 2),
    ("mask.position_ids", 6),
    ("mask.sequence_mask", 5),
    ("metrics.padding_efficiency", 4),
    ("pack.best_fit_decreasing", 5),
    ("pack.first_fit_decreasing", 5),
    ("ragged.binary", 8),
    ("ragged.boolean_mask", 4),
    ("ragged.bounding_shape", 7),
    ("ragged.concat", 14),
    ("ragged.constant", 12),
    ("ragged.encodings", 8),
    ("ragged.expand_dims", 3),
    ("ragged.from_nested_row_lengths", 2),
    ("ragged.from_nested_row_splits", 2),
    ("ragged.from_row_lengths", 4),
    ("ragged.from_row_limits", 4),
    ("ragged.from_row_splits", 10),
    ("ragged.from_row_starts", 4),
    ("ragged.from_sparse", 2),
    ("ragged.from_tensor", 22),
    ("ragged.from_uniform_row_length", 5),
    ("ragged.from_value_rowids", 5),
    ("ragged.gather", 9),
    ("ragged.map_flat_values", 5),
    ("ragged.merge_dims", 6),
    ("ragged.range", 4),
    ("ragged.reduce_all", 2),
    ("ragged.reduce_any", 2),
    ("ragged.reduce_max", 10),
    ("ragged.reduce_mean", 8),
    ("ragged.reduce_min", 6),
    ("ragged.reduce_prod", 6),
    ("ragged.reduce_std", 3),
    ("ragged.reduce_sum", 10),
    ("ragged.reduce_variance", 3),
    ("ragged.reverse", 3),
    ("ragged.row_lengths", 5),
    ("ragged.slice", 35),
    ("ragged.stack", 8),
    ("ragged.tile", 3),
    ("ragged.to_sparse", 2),
    ("ragged.to_tensor", 57),
    ("ragged.with_flat_values", 2),
    ("ragged.with_row_splits_dtype", 1),
    ("sampler.batch_by_tokens", 7),
    ("sampler.length_grouped", 5),
    ("segments.row_splits_to_segment_ids", 4),
    ("segments.segment_ids_to_row_splits", 4),
    ("tokenizers.encode_batch_padding", 5),
    ("tokenizers.pad_encoding", 4),
    ("tokenizers.truncate", 6),
    ("tokenizers.truncate_pair", 11),
    ("torch.default_collate", 14),
    ("torch.nested_to_padded", 7),
    ("torch.pack_padded_sequence", 6),
    ("torch.pad_packed_roundtrip", 3),
    ("torch.pad_sequence", 18),
    ("torch.unpad_sequence", 2),
];

#[test]
fn golden_ragged() {
    let (folder, own) = folder();
    let at_least = if own { &CASES[..] } else { &[] };
    assert_eq!(CASES.iter().map(|(_, count)| count).sum::<usize>(), 544);
    run("golden_ragged", &folder.join("ragged.json"), at_least, |_| true, of_case);
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
    let of_samples = ["hf.pad", "hf.collate", "torch.default_collate"];
    if of_samples.iter().any(|start| op.starts_with(start)) {
        return collate::of_case(op, args, input);
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
    error.code().to_owned()
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
