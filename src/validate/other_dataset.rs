//! Another dataset, with which the one that is validated is compared.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::images::{Decoder, Image};
use crate::source::Source;
use crate::validate::ImageRecord;
use crate::validate::findings::usable::Usable;

/// The pictures of another dataset, for [`Validator::against`](crate::validate::Validator::against): a name, which messages have,
/// and a record of each picture. The records come of a validator of that dataset, or of a file that it kept them in:
/// [`read_records`](crate::validate::read_records). Both datasets must have been decoded alike.
///
/// Cloning is cheap: the records are shared.
///
/// ```
/// use std::ops::ControlFlow;
/// use burn_prep::report::Check;
/// use burn_prep::source::ImageFolder;
/// use burn_prep::validate::{OtherDataset, Validator};
///
/// let folder = ImageFolder::open("assets/photos/animals")?;
/// let records = Validator::new(folder.clone()).run_observed(|_, _| ControlFlow::Continue(()))?.records;
/// let animals = OtherDataset::new("animals", records).source(folder);
/// assert_eq!((animals.name(), animals.records().len(), animals.unusable()), ("animals", 7, 0));
///
/// let report = Validator::new(ImageFolder::open("assets/photos")?).against(animals).run()?;
/// assert_eq!(report.affected(Check::CrossDatasetLeak), 7);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct OtherDataset {
    name: String,
    records: Arc<Vec<ImageRecord>>,
    source: Option<Arc<dyn Source>>,
    /// The places of names in the source, once they are asked for.
    places: Arc<OnceLock<HashMap<String, usize>>>,
}

impl OtherDataset {
    /// The dataset of a name that has these records.
    pub fn new(name: impl Into<String>, records: Vec<ImageRecord>) -> Self {
        Self { name: name.into(), records: Arc::new(records), source: None, places: Arc::default() }
    }

    /// Sets where the pictures of the records are, by their names, so that a JPEG file of them can be read again. Without a source,
    /// a PNG file that another program made of a JPEG file of the other dataset may be found as a near duplicate instead of an exact
    /// one.
    #[must_use]
    pub fn source(mut self, source: impl Source + 'static) -> Self {
        self.source = Some(Arc::new(source));
        self.places = Arc::default();
        self
    }

    /// The name of the dataset.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The records of its pictures.
    pub fn records(&self) -> &[ImageRecord] {
        &self.records
    }

    /// How many of its files cannot be used. They are not compared.
    pub fn unusable(&self) -> usize {
        self.records.iter().filter(|record| record.picture.is_none()).count()
    }

    /// Decodes one of its pictures as libjpeg-turbo does; `None` where it cannot be read any more, or there is no source.
    pub(super) fn decode_reference(&self, usable: &Usable<'_>, decoder: &Decoder) -> Option<Image> {
        let source = self.source.as_deref()?;
        let is_it = |index: usize| source.sample(index).is_some_and(|sample| sample.uri == usable.record.uri);
        // The records of a whole source are in its order.
        let index = match is_it(usable.at) {
            true => usable.at,
            false => *self.places.get_or_init(|| places_in(source)).get(&usable.record.uri)?,
        };
        decoder.decode_reference(source, index).ok()
    }
}

/// The places of names, the first one of a name that is there twice.
fn places_in(source: &dyn Source) -> HashMap<String, usize> {
    let mut places = HashMap::new();
    for index in 0..source.len() {
        if let Some(sample) = source.sample(index) {
            places.entry(sample.uri.clone()).or_insert(index);
        }
    }
    places
}
