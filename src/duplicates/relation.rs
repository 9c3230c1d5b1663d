//! How much two pictures are alike.

use super::{DuplicateRules, Fingerprints};
use crate::fingerprint::Dihedral;

/// How two pictures are related: the later one in this form looks like the earlier one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Relation {
    pub(super) form: Dihedral,
    pub(super) distance: u32,
    pub(super) correlation: f64,
}

/// A form replaces one that is named before it where it correlates better by this: forms of a symmetric picture differ by noise.
const CLEARLY: f64 = 0.005;

/// The best of the forms in which a later picture passes the rules, compared with an earlier one.
pub(super) fn relation<F: Fingerprints + ?Sized>(
    pictures: &F,
    rules: &DuplicateRules,
    earlier: usize,
    later: usize,
) -> Option<Relation> {
    let (hashes, other) = (pictures.perceptual(earlier), pictures.perceptual(later));
    let (thumbnail, other_thumbnail) = (pictures.thumbnail(earlier), pictures.thumbnail(later));
    let mut best: Option<Relation> = None;
    for form in Dihedral::ALL {
        let distance = hashes.distance(&other, form);
        if distance > rules.max_distance {
            continue;
        }
        let correlation = thumbnail.correlation(&other_thumbnail.formed(form));
        let is_better = best.is_none_or(|best| correlation > best.correlation + CLEARLY);
        if correlation >= rules.min_correlation && is_better {
            best = Some(Relation { form, distance, correlation });
        }
    }
    best
}

/// How a picture is related to a medoid, whichever of them is the earlier one; the form is that of the picture.
pub(super) fn relation_to<F: Fingerprints + ?Sized>(
    pictures: &F,
    rules: &DuplicateRules,
    medoid: usize,
    index: usize,
) -> Option<Relation> {
    if medoid <= index {
        return relation(pictures, rules, medoid, index);
    }
    let relation = relation(pictures, rules, index, medoid)?;
    Some(Relation { form: relation.form.inverse(), ..relation })
}
