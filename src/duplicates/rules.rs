//! When pictures are duplicates, and the search for them.

use serde::{Deserialize, Serialize};

use super::cluster::{DuplicateCluster, DuplicateKind, Member};
use super::groups::Groups;
use super::near::Search;
use super::pictures::Fingerprints;

/// The rules by which two pictures are duplicates.
///
/// Equal pixels always are. Others are near duplicates where their perceptual hashes differ in at most `max_distance` of 64 bits
/// and their thumbnails correlate by at least `min_correlation`, both with the later picture in one of its eight forms. The
/// hashes alone mostly find unrelated pictures at a distance of 10; the thumbnails leave those out.
///
/// ```
/// use burn_prep::duplicates::DuplicateRules;
/// let strict = DuplicateRules::new().max_distance(6).reencoded_distance(1).min_correlation(0.95).min_deviation(4.0);
/// let stored = serde_json::to_string(&strict).unwrap();
/// assert_eq!(serde_json::from_str::<DuplicateRules>(&stored).unwrap(), strict);
/// assert_eq!(serde_json::from_str::<DuplicateRules>("{}").unwrap(), DuplicateRules::default());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DuplicateRules {
    pub(super) max_distance: u32,
    pub(super) reencoded_distance: u32,
    pub(super) min_correlation: f64,
    pub(super) min_deviation: f64,
}

impl Default for DuplicateRules {
    fn default() -> Self {
        Self { max_distance: 10, reencoded_distance: 2, min_correlation: 0.88, min_deviation: 2.0 }
    }
}

impl DuplicateRules {
    /// The defaults: a distance of at most 10, of 2 for the kind [`DuplicateKind::Reencoded`], a correlation of at least 0.88, and
    /// a deviation of at least 2.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets in how many bits perceptual hashes may differ. The search is fast up to about 11.
    #[must_use]
    pub fn max_distance(mut self, bits: u32) -> Self {
        self.max_distance = bits;
        self
    }

    /// Sets in how many bits the hashes of pictures may differ that are called [`DuplicateKind::Reencoded`].
    #[must_use]
    pub fn reencoded_distance(mut self, bits: u32) -> Self {
        self.reencoded_distance = bits;
        self
    }

    /// Sets the least correlation of thumbnails.
    #[must_use]
    pub fn min_correlation(mut self, correlation: f64) -> Self {
        self.min_correlation = correlation;
        self
    }

    /// Sets the least standard deviation of a thumbnail, in units of 0..=255. Pictures below it, such as blank pages, have
    /// nothing to compare, and are duplicates of those alone whose pixels are equal.
    #[must_use]
    pub fn min_deviation(mut self, deviation: f64) -> Self {
        self.min_deviation = deviation;
        self
    }

    /// Finds all duplicates, in clusters by their first members, and of those by kind.
    ///
    /// Pictures of equal pixels make one cluster; [`DuplicateKind::ExactBytes`] where all their files are equal. Pictures of
    /// different pixels that are alike make another one, with all that equal one of them, so that a picture may be in one
    /// cluster of equal pictures and in one of near pictures. Each member is similar to the medoid, which is the picture that is
    /// similar to most others; being similar only to another member is not enough. A picture whose near pictures are all in other
    /// clusters, to whose medoids it is not similar, makes a cluster with the nearest of them.
    ///
    /// The clusters do not depend on the number of threads. Where more than 64 pictures share a perceptual hash, each is compared
    /// with at most 64 of them that are not similar to each other. A picture whose hash is near those of very many, such as a frame of a
    /// camera that does not move, is compared with the first 64 of the earlier ones, the nearest 64 of the others, and at most 384
    /// more in each form.
    ///
    /// ```
    /// use burn_prep::duplicates::{DuplicateKind, DuplicateRules, Picture};
    /// use burn_prep::fingerprint::{Dihedral, Fingerprint};
    /// use burn_prep::images::{ColorMode, Image, ImageSize};
    ///
    /// let size = ImageSize::new(64, 48);
    /// let picture: Vec<u8> =
    ///     (0..64 * 48).map(|i| { let (x, y) = (i % 64, i / 64); (x * x / 16 + y * 3) as u8 }).collect();
    /// let coarse = picture.iter().map(|sample| sample & 254).collect();
    /// let flipped = picture.chunks_exact(64).flat_map(|row| row.iter().rev().copied()).collect();
    /// let other = (0..64 * 48).map(|i| { let (x, y) = (i % 64, i / 64); (x * y / 5) as u8 }).collect();
    ///
    /// let all: [Vec<u8>; 5] = [picture.clone(), other, coarse, flipped, picture];
    /// let fingerprints = all.map(|pixels| Fingerprint::of(&Image::new(size, ColorMode::L, pixels).unwrap()));
    /// let pictures = fingerprints.each_ref().map(|fingerprint| Picture { bytes: None, fingerprint });
    /// let clusters = DuplicateRules::new().find(pictures.as_slice());
    ///
    /// let indices = |at: usize| clusters[at].members.iter().map(|member| member.index).collect::<Vec<_>>();
    /// assert_eq!(clusters.len(), 2);
    /// assert_eq!((clusters[0].kind, indices(0)), (DuplicateKind::ExactPixels, vec![0, 4]));
    /// assert_eq!((clusters[1].kind, indices(1)), (DuplicateKind::Near, vec![0, 2, 3, 4]));
    /// assert_eq!(clusters[1].medoid, 0);
    /// assert_eq!(clusters[1].members[1].transform, Dihedral::Identity);
    /// assert_eq!(clusters[1].members[2].transform, Dihedral::FlipHorizontal);
    /// ```
    #[doc(alias = "find_duplicates")]
    #[doc(alias = "imagededup")]
    pub fn find<F: Fingerprints + ?Sized>(&self, pictures: &F) -> Vec<DuplicateCluster> {
        let equal = Groups::by((0..pictures.count()).collect(), |index| pictures.pixels(index));
        let mut clusters: Vec<DuplicateCluster> =
            equal.iter().filter_map(|group| exact(pictures, group)).collect();
        clusters.extend(Search { pictures, rules: self, equal: &equal }.clusters());
        clusters.sort_by_key(|cluster| (cluster.members.first().map(|member| member.index), cluster.kind));
        clusters
    }
}

/// The cluster of pictures of equal pixels.
fn exact<F: Fingerprints + ?Sized>(pictures: &F, group: &[usize]) -> Option<DuplicateCluster> {
    let [first, others @ ..] = group else { return None };
    if others.is_empty() {
        return None;
    }
    let bytes = pictures.bytes(*first);
    let same = bytes.is_some() && others.iter().all(|&other| pictures.bytes(other) == bytes);
    let kind = if same { DuplicateKind::ExactBytes } else { DuplicateKind::ExactPixels };
    let members = group.iter().map(|&index| Member::equal(index)).collect();
    Some(DuplicateCluster { kind, medoid: *first, members })
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::fingerprint::{Dihedral, PerceptualHashes, PixelHash, Thumbnail};
    use crate::random::SplitMix64;

    /// Pictures of which the hashes and thumbnails are made up.
    #[derive(Clone)]
    struct Made {
        bytes: Option<u128>,
        pixels: u128,
        hashes: [u64; 8],
        thumbnail: [u8; 1024],
    }

    struct All(Vec<Made>);

    impl Fingerprints for All {
        fn count(&self) -> usize {
            self.0.len()
        }

        fn bytes(&self, index: usize) -> Option<u128> {
            self.0[index].bytes
        }

        fn pixels(&self, index: usize) -> PixelHash {
            self.0[index].pixels.into()
        }

        fn perceptual(&self, index: usize) -> PerceptualHashes {
            self.0[index].hashes.into()
        }

        fn thumbnail(&self, index: usize) -> Cow<'_, Thumbnail> {
            Cow::Owned(self.0[index].thumbnail.into())
        }
    }

    /// Samples from 0 up to a bound.
    fn noise(bound: u64, numbers: &mut SplitMix64) -> [u8; 1024] {
        std::array::from_fn(|_| numbers.below(bound) as u8)
    }

    fn random_hashes(numbers: &mut SplitMix64) -> [u64; 8] {
        std::array::from_fn(|_| numbers.next())
    }

    /// A correlation of 0.93 with the samples, and of 0.86 with others that are made of them.
    fn disturbed(samples: &[u8; 1024], numbers: &mut SplitMix64) -> [u8; 1024] {
        samples.map(|sample| sample + numbers.below(65) as u8)
    }

    fn indices(cluster: &DuplicateCluster) -> Vec<usize> {
        cluster.members.iter().map(|member| member.index).collect()
    }

    #[test]
    fn no_picture_is_in_a_cluster_for_its_likeness_to_a_member() {
        let mut numbers = SplitMix64::of_epoch(1, 0);
        let (middle, hashes) = (noise(160, &mut numbers), random_hashes(&mut numbers));
        let sides = [disturbed(&middle, &mut numbers), disturbed(&middle, &mut numbers)];
        // The first one is turned: its hash as it is is the one of the others in that form.
        let turned = *Thumbnail::from(sides[0]).formed(Dihedral::Rotate90).pixels();
        let mut turned_hashes = random_hashes(&mut numbers);
        turned_hashes[0] = hashes[3];
        let made = |pixels, hashes, thumbnail| Made { bytes: None, pixels, hashes, thumbnail };
        let all =
            All(vec![made(1, turned_hashes, turned), made(2, hashes, middle), made(3, hashes, sides[1])]);

        let clusters = DuplicateRules::new().find(&all);
        assert_eq!(clusters.len(), 1);
        // The two sides are not alike, so the second picture is the medoid.
        assert_eq!((clusters[0].medoid, indices(&clusters[0])), (1, vec![0, 1, 2]));
        let found: Vec<_> =
            clusters[0].members.iter().map(|member| (member.transform, member.distance)).collect();
        assert_eq!(found, [(Dihedral::Rotate270, 0), (Dihedral::Identity, 0), (Dihedral::Identity, 0)]);
        let correlations = [0, 2].map(|at| clusters[0].members[at].correlation);
        assert!(correlations.iter().all(|correlation| (0.9..0.95).contains(correlation)), "{correlations:?}");
        assert_eq!(clusters[0].kind, DuplicateKind::Near);
        assert!(DuplicateRules::new().min_correlation(0.97).find(&all).is_empty());

        // Without the middle the two have nothing in common but their hashes.
        let all = All([0, 2].map(|at| all.0[at].clone()).to_vec());
        assert!(DuplicateRules::new().find(&all).is_empty());
    }

    #[test]
    fn many_pictures_of_one_hash_are_clustered_by_their_likeness() {
        let mut numbers = SplitMix64::of_epoch(2, 0);
        let hashes = random_hashes(&mut numbers);
        let kinds = [noise(256, &mut numbers), noise(256, &mut numbers)];
        let made = |at: usize| {
            let mut thumbnail = kinds[at % 2];
            thumbnail[at] ^= 1;
            Made { bytes: None, pixels: at as u128, hashes, thumbnail }
        };
        for count in [50, 600] {
            let all = All((0..count).map(made).collect());
            let clusters = DuplicateRules::new().find(&all);
            assert_eq!(clusters.len(), 2, "{count}");
            for (at, cluster) in clusters.iter().enumerate() {
                assert_eq!(indices(cluster), (at..count).step_by(2).collect::<Vec<_>>());
                assert_eq!((cluster.kind, cluster.medoid), (DuplicateKind::Reencoded, at));
            }
        }
    }

    #[test]
    fn blank_pictures_are_duplicates_where_their_pixels_are_equal() {
        let blank = |bytes, pixels| Made { bytes, pixels, hashes: [1 << 63; 8], thumbnail: [255; 1024] };
        let all = All(vec![
            blank(Some(7), 1),
            blank(None, 2),
            blank(Some(8), 2),
            blank(Some(7), 1),
            blank(Some(9), 3),
        ]);
        let clusters = DuplicateRules::new().find(&all);
        let found: Vec<_> = clusters.iter().map(|cluster| (cluster.kind, indices(cluster))).collect();
        assert_eq!(
            found,
            [(DuplicateKind::ExactBytes, vec![0, 3]), (DuplicateKind::ExactPixels, vec![1, 2]),]
        );
        assert!(clusters.iter().all(|cluster| cluster.members[1] == Member::equal(cluster.members[1].index)));
    }

    /// Pictures of equal pixels belong to the near cluster of one of them, and the kind tells the distance.
    #[test]
    fn near_clusters_have_the_equal_pictures_too() {
        let mut numbers = SplitMix64::of_epoch(3, 0);
        let (thumbnail, hashes) = (noise(256, &mut numbers), random_hashes(&mut numbers));
        let mut near = hashes;
        let made = |pixels, hashes| Made { bytes: Some(pixels), pixels, hashes, thumbnail };
        for (bits, kind) in [(0b11, DuplicateKind::Reencoded), (0b11111, DuplicateKind::Near)] {
            near[0] = hashes[0] ^ bits;
            let all = All(vec![made(5, near), made(4, hashes), made(5, near)]);
            let clusters = DuplicateRules::new().find(&all);
            let found: Vec<_> = clusters.iter().map(|cluster| (cluster.kind, indices(cluster))).collect();
            assert_eq!(found, [(DuplicateKind::ExactBytes, vec![0, 2]), (kind, vec![0, 1, 2])]);
        }
        near[0] = hashes[0] ^ 0b111_1111_1111;
        let all = All(vec![made(5, near), made(4, hashes)]);
        assert!(DuplicateRules::new().find(&all).is_empty());
        assert_eq!(DuplicateRules::new().max_distance(11).find(&all).len(), 1);
    }
}
