//! A partition as it is stored.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result, fault};
use crate::ragged::RowPartition;

#[derive(Serialize, Deserialize)]
pub(super) struct Stored {
    splits: Vec<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    uniform: Option<usize>,
}

impl From<RowPartition> for Stored {
    fn from(partition: RowPartition) -> Self {
        Self { splits: Arc::unwrap_or_clone(partition.splits), uniform: partition.uniform }
    }
}

impl TryFrom<Stored> for RowPartition {
    type Error = Error;

    fn try_from(raw: Stored) -> Result<Self> {
        let partition = Self::from_offsets(raw.splits)?;
        let Some(length) = raw.uniform else { return Ok(partition) };
        let differs = partition.ranges().position(|row| row.len() != length);
        match differs {
            None => Ok(Self { uniform: Some(length), ..partition }),
            Some(row) => Err(fault!(
                NOT_REGULAR,
                format_args!("row {row} of {}", partition.lengths()[row]),
                format_args!("rows of {length}")
            )),
        }
    }
}
