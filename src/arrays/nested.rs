//! Rows of equal length to an array.

use ndarray::Array2;

use crate::error::{Error, Result};

/// Stacks rows into an array `[rows, columns]`, if they are equally long.
///
/// Rows of unequal length are an error that names the first; [`Ragged`](crate::ragged::Ragged) holds those, and
/// pads them. No rows give an array `[0, 0]`.
///
/// # Errors
///
/// A row is longer or shorter than the first.
///
/// ```
/// use burn_prep::arrays::rows_to_array;
///
/// assert_eq!(rows_to_array(&[[1, 2], [3, 4]])?, ndarray::array![[1, 2], [3, 4]]);
/// let error = rows_to_array(&[vec![1, 2], vec![3, 4], vec![5]]).unwrap_err();
/// assert_eq!(error.to_string(), "rows_to_array: found shape row 2 of 1, expected 2 as in row 0 (Ragged holds rows of any length)");
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "np.array")]
pub fn rows_to_array<E: Clone, R: AsRef<[E]>>(rows: &[R]) -> Result<Array2<E>> {
    let columns = rows.first().map_or(0, |row| row.as_ref().len());
    let mut values = Vec::with_capacity(rows.len() * columns);
    for (index, row) in rows.iter().enumerate() {
        let row = row.as_ref();
        if row.len() != columns {
            let expected = format!("{columns} as in row 0 (Ragged holds rows of any length)");
            return Err(Error::shape(
                "rows_to_array",
                format_args!("row {index} of {}", row.len()),
                expected,
            ));
        }
        values.extend_from_slice(row);
    }
    Array2::from_shape_vec([rows.len(), columns], values)
        .map_err(|_| Error::elements("rows_to_array", [rows.len(), columns]))
}
