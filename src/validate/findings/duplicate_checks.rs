//! The same picture more than once: duplicates, leaks between splits, conflicting classes.

use std::collections::BTreeSet;

use crate::checks::FeatureCluster;
use crate::duplicates::{DuplicateCluster, DuplicateKind};
use crate::fingerprint::Dihedral;
use crate::report::{Check, Finding, Severity};
use crate::validate::Thresholds;
use crate::validate::findings::alike::{Alike, joined};
use crate::validate::findings::reference_pixels::clusters;
use crate::validate::findings::usable::Usable;

/// Duplicates by fingerprints, and by features where there are clusters of them. `found` are the clusters by the pixels as they were
/// decoded, where they are known already.
pub(in crate::validate) fn duplicate_findings(
    usable: &[Usable<'_>],
    thresholds: &Thresholds,
    found: Option<Vec<DuplicateCluster>>,
    by_features: &[FeatureCluster],
) -> Vec<Finding> {
    let by_hash = clusters(usable, thresholds, found);
    joined(&by_hash, by_features).iter().flat_map(|alike| findings_of(alike, usable)).collect()
}

/// A finding of the pictures themselves, and one each where they are in several splits, and where they are in several classes.
fn findings_of(alike: &Alike<'_>, usable: &[Usable<'_>]) -> Vec<Finding> {
    let of = |pick: fn(&Usable<'_>) -> Option<String>| -> BTreeSet<String> {
        alike.members.iter().filter_map(|member| pick(&usable[*member])).collect()
    };
    let splits = of(|usable| usable.record.split.clone());
    let classes = of(|usable| usable.record.class.clone());
    let subjects: Vec<String> =
        alike.members.iter().map(|member| usable[*member].record.uri.clone()).collect();
    let likeness = evidence(alike, usable);
    let is_exact = alike.is_exact();
    let names = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>().join(", ");
    let check = if is_exact { Check::ExactDuplicate } else { Check::NearDuplicate };
    let severity = if is_exact { Severity::Error } else { Severity::Warning };
    let mut findings = vec![Finding::of_all(check, subjects.clone(), &likeness)];
    if splits.len() > 1 {
        let message = format!("in the splits {}: {likeness}", names(&splits));
        findings.push(Finding::of_all(Check::SplitLeak, subjects.clone(), message).graded(severity));
    }
    if classes.len() > 1 {
        let message = format!("in the classes {}: {likeness}", names(&classes));
        findings.push(Finding::of_all(Check::LabelConflict, subjects, message).graded(severity));
    }
    findings
}

/// How many pictures of a cluster are described or named, and how many clusters of a finding.
const LISTED: usize = 5;

/// In what pictures agree, by their fingerprints and by their features.
fn evidence(alike: &Alike<'_>, usable: &[Usable<'_>]) -> String {
    let name = |at: usize| usable[at].record.uri.clone();
    let by_hash = alike.by_hash.iter().map(|cluster| likeness(cluster, name));
    let by_features = alike.by_features.iter().map(|cluster| likeness_by_features(cluster, usable));
    listed(&by_hash.chain(by_features).collect::<Vec<_>>())
}

/// The first of several parts of a message, and the number of the others.
pub(in crate::validate) fn listed(parts: &[String]) -> String {
    let more = match parts.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    format!("{}{more}", parts[..parts.len().min(LISTED)].join("; "))
}

/// How near the features of the others are to those of the medoid.
fn likeness_by_features(cluster: &FeatureCluster, usable: &[Usable<'_>]) -> String {
    let kind = if cluster.is_cosine { "cosine distance" } else { "distance" };
    let others = cluster.members.iter().filter(|member| member.0 != cluster.medoid);
    let parts: Vec<String> = others
        .map(|(member, distance)| format!("{} ({kind} {distance:.5})", usable[*member].record.uri))
        .collect();
    format!("by features like {}: {}", usable[cluster.medoid].record.uri, listed(&parts))
}

/// The message about files with the same bytes. Plans tell such a cluster by it.
pub(crate) const SAME_BYTES: &str = "the same bytes";

/// In what the pictures agree, and how the others differ from the medoid: flips and turns are named. `name` gives the name of a
/// picture.
pub(in crate::validate) fn likeness(cluster: &DuplicateCluster, name: impl Fn(usize) -> String) -> String {
    match cluster.kind {
        DuplicateKind::ExactBytes => return SAME_BYTES.to_owned(),
        DuplicateKind::ExactPixels => return "the same pixels".to_owned(),
        _ => {}
    }
    let others = cluster.members.iter().filter(|member| member.index != cluster.medoid);
    let parts: Vec<String> = others
        .map(|member| {
            let name = name(member.index);
            // The form turns the picture into the medoid: it came of the medoid by the inverse.
            let form = described(member.transform.inverse());
            format!(
                "{name}{form} (correlation {:.3}, {} of 64 bits differ)",
                member.correlation, member.distance
            )
        })
        .collect();
    let like = if cluster.kind == DuplicateKind::Reencoded { "another encoding or size of" } else { "like" };
    format!("{like} {}: {}", name(cluster.medoid), listed(&parts))
}

/// How a picture looks like the other one.
fn described(form: Dihedral) -> &'static str {
    match form {
        Dihedral::Identity => "",
        Dihedral::FlipHorizontal => ", flipped from left to right",
        Dihedral::FlipVertical => ", flipped from top to bottom",
        Dihedral::Rotate90 => ", rotated by 90 degrees clockwise",
        Dihedral::Rotate180 => ", rotated by 180 degrees",
        Dihedral::Rotate270 => ", rotated by 90 degrees counterclockwise",
        Dihedral::Transpose => ", flipped along the main diagonal",
        Dihedral::Transverse => ", flipped along the other diagonal",
    }
}
