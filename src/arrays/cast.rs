//! Casts that say which value does not fit.

use ndarray::{Array, ArrayBase, ArrayView, Data, Dimension, IntoDimension};

use crate::arrays::ArrayElement;
use crate::error::{Error, ErrorKind, Result};
use crate::memory::on_large_pages;

/// Converts the elements of an array or view to another type; the error names the first value that does not fit.
///
/// | from, to | rule |
/// |---|---|
/// | integer to integer | within the range of the target |
/// | float to integer | finite and within the range; then the fraction is cut, as in C and NumPy |
/// | anything to float | rounded to the nearest; a finite number that would become infinite does not fit |
/// | `bool` to a number | 0 and 1 |
/// | a number to `bool` | 0 and 1 alone |
///
/// ```
/// use burn_prep::arrays::CastArray;
/// use ndarray::array;
///
/// let pixels = array![[0.0_f32, 254.9], [255.0, 12.0]];
/// assert_eq!(pixels.cast::<u8>()?, array![[0, 254], [255, 12]]);
/// let error = array![3.0, -0.5].cast::<u8>().unwrap_err();
/// assert_eq!(error.to_string(), "-0.5 at index [1] does not fit into u8: 0 to 255");
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "astype")]
#[doc(alias = "asType")]
pub trait CastArray<D> {
    /// Returns a new array of the same shape, in row-major order, with the elements converted to `E`.
    ///
    /// # Errors
    ///
    /// A value does not fit; the error has the index and the value of the first.
    fn cast<E: ArrayElement>(&self) -> Result<Array<E, D>>;
}

impl<S: Data, D: Dimension> CastArray<D> for ArrayBase<S, D>
where
    S::Elem: ArrayElement,
{
    fn cast<E: ArrayElement>(&self) -> Result<Array<E, D>> {
        cast_array(self.view())
    }
}

pub(crate) fn cast_array<S: ArrayElement, E: ArrayElement, D: Dimension>(
    array: ArrayView<'_, S, D>,
) -> Result<Array<E, D>> {
    let mut values = on_large_pages(Vec::with_capacity(array.len()));
    let mut misfit = None;
    for (position, &value) in array.iter().enumerate() {
        let Some(value) = E::from_number(value.number()) else {
            misfit = Some((position, value));
            break;
        };
        values.push(value);
    }
    if let Some((position, value)) = misfit {
        let (value, hint) = (value.to_string(), range_of::<E>());
        let index = index_of(position, array.shape());
        return Err(ErrorKind::Cast { index, value, to: E::NAME, hint }.into());
    }
    let dim = array.raw_dim();
    Array::from_shape_vec(dim.clone(), values)
        .map_err(|error| Error::shape("cast", dim.into_dimension().slice(), error))
}

/// The index of the element at a position in row-major order.
pub(crate) fn index_of(mut position: usize, shape: &[usize]) -> Vec<usize> {
    let mut index = vec![0; shape.len()];
    for (at, &length) in index.iter_mut().zip(shape).rev() {
        (position, *at) = (position / length.max(1), position % length.max(1));
    }
    index
}

fn range_of<E: ArrayElement>() -> &'static str {
    match E::NAME {
        "bool" => "0 and 1",
        "u8" => "0 to 255",
        "u16" => "0 to 65535",
        "u32" => "0 to 4294967295",
        "u64" => "0 to 18446744073709551615",
        "i8" => "-128 to 127",
        "i16" => "-32768 to 32767",
        "i32" => "-2147483648 to 2147483647",
        "i64" => "-9223372036854775808 to 9223372036854775807",
        "f16" => "up to 65504",
        "bf16" => "up to 3.39e38",
        "f32" => "up to 3.403e38",
        _ => "any number",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{ArrayD, IxDyn, array};

    #[test]
    fn the_first_misfit_is_found_in_logical_order_whatever_the_strides() {
        let array = array![[1_i64, 2], [300, 400], [5, 600]];
        let error = array.t().cast::<u8>().unwrap_err();
        assert_eq!(error.to_string(), "300 at index [0, 1] does not fit into u8: 0 to 255");
        assert!(error.is_data());
    }

    #[test]
    fn a_single_number_and_no_number_cast_too() {
        let one = ArrayD::from_elem(IxDyn(&[]), 7_u64).cast::<f32>().unwrap();
        assert_eq!((one.ndim(), one[IxDyn(&[])]), (0, 7.0));
        assert_eq!(Array::<f32, _>::zeros([2, 0]).cast::<bool>().unwrap().shape(), [2, 0]);
        let error = ArrayD::from_elem(IxDyn(&[]), f32::NAN).cast::<i32>().unwrap_err();
        assert!(error.to_string().starts_with("NaN at index []"), "{error}");
    }
}
