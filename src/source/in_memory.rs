//! Samples whose bytes are in memory.

use std::borrow::Cow;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::source::file::check_length;
use crate::source::{Sample, Source};

/// Image files whose bytes are in memory, such as those of a request or a test.
///
/// ```
/// use burn_prep::images::Decoder;
/// use burn_prep::source::InMemorySource;
///
/// let cat = std::fs::read("assets/photos/animals/cat.jpg")?;
/// let source = InMemorySource::new().with("cat.jpg", Some(0), cat).with("notes.jpg", None, *b"no picture");
/// assert_eq!(Decoder::rgb8().decode_sample(&source, 0)?.image.shape(), [128, 192, 3]);
/// let error = Decoder::rgb8().decode_sample(&source, 1).unwrap_err();
/// assert!(error.to_string().starts_with("notes.jpg: not a readable image: found text"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct InMemorySource {
    samples: Vec<Sample>,
    bytes: Vec<Arc<[u8]>>,
}

impl InMemorySource {
    /// Creates a source without samples.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a sample: its name, which errors print, its label if it has one, and its bytes.
    #[must_use]
    pub fn with(self, uri: impl Into<String>, label: Option<usize>, bytes: impl Into<Arc<[u8]>>) -> Self {
        self.with_sample(Sample { label, ..Sample::new(uri) }, bytes)
    }

    /// Adds a sample of which more is known, such as its split and the name of its class.
    ///
    /// ```
    /// use burn_prep::report::Check;
    /// use burn_prep::source::{InMemorySource, Sample};
    /// use burn_prep::validate::Validator;
    ///
    /// let cat = std::fs::read("assets/photos/animals/cat.jpg")?;
    /// let of = |split: &str| {
    ///     let mut sample = Sample::new(format!("cat of {split}"));
    ///     sample.split = Some(split.into());
    ///     sample
    /// };
    /// let source = InMemorySource::new().with_sample(of("train"), cat.clone()).with_sample(of("test"), cat);
    /// assert_eq!(Validator::new(source).run()?.count(Check::SplitLeak), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_sample(mut self, sample: Sample, bytes: impl Into<Arc<[u8]>>) -> Self {
        self.samples.push(sample);
        self.bytes.push(bytes.into());
        self
    }
}

impl Source for InMemorySource {
    fn len(&self) -> usize {
        self.samples.len()
    }

    fn sample(&self, index: usize) -> Option<&Sample> {
        self.samples.get(index)
    }

    fn read(&self, index: usize, max_bytes: u64) -> Result<Cow<'_, [u8]>> {
        let bytes = self.bytes.get(index).ok_or_else(|| Error::no_sample(index, self.len()))?;
        check_length(bytes.len() as u64, max_bytes).map_err(|error| self.samples[index].name(error))?;
        Ok(Cow::Borrowed(bytes))
    }
}
