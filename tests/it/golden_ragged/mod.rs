//! The operations of `ragged.json` that packing, sampling, truncation and images are tested by.

pub(crate) mod images;
pub(crate) mod pack;
pub(crate) mod sample;
pub(crate) mod truncate;

use std::collections::BTreeMap;

use burn_prep::{Error, ErrorKind};
use serde_json::Value as Json;

use crate::golden::{Answer, Outcome, categorised, list_of};

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
