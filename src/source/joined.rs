//! Several sources as one.

use std::borrow::Cow;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::source::{EmptyFolder, Ignored, LookAlike, Sample, Source};

/// The samples of several sources, one source behind the other: the counterpart of
/// [`SampleOrder::mixed`](crate::order::SampleOrder::mixed), whose indices count in the same way.
///
/// A sample's name is that of its source, a slash, and its name there, so that two sources may have files of one name. Labels and
/// splits stay as each source has them: give folders the same classes first
/// ([`ImageFolder::with_classes`](crate::source::ImageFolder::with_classes)). There are names of classes where all sources have the
/// same.
///
/// ```
/// use burn_prep::source::{ImageFolder, InMemorySource, JoinedSource, Source};
///
/// let drawn = InMemorySource::new().with("circle.png", None, *b"\x89PNG");
/// let joined = JoinedSource::new().with("photos", ImageFolder::open("assets/photos")?).with("drawn", drawn);
/// assert_eq!(joined.len(), 41);
/// assert_eq!(joined.sample(0).unwrap().uri, "photos/animals/cat.jpg");
/// assert_eq!(joined.sample(40).unwrap().uri, "drawn/circle.png");
/// assert_eq!(joined.read(40, 100)?[..], *b"\x89PNG");
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "ConcatDataset")]
#[derive(Debug, Clone, Default)]
pub struct JoinedSource {
    parts: Vec<Part>,
    samples: Vec<Sample>,
    classes: Vec<String>,
    empty_folders: Vec<EmptyFolder>,
    ambiguous_splits: Vec<String>,
    ignored: Vec<Ignored>,
    look_alikes: Vec<LookAlike>,
}

#[derive(Debug, Clone)]
struct Part {
    source: Arc<dyn Source>,
    /// The index of its first sample.
    first: usize,
}

impl JoinedSource {
    /// Creates a source without samples.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the samples of a source behind those that are there, under its name.
    #[must_use]
    pub fn with(mut self, name: impl AsRef<str>, source: impl Source + 'static) -> Self {
        let (first, name) = (self.samples.len(), name.as_ref());
        let named = |sample: &Sample| Sample { uri: format!("{name}/{}", sample.uri), ..sample.clone() };
        self.samples.extend((0..source.len()).filter_map(|index| source.sample(index)).map(named));
        if self.parts.is_empty() {
            self.classes = source.classes().to_vec();
        } else if self.classes != source.classes() {
            self.classes.clear();
        }
        self.empty_folders.extend_from_slice(source.empty_folders());
        self.ambiguous_splits.extend_from_slice(source.ambiguous_splits());
        self.ignored.extend_from_slice(source.ignored());
        self.look_alikes.extend_from_slice(source.look_alikes());
        self.parts.push(Part { source: Arc::new(source), first });
        self
    }
}

impl Source for JoinedSource {
    fn len(&self) -> usize {
        self.samples.len()
    }

    fn sample(&self, index: usize) -> Option<&Sample> {
        self.samples.get(index)
    }

    fn read(&self, index: usize, max_bytes: u64) -> Result<Cow<'_, [u8]>> {
        let sample = self.samples.get(index).ok_or_else(|| Error::no_sample(index, self.len()))?;
        // The last source that begins at or before the index: those without samples begin where the next does.
        let part = self.parts.partition_point(|part| part.first <= index).checked_sub(1);
        let part = part.and_then(|part| self.parts.get(part));
        let part = part.ok_or_else(|| Error::no_sample(index, self.len()))?;
        part.source.read(index - part.first, max_bytes).map_err(|error| sample.name(error))
    }

    fn classes(&self) -> &[String] {
        &self.classes
    }

    fn empty_folders(&self) -> &[EmptyFolder] {
        &self.empty_folders
    }

    fn ambiguous_splits(&self) -> &[String] {
        &self.ambiguous_splits
    }

    fn ignored(&self) -> &[Ignored] {
        &self.ignored
    }

    fn look_alikes(&self) -> &[LookAlike] {
        &self.look_alikes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{ImageFolder, InMemorySource};

    #[test]
    fn each_index_reads_the_bytes_of_its_sample_and_errors_have_its_name() {
        let memory = |texts: &[&str]| {
            texts
                .iter()
                .fold(InMemorySource::new(), |source, text| source.with(*text, Some(1), text.as_bytes()))
        };
        let joined = JoinedSource::new()
            .with("none", memory(&[]))
            .with("a", memory(&["one", "two"]))
            .with("empty", memory(&[]))
            .with("b", memory(&["one"]));
        let uris: Vec<_> = (0..joined.len()).map(|index| joined.sample(index).unwrap().uri.clone()).collect();
        assert_eq!(uris, ["a/one", "a/two", "b/one"]);
        for (index, uri) in uris.iter().enumerate() {
            assert_eq!(joined.read(index, 3).unwrap(), &uri.as_bytes()[2..]);
            assert_eq!(joined.sample(index).unwrap().label, Some(1));
        }
        assert!(joined.read(2, 2).unwrap_err().to_string().starts_with("b/one: "));
        assert!(joined.read(3, 9).is_err() && joined.sample(3).is_none());
    }

    #[test]
    fn what_the_folders_say_beside_their_samples_is_kept() {
        let [one, other] = [["a", "A"], ["a", "c"]].map(|classes| {
            let root = tempfile::tempdir().unwrap();
            for class in classes {
                std::fs::create_dir(root.path().join(class)).unwrap();
                std::fs::write(root.path().join(class).join("1.png"), b"").unwrap();
            }
            std::fs::create_dir(root.path().join("empty")).unwrap();
            std::fs::write(root.path().join("notes.txt"), "words").unwrap();
            (ImageFolder::open(root.path()).unwrap(), root)
        });
        let joined = |folders: [&ImageFolder; 2]| {
            folders.into_iter().fold(JoinedSource::new(), |all, folder| all.with("x", folder.clone()))
        };
        let same = joined([&one.0, &one.0]);
        assert_eq!((same.classes(), same.ignored().len()), (&["A".to_owned(), "a".to_owned()][..], 2));
        assert_eq!(same.empty_folders(), [one.0.empty_folders(), one.0.empty_folders()].concat());
        assert_eq!((same.empty_folders()[1].name.as_str(), same.look_alikes().len()), ("empty", 2));
        assert!(same.ignored().iter().all(|ignored| ignored.path.ends_with("notes.txt")));
        assert!(joined([&one.0, &other.0]).classes().is_empty());
    }
}
