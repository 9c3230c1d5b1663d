//! Another dataset, with which the one that is validated is compared.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::images::{Decoder, Image};
use crate::source::Source;
use crate::validate::ImageRecord;
use crate::validate::findings::usable::Usable;
use crate::validate::records::record_index::key;

/// The pictures of another dataset, with which [`Validator::against`](crate::validate::Validator::against) compares: a name for
/// messages, and a record of each picture. The records come from a validator of that dataset
/// ([`Validator::run_observed`](crate::validate::Validator::run_observed)), or from a file that it wrote
/// ([`read_records`](crate::validate::read_records)). Use the same decoder settings for both datasets.
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
    /// The samples of the source by their names, where the records are in another order.
    places: Arc<OnceLock<HashMap<u128, usize>>>,
}

impl OtherDataset {
    /// Makes a dataset of these records; messages call it `name`.
    pub fn new(name: impl Into<String>, records: Vec<ImageRecord>) -> Self {
        Self { name: name.into(), records: Arc::new(records), source: None, places: Arc::default() }
    }

    /// Sets the source of the pictures, so that JPEG files among them can be read again where that decides whether pixels are equal;
    /// samples are found by their names. Without a source, a PNG file that another program made from a JPEG file of the other
    /// dataset may be reported as nearly the same picture instead of the same pixels.
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

    /// The number of its files that cannot be used, and are therefore not compared.
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
            false => {
                let place = |index: usize| Some((key(&source.sample(index)?.uri), index));
                let all = || -> HashMap<u128, usize> { (0..source.len()).filter_map(place).collect() };
                *self.places.get_or_init(all).get(&key(&usable.record.uri)).filter(|index| is_it(**index))?
            }
        };
        decoder.decode_reference(source, index).ok()
    }
}

#[cfg(all(test, feature = "jpeg"))]
mod tests {
    use super::*;
    use crate::source::InMemorySource;
    use crate::validate::Validator;

    /// As from a file of records, which is sorted by name, and of a part of the source.
    #[test]
    fn pictures_are_found_by_their_names_whatever_the_order_of_the_records() {
        let photos = ["cat.jpg", "cat_eyes.jpg"].map(|name| format!("assets/photos/animals/{name}"));
        let [cat, eyes] = photos.map(|path| std::fs::read(path).unwrap());
        let source = InMemorySource::new();
        let source = source.with("z", None, cat.clone()).with("m", None, eyes).with("a", None, cat);
        let validator = Validator::new(source.clone());
        let records = [2, 1].map(|index| validator.record(index).unwrap()).to_vec();
        let dataset = OtherDataset::new("other", records).source(source);
        let usable = Usable::of(dataset.records());
        let decoder = Decoder::rgb8();
        let size = |usable: &Usable<'_>| Some(dataset.decode_reference(usable, &decoder)?.size());
        let sizes = usable.iter().map(size);
        let expected = usable.iter().map(|usable| Some(usable.picture.source.size));
        assert!(sizes.eq(expected) && usable.len() == 2);
    }
}
