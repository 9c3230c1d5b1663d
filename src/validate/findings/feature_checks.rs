//! What features and predicted probabilities that the caller brings tell of pictures.

use ndarray::{ArrayD, Axis, Ix2};

use crate::arrays::{AnyArray, ArrayElement};
use crate::checks::{FeatureCluster, NearestRows};
use crate::error::{Error, ErrorKind, Result};
use crate::label_errors::{FilterBy, LabelErrors, LabelQuality};
use crate::neighbors::FeatureRows;
use crate::report::{Check, Finding};
use crate::validate::brought::PREDICTIONS;
use crate::validate::feature_scores::NEIGHBORS;
use crate::validate::findings::usable::Usable;
use crate::validate::{FeatureScores, Thresholds};

/// The pictures that are compared.
pub(in crate::validate) struct Pictures<'a> {
    pub(in crate::validate) usable: &'a [Usable<'a>],
    /// The sample of each in the source.
    pub(in crate::validate) samples: &'a [usize],
    pub(in crate::validate) labels: &'a [Option<usize>],
    /// The names of the classes; none where labels have no names.
    pub(in crate::validate) classes: &'a [String],
}

/// What is found.
#[derive(Debug, Default)]
pub(in crate::validate) struct Compared {
    /// Near duplicates, by their places among the pictures.
    pub(in crate::validate) clusters: Vec<FeatureCluster>,
    pub(in crate::validate) findings: Vec<Finding>,
}

impl Pictures<'_> {
    /// The name of a class.
    fn name(&self, label: usize) -> String {
        self.classes.get(label).cloned().unwrap_or_else(|| label.to_string())
    }

    /// The number of classes.
    fn count(&self) -> Result<usize> {
        if !self.classes.is_empty() {
            return Ok(self.classes.len());
        }
        let Some(&last) = self.labels.iter().flatten().max() else { return Ok(0) };
        let expected = "the number of a class, counted from 0";
        last.checked_add(1).ok_or_else(|| Error::parameter("label", last, expected))
    }

    /// Outliers and near duplicates; labels too, where nothing better tells of them. Rows that are no features are findings.
    pub(in crate::validate) fn by_features(
        &self,
        features: &FeatureRows,
        thresholds: &Thresholds,
        with_labels: bool,
    ) -> Result<Compared> {
        let mut compared = Compared::default();
        let mut kept: Vec<usize> = Vec::new();
        for (place, &sample) in self.samples.iter().enumerate() {
            match fault_of(features.row(sample)) {
                None => kept.push(place),
                Some(fault) => {
                    let finding = self.usable[place].finding(Check::FeatureOutlier, fault);
                    compared.findings.push(finding);
                }
            }
        }
        let chosen;
        let rows = if kept.len() == features.len() {
            features
        } else {
            let mut values = Vec::with_capacity(kept.len() * features.columns());
            for &place in &kept {
                values.extend_from_slice(features.row(self.samples[place]));
            }
            chosen = FeatureRows::new(features.columns(), values)?;
            &chosen
        };
        let label = |&place: &usize| self.labels[place].filter(|_| with_labels);
        let labels: Vec<Option<usize>> = kept.iter().map(label).collect();
        let scores = FeatureScores::of(rows, &labels, self.count()?, thresholds)?;
        let kind = if NearestRows::is_cosine(features.columns()) { "cosine " } else { "" };
        for (row, &place) in kept.iter().enumerate().filter(|(row, _)| scores.is_outlier(*row)) {
            let (found, most) = (scores.distances[row], scores.outlier_distance);
            let message = format!(
                "its features have a mean {kind}distance of {found:.4} to the {} nearest pictures, expected {most:.4} or less",
                NEIGHBORS.min(kept.len() - 1)
            );
            let finding = self.usable[place].finding(Check::FeatureOutlier, message);
            compared.findings.push(finding.measured(found, most));
        }
        if let Some(errors) = &scores.label_errors {
            let places: Vec<usize> = scores.labelled.iter().map(|row| kept[*row]).collect();
            let evidence = format!("the {NEIGHBORS} pictures with the nearest features");
            compared.findings.extend(self.label_findings(&places, errors, &evidence));
        }
        compared.clusters = scores.clusters;
        for cluster in &mut compared.clusters {
            cluster.medoid = kept[cluster.medoid];
            cluster.members.iter_mut().for_each(|member| member.0 = kept[member.0]);
        }
        Ok(compared)
    }

    /// Labels that contradict predicted probabilities `[samples, classes]`.
    pub(in crate::validate) fn by_predictions(&self, predictions: &AnyArray) -> Result<Vec<Finding>> {
        match predictions {
            AnyArray::F64(array) => self.by_probabilities(array),
            AnyArray::F32(array) => self.by_probabilities(array),
            AnyArray::F16(array) => self.by_probabilities(array),
            AnyArray::BF16(array) => self.by_probabilities(array),
            // Refused before any file was read.
            _ => Ok(Vec::new()),
        }
    }

    fn by_probabilities<E: ArrayElement>(&self, array: &ArrayD<E>) -> Result<Vec<Finding>> {
        let all = array.view().into_dimensionality::<Ix2>();
        let all = all.map_err(|_| Error::shape("predictions", array.shape(), "[samples, classes]"))?;
        let (mut places, mut rows, mut given) = (Vec::new(), Vec::new(), Vec::new());
        for (place, (&sample, label)) in self.samples.iter().zip(self.labels).enumerate() {
            let is_known = !all.row(sample).iter().all(|probability| probability.is_nan());
            if let Some(label) = label.filter(|_| is_known) {
                places.push(place);
                rows.push(sample);
                given.push(label);
            }
        }
        if places.is_empty() {
            return Ok(Vec::new());
        }
        let errors = LabelErrors::find(&given, all.select(Axis(0), &rows).view(), FilterBy::default());
        let errors = errors.map_err(|error| {
            let place = error.index().and_then(|at| Some((rows.get(at)?, places.get(at)?)));
            let reason = match place {
                Some((row, place)) => {
                    format!("row {row}, {}: {}", self.usable[*place].record.uri, error.kind())
                }
                None => error.kind().to_string(),
            };
            Error::from(ErrorKind::Invalid { what: PREDICTIONS, reason })
        })?;
        Ok(self.label_findings(&places, &errors, "the predicted probabilities"))
    }

    /// The flagged labels of pictures at some places.
    fn label_findings(&self, places: &[usize], errors: &LabelErrors, evidence: &str) -> Vec<Finding> {
        let flagged = errors.scores.iter().zip(&errors.flags).zip(places).filter(|((_, flag), _)| **flag);
        let finding = |((scores, _), place): ((&LabelQuality, &bool), &usize)| {
            let message = format!(
                "given {}, likely {} by {evidence}: self-confidence {:.3}, normalised margin {:.3}",
                self.name(scores.label),
                self.name(scores.predicted),
                scores.self_confidence,
                scores.normalized_margin
            );
            // Below a half another class is likelier.
            self.usable[*place].finding(Check::LabelError, message).measured(scores.normalized_margin, 0.5)
        };
        flagged.map(finding).collect()
    }
}

/// Why a row cannot be compared with others.
fn fault_of(row: &[f32]) -> Option<String> {
    if let Some(column) = row.iter().position(|value| !value.is_finite()) {
        return Some(format!("its features have {} in column {column}, and were not compared", row[column]));
    }
    let is_zero = NearestRows::is_cosine(row.len()) && row.iter().all(|value| *value == 0.0);
    is_zero.then(|| "its features are all zero, and were not compared".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_without_names_are_counted_and_the_largest_number_is_refused() {
        let count = |labels: &[Option<usize>]| {
            let pictures = Pictures { usable: &[], samples: &[], labels, classes: &[] };
            pictures.count().map_err(|error| error.to_string())
        };
        assert_eq!((count(&[]), count(&[None, Some(4), Some(2)])), (Ok(0), Ok(5)));
        let refused = format!("label is {}, expected the number of a class, counted from 0", usize::MAX);
        assert_eq!(count(&[Some(usize::MAX)]), Err(refused));
    }
}
