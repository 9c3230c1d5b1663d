//! Reading of `.npy` files into arrays.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::arrays::DType;

use crate::arrays::AnyArray;
use crate::error::{Error, NpyFault, Result};
use crate::npy::header::Header;
use crate::npy::values::{self, Length};

/// Reads one array, of any rank and of the dtype that the header names, in this machine's byte order.
///
/// A file in Fortran order gives an array with the strides of one: the same values at the same indices,
/// without a copy. Bytes behind the data are left unread, so arrays that were saved one behind the other are
/// read by as many calls. The length of the reader's data is not known, so memory grows as data arrives; for a file,
/// [`read_file`] needs only one allocation, because the file's length is known.
///
/// # Errors
///
/// The reader fails, or the bytes are no array that [the module](crate::npy) reads.
///
/// ```
/// use burn_prep::npy;
/// use ndarray::array;
///
/// let mut bytes = Vec::new();
/// npy::write(&mut bytes, array![[1_i16, 2, 3], [4, 5, -6]].view())?;
/// let any = npy::read(bytes.as_slice())?;
/// assert_eq!((any.dtype_name(), any.shape()), ("i16", &[2, 3][..]));
/// assert_eq!(any.into_array::<i16>()?[[1, 2]], -6);
///
/// let error = npy::read(&bytes[..bytes.len() - 1]).unwrap_err();
/// assert_eq!(error.to_string(), "truncated: found 11 bytes of data, expected 12");
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "np.load")]
pub fn read(reader: impl Read) -> Result<AnyArray> {
    ReadOptions::new().read(reader)
}

/// Reads the array of a file, with one allocation and one read of the data.
///
/// # Errors
///
/// As [`read`]; the error has the path.
///
/// ```
/// use burn_prep::npy;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("weights.npy");
/// npy::write_file(&path, ndarray::array![0.5_f32, 2.0].view())?;
/// assert_eq!(npy::read_file(&path)?.cast::<f64>()?.sum(), 2.5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "np.load")]
pub fn read_file(path: impl AsRef<Path>) -> Result<AnyArray> {
    ReadOptions::new().read_file(path)
}

/// Options for reading: limits on the header and the data, and the type of `V2` elements.
///
/// ```
/// use burn_prep::arrays::DType;
/// use half::bf16;
/// use burn_prep::npy;
///
/// // NumPy has no bfloat16: the dtype of such a file, `<V2`, says nothing but the size.
/// let mut bytes = Vec::new();
/// npy::write(&mut bytes, ndarray::array![bf16::from_f32(1.5)].view())?;
/// assert!(npy::read(bytes.as_slice()).unwrap_err().to_string().contains("assume(DType::BF16)"));
///
/// let any = npy::ReadOptions::new().assume(DType::BF16).read(bytes.as_slice())?;
/// assert_eq!(any.cast::<f32>()?, ndarray::array![1.5].into_dyn());
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadOptions {
    assume: Option<DType>,
    max_header: usize,
    max_bytes: Option<u64>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self { assume: None, max_header: MAX_HEADER, max_bytes: None }
    }
}

/// The most bytes of header that are read by default.
pub(super) const MAX_HEADER: usize = 1 << 16;

impl ReadOptions {
    /// The default options: `V2` elements are an error; headers have up to 64 KiB; data has no limit but the
    /// file's length.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the type of `V2` elements, two bytes of no stated type: `BF16`, `F16`, `U16` or `I16`. Files of all
    /// other dtypes are read as they are.
    #[must_use]
    pub fn assume(mut self, dtype: DType) -> Self {
        self.assume = Some(dtype);
        self
    }

    /// The longest header that is read, in bytes.
    ///
    /// ```
    /// use burn_prep::npy::{self, ReadOptions};
    /// let mut bytes = Vec::new();
    /// npy::write(&mut bytes, ndarray::array![1_u8].view())?;
    /// let error = ReadOptions::new().max_header(100).read(bytes.as_slice()).unwrap_err();
    /// assert!(error.to_string().starts_with("header: found 118 bytes, expected up to 100"));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    #[doc(alias = "max_header_size")]
    pub fn max_header(mut self, bytes: usize) -> Self {
        self.max_header = bytes;
        self
    }

    /// The largest data that is read, in bytes; a header that asks for more is refused before anything is
    /// allocated. Set it for archives of strangers: in them 1 MB can become 1 GB.
    ///
    /// ```
    /// use burn_prep::npy::{self, ReadOptions};
    /// let mut bytes = Vec::new();
    /// npy::write(&mut bytes, ndarray::Array1::<f64>::zeros(100).view())?;
    /// let error = ReadOptions::new().max_bytes(799).read(bytes.as_slice()).unwrap_err();
    /// assert!(error.to_string().starts_with("array data of 800 bytes, limit is 799"));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = Some(bytes);
        self
    }

    /// Reads one array with these options, as [`read`](crate::npy::read()) does.
    ///
    /// # Errors
    ///
    /// As there, and where a limit stands in the way.
    pub fn read(&self, mut reader: impl Read) -> Result<AnyArray> {
        self.read_from(&mut reader, Length::Unknown)
    }

    /// Reads the array of a file with these options, as [`read_file`] does.
    ///
    /// # Errors
    ///
    /// As there, and where a limit stands in the way.
    ///
    /// ```
    /// use burn_prep::npy::ReadOptions;
    /// let error = ReadOptions::new().read_file("gone.npy").unwrap_err();
    /// assert_eq!(error.path().unwrap().to_str(), Some("gone.npy"));
    /// ```
    pub fn read_file(&self, path: impl AsRef<Path>) -> Result<AnyArray> {
        let path = path.as_ref();
        let read = || {
            let mut file = File::open(path)?;
            let found = file.metadata()?;
            // A pipe has no length.
            let length = if found.is_file() { Length::Certain(found.len()) } else { Length::Unknown };
            self.read_from(&mut file, length)
        };
        read().map_err(|error: Error| error.at_path(path))
    }

    /// `length` is that of header and data together.
    pub(super) fn read_from(&self, reader: &mut dyn Read, length: Length) -> Result<AnyArray> {
        if let Some(dtype) = self.assume
            && !matches!(dtype, DType::BF16 | DType::F16 | DType::U16 | DType::I16)
        {
            let found = format!("{dtype:?}");
            return Err(Error::parameter("ReadOptions::assume", found, "BF16, F16, U16 or I16"));
        }
        let header = Header::read(reader, self.max_header)?;
        let descr = &header.descr_text;
        let dtype = header.descr.dtype.or(self.assume);
        let dtype = dtype.ok_or_else(|| NpyFault::VoidDType { descr: descr.clone() })?;
        let bytes = header.data_bytes() as u64;
        if let Some(allowed) = self.max_bytes.filter(|&allowed| bytes > allowed) {
            return Err(NpyFault::TooLarge { found: bytes, allowed }.into());
        }
        values::array(reader, &header, dtype, length.after(header.data_offset as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::npy::header::header_bytes;

    /// Hands out a few bytes a call, and is interrupted in between.
    struct Slow<'a>(&'a [u8], bool);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(std::io::ErrorKind::Interrupted.into());
            }
            let few = buffer.len().min(3);
            self.0.read(&mut buffer[..few])
        }
    }

    #[test]
    fn readers_may_hand_out_a_few_bytes_and_be_interrupted() {
        let mut bytes = header_bytes("<u2", false, &[3, 2]);
        bytes.extend([1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 0, 1, 77, 77]);
        let array = read(Slow(&bytes, false)).unwrap().into_array::<u16>().unwrap();
        assert_eq!(array, ndarray::array![[1, 2], [3, 4], [5, 256]].into_dyn());
    }

    #[test]
    fn arrays_behind_each_other_are_read_by_as_many_calls() {
        let mut bytes = header_bytes("|u1", false, &[2]);
        bytes.extend([1, 2]);
        bytes.extend(header_bytes("|b1", false, &[]));
        bytes.extend([9]);
        let mut rest = bytes.as_slice();
        assert_eq!(read(&mut rest).unwrap().into_array::<u8>().unwrap(), ndarray::array![1, 2].into_dyn());
        assert_eq!(read(&mut rest).unwrap().into_array::<bool>().unwrap(), ndarray::arr0(true).into_dyn());
        assert!(rest.is_empty());
    }

    #[test]
    fn a_header_that_lies_allocates_nothing() {
        // 4 TiB wanted, nothing there: with and without a known length.
        let bytes = header_bytes("<f4", false, &[1 << 40]);
        let text = read(bytes.as_slice()).unwrap_err().to_string();
        assert_eq!(text, "truncated: found 0 bytes of data, expected 4398046511104");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lie.npy");
        std::fs::write(&path, &bytes).unwrap();
        let text = read_file(&path).unwrap_err().to_string();
        assert!(
            text.ends_with("lie.npy: truncated: found 0 bytes of data, expected 4398046511104"),
            "{text}"
        );
    }

    #[test]
    fn a_length_that_was_certain_and_is_not_is_truncated() {
        let mut bytes = header_bytes("<f4", false, &[4]);
        bytes.extend([0; 9]);
        let length = Length::Certain(bytes.len() as u64 + 7);
        let error = ReadOptions::new().read_from(&mut bytes.as_slice(), length).unwrap_err();
        assert_eq!(error.to_string(), "truncated: found 9 bytes of data, expected 16");
    }

    #[test]
    fn only_dtypes_of_two_bytes_can_be_assumed() {
        let error = ReadOptions::new().assume(DType::F32).read(&[][..]).unwrap_err();
        assert!(error.is_usage(), "{error}");
    }
}
