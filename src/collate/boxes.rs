//! Bounding boxes, moved by the offsets of their images in the padded batch.

use ndarray::ArrayD;

use crate::arrays::{AnyArray, ArrayElement, Number};
use crate::error::{Result, collate_fault};
use crate::images::ImageExtents;
use crate::ragged::RowExtents;

/// Moves padded boxes `[N, width, 4]`, x0, y0, x1, y1 in pixels, to where their images stand.
pub(super) fn move_boxes(boxes: &mut AnyArray, rows: &RowExtents, images: &ImageExtents) -> Result<()> {
    fn of<T: ArrayElement>(boxes: &mut ArrayD<T>, rows: &RowExtents, images: &ImageExtents) -> Result<()> {
        let shape = boxes.shape().to_vec();
        if shape.len() != 3 || shape[2] != 4 {
            return Err(collate_fault!(SHAPE_MISMATCH, format_args!("{shape:?}"), "boxes [N, width, 4]"));
        }
        let valid = rows.mask_valid();
        for (sample, [x, y]) in images.offsets().iter().enumerate() {
            for at in 0..shape[1] {
                for (corner, offset) in [x, y, x, y].into_iter().enumerate() {
                    let place = [sample, at, corner];
                    if valid[[sample, at]] {
                        let moved = boxes[&place[..]].to_f64() + f64::from(*offset);
                        let moved = T::from_number(Number::Float(moved)).ok_or_else(|| {
                            collate_fault!(
                                COORDINATE_BEYOND,
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
    crate::arrays::for_any_array!(boxes, boxes => of(boxes, rows, images))
}
