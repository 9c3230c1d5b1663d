//! Answers of TensorFlow and awkward-array for ragged rows.

mod awkward;
mod compute;
mod make;
mod pad;
mod shape;
mod value;

use serde_json::Value as Json;

use crate::golden::{Outcome, folder, run_but};

/// Operations whose modules are not there yet: the beginnings of their names.
const NOT_YET: [&str; 11] = [
    "torch.default_collate",
    "hf.collate",
    "hf.flatten",
    "tokenizers.truncate",
    "sampler.",
    "pack.",
    "metrics.",
    "mask.position_ids",
    "mask.packed",
    "images.",
    "hf.pad",
];

/// The cases that come with the project.
const CASES: [(&str, usize); 9] = [
    ("torch.pad_sequence", 18),
    ("keras.pad_sequences", 28),
    ("data.padded_batch", 8),
    ("ragged.to_tensor", 57),
    ("ragged.from_tensor", 22),
    ("ragged.slice", 35),
    ("ragged.concat", 14),
    ("ragged.constant", 12),
    ("mask.sequence_mask", 5),
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
