//! Arrays of accumulators as they are stored: shape and values.

use ndarray::{ArrayD, IxDyn};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

#[derive(Serialize, Deserialize)]
struct Stored<T> {
    shape: Vec<usize>,
    values: Vec<T>,
}

pub(crate) fn serialize<T: Serialize, S: Serializer>(
    cells: &ArrayD<T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let stored = Stored { shape: cells.shape().to_vec(), values: cells.iter().collect() };
    stored.serialize(serializer)
}

pub(crate) fn deserialize<'de, T, D>(deserializer: D) -> Result<ArrayD<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    let Stored { shape, values } = Stored::deserialize(deserializer)?;
    let found = values.len();
    ArrayD::from_shape_vec(IxDyn(&shape), values)
        .map_err(|_| de::Error::custom(format_args!("found {found} values, expected the shape {shape:?}")))
}
