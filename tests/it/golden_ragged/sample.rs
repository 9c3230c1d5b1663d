//! Orders and batches by length, and what padding costs.

use std::num::NonZeroUsize;

use burn_prep::order::length::{LengthGrouped, PaddingStats, TokenBudget};
use serde_json::{Value as Json, json};

use crate::golden::Answer;
use crate::golden_ragged::{Ran, answer, map, size, sizes};

pub(crate) fn of_case(op: &str, case: &Json) -> Ran {
    let (args, lengths) = (&case["args"], sizes(&case["input"]["value"]));
    let positive = |name: &str| size(&args[name]).and_then(NonZeroUsize::new);
    match op {
        "sampler.length_grouped" => {
            let mut grouped = LengthGrouped::new(positive("batch_size").unwrap());
            if let Some(batches) = positive("mega_batch_mult") {
                grouped = grouped.mega_batch_mult(batches);
            }
            let order = grouped.order(&lengths, &sizes(&args["permutation"]));
            answer(order.map(|order| Answer::Json(json!(order))))
        }
        "sampler.batch_by_tokens" => {
            let mut budget = match (size(&args["max_tokens"]), positive("max_rows")) {
                (Some(tokens), None) => TokenBudget::tokens(tokens),
                (Some(tokens), Some(rows)) => TokenBudget::tokens(tokens).max_rows(rows),
                (None, rows) => TokenBudget::rows(rows.unwrap_or(NonZeroUsize::MAX)),
            };
            if let Some(multiple) = positive("multiple") {
                budget = budget.multiple_of(multiple.get());
            }
            let order = match &args["order"] {
                Json::Null => (0..lengths.len()).collect(),
                order => sizes(order),
            };
            answer(budget.batches(&lengths, &order).map(|batches| Answer::Json(json!(batches))))
        }
        "metrics.padding_efficiency" => {
            let longest = lengths.iter().copied().max().unwrap_or(0);
            let stats = PaddingStats::at_width(&lengths, size(&args["width"]).unwrap_or(longest));
            answer(Ok(map([
                ("real", Answer::Json(json!(stats.real() as u64))),
                ("padded", Answer::Json(json!(stats.padded() as u64))),
                ("pad", Answer::Json(json!(stats.pad() as u64))),
                ("efficiency", Answer::Json(json!(stats.efficiency()))),
            ])))
        }
        _ => None,
    }
}
