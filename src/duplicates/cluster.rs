//! Pictures that are the same, or nearly.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::fingerprint::Dihedral;

/// In what the pictures of a cluster agree.
///
/// ```
/// use burn_prep::duplicates::DuplicateKind;
/// assert_eq!(DuplicateKind::ExactPixels.to_string(), "exact_pixels");
/// assert!(DuplicateKind::ExactPixels.is_exact() && !DuplicateKind::Near.is_exact());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DuplicateKind {
    /// The files have the same bytes.
    ExactBytes,
    /// The pictures have the same pixels; some of the files differ, or their bytes are not known.
    ExactPixels,
    /// The pictures are hardly to be told apart, as after another encoding or at another size.
    Reencoded,
    /// The pictures are alike, and parts are cut off, the colours changed, or the picture flipped or turned.
    Near,
}

impl DuplicateKind {
    /// Whether all pixels are the same.
    pub fn is_exact(self) -> bool {
        matches!(self, Self::ExactBytes | Self::ExactPixels)
    }
}

impl fmt::Display for DuplicateKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::ExactBytes => "exact_bytes",
            Self::ExactPixels => "exact_pixels",
            Self::Reencoded => "reencoded",
            Self::Near => "near",
        })
    }
}

/// One picture of a cluster, compared with the cluster's medoid.
///
/// ```
/// use burn_prep::duplicates::{DuplicateRules, Picture};
/// use burn_prep::fingerprint::{Dihedral, Fingerprint};
/// use burn_prep::images::Decoder;
///
/// let cat = Decoder::rgb8().decode_file("assets/photos/animals/cat.jpg".as_ref())?.image;
/// let fingerprint = Fingerprint::of(&cat);
/// let copies = [Picture { bytes: Some(1), fingerprint: &fingerprint }; 3];
/// let clusters = DuplicateRules::new().find(copies.as_slice());
/// let second = clusters[0].members[1];
/// assert_eq!((second.index, second.transform, second.distance), (1, Dihedral::Identity, 0));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Member {
    /// The picture's index among those that were searched.
    pub index: usize,
    /// The form of this picture in which it looks like the medoid.
    pub transform: Dihedral,
    /// In how many of 64 bits the perceptual hashes differ in that form.
    pub distance: u32,
    /// The normalised correlation of the thumbnails in that form; 1 for equal pictures.
    pub correlation: f64,
}

impl Member {
    /// A picture that has the pixels of the medoid, or is it.
    pub(super) fn equal(index: usize) -> Self {
        Self { index, transform: Dihedral::Identity, distance: 0, correlation: 1.0 }
    }
}

/// Two or more pictures that are the same, or each nearly the same as one of them, the medoid.
///
/// ```
/// use burn_prep::duplicates::{DuplicateRules, Picture};
/// use burn_prep::fingerprint::{Dihedral, Fingerprint};
/// use burn_prep::images::Decoder;
///
/// let cat = Decoder::rgb8().decode_file("assets/photos/animals/cat.jpg".as_ref())?.image;
/// let fingerprint = Fingerprint::of(&cat);
/// let copies = [Picture { bytes: Some(1), fingerprint: &fingerprint }; 3];
/// let clusters = DuplicateRules::new().find(copies.as_slice());
/// assert_eq!((clusters.len(), clusters[0].medoid, clusters[0].members.len()), (1, 0, 3));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DuplicateCluster {
    /// In what all its pictures agree with the medoid.
    pub kind: DuplicateKind,
    /// The index of the picture with which the others are compared; of equal pictures the first.
    pub medoid: usize,
    /// The pictures, the medoid among them, by index.
    pub members: Vec<Member>,
}
