//! What is done with the arrays of one field, whatever their dtype.

use std::fmt;
use std::sync::Arc;

use ndarray::{ArrayD, ArrayView3, ArrayViewD, Axis};

use crate::arrays::{AnyArray, ArrayElement};
use crate::collate::{CollatedField, Field};
use crate::error::{Error, ErrorKind, Result, SequenceFault, collate_fault};
use crate::images::ImagePadding;
use crate::ragged::{Padding, Ragged, Side};

/// Brings numbers to another dtype.
pub(super) type Cast = fn(&AnyArray) -> Result<AnyArray>;

/// What is said of a field.
#[derive(Debug, Clone, Default)]
pub(super) struct FieldSpec {
    pub(super) rule: Option<Arc<dyn Rule>>,
    /// The field whose width this one takes.
    pub(super) width_of: Option<String>,
    /// The field with the images that this one's boxes lie in.
    pub(super) boxes_of: Option<String>,
    pub(super) labels: bool,
    /// To another dtype, when the batch is made.
    pub(super) cast: Option<Cast>,
    pub(super) optional: bool,
    pub(super) dropped: bool,
    pub(super) default: Option<Field>,
    pub(super) rename: Option<String>,
}

/// Makes one of the arrays of a field. Errors carry the place of the sample as their index.
pub(super) trait Rule: fmt::Debug + Send + Sync {
    fn collate(&self, arrays: &[&AnyArray], width: Option<usize>) -> Result<CollatedField>;

    /// The width of rows whose longest has a length; `None` where rows do not get one.
    fn width(&self, longest: usize) -> Option<Result<usize>>;

    /// The side that is filled, and the one that is cut; `None` where rows have no width.
    fn ends(&self) -> Option<(Side, Option<Side>)> {
        None
    }
}

/// The arrays as ones of `T`.
fn views<'a, T: ArrayElement>(arrays: &[&'a AnyArray]) -> Result<Vec<ArrayViewD<'a, T>>> {
    let view = |(sample, array): (usize, &&'a AnyArray)| {
        array.view::<T>().map_err(|_| {
            let expected = format!("{} as the padding's value", T::NAME);
            collate_fault!(DTYPE_MISMATCH, array.dtype_name(), expected).at_index(sample)
        })
    };
    arrays.iter().enumerate().map(view).collect()
}

/// Rows to a rectangle.
#[derive(Debug)]
pub(super) struct Pad<T>(pub(super) Padding<T>);

impl<T: ArrayElement> Rule for Pad<T> {
    fn collate(&self, arrays: &[&AnyArray], width: Option<usize>) -> Result<CollatedField> {
        let views = views::<T>(arrays)?;
        let padded = match width {
            None => self.0.pad_arrays(&views)?,
            Some(width) => self.0.clone().exactly(width).pad_arrays(&views)?,
        };
        let (data, extents) = padded.into_parts();
        if extents.lengths().len() != arrays.len() {
            let found = format!("{} rows", extents.lengths().len());
            return Err(collate_fault!(WINDOWS_IN_BATCH, found, arrays.len()));
        }
        Ok(CollatedField::Padded { data: data.into(), extents })
    }

    fn width(&self, longest: usize) -> Option<Result<usize>> {
        Some(self.0.width(longest))
    }

    fn ends(&self) -> Option<(Side, Option<Side>)> {
        Some(self.0.ends())
    }
}

/// Rows that stay rows; short ones are filled where there is a padding.
#[derive(Debug)]
pub(super) struct Keep<T>(pub(super) Option<Padding<T>>);

impl<T: ArrayElement> Rule for Keep<T> {
    fn collate(&self, arrays: &[&AnyArray], _: Option<usize>) -> Result<CollatedField> {
        let rows = Ragged::from_arrays(&views::<T>(arrays)?, 1)?;
        let rows = match &self.0 {
            Some(padding) => rows.fill_rows(padding)?,
            None => rows,
        };
        Ok(CollatedField::of_rows(rows))
    }

    fn width(&self, _: usize) -> Option<Result<usize>> {
        None
    }
}

/// Images to the size of the largest.
#[derive(Debug)]
pub(super) struct Images<T>(pub(super) ImagePadding<T>);

impl<T: ArrayElement> Rule for Images<T> {
    fn collate(&self, arrays: &[&AnyArray], _: Option<usize>) -> Result<CollatedField> {
        let views = views::<T>(arrays)?.into_iter().enumerate().map(image).collect::<Result<Vec<_>>>()?;
        let named = |error: Error| match error.kind() {
            ErrorKind::Sequence(SequenceFault::ChannelMismatch { image, .. }) => {
                let sample = *image;
                error.at_index(sample)
            }
            _ => error,
        };
        let (data, extents) = self.0.pad(&views).map_err(named)?.into_parts();
        Ok(CollatedField::Images { data: data.into(), extents })
    }

    fn width(&self, _: usize) -> Option<Result<usize>> {
        None
    }
}

/// An array as an image.
fn image<T: ArrayElement>((sample, view): (usize, ArrayViewD<'_, T>)) -> Result<ArrayView3<'_, T>> {
    let shape = view.shape().to_vec();
    let misfit = |_| Error::shape("Collator::images", shape, "an image, of rank 3").at_index(sample);
    view.into_dimensionality().map_err(misfit)
}

/// Arrays of one dtype and shape, one on the other.
pub(super) fn stack(arrays: &[&AnyArray]) -> Result<CollatedField> {
    fn of<T: ArrayElement>(_: &ArrayD<T>, arrays: &[&AnyArray]) -> Result<CollatedField> {
        let views = views::<T>(arrays)?;
        let shape = [&[views.len()], arrays[0].shape()].concat();
        // Rows of one item each, which is the array.
        let rows: Vec<_> = views.into_iter().map(|view| view.insert_axis(Axis(0))).collect();
        let (data, _) = Padding::new(bytemuck::Zeroable::zeroed()).pad_arrays(&rows)?.into_parts();
        let data = data.into_shape_with_order(shape.clone());
        data.map(|data| CollatedField::Array(data.into())).map_err(|_| Error::elements("stack", shape))
    }
    crate::arrays::for_any_array!(arrays[0], first => of(first, arrays))
}
