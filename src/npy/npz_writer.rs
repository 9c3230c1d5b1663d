//! Archives of arrays, written.

use std::collections::HashSet;
use std::fmt;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use ndarray::{ArrayView, Dimension};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::arrays::{AnyArray, ArrayElement};
use crate::error::{Error, Result};
use crate::npy::WriteOptions;
use crate::output::Beside;

/// Writes a `.npz` archive, array by array. It is written to a temporary file, which [`finish`](Self::finish)
/// renames to the archive's path; without that, nothing is left and an existing file stays as it is.
///
/// The same arrays give the same bytes: the archive has no dates.
///
/// ```
/// use burn_prep::npy::{self, NpzWriter};
/// use burn_prep::arrays::AnyArray;
/// use ndarray::{Array2, array};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("set.npz");
/// let mut archive = NpzWriter::create(&path)?.compressed(true);
/// archive.write("images", Array2::<u8>::zeros([100, 100]).view())?;
/// archive.write_any("labels", &AnyArray::from(array![3_i64, 1]))?;
/// assert!(archive.write("labels", array![1_u8].view()).unwrap_err().is_usage());   // taken
/// assert!(!path.exists());
/// archive.finish()?;
///
/// assert!(std::fs::metadata(&path)?.len() < 1000);
/// assert_eq!(npy::read_npz(&path)?[1].1.view::<i64>()?.sum(), 4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "np.savez")]
#[doc(alias = "np.savez_compressed")]
pub struct NpzWriter {
    zip: ZipWriter<BufWriter<Beside>>,
    names: HashSet<String>,
    path: PathBuf,
    compressed: bool,
    /// A write failed half-way.
    broken: bool,
}

impl fmt::Debug for NpzWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, names, .. } = self;
        f.debug_struct("NpzWriter").field("path", path).field("names", names).finish_non_exhaustive()
    }
}

impl NpzWriter {
    /// Starts an archive without arrays. Missing folders are created.
    ///
    /// # Errors
    ///
    /// The folder cannot be written to, or there is something at `path` that is no file.
    pub fn create(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let beside = Beside::new(path).and_then(|beside| {
            beside.ok_or_else(|| io::Error::other("there is something that is no file, and is not replaced"))
        });
        let beside = beside.map_err(|error| Error::from(error).at_path(path))?;
        let zip = ZipWriter::new(BufWriter::new(beside));
        Ok(Self { zip, names: HashSet::new(), path: path.to_owned(), compressed: false, broken: false })
    }

    /// Whether the arrays that follow are compressed (deflate). They take less room and longer to read.
    #[must_use]
    pub fn compressed(mut self, yes: bool) -> Self {
        self.compressed = yes;
        self
    }

    /// Adds an array, as `name.npy`.
    ///
    /// # Errors
    ///
    /// The name is taken, and nothing was written; or the disk fails, and then every later call fails, too.
    pub fn write<E: ArrayElement, D: Dimension>(
        &mut self,
        name: &str,
        array: ArrayView<'_, E, D>,
    ) -> Result<()> {
        let name = format!("{name}.npy");
        if !self.names.insert(name.clone()) {
            let error =
                Error::parameter("NpzWriter::write: name", name, "one that the archive does not have");
            return Err(error.at_path(&self.path));
        }
        let bytes = array.len().saturating_mul(size_of::<E>()) as u64;
        let method = if self.compressed { CompressionMethod::Deflated } else { CompressionMethod::Stored };
        let options = SimpleFileOptions::default()
            .compression_method(method)
            // 1 MiB below the limit of the short form, for the header and for data that does not compress.
            .large_file(bytes > u64::from(u32::MAX) - (1 << 20));
        self.guarded(|this| {
            this.zip.start_file(name, options)?;
            WriteOptions::new().put(&mut this.zip, array.into_dyn())
        })
    }

    /// Adds an array whose element type is known at run time, as [`write`](Self::write) does.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn write_any(&mut self, name: &str, array: &AnyArray) -> Result<()> {
        crate::arrays::for_any_array!(array, array => self.write(name, array.view()))
    }

    /// Completes the archive and moves it to its path.
    ///
    /// # Errors
    ///
    /// The disk fails, now or before; then nothing is left, and what was there stays.
    pub fn finish(mut self) -> Result<()> {
        self.guarded(|_| Ok(()))?;
        let Self { zip, path, .. } = self;
        let finish = || -> io::Result<()> {
            zip.finish()?.into_inner().map_err(|failed| failed.into_error())?.commit()
        };
        finish().map_err(|error| Error::from(error).at_path(path))
    }

    fn guarded(&mut self, write: impl FnOnce(&mut Self) -> io::Result<()>) -> Result<()> {
        let done = if self.broken { Err(io::Error::other("an earlier write failed")) } else { write(self) };
        done.map_err(|error| {
            self.broken = true;
            Error::from(error).at_path(&self.path)
        })
    }
}
