//! Floats in stored accumulators: JSON has no infinities and no NaN, so these are words.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Stored {
    Finite(f64),
    Word(String),
}

pub(crate) fn serialize<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if !serializer.is_human_readable() {
        return serializer.serialize_f64(*value);
    }
    let stored = if value.is_finite() { Stored::Finite(*value) } else { Stored::Word(value.to_string()) };
    stored.serialize(serializer)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    if !deserializer.is_human_readable() {
        return f64::deserialize(deserializer);
    }
    match Stored::deserialize(deserializer)? {
        Stored::Finite(value) => Ok(value),
        Stored::Word(word) => word.parse().map_err(de::Error::custom),
    }
}
