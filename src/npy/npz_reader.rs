//! Archives of arrays, read.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::arrays::AnyArray;
use crate::error::{Error, ErrorKind, NpyFault, Result};
use crate::npy::ReadOptions;
use crate::npy::header::MAGIC;
use crate::npy::values::Length;

/// Reads all arrays of a `.npz` archive, in its order, under the names of [`NpzReader::names`].
///
/// # Errors
///
/// The file is no archive, or one of its arrays cannot be read; the error has the path, and the array's name
/// behind it.
///
/// ```
/// use burn_prep::npy::{self, NpzWriter};
/// use ndarray::array;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("pair.npz");
/// let mut archive = NpzWriter::create(&path)?;
/// archive.write("x", array![[1_u8, 2], [3, 4]].view())?;
/// archive.write("y", array![0.5_f32, -1.0].view())?;
/// archive.finish()?;
///
/// let arrays = npy::read_npz(&path)?;
/// assert_eq!((arrays[0].0.as_str(), arrays[0].1.shape()), ("x", &[2, 2][..]));
/// assert_eq!((arrays[1].0.as_str(), arrays[1].1.view::<f32>()?.sum()), ("y", -0.5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "np.load")]
pub fn read_npz(path: impl AsRef<Path>) -> Result<Vec<(String, AnyArray)>> {
    NpzReader::open(path)?.read_all()
}

/// A `.npz` archive, whose arrays are read one by one, when they are asked for.
///
/// As in NumPy, a member of the archive is an array if its name ends in `.npy`, or if its first bytes are those of a
/// `.npy` file. Other members are skipped, whereas NumPy returns their bytes.
///
/// ```
/// use burn_prep::npy::{NpzReader, NpzWriter, ReadOptions};
/// use ndarray::{Array1, array};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("pair.npz");
/// let mut archive = NpzWriter::create(&path)?.compressed(true);
/// archive.write("large", Array1::<f64>::zeros(100_000).view())?;
/// archive.write("small", array![7_i32].view())?;
/// archive.finish()?;
///
/// let mut archive = NpzReader::open(&path)?.options(ReadOptions::new().max_bytes(1000));
/// assert_eq!((archive.names().collect::<Vec<_>>(), archive.len()), (vec!["large", "small"], 2));
/// assert_eq!(archive.read("small")?.into_array::<i32>()?[0], 7);
/// let error = archive.read("large").unwrap_err();
/// assert!(error.to_string().contains("pair.npz/large.npy: array data of 800000 bytes, limit is 1000"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "NpzFile")]
pub struct NpzReader<R> {
    archive: ZipArchive<R>,
    /// In the archive's order.
    members: Vec<Member>,
    length: u64,
    options: ReadOptions,
    path: PathBuf,
}

/// One array of the archive.
#[derive(Debug, Clone)]
struct Member {
    /// The name in the archive.
    file: String,
    /// The name without `.npy`, except where another member has that one.
    name: String,
    number: usize,
}

impl<R> fmt::Debug for NpzReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, members, options, .. } = self;
        f.debug_struct("NpzReader")
            .field("path", path)
            .field("members", members)
            .field("options", options)
            .finish_non_exhaustive()
    }
}

impl NpzReader<BufReader<File>> {
    /// Opens an archive and reads the list of its arrays.
    ///
    /// # Errors
    ///
    /// The file is no archive; the error has the path.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let open = || Self::new(BufReader::new(File::open(path)?));
        let mut archive = open().map_err(|error: Error| error.at_path(path))?;
        archive.path = path.to_owned();
        Ok(archive)
    }
}

impl<R: Read + Seek> NpzReader<R> {
    /// Opens an archive in a seekable reader, such as bytes in memory.
    ///
    /// # Errors
    ///
    /// It is no archive.
    ///
    /// ```
    /// use burn_prep::npy::NpzReader;
    ///
    /// let error = NpzReader::new(std::io::Cursor::new(b"not a zip archive")).unwrap_err();
    /// assert!(error.is_data() && error.to_string().starts_with("archive: "));
    /// ```
    pub fn new(mut reader: R) -> Result<Self> {
        let length = reader.seek(SeekFrom::End(0))?;
        reader.rewind()?;
        let mut archive = ZipArchive::new(reader).map_err(of_zip)?;
        let mut members = Vec::new();
        for number in 0..archive.len() {
            let Some(file) = archive.name_for_index(number) else { continue };
            let file = file.map_err(of_zip)?.into_owned();
            if file.ends_with(".npy") || starts_like_an_array(&mut archive, number) {
                members.push(Member { name: file.clone(), file, number });
            }
        }
        let files: BTreeSet<String> = members.iter().map(|member| member.file.clone()).collect();
        for member in &mut members {
            if let Some(name) = member.file.strip_suffix(".npy").filter(|name| !files.contains(*name)) {
                member.name = name.to_owned();
            }
        }
        Ok(Self { archive, members, length, options: ReadOptions::new(), path: PathBuf::new() })
    }

    /// Sets the options that the arrays are read with.
    #[must_use]
    pub fn options(mut self, options: ReadOptions) -> Self {
        self.options = options;
        self
    }

    /// The names of the arrays, without `.npy`, in the archive's order. Beside an array `a`, another one that is
    /// called `a.npy` keeps that name.
    #[doc(alias = "files")]
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|member| member.name.as_str())
    }

    /// How many arrays there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether the archive has no arrays.
    ///
    /// ```
    /// use burn_prep::npy::{NpzReader, NpzWriter};
    ///
    /// let folder = tempfile::tempdir()?;
    /// NpzWriter::create(folder.path().join("none.npz"))?.finish()?;
    /// assert!(NpzReader::open(folder.path().join("none.npz"))?.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Reads one array by the name of its member, with or without `.npy`, and compares its checksum.
    ///
    /// An uncompressed array is read into one allocation. For a compressed one, memory grows with the data that is
    /// unpacked, so that a wrong size in the array's header cannot exhaust it.
    ///
    /// # Errors
    ///
    /// There is no such array, or it cannot be read; the error has the archive's path and, behind it, the
    /// array's name.
    pub fn read(&mut self, name: &str) -> Result<AnyArray> {
        let find = |of: fn(&Member) -> &String| self.members.iter().find(|member| of(member) == name);
        let member = find(|member| &member.file).or_else(|| find(|member| &member.name)).cloned();
        let member = member.ok_or_else(|| {
            let names: Vec<&str> = self.names().take(20).collect();
            let reason = format!("no array is named {name:?}, there are: {}", names.join(", "));
            Error::from(NpyFault::BadArchive { reason })
        });
        match member {
            Ok(member) => self.read_member(&member),
            Err(error) if self.path.as_os_str().is_empty() => Err(error),
            Err(error) => Err(error.at_path(&self.path)),
        }
    }

    /// Reads all arrays, in the archive's order.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    ///
    /// ```
    /// use burn_prep::npy::{NpzReader, NpzWriter};
    ///
    /// let folder = tempfile::tempdir()?;
    /// let path = folder.path().join("one.npz");
    /// let mut archive = NpzWriter::create(&path)?;
    /// archive.write("a", ndarray::array![2_u8].view())?;
    /// archive.finish()?;
    /// let bytes = std::io::Cursor::new(std::fs::read(&path)?);
    /// assert_eq!(NpzReader::new(bytes)?.read_all()?[0].0, "a");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read_all(&mut self) -> Result<Vec<(String, AnyArray)>> {
        let mut arrays = Vec::new();
        for member in self.members.clone() {
            let array = self.read_member(&member)?;
            arrays.push((member.name, array));
        }
        Ok(arrays)
    }

    fn read_member(&mut self, member: &Member) -> Result<AnyArray> {
        let Member { file, number, .. } = member;
        let mut read = || {
            let mut member = self.archive.by_index(*number).map_err(of_zip)?;
            let size = member.size();
            // What is not compressed cannot be longer than the archive.
            let stored = member.compression() == zip::CompressionMethod::Stored && size <= self.length;
            let length = if stored { Length::Certain(size) } else { Length::Claimed(size) };
            let array = self.options.read_from(&mut member, length)?;
            // The checksum is compared where the member ends, which is where the array does. What a stranger
            // put behind it may unpack to any length, and is not looked at.
            let _ = member.read(&mut [0; 1])?;
            Ok(array)
        };
        read().map_err(|error: Error| damage(error).at_path(self.path.join(file)))
    }
}

/// Whether a member begins with the signature of `.npy`. One that cannot be opened does not: whoever asks for it by
/// its name learns why.
fn starts_like_an_array<R: Read + Seek>(archive: &mut ZipArchive<R>, number: usize) -> bool {
    let mut head = [0; MAGIC.len()];
    archive.by_index(number).is_ok_and(|mut member| member.read_exact(&mut head).is_ok()) && head == *MAGIC
}

/// Damaged members show as failures to read.
fn damage(error: Error) -> Error {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    match error.kind() {
        ErrorKind::Io(io) if matches!(io.kind(), InvalidData | InvalidInput | UnexpectedEof) => {
            NpyFault::BadArchive { reason: io.to_string() }.into()
        }
        _ => error,
    }
}

fn of_zip(error: ZipError) -> Error {
    match error {
        ZipError::Io(error) => damage(error.into()),
        other => NpyFault::BadArchive { reason: other.to_string() }.into(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;
    use crate::npy;

    /// An archive of these members, none of them compressed.
    fn archive(members: &[(&str, Vec<u8>)]) -> Cursor<Vec<u8>> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let stored =
            zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        for (name, bytes) in members {
            writer.start_file(*name, stored).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap()
    }

    fn array(length: usize) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        npy::write(&mut bytes, ndarray::Array1::<u8>::zeros(length).view()).unwrap();
        bytes.into_inner()
    }

    /// NumPy 2.4.6: `np.load(f)["a"]` has 4 elements, `["a.npy"]` 3, `["b"]` 2, `["c.npy"]` 5; `["readme.txt"]` are
    /// bytes, and `["c"]` and `["b.npy"]` are a KeyError.
    #[test]
    fn members_are_found_as_numpy_finds_them() {
        let text = b"no array".to_vec();
        let members = [
            ("a.npy", array(3)),
            ("a", array(4)),
            ("b", array(2)),
            ("readme.txt", text),
            ("c.npy.npy", array(5)),
        ];
        let mut reader = NpzReader::new(archive(&members)).unwrap();
        assert_eq!(reader.names().collect::<Vec<_>>(), ["a.npy", "a", "b", "c.npy"]);
        for (name, length) in [("a", 4), ("a.npy", 3), ("b", 2), ("c.npy", 5), ("c.npy.npy", 5)] {
            assert_eq!(reader.read(name).unwrap().shape(), [length], "{name}");
        }
        for name in ["c", "b.npy", "readme.txt", "readme"] {
            assert!(reader.read(name).unwrap_err().to_string().contains("no array is named"), "{name}");
        }
        let lengths: Vec<_> = reader.read_all().unwrap().iter().map(|(_, array)| array.shape()[0]).collect();
        assert_eq!(lengths, [3, 4, 2, 5]);
    }
}
