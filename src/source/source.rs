//! The source of a dataset's samples.

use std::borrow::Cow;
use std::fmt;
use std::path::Path;

use crate::error::Result;
use crate::source::{EmptyFolder, Ignored, LookAlike, Sample};

/// The samples of a dataset: which there are, and their bytes, read one by one and in any order.
///
/// [`ImageFolder`](crate::source::ImageFolder) is one, and [`InMemorySource`](crate::source::InMemorySource); a program
/// that has its images elsewhere, such as in a database, implements it.
///
/// ```
/// use burn_prep::source::{ImageFolder, Source};
///
/// let folder = ImageFolder::open("assets/photos")?;
/// assert_eq!(folder.sample(0).unwrap().uri, "animals/cat.jpg");
/// assert_eq!(folder.read(0, 1 << 20)?[..2], [0xFF, 0xD8]);
/// assert!(folder.read(0, 10).unwrap_err().to_string().ends_with("limit is 10 (raise Limits::max_file_bytes to accept it)"));
/// # Ok::<(), burn_prep::Error>(())
/// ```
///
/// A source of one's own, with the same file under many names:
///
/// ```
/// use std::borrow::Cow;
/// use burn_prep::Result;
/// use burn_prep::images::Decoder;
/// use burn_prep::source::{Sample, Source};
///
/// #[derive(Debug)]
/// struct Copies { samples: Vec<Sample>, bytes: Vec<u8> }
///
/// impl Source for Copies {
///     fn len(&self) -> usize { self.samples.len() }
///     fn sample(&self, index: usize) -> Option<&Sample> { self.samples.get(index) }
///     fn read(&self, index: usize, max_bytes: u64) -> Result<Cow<'_, [u8]>> {
///         assert!(index < self.len() && self.bytes.len() as u64 <= max_bytes);
///         Ok(Cow::Borrowed(&self.bytes))
///     }
/// }
///
/// let samples = (0..3).map(|copy| Sample::new(format!("copy {copy}"))).collect();
/// let source = Copies { samples, bytes: std::fs::read("assets/photos/animals/cat.jpg")? };
/// assert_eq!(Decoder::rgb8().decode_sample(&source, 2)?.image.shape(), [128, 192, 3]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
pub trait Source: fmt::Debug + Send + Sync {
    /// The number of samples.
    fn len(&self) -> usize;

    /// Whether there are no samples.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The sample of an index; `None` from [`len`](Self::len) on.
    fn sample(&self, index: usize) -> Option<&Sample>;

    /// Reads the bytes of a sample, at most `max_bytes`.
    ///
    /// # Errors
    ///
    /// There is no such sample, it cannot be read, or it has more bytes; nothing is allocated for those.
    fn read(&self, index: usize, max_bytes: u64) -> Result<Cow<'_, [u8]>>;

    /// The names of the classes, by label; none where labels have no names.
    fn classes(&self) -> &[String] {
        &[]
    }

    /// The folder that the samples are in, where they are in one.
    fn root(&self) -> Option<&Path> {
        None
    }

    /// What lies among the samples and is none.
    fn ignored(&self) -> &[Ignored] {
        &[]
    }

    /// Folders on the level of classes and splits without images, which are neither.
    fn empty_folders(&self) -> &[EmptyFolder] {
        &[]
    }

    /// Classes that are called like splits, where others are not: see
    /// [`ImageFolder::ambiguous_splits`](crate::source::ImageFolder::ambiguous_splits).
    fn ambiguous_splits(&self) -> &[String] {
        &[]
    }

    /// Pairs of classes, and of splits, whose names look alike.
    fn look_alikes(&self) -> &[LookAlike] {
        &[]
    }
}
