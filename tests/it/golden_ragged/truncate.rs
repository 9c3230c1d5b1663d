//! Truncation of one sequence and of pairs.

use burn_prep::packing::{PairCut, Truncation};
use burn_prep::ragged::Side;
use serde_json::{Value as Json, json};

use crate::golden::{Answer, list_of};
use crate::golden_ragged::{Ran, answer, map, size};

pub(crate) fn of_case(op: &str, case: &Json) -> Ran {
    let (args, input) = (&case["args"], &case["input"]["value"]);
    let side = match args["direction"].as_str() {
        Some("left") => Side::Left,
        Some("right") | None => Side::Right,
        Some(other) => return Some(Err(format!("direction {other}"))),
    };
    let cut = match args["strategy"].as_str() {
        Some("only_first") => PairCut::OnlyFirst,
        Some("only_second") => PairCut::OnlySecond,
        Some("longest_first") | None => PairCut::LongestFirst,
        Some(other) => return Some(Err(format!("strategy {other}"))),
    };
    let truncation = || {
        let max_length = size(&args["max_length"]).unwrap();
        Truncation::new(max_length).overlap(size(&args["stride"]).unwrap_or(0)).side(side).cut(cut)
    };
    let ids = |json: &Json| list_of(json, |id| id.as_i64().unwrap());
    match op {
        "tokenizers.truncate" => answer(truncation().apply(&ids(input)).map(|cut| {
            map([
                ("ids", Answer::Json(json!(cut.kept))),
                ("overflowing", Answer::Json(json!(cut.overflowing))),
            ])
        })),
        "tokenizers.truncate_pair" => {
            let first = ids(&input["first"]);
            let second = input["second"].is_array().then(|| ids(&input["second"]));
            answer(truncation().apply_pair(&first, second.as_deref()).map(|(first, second)| {
                let second = second.map_or(&[][..], |second| second.kept);
                map([
                    ("ids", Answer::Json(json!([first.kept, second].concat()))),
                    ("kept_first", Answer::Json(json!(first.kept.len()))),
                    ("kept_second", Answer::Json(json!(second.len()))),
                ])
            }))
        }
        _ => None,
    }
}
