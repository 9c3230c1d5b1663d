//! Fields that are made of the lengths of another one.

use crate::arrays::{AnyArray, ArrayElement};
use crate::batch::ImageExtents;
use crate::collate::{Collated, CollatedField};
use crate::error::{Result, collate_fault};
use crate::ragged::RowExtents;

/// What is made of the lengths of a field.
#[derive(Debug, Clone, Copy)]
pub(super) enum Derived {
    MaskPad,
    MaskValid,
    PositionIds { start: i64, padding: i64 },
}

impl Derived {
    /// The field, from the one of the name.
    pub(super) fn of(self, batch: &Collated, source: &str) -> Result<CollatedField> {
        let array: AnyArray = match (self, batch.get(source)?) {
            (Self::PositionIds { start, padding }, CollatedField::Padded { data, extents }) => {
                fn cast<T: ArrayElement>(positions: ndarray::Array2<i64>) -> Result<AnyArray> {
                    use crate::arrays::CastArray;
                    Ok(positions.cast::<T>()?.into())
                }
                fn like<T: ArrayElement>(
                    _: &ndarray::ArrayD<T>,
                    positions: ndarray::Array2<i64>,
                ) -> Result<AnyArray> {
                    // Positions of floats and flags are counted in 64 bits.
                    if T::IS_FLOAT || T::NAME == "bool" { Ok(positions.into()) } else { cast::<T>(positions) }
                }
                let positions = extents.position_ids(start, padding)?;
                crate::for_any_array!(data, data => like(data, positions))?
            }
            (Self::MaskPad, CollatedField::Padded { extents, .. }) => extents.mask_pad().into(),
            (Self::MaskValid, CollatedField::Padded { extents, .. }) => extents.mask_valid().into(),
            (Self::MaskPad, CollatedField::Images { extents, .. }) => ImageExtents::mask_pad(extents).into(),
            (Self::MaskValid, CollatedField::Images { extents, .. }) => extents.mask_valid().into(),
            _ => {
                let expected = "a field that Collator::pad, labels or images pads";
                return Err(collate_fault!(WidthOfUnpadded, source, expected));
            }
        };
        Ok(CollatedField::Array(array))
    }
}

/// Moves padded boxes `[N, width, 4]`, x0, y0, x1, y1 in pixels, to where their images stand.
pub(super) fn move_boxes(boxes: &mut AnyArray, rows: &RowExtents, images: &ImageExtents) -> Result<()> {
    fn of<T: ArrayElement>(
        boxes: &mut ndarray::ArrayD<T>,
        rows: &RowExtents,
        images: &ImageExtents,
    ) -> Result<()> {
        let shape = boxes.shape().to_vec();
        if shape.len() != 3 || shape[2] != 4 {
            return Err(collate_fault!(ShapeMismatch, format_args!("{shape:?}"), "boxes [N, width, 4]"));
        }
        let valid = rows.mask_valid();
        for (sample, [x, y]) in images.offsets().iter().enumerate() {
            for at in 0..shape[1] {
                for (corner, offset) in [x, y, x, y].into_iter().enumerate() {
                    let place = [sample, at, corner];
                    if valid[[sample, at]] {
                        let moved = boxes[&place[..]].to_f64() + f64::from(*offset);
                        let moved = T::from_number(crate::arrays::Number::Float(moved)).ok_or_else(|| {
                            collate_fault!(
                                UnsupportedType,
                                moved,
                                format_args!("a coordinate that fits into {}", T::NAME)
                            )
                            .at_index(sample)
                        })?;
                        boxes[&place[..]] = moved;
                    }
                }
            }
        }
        Ok(())
    }
    crate::for_any_array!(boxes, boxes => of(boxes, rows, images))
}
