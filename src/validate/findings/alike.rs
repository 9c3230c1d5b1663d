//! Duplicates by fingerprints and by features as one list.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::checks::{Connected, FeatureCluster};
use crate::duplicates::DuplicateCluster;

/// Pictures that are the same, or nearly, with all that tells it.
#[derive(Debug, Default)]
pub(in crate::validate) struct Alike<'a> {
    pub(in crate::validate) by_hash: Vec<&'a DuplicateCluster>,
    pub(in crate::validate) by_features: Vec<&'a FeatureCluster>,
    /// The places of the pictures, in ascending order.
    pub(in crate::validate) members: Vec<usize>,
}

impl Alike<'_> {
    /// Whether all pixels are the same.
    pub(in crate::validate) fn is_exact(&self) -> bool {
        self.by_features.is_empty() && self.by_hash.iter().all(|cluster| cluster.kind.is_exact())
    }
}

/// Joins the clusters of one kind with those of the other that share a picture with them. Clusters of equal pictures stay as they
/// are, and features that tell the same of them are left out. Without features each cluster stays by itself.
pub(in crate::validate) fn joined<'a>(
    by_hash: &'a [DuplicateCluster],
    by_features: &'a [FeatureCluster],
) -> Vec<Alike<'a>> {
    let mut exact_of: HashMap<usize, usize> = HashMap::new();
    let mut near_of: HashMap<usize, Vec<usize>> = HashMap::new();
    for (at, cluster) in by_hash.iter().enumerate() {
        for member in &cluster.members {
            if cluster.kind.is_exact() {
                exact_of.insert(member.index, at);
            } else {
                near_of.entry(member.index).or_default().push(at);
            }
        }
    }
    let is_more = |cluster: &&FeatureCluster| {
        let mut exact = cluster.members.iter().map(|(index, _)| exact_of.get(index));
        let first = exact.next().flatten();
        first.is_none() || exact.any(|other| other != first)
    };
    let features: Vec<&FeatureCluster> = by_features.iter().filter(is_more).collect();
    let count = by_hash.len() + features.len();
    let mut connected = Connected::new(count);
    for (at, cluster) in features.iter().enumerate() {
        for (index, _) in &cluster.members {
            for &near in near_of.get(index).into_iter().flatten() {
                connected.connect(near, by_hash.len() + at);
            }
        }
    }
    let mut groups: BTreeMap<usize, Alike<'a>> = BTreeMap::new();
    for at in 0..count {
        let group = groups.entry(connected.first(at)).or_default();
        match at.checked_sub(by_hash.len()) {
            None => group.by_hash.push(&by_hash[at]),
            Some(at) => group.by_features.push(features[at]),
        }
    }
    groups.into_values().map(with_members).collect()
}

fn with_members(alike: Alike<'_>) -> Alike<'_> {
    let of_hash = alike.by_hash.iter().flat_map(|cluster| cluster.members.iter().map(|member| member.index));
    let of_features =
        alike.by_features.iter().flat_map(|cluster| cluster.members.iter().map(|member| member.0));
    let members: BTreeSet<usize> = of_hash.chain(of_features).collect();
    Alike { members: members.into_iter().collect(), ..alike }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::duplicates::{DuplicateRules, Picture};
    use crate::fingerprint::Fingerprint;
    use crate::images::{ColorMode, Image, ImageSize};
    use crate::neighbors::FeatureRows;
    use crate::validate::{FeatureScores, Thresholds};

    /// Clusters by features of rows in eight directions: near ones have one number.
    fn by_features(directions: &[usize]) -> Vec<FeatureCluster> {
        let mut values = vec![0.0_f32; 8 * directions.len()];
        for (row, direction) in directions.iter().enumerate() {
            values[8 * row + direction] = 1.0;
        }
        let rows = FeatureRows::new(8, values).unwrap();
        FeatureScores::of(&rows, &vec![None; rows.len()], 0, &Thresholds::default()).unwrap().clusters
    }

    /// Clusters of pictures of one colour ramp each, of which some are coarser.
    fn by_hash(ramps: &[(u8, u8)]) -> Vec<DuplicateCluster> {
        let picture = |&(ramp, mask): &(u8, u8)| {
            let at = |at: u32| ((at % 64) * (at % 64) / 16 + (at / 64) * u32::from(ramp)) as u8 & mask;
            let image = Image::new(ImageSize::new(64, 48), ColorMode::L, (0..64 * 48).map(at).collect());
            Fingerprint::of(&image.unwrap())
        };
        let fingerprints: Vec<Fingerprint> = ramps.iter().map(picture).collect();
        let pictures: Vec<Picture<'_>> =
            fingerprints.iter().map(|fingerprint| Picture { bytes: None, fingerprint }).collect();
        DuplicateRules::new().find(pictures.as_slice())
    }

    #[test]
    fn clusters_that_share_pictures_are_one() {
        let by_hash = by_hash(&[(3, 255), (3, 254), (17, 255), (29, 255), (29, 255)]);
        assert_eq!(by_hash.len(), 2, "{by_hash:?}");
        let members = |directions: &[usize]| -> Vec<(Vec<usize>, bool)> {
            let by_features = by_features(directions);
            let joined = joined(&by_hash, &by_features);
            joined.iter().map(|alike| (alike.members.clone(), alike.is_exact())).collect()
        };
        // No two rows of features are near.
        let (near, exact) = ((vec![0, 1], false), (vec![3, 4], true));
        assert_eq!(members(&[0, 1, 2, 3, 4]), [near.clone(), exact.clone()]);
        // The third picture is like the second; of the last two it is known.
        assert_eq!(members(&[0, 1, 1, 3, 3]), [(vec![0, 1, 2], false), exact.clone()]);
        // The third is like both that are equal.
        assert_eq!(members(&[0, 1, 3, 3, 3]), [near, exact, (vec![2, 3, 4], false)]);
    }
}
