//! Files mapped into memory.
#![allow(unsafe_code)] // for `map_file`, which is an unsafe function

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::arrays::DType;
use memmap2::Mmap;
use ndarray::ArrayViewD;

use crate::arrays::ArrayElement;
use crate::error::{Error, Result};
use crate::npy::header::{Header, whole};
use crate::npy::read::MAX_HEADER;
use crate::npy::view::view_data;

/// Maps a `.npy` file into memory, for arrays larger than memory: only what is looked at is read.
///
/// The header is checked, and that the file is as long as it says.
///
/// # Errors
///
/// The file cannot be opened or mapped, or is no array; the error has the path.
///
/// # Safety
///
/// No one, neither this process nor another, may change or shorten the file while it is mapped: views are
/// slices, whose values Rust takes for constant, and reading behind the end of a shortened file ends the
/// process.
///
/// ```
/// use burn_prep::npy;
/// use ndarray::{Array2, s};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("large.npy");
/// npy::write_file(&path, Array2::from_shape_fn([1000, 64], |(row, _)| row as f32).view())?;
///
/// // SAFETY: the folder is this test's own.
/// let mapped = unsafe { npy::map_file(&path) }?;
/// assert_eq!(mapped.view::<f32>()?.slice(s![700, ..]).sum(), 44_800.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "np.memmap")]
#[doc(alias = "mmap_mode")]
pub unsafe fn map_file(path: impl AsRef<Path>) -> Result<MappedNpy> {
    let path = path.as_ref();
    let open = || {
        let file = File::open(path)?;
        // SAFETY: the caller warrants that the file does not change while it is mapped.
        let map = unsafe { Mmap::map(&file) }?;
        let header = Header::read(&mut &map[..], MAX_HEADER)?;
        whole("data", map.len().saturating_sub(header.data_offset), header.data_bytes())?;
        Ok(MappedNpy { map, header, path: path.to_owned() })
    };
    open().map_err(|error: Error| error.at_path(path))
}

/// A `.npy` file that is mapped into memory, by [`map_file`].
///
/// ```
/// use burn_prep::npy;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("labels.npy");
/// npy::write_file(&path, ndarray::array![[7_i64, 8, 9]].view())?;
///
/// // SAFETY: the folder is this test's own.
/// let mapped = unsafe { npy::map_file(&path) }?;
/// assert_eq!((mapped.dtype(), mapped.shape()), (Some(burn_prep::arrays::DType::I64), &[1, 3][..]));
/// assert_eq!(mapped.view::<i64>()?[[0, 2]], 9);
/// assert_eq!(mapped.view::<u8>().unwrap_err().path(), Some(path.as_path()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "np.memmap")]
#[derive(Debug)]
pub struct MappedNpy {
    map: Mmap,
    header: Header,
    path: PathBuf,
}

impl MappedNpy {
    /// A view of the array without a copy, as strict as [`view`](crate::npy::view()).
    ///
    /// # Errors
    ///
    /// The elements are not of type `E` in this machine's byte order.
    pub fn view<E: ArrayElement>(&self) -> Result<ArrayViewD<'_, E>> {
        view_data(&self.header, &self.map).map_err(|error| error.at_path(&self.path))
    }

    /// The length of each axis; none for a single number.
    pub fn shape(&self) -> &[usize] {
        &self.header.shape
    }

    /// The dtype; `None` for `V2`, two bytes an element of no stated type, which are viewed as
    /// [`bf16`](half::bf16).
    pub fn dtype(&self) -> Option<DType> {
        self.header.descr.dtype
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_whole_array_is_not_mapped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.npy");
        let mut bytes = Vec::new();
        crate::npy::write(&mut bytes, ndarray::array![[1_u32, 2], [3, 4]].t()).unwrap();
        for length in [0, 1, 100, bytes.len() - 1] {
            std::fs::write(&path, &bytes[..length]).unwrap();
            // SAFETY: the folder is this test's own.
            let error = unsafe { map_file(&path) }.unwrap_err();
            assert!(error.is_data() && error.path() == Some(&path), "{length}: {error}");
        }
        std::fs::write(&path, &bytes).unwrap();
        // SAFETY: as above.
        let mapped = unsafe { map_file(&path) }.unwrap();
        assert_eq!(mapped.view::<u32>().unwrap(), ndarray::array![[1, 3], [2, 4]].into_dyn());
        // SAFETY: as above.
        assert!(unsafe { map_file(folder.path().join("gone")) }.unwrap_err().is_environment());
    }
}
