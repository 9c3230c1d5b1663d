//! Files that grow along their first axis.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use ndarray::{ArrayView, Dimension};

use crate::arrays::ArrayElement;
use crate::error::{Error, NpyFault, Result};
use crate::npy::descr::{Order, descr_of};
use crate::npy::growable::{rows_of, rows_of_file};
use crate::npy::header::{Header, bytes_of, dictionary_text, header_bytes, header_within, whole};
use crate::npy::read::MAX_HEADER;
use crate::npy::write::put_values;

/// Writes a `.npy` file batch by batch, for results that are larger than memory.
///
/// The file is `[rows, ..inner]`, row-major and little-endian. [`flush`](Self::flush) makes it whole: the data
/// goes to the disk first, then the header gets the new number of rows. If the program ends in between, the
/// file has the rows of the last flush, and [`open`](Self::open) goes on from there. Dropping the appender
/// without [`finish`](Self::finish) leaves it so, too.
///
/// ```
/// use burn_prep::npy::{self, Appender};
/// use ndarray::{Array2, array};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("embeddings.npy");
/// let mut file = Appender::<f32>::create(&path, &[2])?;
/// file.append(array![[1.0, 2.0], [3.0, 4.0]].view())?;
/// file.append(Array2::zeros([0, 2]).view())?;
/// file.append(array![[5.0, 6.0]].view())?;
/// assert_eq!(file.finish()?, 3);
///
/// let mut file = Appender::<f32>::open(&path, &[2])?;
/// assert_eq!(file.rows(), 3);
/// file.append(array![[7.0, 8.0]].view())?;
/// file.flush()?;
/// assert_eq!(npy::read_file(&path)?.shape(), [4, 2]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "NpyAppendArray")]
pub struct Appender<E> {
    out: BufWriter<File>,
    path: PathBuf,
    version: u8,
    data_offset: usize,
    inner: Vec<usize>,
    rows: usize,
    /// A write failed half-way: what stands behind the counted rows is unknown.
    broken: bool,
    element: PhantomData<E>,
}

impl<E> fmt::Debug for Appender<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, inner, rows, .. } = self;
        f.debug_struct("Appender")
            .field("path", path)
            .field("inner", inner)
            .field("rows", rows)
            .finish_non_exhaustive()
    }
}

impl<E: ArrayElement> Appender<E> {
    /// Creates a file without rows, to which rows of shape `inner` can be appended. The folder has to exist.
    ///
    /// # Errors
    ///
    /// There is a file already, which stays as it is, or it cannot be written.
    ///
    /// ```
    /// use burn_prep::npy::Appender;
    ///
    /// let folder = tempfile::tempdir()?;
    /// let path = folder.path().join("a.npy");
    /// Appender::<u8>::create(&path, &[])?.finish()?;
    /// assert!(Appender::<u8>::create(&path, &[]).unwrap_err().to_string().contains("exists"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn create(path: impl AsRef<Path>, inner: &[usize]) -> Result<Self> {
        Self::start(path.as_ref(), inner, File::options().write(true).create_new(true))
    }

    /// Creates a file as [`create`](Self::create) does, but replaces an existing one.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    ///
    /// ```
    /// use burn_prep::npy::{self, Appender};
    ///
    /// let folder = tempfile::tempdir()?;
    /// let path = folder.path().join("a.npy");
    /// npy::write_file(&path, ndarray::array![1.0_f64].view())?;
    /// let mut file = Appender::<u8>::overwrite(&path, &[])?;
    /// file.append(ndarray::array![5, 6].view())?;
    /// assert_eq!(file.finish()?, 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn overwrite(path: impl AsRef<Path>, inner: &[usize]) -> Result<Self> {
        Self::start(path.as_ref(), inner, File::options().write(true).create(true).truncate(true))
    }

    fn start(path: &Path, inner: &[usize], options: &OpenOptions) -> Result<Self> {
        let start = || {
            let shape = shape_of(0, inner);
            bytes_of(&shape, size_of::<E>()).ok_or_else(|| overflow(&shape))?;
            let header = header_bytes(&descr_of::<E>(Order::Little), false, &shape);
            let mut out = BufWriter::new(options.open(path)?);
            out.write_all(&header)?;
            out.flush()?;
            let (path, inner) = (path.to_owned(), inner.to_vec());
            // The version is the byte behind the magic.
            let version = header.get(6).copied().unwrap_or(1);
            let data_offset = header.len();
            Ok(Self { out, path, version, data_offset, inner, rows: 0, broken: false, element: PhantomData })
        };
        start().map_err(|error: Error| error.at_path(path))
    }

    /// Opens an existing file, written by an appender or by NumPy, to append rows of shape `inner` to it. Bytes
    /// after the rows that the header counts, left by a program that ended before its flush, are cut off.
    ///
    /// # Errors
    ///
    /// There is no such file, or it has another dtype, row shape, byte order or memory order; it stays as it
    /// is.
    ///
    /// ```
    /// use burn_prep::npy::{self, Appender};
    ///
    /// let folder = tempfile::tempdir()?;
    /// let path = folder.path().join("a.npy");
    /// npy::write_file(&path, ndarray::array![[1_u8, 2, 3]].view())?;
    /// let error = Appender::<u8>::open(&path, &[4]).unwrap_err();
    /// assert!(error.to_string().ends_with("Appender::open: found shape [1, 3], expected [rows, 4]"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open(path: impl AsRef<Path>, inner: &[usize]) -> Result<Self> {
        let path = path.as_ref();
        let open = || {
            let mut file = File::options().read(true).write(true).open(path)?;
            let header = Header::read(&mut file, MAX_HEADER)?;
            let rows = rows_of_file::<E>(&header, inner)?;
            let found = file.metadata()?.len().saturating_sub(header.data_offset as u64);
            whole("data", usize::try_from(found).unwrap_or(usize::MAX), header.data_bytes())?;
            let end = (header.data_offset + header.data_bytes()) as u64;
            file.set_len(end)?;
            file.seek(SeekFrom::Start(end))?;
            let Header { version, data_offset, .. } = header;
            let (out, path, inner) = (BufWriter::new(file), path.to_owned(), inner.to_vec());
            Ok(Self { out, path, version, data_offset, inner, rows, broken: false, element: PhantomData })
        };
        open().map_err(|error: Error| error.at_path(path))
    }

    /// Adds the rows of a view `[n, ..inner]`, whatever its strides.
    ///
    /// # Errors
    ///
    /// The shape does not fit, and nothing was written; or the disk fails, and then every later call fails,
    /// too.
    pub fn append<D: Dimension>(&mut self, batch: ArrayView<'_, E, D>) -> Result<()> {
        let shape = batch.shape();
        let Some((&added, inner)) = shape.split_first().filter(|(_, inner)| *inner == self.inner) else {
            let error = Error::shape("Appender::append", shape, rows_of(&self.inner));
            return Err(error.at_path(&self.path));
        };
        let rows = self
            .rows
            .checked_add(added)
            .filter(|&rows| bytes_of(&shape_of(rows, inner), size_of::<E>()).is_some());
        let rows = rows.ok_or_else(|| overflow(shape).at_path(&self.path))?;
        self.guarded(|this| put_values(&mut this.out, batch.into_dyn(), Order::Little))?;
        self.rows = rows;
        Ok(())
    }

    /// Writes all appended rows and the number of rows to the file, which keeps them even if the program ends.
    ///
    /// # Errors
    ///
    /// The disk fails, or failed in an earlier call; or the header has no room for the new number of rows, because the
    /// file's writer reserved none, as older versions of NumPy did.
    pub fn flush(&mut self) -> Result<()> {
        let shape = shape_of(self.rows, &self.inner);
        let text = dictionary_text(&descr_of::<E>(Order::Little), false, &shape);
        let prefix = if self.version == 1 { 10 } else { 12 };
        let header = header_within(self.version, &text, self.data_offset.saturating_sub(prefix));
        let header = header.ok_or_else(|| {
            let reason = format!("the header has no room for {} rows", self.rows);
            Error::from(NpyFault::NotInPlace { reason }).at_path(&self.path)
        })?;
        self.guarded(|this| {
            this.out.flush()?;
            let file = this.out.get_mut();
            // The count must not reach the disk before the rows that it counts.
            file.sync_data()?;
            file.rewind()?;
            file.write_all(&header)?;
            file.seek(SeekFrom::End(0))?;
            Ok(())
        })
    }

    /// Flushes and closes the file; returns its number of rows.
    ///
    /// # Errors
    ///
    /// As [`flush`](Self::flush).
    pub fn finish(mut self) -> Result<usize> {
        self.flush()?;
        Ok(self.rows)
    }

    /// How many rows the file has, with those that are not flushed.
    pub fn rows(&self) -> usize {
        self.rows
    }

    fn guarded(&mut self, write: impl FnOnce(&mut Self) -> io::Result<()>) -> Result<()> {
        let done = if self.broken {
            Err(io::Error::other("an earlier write failed; open the file again to go on from the last flush"))
        } else {
            write(self)
        };
        done.map_err(|error| {
            self.broken = true;
            Error::from(error).at_path(&self.path)
        })
    }
}

fn shape_of(rows: usize, inner: &[usize]) -> Vec<usize> {
    [&[rows], inner].concat()
}

fn overflow(shape: &[usize]) -> Error {
    NpyFault::ShapeOverflow { shape: format!("{shape:?}") }.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::npy::{WriteOptions, read_file, write_file};
    use half::bf16;
    use ndarray::{Array2, array, s};

    fn folder() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.npy");
        (folder, path)
    }

    #[test]
    fn a_grown_file_is_the_file_that_is_written_at_once() {
        let (folder, path) = folder();
        let array = Array2::from_shape_fn([1234, 3], |(row, column)| (row * 3 + column) as i16);
        let mut file = Appender::<i16>::create(&path, &[3]).unwrap();
        for start in (0..1234).step_by(100) {
            file.append(array.slice(s![start..(start + 100).min(1234), ..])).unwrap();
        }
        assert_eq!(file.finish().unwrap(), 1234);
        let whole = folder.path().join("whole.npy");
        write_file(&whole, array.view()).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), std::fs::read(whole).unwrap());
    }

    #[test]
    fn without_a_flush_the_file_has_the_rows_of_the_last_one() {
        let (_folder, path) = folder();
        let mut file = Appender::<u64>::create(&path, &[]).unwrap();
        assert_eq!(read_file(&path).unwrap().shape(), [0]);
        file.append(array![1, 2].view()).unwrap();
        file.flush().unwrap();
        file.append(array![3, 4, 5].view()).unwrap();
        drop(file);
        let bytes = std::fs::metadata(&path).unwrap().len();
        assert_eq!(bytes, 128 + 5 * 8, "the rows are there, uncounted");
        assert_eq!(read_file(&path).unwrap().into_array::<u64>().unwrap(), array![1, 2].into_dyn());
        let mut file = Appender::<u64>::open(&path, &[]).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().len(), 128 + 2 * 8);
        file.append(array![9].view()).unwrap();
        file.finish().unwrap();
        assert_eq!(read_file(&path).unwrap().into_array::<u64>().unwrap(), array![1, 2, 9].into_dyn());
    }

    #[test]
    fn a_wrong_batch_leaves_the_file_as_it_was() {
        let (_folder, path) = folder();
        let mut file = Appender::<u8>::create(&path, &[2]).unwrap();
        let error = file.append(array![[1_u8, 2, 3]].view()).unwrap_err();
        assert!(
            error.to_string().ends_with("rows.npy: Appender::append: found shape [1, 3], expected [rows, 2]")
        );
        assert!(file.append(array![1_u8, 2].view()).is_err());
        assert!(file.append(ndarray::arr0(1_u8).view()).is_err());
        file.append(array![[1_u8, 2]].t().slice(s![..;-1, ..]).t()).unwrap();
        assert_eq!(file.finish().unwrap(), 1);
        assert_eq!(read_file(&path).unwrap().into_array::<u8>().unwrap(), array![[2, 1]].into_dyn());
    }

    #[test]
    fn files_that_do_not_fit_are_not_opened_and_stay_as_they_are() {
        let (_folder, path) = folder();
        let array = array![[1.0_f32, 2.0], [3.0, 4.0]];
        let refused = |options: WriteOptions| {
            options.write_file(&path, array.view()).unwrap();
            let before = std::fs::read(&path).unwrap();
            let error = Appender::<f32>::open(&path, &[2]).unwrap_err();
            assert_eq!(std::fs::read(&path).unwrap(), before);
            assert_eq!(error.path(), Some(path.as_path()));
            error.to_string()
        };
        assert!(refused(WriteOptions::new().big_endian(true)).contains("big-endian"));
        assert!(refused(WriteOptions::new().fortran_order(true)).contains("Fortran"));
        write_file(&path, array.view()).unwrap();
        assert!(Appender::<f64>::open(&path, &[2]).unwrap_err().is_usage());
        assert!(Appender::<f32>::open(&path, &[]).unwrap_err().is_usage());
        assert!(Appender::<bf16>::open(&path, &[2]).is_err());
        let file = File::options().write(true).open(&path).unwrap();
        file.set_len(140).unwrap();
        assert!(
            Appender::<f32>::open(&path, &[2]).unwrap_err().to_string().contains("found 12 bytes of data")
        );
        assert_eq!(std::fs::metadata(&path).unwrap().len(), 140);
        assert!(Appender::<f32>::open(path.with_extension("gone"), &[2]).unwrap_err().is_environment());
    }

    #[test]
    fn a_header_without_room_says_so_and_keeps_its_rows() {
        let (_folder, path) = folder();
        // As short as can be, by a writer that knows nothing of growth.
        let text = "{'descr': '|u1', 'fortran_order': False, 'shape': (9,), }";
        let mut bytes = header_within(1, text, text.len() + 1).unwrap();
        bytes.extend([7; 9]);
        std::fs::write(&path, &bytes).unwrap();
        let mut file = Appender::<u8>::open(&path, &[]).unwrap();
        file.append(array![1_u8].view()).unwrap();
        assert!(file.finish().unwrap_err().to_string().contains("no room for 10 rows"));
        assert_eq!(read_file(&path).unwrap().shape(), [9]);
    }

    #[test]
    fn rows_beyond_memory_are_refused() {
        let (_folder, path) = folder();
        assert!(Appender::<f32>::create(&path, &[usize::MAX]).is_err());
        assert!(!path.exists());
        let mut file = Appender::<f32>::create(&path, &[0]).unwrap();
        file.append(Array2::<f32>::zeros([1 << 60, 0]).view()).unwrap();
        file.append(Array2::<f32>::zeros([1 << 60, 0]).view()).unwrap_err();
        assert_eq!(file.finish().unwrap(), 1 << 60);
        assert_eq!(read_file(&path).unwrap().shape(), [1 << 60, 0]);
    }

    #[test]
    fn after_a_failed_write_nothing_more_is_counted() {
        let (_folder, path) = folder();
        let mut file = Appender::<u8>::create(&path, &[]).unwrap();
        file.append(array![7].view()).unwrap();
        file.flush().unwrap();
        file.out = BufWriter::new(File::open(&path).unwrap()); // cannot be written to
        assert!(file.append(ndarray::Array1::zeros(1 << 20).view()).unwrap_err().is_environment());
        file.out = BufWriter::new(File::options().write(true).open(&path).unwrap());
        assert!(file.append(array![1].view()).unwrap_err().to_string().contains("an earlier write failed"));
        assert!(file.finish().is_err());
        assert_eq!(read_file(&path).unwrap().into_array::<u8>().unwrap(), array![7].into_dyn());
    }
}
