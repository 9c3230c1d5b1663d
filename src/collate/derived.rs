//! Fields that are made of the lengths of another one.

use ndarray::{Array1, ArrayD};

use crate::arrays::{AnyArray, ArrayElement, CastArray};
use crate::collate::field_rule::Cast;
use crate::collate::{Collated, CollatedField};
use crate::error::{Result, collate_fault};
use crate::ragged::{RowPartition, check_start};

/// What is made of the lengths of a field.
#[derive(Debug, Clone, Copy)]
pub(super) enum Derived {
    MaskPad,
    MaskValid,
    PositionIds { start: i64, padding: i64 },
    Lengths,
    CuSeqlens,
    SegmentIds,
}

impl Derived {
    /// The field, from the one of the name. Counts are of its dtype, unless they are cast to another one.
    pub(super) fn of(self, batch: &Collated, source: &str, cast: Option<Cast>) -> Result<CollatedField> {
        use CollatedField::{Images, Padded, Ragged};
        let like = |data: &AnyArray, counts: ArrayD<i64>| match cast.is_some() {
            true => Ok(counts.into()),
            false => like(data, counts),
        };
        let derived = match (self, batch.get(source)?) {
            (Self::MaskPad, Images { extents, .. }) => Ok(extents.mask_pad().into()),
            (Self::MaskValid, Images { extents, .. }) => Ok(extents.mask_valid().into()),
            (Self::MaskPad, Padded { extents, .. }) => Ok(extents.mask_pad().into()),
            (Self::MaskValid, Padded { extents, .. }) => Ok(extents.mask_valid().into()),
            (Self::PositionIds { start, padding }, Padded { data, extents }) => {
                like(data, extents.position_ids(start, padding)?.into_dyn())
            }
            (Self::PositionIds { start, .. }, Ragged { values, partition }) => {
                like(values, flat_position_ids(partition, start)?)
            }
            (Self::Lengths, Padded { data, extents }) => like(data, counts(extents.lengths())),
            (Self::Lengths, Ragged { values, partition }) => like(values, counts(&partition.lengths())),
            (Self::CuSeqlens, Padded { extents, .. }) => {
                Ok(Array1::from_vec(extents.cu_seqlens::<i32>()?).into())
            }
            (Self::CuSeqlens, Ragged { partition, .. }) => {
                Ok(Array1::from_vec(partition.cu_seqlens::<i32>()?).into())
            }
            (Self::SegmentIds, Ragged { values, partition }) => {
                like(values, counts(&partition.value_rowids()?))
            }
            (_, other) => Err(collate_fault!(WIDTH_OF_UNPADDED, other.kind(), self.expected())),
        };
        derived.map(CollatedField::Array).and_then(|field| field.cast(cast))
    }

    /// Whether it has an item for each sample. Bounds are the batch's, and what is made of ragged rows has one for
    /// each cell.
    pub(super) fn is_by_sample(self, source: Option<&CollatedField>) -> bool {
        match self {
            Self::CuSeqlens => false,
            Self::Lengths => true,
            _ => !matches!(source, Some(CollatedField::Ragged { .. })),
        }
    }

    /// What it can be made of.
    fn expected(self) -> &'static str {
        match self {
            Self::MaskPad | Self::MaskValid => "a field that Collator::pad, labels or images pads",
            Self::SegmentIds => "rows without padding, which Collator::keep_ragged makes",
            _ => "a field that Collator::pad, labels or keep_ragged describes",
        }
    }
}

/// The place of each cell in its row.
fn flat_position_ids(rows: &RowPartition, start: i64) -> Result<ArrayD<i64>> {
    check_start(start, rows.longest())?;
    let places = Array1::from_vec(rows.position_ids::<i64>(0)?);
    Ok((places + start).into_dyn())
}

fn counts(lengths: &[usize]) -> ArrayD<i64> {
    lengths.iter().map(|length| *length as i64).collect::<Array1<_>>().into_dyn()
}

/// Counts, of the dtype of a field of integers; those of floats and flags stay of 64 bits.
fn like(data: &AnyArray, counts: ArrayD<i64>) -> Result<AnyArray> {
    fn of<T: ArrayElement>(_: &ArrayD<T>, counts: ArrayD<i64>) -> Result<AnyArray> {
        match T::IS_FLOAT || T::NAME == bool::NAME {
            true => Ok(counts.into()),
            false => counts.cast::<T>().map(AnyArray::from),
        }
    }
    crate::arrays::for_any_array!(data, data => of(data, counts))
}
