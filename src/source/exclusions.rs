//! Samples that are to be left out.

use std::collections::BTreeSet;
use std::path::Path;

use crate::error::{Error, ErrorKind, Result};
use crate::output::write_whole;
use crate::source::{Source, read_file};

/// The names of samples that are to be left out of training, from a file or a list. `ImageLoader::without` takes them.
///
/// ```
/// use burn_prep::source::{Exclusions, ImageFolder};
///
/// let folder = ImageFolder::open("assets/photos")?;
/// let exclusions = Exclusions::new(["animals/cat.jpg", "space/rocket.jpg", "no/such.jpg"]);
/// assert_eq!(exclusions.indices(&folder).len(), 2);
/// assert!(exclusions.contains("animals/cat.jpg") && !exclusions.contains("animals/cat_eyes.jpg"));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exclusions {
    uris: BTreeSet<String>,
}

/// Bytes of a list; more is no list of names.
const MAX_BYTES: u64 = 1 << 30;

/// What some editors put before UTF-8.
const MARK: char = '\u{feff}';

impl Exclusions {
    /// Makes a list of the samples with these names, [`Sample::uri`](crate::source::Sample::uri).
    pub fn new<S: Into<String>>(uris: impl IntoIterator<Item = S>) -> Self {
        Self { uris: uris.into_iter().map(Into::into).collect() }
    }

    /// Reads a list of names: one in each line, as [`write`](Self::write) and `burn-prep validate --exclude` write it, or JSON lines,
    /// each with the name of a sample as `uri`, as a loader's quarantine file has them. Empty lines, the byte-order mark of UTF-8, and a last line of JSON that is
    /// incomplete, are ignored.
    ///
    /// # Errors
    ///
    /// The file cannot be read, has more than 1 GiB, or a line is JSON without a `uri`.
    ///
    /// ```
    /// use burn_prep::source::Exclusions;
    /// let folder = tempfile::tempdir()?;
    /// let path = folder.path().join("bad.jsonl");
    /// std::fs::write(&path, "{\"uri\":\"a.jpg\",\"code\":\"truncated\"}\nb.jpg\n\n{\"uri\":\"c.j")?;
    /// assert_eq!(Exclusions::read(&path)?, Exclusions::new(["a.jpg", "b.jpg"]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let bytes = read_file(path, MAX_BYTES).map_err(|error| error.at_path(path))?;
        let text = String::from_utf8_lossy(&bytes);
        let text = text.strip_prefix(MARK).unwrap_or(&text);
        let is_cut = !text.ends_with('\n');
        let lines = text.lines().map(str::trim).enumerate();
        let mut lines = lines.filter(|(_, line)| !line.is_empty()).peekable();
        let mut uris = BTreeSet::new();
        while let Some((index, line)) = lines.next() {
            if !line.starts_with('{') {
                uris.insert(line.to_owned());
                continue;
            }
            match serde_json::from_str::<Entry>(line) {
                Ok(entry) => uris.insert(entry.uri),
                Err(error) if error.is_eof() && is_cut && lines.peek().is_none() => false,
                Err(_) => {
                    let start: String = line.chars().take(60).collect();
                    let expected = "the name of a file, or JSON with a text under uri";
                    let reason = format!("line {} begins {start:?}, expected {expected}", index + 1);
                    let what = "list of files to leave out";
                    return Err(Error::from(ErrorKind::Invalid { what, reason }).at_path(path));
                }
            };
        }
        Ok(Self { uris })
    }

    /// Writes the names as a list for [`read`](Self::read), sorted, one in each line; the file appears whole or not at all. A name
    /// that would not be read back from a line, such as one with a line break, is written as JSON.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    ///
    /// ```
    /// use burn_prep::source::Exclusions;
    /// let folder = tempfile::tempdir()?;
    /// let path = folder.path().join("exclude.txt");
    /// Exclusions::new(["b.jpg", "a.jpg"]).write(&path)?;
    /// assert_eq!(std::fs::read_to_string(&path)?, "a.jpg\nb.jpg\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn write(&self, path: impl AsRef<Path>) -> Result<()> {
        write_whole(path.as_ref(), |out| {
            self.uris.iter().try_for_each(|uri| match is_line(uri) {
                true => writeln!(out, "{uri}"),
                false => writeln!(out, r#"{{"uri":{}}}"#, serde_json::Value::from(uri.as_str())),
            })
        })
    }

    #[cfg(feature = "burn")]
    pub(crate) fn into_uris(self) -> BTreeSet<String> {
        self.uris
    }

    /// Whether a sample of this name is left out.
    pub fn contains(&self, uri: &str) -> bool {
        self.uris.contains(uri)
    }

    /// The indices of the samples of a source that are left out, in ascending order. Names that are not in the source are ignored.
    pub fn indices(&self, source: &dyn Source) -> Vec<usize> {
        let is_excluded =
            |index: &usize| source.sample(*index).is_some_and(|sample| self.contains(&sample.uri));
        (0..source.len()).filter(is_excluded).collect()
    }
}

/// Whether a name is read as it is from a line of its own.
fn is_line(uri: &str) -> bool {
    !uri.is_empty() && uri.trim() == uri && !uri.starts_with(['{', MARK]) && !uri.contains(['\n', '\r'])
}

/// A line of a quarantine file, as far as it is needed.
#[derive(serde::Deserialize)]
struct Entry {
    uri: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_comes_back_from_a_list() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("exclude.txt");
        let plain = ["a b.jpg", "\u{1b}[31m", "写真", "'\"\\"];
        let others = [" a.jpg", "a.jpg ", "a\nb.jpg", "a\r.jpg", "{a}.jpg", "", "a\u{85}", "\u{feff}"];
        let all = Exclusions::new(plain.into_iter().chain(others));
        all.write(&path).unwrap();
        assert_eq!(Exclusions::read(&path).unwrap(), all);
        let lines = std::fs::read_to_string(&path).unwrap();
        assert!(lines.contains("\na b.jpg\n") && lines.contains("\n{\"uri\":\" a.jpg\"}\n"), "{lines}");
        Exclusions::default().write(&path).unwrap();
        assert_eq!(Exclusions::read(&path).unwrap(), Exclusions::default());
    }

    #[test]
    fn a_list_of_an_editor_is_read_and_a_fault_has_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list.txt");
        std::fs::write(&path, "\u{feff}a.jpg\r\nb.jpg\r\n").unwrap();
        assert_eq!(Exclusions::read(&path).unwrap(), Exclusions::new(["a.jpg", "b.jpg"]));
        std::fs::write(&path, "a.jpg\n\n{\"name\":\"b.jpg\"}\nc.jpg\n").unwrap();
        let error = Exclusions::read(&path).unwrap_err().to_string();
        let start = r#"line 3 begins "{\"name\":\"b.jpg\"}", expected the name of a file"#;
        assert!(error.contains(start), "{error}");
    }
}
