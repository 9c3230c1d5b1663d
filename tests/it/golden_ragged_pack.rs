//! Packing, sampling, truncation and images against `ragged.json`.

use serde_json::Value as Json;

use crate::golden::{folder, run};
use crate::golden_ragged::{Ran, images, pack, sample, truncate};

/// The cases that come with the project.
const CASES: [(&str, usize); 11] = [
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
fn golden_ragged_pack() {
    let (folder, own) = folder();
    let text = std::fs::read_to_string(folder.join("ragged.json")).unwrap();
    let mut json: Json = serde_json::from_str(&text).unwrap();
    let is_ours = |case: &Json| CASES.iter().any(|(op, _)| case["op"] == *op);
    json["cases"].as_array_mut().unwrap().retain(is_ours);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), json.to_string()).unwrap();
    let at_least = if own { &CASES[..] } else { &[] };
    run(
        "golden_ragged_pack",
        file.path(),
        at_least,
        |_| true,
        |case| of_case(case["op"].as_str().unwrap(), case).unwrap_or_else(|| Err("not run".to_owned())),
    );
}

fn of_case(op: &str, case: &Json) -> Ran {
    pack::of_case(op, case)
        .or_else(|| sample::of_case(op, case))
        .or_else(|| truncate::of_case(op, case))
        .or_else(|| images::of_case(op, case))
}
