//! Files that are either whole or not there: written beside their place, then renamed into it.

use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// Calls `fill` with a new file beside `path` and renames it to `path` once that succeeded, so that the file appears whole or
/// not at all. Use it for reports in other formats than those of this crate.
///
/// Missing parent folders are made. When `fill` or the disk fails, whatever stood at `path` stays.
///
/// A symbolic link is followed, and what is no file (`/dev/stdout`, a pipe) is written to directly.
///
/// # Errors
///
/// `fill` returns an error, or the file cannot be written.
///
/// ```
/// use burn_prep::report::write_whole;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("classes.txt");
/// write_whole(&path, |out| out.write_all(b"cat\ndog\n"))?;
/// assert!(write_whole(&path, |_| Err(std::io::Error::other("disk full"))).is_err());
/// assert_eq!(std::fs::read_to_string(path)?, "cat\ndog\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_whole(path: &Path, fill: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Result<()> {
    let write = || -> std::io::Result<()> {
        let Some(beside) = Beside::new(path)? else {
            let mut out = File::options().write(true).open(path)?;
            return fill(&mut out);
        };
        let mut out = BufWriter::new(beside);
        fill(&mut out)?;
        out.into_inner().map_err(|failed| failed.into_error())?.commit()
    };
    write().map_err(|error| Error::from(error).at_path(path))
}

/// A new file beside its place; dropped without [`Beside::commit`], it is gone.
#[derive(Debug)]
pub(crate) struct Beside {
    file: tempfile::NamedTempFile,
    target: PathBuf,
}

impl Beside {
    /// `None` where `path` is something else than a file, which no file can replace.
    pub(crate) fn new(path: &Path) -> std::io::Result<Option<Self>> {
        let target = match std::fs::metadata(path) {
            Ok(found) if !found.is_file() => return Ok(None),
            Ok(_) => path.canonicalize()?,
            Err(_) => path.to_owned(),
        };
        let parent = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        std::fs::create_dir_all(parent)?;
        let file = ordinary_file().tempfile_in(parent)?;
        Ok(Some(Self { file, target }))
    }

    /// Puts the file in its place.
    pub(crate) fn commit(self) -> std::io::Result<()> {
        self.file.persist(self.target)?;
        Ok(())
    }
}

impl Write for Beside {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

impl Seek for Beside {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.file.seek(to)
    }
}

/// Temporary files are private to their owner; a report has the permissions of any new file.
fn ordinary_file() -> tempfile::Builder<'static, 'static> {
    #[allow(unused_mut)] // elsewhere than on Unix
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_keeps_the_old_file_and_leaves_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sub/report.json");
        write_whole(&path, |out| out.write_all(b"old")).unwrap();
        let failed = write_whole(&path, |out| {
            out.write_all(b"half")?;
            Err(std::io::Error::other("disk full"))
        });
        assert!(failed.unwrap_err().to_string().ends_with("report.json: disk full"));
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(std::fs::read_dir(folder.path().join("sub")).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_devices_stay_devices() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        std::fs::write(&file, b"old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write_whole(&link, |out| out.write_all(b"new")).unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), b"new");
        assert!(link.is_symlink());
        write_whole(Path::new("/dev/null"), |out| out.write_all(b"gone")).unwrap();
        assert!(!std::fs::metadata("/dev/null").unwrap().is_file());
    }
}
