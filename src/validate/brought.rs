//! What the caller knows of all samples: features, and the probabilities that a model gives to the classes.

use std::sync::Arc;

use crate::arrays::AnyArray;
use crate::error::{Error, ErrorKind, Result};
use crate::neighbors::FeatureRows;
use crate::source::Source;
use crate::validate::findings::feature_checks::{Compared, Pictures};
use crate::validate::findings::usable::Usable;
use crate::validate::{ImageRecord, Thresholds};

/// What errors call the features.
const FEATURES: &str = "array of features";
/// What errors call the probabilities.
pub(super) const PREDICTIONS: &str = "array of predicted probabilities";

/// Arrays with a row for each sample of the source.
#[derive(Debug, Clone, Default)]
pub(super) struct Brought {
    pub(super) features: Option<Arc<FeatureRows>>,
    pub(super) predictions: Option<Arc<AnyArray>>,
}

impl Brought {
    /// Whether the arrays are of the source's samples and classes, as far as their shapes tell.
    pub(super) fn check(&self, source: &dyn Source) -> Result<()> {
        if let Some(features) = &self.features {
            check_rows(FEATURES, features.len(), source)?;
        }
        let Some(predictions) = &self.predictions else { return Ok(()) };
        let &[rows, columns] = predictions.shape() else {
            let found = predictions.shape();
            let reason = format!("its shape is {found:?}, expected [files, classes]");
            return Err(invalid(PREDICTIONS, reason));
        };
        let is_float = matches!(
            **predictions,
            AnyArray::F64(_) | AnyArray::F32(_) | AnyArray::F16(_) | AnyArray::BF16(_)
        );
        if !is_float {
            let found = predictions.dtype_name();
            return Err(invalid(
                PREDICTIONS,
                format!("its dtype is {found}, expected f16, bf16, f32 or f64"),
            ));
        }
        check_rows(PREDICTIONS, rows, source)?;
        let labels = (0..source.len()).filter_map(|index| source.sample(index)?.label);
        let Some(last) = labels.max() else {
            let reason = "no file has a class, expected a folder for each class".to_owned();
            return Err(invalid(PREDICTIONS, reason));
        };
        match source.classes() {
            [] if columns > last => Ok(()),
            [] => {
                let reason = format!(
                    "{columns} columns, expected more than {last}, the largest label: one for each class, counted from 0"
                );
                Err(invalid(PREDICTIONS, reason))
            }
            classes if columns == classes.len() => Ok(()),
            classes => {
                let named = classes.iter().take(10).map(String::as_str).collect::<Vec<_>>().join(", ");
                let more = if classes.len() > 10 { ", ..." } else { "" };
                let reason = format!(
                    "{columns} columns, expected {}, one for each class in the order of their names: {named}{more}",
                    classes.len()
                );
                Err(invalid(PREDICTIONS, reason))
            }
        }
    }

    /// Compares the pictures of records. `indices` has the sample of each record.
    pub(super) fn compare(
        &self,
        records: &[ImageRecord],
        indices: &[usize],
        source: &dyn Source,
        thresholds: &Thresholds,
    ) -> Result<Compared> {
        if self.features.is_none() && self.predictions.is_none() {
            return Ok(Compared::default());
        }
        let usable = Usable::seen(records);
        let samples: Vec<usize> = usable.iter().map(|usable| indices[usable.at]).collect();
        let labels: Vec<Option<usize>> =
            samples.iter().map(|&index| source.sample(index).and_then(|sample| sample.label)).collect();
        let pictures =
            Pictures { usable: &usable, samples: &samples, labels: &labels, classes: source.classes() };
        let mut compared = match &self.features {
            Some(features) => pictures.by_features(features, thresholds, self.predictions.is_none())?,
            None => Compared::default(),
        };
        if let Some(predictions) = &self.predictions {
            compared.findings.extend(pictures.by_predictions(predictions)?);
        }
        Ok(compared)
    }
}

fn check_rows(what: &'static str, rows: usize, source: &dyn Source) -> Result<()> {
    let expected = source.len();
    if rows == expected {
        return Ok(());
    }
    let reason = format!(
        "{rows} rows, expected {expected}: row i is file i of the listing, sorted and with the files that cannot be read, as in \
         the table that `burn-prep validate --csv` writes"
    );
    Err(invalid(what, reason))
}

fn invalid(what: &'static str, reason: String) -> Error {
    ErrorKind::Invalid { what, reason }.into()
}
