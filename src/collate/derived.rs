//! Fields that are made of the lengths of another one.

use ndarray::{Array1, ArrayD};

use crate::arrays::{AnyArray, ArrayElement, CastArray};
use crate::collate::field_rule::FieldSpec;
use crate::collate::{Collated, CollatedField};
use crate::error::{Error, Result, collate_fault};
use crate::ragged::RowExtents;

/// What is made of the lengths of a field.
#[derive(Debug, Clone, Copy)]
pub(super) enum Derived {
    MaskPad,
    MaskValid,
    PositionIds { start: i64, padding: i64 },
    Lengths,
    CuSeqlens,
}

impl Derived {
    /// The field, from the one of the name. Counts are of its dtype, unless they are cast to another one.
    pub(super) fn of(
        self,
        batch: &Collated,
        source: &str,
        spec: Option<&FieldSpec>,
    ) -> Result<CollatedField> {
        let array = match (self, batch.get(source)?) {
            (Self::MaskPad, CollatedField::Images { extents, .. }) => extents.mask_pad().into(),
            (Self::MaskValid, CollatedField::Images { extents, .. }) => extents.mask_valid().into(),
            (_, CollatedField::Padded { data, extents }) => {
                let is_cast = spec.is_some_and(|spec| spec.cast.is_some());
                self.of_rows((!is_cast).then_some(data), extents)?
            }
            _ => {
                let expected = "a field that Collator::pad, labels or images pads";
                return Err(collate_fault!(WidthOfUnpadded, source, expected));
            }
        };
        let field = CollatedField::Array(array);
        match spec {
            Some(spec) => spec.cast(field),
            None => Ok(field),
        }
    }

    /// The sample that an error is about; bounds are the batch's, all else has an item for each sample.
    pub(super) fn sample_of(self, error: &Error) -> Option<usize> {
        error.index().filter(|_| !matches!(self, Self::CuSeqlens))
    }

    /// With counts of the dtype of some data, or of 64 bits.
    fn of_rows(self, data: Option<&AnyArray>, extents: &RowExtents) -> Result<AnyArray> {
        let like = |counts: ArrayD<i64>| match data {
            Some(data) => like(data, counts),
            None => Ok(counts.into()),
        };
        Ok(match self {
            Self::MaskPad => extents.mask_pad().into(),
            Self::MaskValid => extents.mask_valid().into(),
            Self::PositionIds { start, padding } => like(extents.position_ids(start, padding)?.into_dyn())?,
            Self::Lengths => {
                let lengths = extents.lengths().iter().map(|length| *length as i64).collect();
                like(Array1::<i64>::from_vec(lengths).into_dyn())?
            }
            Self::CuSeqlens => Array1::from_vec(extents.cu_seqlens::<i32>()?).into(),
        })
    }
}

/// Counts, of the dtype of a field of integers; those of floats and flags stay of 64 bits.
fn like(data: &AnyArray, counts: ArrayD<i64>) -> Result<AnyArray> {
    fn of<T: ArrayElement>(_: &ArrayD<T>, counts: ArrayD<i64>) -> Result<AnyArray> {
        match T::IS_FLOAT || T::NAME == bool::NAME {
            true => Ok(counts.into()),
            false => counts.cast::<T>().map(AnyArray::from),
        }
    }
    crate::for_any_array!(data, data => of(data, counts))
}
