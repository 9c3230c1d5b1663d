//! Rows of features, one per sample.

use std::path::Path;

use ndarray::ArrayD;
use rayon::prelude::*;

use crate::arrays::AnyArray;
use crate::error::{Error, ErrorKind, Result};
use crate::npy;

/// A matrix of features as `f32`: one row per sample, all of one length, in the order of the samples.
///
/// Values may be NaN or infinite, for example in the rows of files that could not be read. A search refuses such rows;
/// [`FeatureRows::retain`] removes them before.
///
/// ```
/// use burn_prep::neighbors::FeatureRows;
///
/// let mut rows = FeatureRows::new(2, vec![1.0, 2.0, f32::NAN, 0.0, 5.0, 6.0])?;
/// assert_eq!((rows.len(), rows.columns(), rows.row(2)), (3, 2, &[5.0, 6.0][..]));
/// rows.retain(|row| row != 1);
/// assert_eq!((rows.len(), rows.is_empty(), rows.row(1)), (2, false, &[5.0, 6.0][..]));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureRows {
    columns: usize,
    values: Vec<f32>,
}

impl FeatureRows {
    /// Makes rows of `columns` values each from values in row-major order: the first row, then the second, and so on. No values
    /// make no rows.
    ///
    /// # Errors
    ///
    /// `columns` is 0, or the number of values is not a multiple of it.
    ///
    /// ```
    /// use burn_prep::neighbors::FeatureRows;
    /// assert_eq!(FeatureRows::new(3, Vec::new())?.len(), 0);
    /// let error = FeatureRows::new(3, vec![0.0; 7]).unwrap_err();
    /// assert_eq!(error.to_string(), "FeatureRows::new: found shape [7], expected a multiple of 3 values");
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn new(columns: usize, values: Vec<f32>) -> Result<Self> {
        if columns == 0 {
            return Err(Error::parameter("columns", columns, "1 or more"));
        }
        if !values.len().is_multiple_of(columns) {
            let expected = format!("a multiple of {columns} values");
            return Err(Error::shape("FeatureRows::new", [values.len()], expected));
        }
        Ok(Self { columns, values })
    }

    /// Reads a `.npy` file of shape `[rows, columns]` and of dtype `f2`, `f4` or `f8`, in C or Fortran order and either byte
    /// order, as `np.save` writes it.
    ///
    /// An `f4` file in C order is read straight into the rows; others are read whole and then converted. Numbers of `f8`
    /// are rounded to `f32`; beyond its range they become infinite.
    ///
    /// # Errors
    ///
    /// The file cannot be read as an array, or has another shape or dtype; the error has the path.
    ///
    /// ```
    /// use burn_prep::neighbors::FeatureRows;
    /// use burn_prep::npy;
    ///
    /// let folder = tempfile::tempdir()?;
    /// let path = folder.path().join("features.npy");
    /// npy::write_file(&path, ndarray::array![[1.0_f64, 2.0], [3.0, 4.0]].view())?;
    /// assert_eq!(FeatureRows::read_npy(&path)?.row(1), [3.0, 4.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read_npy(path: &Path) -> Result<Self> {
        let any = npy::read_file(path)?;
        Self::of_any(any).map_err(|error| error.at_path(path))
    }

    fn of_any(any: AnyArray) -> Result<Self> {
        let invalid = |reason| Error::from(ErrorKind::Invalid { what: "file of features", reason });
        let columns = match any.shape() {
            &[_, columns] if columns > 0 => columns,
            other => {
                let expected = "expected [rows, columns] with 1 column or more: a row of features per sample";
                return Err(invalid(format!("its shape is {other:?}, {expected}")));
            }
        };
        let values = match any {
            AnyArray::F32(array) if array.is_standard_layout() => array.into_raw_vec_and_offset().0,
            AnyArray::F32(array) => by_rows(&array, columns, |value| value),
            AnyArray::F16(array) => by_rows(&array, columns, half::f16::to_f32),
            // Rounded to the nearest.
            AnyArray::F64(array) => by_rows(&array, columns, |value| value as f32),
            other => {
                let found = other.dtype_name();
                let advice = "convert it, for instance with `a.astype(np.float32)`";
                return Err(invalid(format!("its dtype is {found}, expected f16, f32 or f64 ({advice})")));
            }
        };
        Self::new(columns, values)
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.values.len() / self.columns
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The number of values of each row, 1 or more.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The row at an index.
    ///
    /// # Panics
    ///
    /// If there is no such row; [`FeatureRows::get`] is `None` then.
    pub fn row(&self, index: usize) -> &[f32] {
        &self.values[index * self.columns..][..self.columns]
    }

    /// The row at an index, if there is one.
    ///
    /// ```
    /// let rows = burn_prep::neighbors::FeatureRows::new(1, vec![7.0])?;
    /// assert_eq!((rows.get(0), rows.get(1)), (Some(&[7.0][..]), None));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn get(&self, index: usize) -> Option<&[f32]> {
        (index < self.len()).then(|| self.row(index))
    }

    /// Keeps the rows for whose index `keep` returns `true`, in their order and without allocating. `keep` is called once for
    /// each row, from the first to the last, with the index that the row had before.
    pub fn retain(&mut self, mut keep: impl FnMut(usize) -> bool) {
        let columns = self.columns;
        let mut kept = 0;
        for row in 0..self.len() {
            if keep(row) {
                if kept != row {
                    self.values.copy_within(row * columns..(row + 1) * columns, kept * columns);
                }
                kept += 1;
            }
        }
        self.values.truncate(kept * columns);
    }
}

/// Rows that are written at a time: what 64 of them take stays in a cache.
const BAND: usize = 64;

/// The values of a rectangle row by row.
fn by_rows<T: Copy + Sync>(array: &ArrayD<T>, columns: usize, convert: impl Fn(T) -> f32 + Sync) -> Vec<f32> {
    if let Some(values) = array.as_slice() {
        return values.iter().map(|&value| convert(value)).collect();
    }
    let across = array.t();
    let Some(values) = across.as_slice() else {
        return array.iter().map(|&value| convert(value)).collect();
    };
    // Column by column, as in Fortran.
    let rows = values.len() / columns;
    let mut by_rows = vec![0.0_f32; values.len()];
    by_rows.par_chunks_mut(BAND * columns).enumerate().for_each(|(band, to)| {
        let count = to.len() / columns;
        for column in 0..columns {
            let from = &values[column * rows + band * BAND..][..count];
            for (row, &value) in from.iter().enumerate() {
                to[row * columns + column] = convert(value);
            }
        }
    });
    by_rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arrays::ArrayElement;
    use crate::npy::WriteOptions;
    use half::f16;
    use ndarray::{Array2, array};

    #[test]
    fn files_of_all_floats_and_both_orders_have_the_same_rows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("features.npy");
        // More than one band of rows; whole numbers, which an f16 holds.
        let values = Array2::from_shape_fn((150, 3), |(row, column)| (row * 3 + column) as f64);
        let expected = FeatureRows::new(3, values.iter().map(|&value| value as f32).collect()).unwrap();
        fn write<E: ArrayElement>(path: &Path, array: &Array2<E>, in_columns: bool) {
            let options = WriteOptions::new().fortran_order(in_columns);
            options.write_file(path, array.view()).unwrap();
        }
        for in_columns in [false, true] {
            write(&path, &values, in_columns);
            assert_eq!(FeatureRows::read_npy(&path).unwrap(), expected);
            write(&path, &values.mapv(|value| value as f32), in_columns);
            assert_eq!(FeatureRows::read_npy(&path).unwrap(), expected);
            write(&path, &values.mapv(f16::from_f64), in_columns);
            assert_eq!(FeatureRows::read_npy(&path).unwrap(), expected);
        }
        npy::write_file(&path, Array2::<f32>::zeros([0, 5]).view()).unwrap();
        let none = FeatureRows::read_npy(&path).unwrap();
        assert_eq!((none.len(), none.columns(), none.is_empty()), (0, 5, true));
    }

    #[test]
    fn other_shapes_and_dtypes_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("features.npy");
        let text = || FeatureRows::read_npy(&path).unwrap_err().to_string();
        npy::write_file(&path, array![1.0_f32, 2.0].view()).unwrap();
        assert!(text().ends_with(
            "features.npy: not a valid file of features: its shape is [2], expected [rows, columns] with 1 column or more: \
             a row of features per sample"
        ));
        npy::write_file(&path, Array2::<f32>::zeros([4, 0]).view()).unwrap();
        assert!(text().contains("its shape is [4, 0], expected [rows, columns]"), "{}", text());
        npy::write_file(&path, array![[1_i64, 2]].view()).unwrap();
        assert!(text().contains("its dtype is i64, expected f16, f32 or f64"), "{}", text());
        let error = FeatureRows::new(0, Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), "columns is 0, expected 1 or more");
    }
}
