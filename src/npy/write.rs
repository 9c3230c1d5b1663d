//! Writing of arrays as `.npy` files.

use std::io::{self, Write};
use std::path::Path;

use ndarray::{ArrayView, ArrayViewD, Axis, Dimension};

use crate::arrays::{AnyArray, ArrayElement};
use crate::error::Result;
use crate::npy::descr::{Order, descr_of};
use crate::npy::header::header_bytes;
use crate::output::write_whole;

/// Writes an array in row-major order and little-endian, byte for byte as NumPy does.
///
/// Any view is written as its indices run, whatever its strides; one in row-major order is written at once,
/// from where it lies. [`bf16`](half::bf16), which NumPy does not have, gets the dtype `<V2`:
/// `np.load(file).view(ml_dtypes.bfloat16)` reads it, and so does
/// [`ReadOptions::assume`](crate::npy::ReadOptions::assume).
///
/// # Errors
///
/// The writer fails.
///
/// ```
/// use burn_prep::npy;
/// use ndarray::{array, s};
///
/// let array = array![[1.0_f32, 2.0, 3.0], [4.0, 5.0, 6.0]];
/// let mut bytes = Vec::new();
/// npy::write(&mut bytes, array.slice(s![.., ..;-2]))?;          // a view with negative strides
/// assert_eq!(bytes.len(), 128 + 4 * 4);
/// assert!(bytes[10..].starts_with(b"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }"));
/// assert_eq!(npy::read(bytes.as_slice())?.into_array::<f32>()?, array![[3.0, 1.0], [6.0, 4.0]].into_dyn());
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "np.save")]
pub fn write<E: ArrayElement, D: Dimension>(writer: impl Write, array: ArrayView<'_, E, D>) -> Result<()> {
    WriteOptions::new().write(writer, array)
}

/// Writes an array to a file, as [`write`](crate::npy::write()) does. The file is there whole or not at
/// all: it is written beside its place, then renamed. Missing folders are made.
///
/// # Errors
///
/// The file cannot be written; the error has the path.
///
/// ```
/// use burn_prep::npy;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("new/folder/labels.npy");
/// npy::write_file(&path, ndarray::array![3_u8, 1, 2].view())?;
/// assert_eq!(std::fs::read(&path)?[128..], [3, 1, 2]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "np.save")]
pub fn write_file<E: ArrayElement, D: Dimension>(
    path: impl AsRef<Path>,
    array: ArrayView<'_, E, D>,
) -> Result<()> {
    WriteOptions::new().write_file(path, array)
}

/// Writes an array whose element type is known at run time, as [`write`](crate::npy::write()) does.
///
/// # Errors
///
/// The writer fails.
///
/// ```
/// use burn_prep::arrays::AnyArray;
/// use burn_prep::npy;
///
/// let any = AnyArray::from(ndarray::array![[true], [false]]);
/// let mut bytes = Vec::new();
/// npy::write_any(&mut bytes, &any)?;
/// assert_eq!(npy::read(bytes.as_slice())?, any);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "np.save")]
pub fn write_any(writer: impl Write, array: &AnyArray) -> Result<()> {
    WriteOptions::new().write_any(writer, array)
}

/// Writes an array whose element type is known at run time to a file, as [`write_file`] does.
///
/// # Errors
///
/// The file cannot be written; the error has the path.
///
/// ```
/// use burn_prep::arrays::AnyArray;
/// use burn_prep::npy;
///
/// let folder = tempfile::tempdir()?;
/// let any = AnyArray::from(ndarray::array![1_u64 << 60]);
/// npy::write_any_file(folder.path().join("a.npy"), &any)?;
/// assert_eq!(npy::read_file(folder.path().join("a.npy"))?, any);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "np.save")]
pub fn write_any_file(path: impl AsRef<Path>, array: &AnyArray) -> Result<()> {
    WriteOptions::new().write_any_file(path, array)
}

/// Options for writing: the memory order and the byte order.
///
/// ```
/// use burn_prep::npy::{self, WriteOptions};
/// use ndarray::array;
///
/// let mut bytes = Vec::new();
/// WriteOptions::new().fortran_order(true).big_endian(true).write(&mut bytes, array![[1_u16, 2], [3, 4]].view())?;
/// assert_eq!(bytes[128..], [0, 1, 0, 3, 0, 2, 0, 4]);           // column by column
/// assert_eq!(npy::read(bytes.as_slice())?.into_array::<u16>()?, array![[1, 2], [3, 4]].into_dyn());
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WriteOptions {
    fortran_order: bool,
    big_endian: bool,
}

impl WriteOptions {
    /// The default options: row-major order, little-endian.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether to write in Fortran (column-major) order, in which the first index changes fastest. An array that is
    /// the same in both orders, such as one of one axis, is marked as row-major, as NumPy does it.
    #[must_use]
    pub fn fortran_order(mut self, yes: bool) -> Self {
        self.fortran_order = yes;
        self
    }

    /// Whether a number's highest byte comes first.
    #[must_use]
    pub fn big_endian(mut self, yes: bool) -> Self {
        self.big_endian = yes;
        self
    }

    /// Writes an array with these options, as [`write`](crate::npy::write()) does.
    ///
    /// # Errors
    ///
    /// The writer fails.
    pub fn write<E: ArrayElement, D: Dimension>(
        &self,
        mut writer: impl Write,
        array: ArrayView<'_, E, D>,
    ) -> Result<()> {
        Ok(self.put(&mut writer, array.into_dyn())?)
    }

    /// Writes an array to a file with these options, as [`write_file`] does.
    ///
    /// # Errors
    ///
    /// The file cannot be written; the error has the path.
    pub fn write_file<E: ArrayElement, D: Dimension>(
        &self,
        path: impl AsRef<Path>,
        array: ArrayView<'_, E, D>,
    ) -> Result<()> {
        write_whole(path.as_ref(), |out| self.put(out, array.into_dyn()))
    }

    /// Writes an array of a dtype known at run time with these options, as [`write_any`] does.
    ///
    /// # Errors
    ///
    /// The writer fails.
    pub fn write_any(&self, mut writer: impl Write, array: &AnyArray) -> Result<()> {
        Ok(self.put_any(&mut writer, array)?)
    }

    /// Writes an array of a dtype known at run time to a file with these options, as [`write_any_file`] does.
    ///
    /// # Errors
    ///
    /// The file cannot be written; the error has the path.
    pub fn write_any_file(&self, path: impl AsRef<Path>, array: &AnyArray) -> Result<()> {
        write_whole(path.as_ref(), |out| self.put_any(out, array))
    }

    pub(super) fn put_any(&self, out: &mut dyn Write, array: &AnyArray) -> io::Result<()> {
        crate::arrays::for_any_array!(array, array => self.put(out, array.view()))
    }

    pub(super) fn put<E: ArrayElement>(
        &self,
        out: &mut dyn Write,
        array: ArrayViewD<'_, E>,
    ) -> io::Result<()> {
        let shape = array.shape();
        let one_order = array.is_empty() || shape.iter().filter(|&&length| length > 1).count() <= 1;
        let fortran_order = self.fortran_order && !one_order;
        let order = if self.big_endian { Order::Big } else { Order::Little };
        out.write_all(&header_bytes(&descr_of::<E>(order), fortran_order, shape))?;
        put_values(out, if fortran_order { array.reversed_axes() } else { array }, order)
    }
}

/// Views that are not in the file's order go through a buffer of so many bytes.
const PIECE: usize = 1 << 16;

/// The values of a view as its indices run.
pub(super) fn put_values<E: ArrayElement>(
    out: &mut dyn Write,
    array: ArrayViewD<'_, E>,
    order: Order,
) -> io::Result<()> {
    if array.is_empty() {
        return Ok(()); // an array `[1 << 60, 0]` has rows without end
    }
    let swap = order != Order::NATIVE && size_of::<E>() > 1;
    if !swap && let Some(values) = array.as_slice() {
        return out.write_all(bytemuck::cast_slice(values));
    }
    let capacity = PIECE / size_of::<E>();
    let mut buffer = Buffer { out, values: Vec::with_capacity(capacity), swap };
    for row in array.rows() {
        for part in row.axis_chunks_iter(Axis(0), capacity) {
            if buffer.values.len() + part.len() > capacity {
                buffer.flush()?;
            }
            match part.to_slice() {
                Some(values) => buffer.values.extend_from_slice(values),
                None => buffer.values.extend(part.iter().copied()),
            }
        }
    }
    buffer.flush()
}

struct Buffer<'a, E> {
    out: &'a mut dyn Write,
    values: Vec<E>,
    swap: bool,
}

impl<E: ArrayElement> Buffer<'_, E> {
    fn flush(&mut self) -> io::Result<()> {
        let bytes: &[u8] = bytemuck::cast_slice(&self.values);
        if self.swap {
            let mut bytes = bytes.to_vec();
            bytes.chunks_exact_mut(size_of::<E>()).for_each(<[u8]>::reverse);
            self.out.write_all(&bytes)?;
        } else {
            self.out.write_all(bytes)?;
        }
        self.values.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array1, Array2, Array3, arr0, array, s};

    /// Counts what it is given.
    #[derive(Default)]
    struct Calls(Vec<usize>);

    impl Write for Calls {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.push(bytes.len());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn an_array_in_the_files_order_is_one_write_and_others_go_in_pieces() {
        let array = Array3::<f32>::zeros([100, 200, 3]);
        let mut calls = Calls::default();
        write(&mut calls, array.view()).unwrap();
        assert_eq!(calls.0, [128, 240_000]);
        let mut calls = Calls::default();
        WriteOptions::new().fortran_order(true).write(&mut calls, array.t()).unwrap();
        assert_eq!(calls.0, [128, 240_000]);
        let mut calls = Calls::default();
        write(&mut calls, array.t()).unwrap();
        assert_eq!(calls.0.iter().sum::<usize>(), 240_128);
        assert!(calls.0.iter().all(|&bytes| bytes <= PIECE) && calls.0.len() < 8, "{:?}", calls.0);
    }

    #[test]
    fn views_are_written_as_their_indices_run() {
        let array = Array2::from_shape_fn([40, 1000], |(y, x)| (y * 1000 + x) as i32);
        let long = Array1::from_iter(0..50_000_i64);
        for view in [array.view(), array.t(), array.slice(s![..;-3, 5..;7]), array.slice(s![3..3, ..])] {
            for options in [
                WriteOptions::new(),
                WriteOptions::new().fortran_order(true),
                WriteOptions::new().big_endian(true),
            ] {
                let mut bytes = Vec::new();
                options.write(&mut bytes, view).unwrap();
                let read = crate::npy::read(bytes.as_slice()).unwrap().into_array::<i32>().unwrap();
                assert_eq!(read, view.into_dyn());
            }
        }
        for view in [long.slice(s![..;-1]), long.broadcast(50_000).unwrap()] {
            let mut bytes = Vec::new();
            WriteOptions::new().big_endian(true).write(&mut bytes, view).unwrap();
            let read = crate::npy::read(bytes.as_slice()).unwrap().into_array::<i64>().unwrap();
            assert_eq!(read, view.into_dyn());
        }
    }

    #[test]
    fn what_is_the_same_in_both_orders_is_row_major() {
        let options = WriteOptions::new().fortran_order(true).big_endian(true);
        let header = |array: ArrayViewD<'_, u16>| {
            let mut bytes = Vec::new();
            options.write(&mut bytes, array).unwrap();
            String::from_utf8_lossy(&bytes[10..]).contains("'fortran_order': True")
        };
        assert!(!header(arr0(1).into_dyn().view()));
        assert!(!header(array![1, 2].into_dyn().view()));
        assert!(!header(array![[1], [2]].into_dyn().view()));
        assert!(!header(Array2::zeros([0, 3]).into_dyn().view()));
        assert!(header(array![[1, 2], [2, 3]].into_dyn().view()));
    }

    #[test]
    fn rows_without_elements_are_not_counted_off() {
        let endless = Array3::<u16>::zeros([1 << 30, 1 << 30, 0]);
        for options in [WriteOptions::new(), WriteOptions::new().big_endian(true)] {
            let mut bytes = Vec::new();
            options.write(&mut bytes, endless.view().reversed_axes()).unwrap();
            assert_eq!((bytes.len(), crate::npy::read(bytes.as_slice()).unwrap().shape()[1]), (128, 1 << 30));
        }
    }
}
