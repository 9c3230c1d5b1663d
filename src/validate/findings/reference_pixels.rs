//! The same pixels in a JPEG file and in one that loses nothing.
//!
//! The decoder that validation uses rounds a few pixels of a JPEG file otherwise than libjpeg-turbo does, so that a PNG which another
//! program made of it has other pixels. JPEG files that look like a file without losses are therefore decoded again.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use rayon::prelude::*;

use crate::duplicates::{DuplicateCluster, Fingerprints};
use crate::fingerprint::{Dihedral, PerceptualHashes, PixelHash, Thumbnail};
use crate::images::{Decoder, ImageSize};
use crate::source::{ImageFormat, Source};
use crate::validate::findings::usable::Usable;
use crate::validate::{ImageRecord, Thresholds};

/// The least correlation of thumbnails of pictures whose pixels may be equal.
const ALIKE: f64 = 0.999;

/// The pictures that are the same, or nearly, by their places among the usable ones. Where a JPEG file looks like a file without
/// losses, its reference pixels are compared, if they are known. `found` are the clusters without reference pixels, where they are
/// known already.
pub(in crate::validate) fn clusters(
    usable: &[Usable<'_>],
    thresholds: &Thresholds,
    found: Option<Vec<DuplicateCluster>>,
) -> Vec<DuplicateCluster> {
    kept_clusters(usable, thresholds, found, |_| true, |_| Vec::new())
}

/// The same, of the clusters that `keep` accepts. What reference pixels are wanted in these and not known, `decode` is asked for, once
/// and by the places of the pictures; where it gives none, those of a picture count that the usual decoder makes the same pixels of.
pub(in crate::validate) fn kept_clusters(
    usable: &[Usable<'_>],
    thresholds: &Thresholds,
    found: Option<Vec<DuplicateCluster>>,
    keep: impl Fn(&DuplicateCluster) -> bool,
    decode: impl FnOnce(Vec<usize>) -> Vec<(usize, PixelHash)>,
) -> Vec<DuplicateCluster> {
    let find = |reference: BTreeMap<usize, PixelHash>| {
        let mut found = thresholds.duplicates.find(&Compared { usable, reference });
        found.retain(&keep);
        found
    };
    let found = found.unwrap_or_else(|| find(BTreeMap::new()));
    let wanted = wanted(usable, &found);
    let is_unknown = |at: &usize| usable[*at].picture.reference_pixels.is_none();
    let decoded = decode(wanted.iter().copied().filter(is_unknown).collect());
    let known = wanted.iter().filter_map(|&at| Some((at, usable[at].picture.reference_pixels?)));
    let mut reference: BTreeMap<usize, PixelHash> = known.chain(decoded).collect();
    let mut by_pixels: HashMap<PixelHash, PixelHash> = HashMap::new();
    for (&at, &known) in &reference {
        by_pixels.entry(usable[at].picture.fingerprint.pixels).or_insert(known);
    }
    for &at in &wanted {
        if let Some(known) = by_pixels.get(&usable[at].picture.fingerprint.pixels) {
            reference.entry(at).or_insert(*known);
        }
    }
    if reference.is_empty() { found } else { find(reference) }
}

/// What was done so that equal pixels are seen.
#[derive(Debug, Default)]
pub(in crate::validate) struct Refined {
    /// The places of the records that got reference pixels.
    pub(in crate::validate) records: Vec<usize>,
    /// The clusters without reference pixels, by the places among the visible pictures, where they were searched.
    pub(in crate::validate) clusters: Option<Vec<DuplicateCluster>>,
}

/// Decodes the JPEG files whose reference pixels are wanted and not known, by all threads. `indices` has the sample of each record.
pub(in crate::validate) fn refine(
    records: &mut [ImageRecord],
    indices: &[usize],
    thresholds: &Thresholds,
    source: &dyn Source,
    decoder: &Decoder,
) -> Refined {
    // The same pictures as those of which duplicates are reported.
    let usable = Usable::seen(records);
    if !may_be_equal(&usable) {
        return Refined::default();
    }
    let found = thresholds.duplicates.find(&Compared { usable: &usable, reference: BTreeMap::new() });
    let wanted = wanted(&usable, &found).into_iter().map(|at| &usable[at]);
    let unknown = wanted.filter(|usable| usable.picture.reference_pixels.is_none());
    let unknown: Vec<usize> = unknown.map(|usable| usable.at).collect();
    let decode = |at: usize| {
        let image = decoder.decode_reference(source, *indices.get(at)?).ok()?;
        Some((at, PixelHash::of(&image)))
    };
    let decoded: Vec<(usize, PixelHash)> = unknown.into_par_iter().filter_map(decode).collect();
    for &(at, pixels) in &decoded {
        if let Some(picture) = records[at].picture.as_mut() {
            picture.reference_pixels = Some(pixels);
        }
    }
    Refined { records: decoded.into_iter().map(|(at, _)| at).collect(), clusters: Some(found) }
}

/// Whether a JPEG file and one of another format have the same size.
fn may_be_equal(usable: &[Usable<'_>]) -> bool {
    let sizes = |of_jpeg: bool| -> HashSet<ImageSize> {
        usable
            .iter()
            .filter(|usable| is_jpeg(usable) == of_jpeg)
            .map(|usable| usable.picture.source.size)
            .collect()
    };
    !sizes(true).is_disjoint(&sizes(false))
}

fn is_jpeg(usable: &Usable<'_>) -> bool {
    usable.picture.source.format == ImageFormat::Jpeg
}

/// The JPEG files that look like a file of another format, of the same size.
fn wanted(usable: &[Usable<'_>], found: &[DuplicateCluster]) -> BTreeSet<usize> {
    let mut wanted = BTreeSet::new();
    for cluster in found {
        // Pictures in the same form of the medoid.
        let mut by_form: HashMap<(ImageSize, Dihedral), Vec<usize>> = HashMap::new();
        for member in cluster.members.iter().filter(|member| member.correlation >= ALIKE) {
            let size = usable[member.index].picture.source.size;
            by_form.entry((size, member.transform)).or_default().push(member.index);
        }
        for alike in by_form.into_values() {
            if !alike.iter().all(|at| is_jpeg(&usable[*at])) {
                wanted.extend(alike.into_iter().filter(|at| is_jpeg(&usable[*at])));
            }
        }
    }
    wanted
}

/// Usable pictures as they are compared.
struct Compared<'a> {
    usable: &'a [Usable<'a>],
    /// The reference pixels of those of which they count.
    reference: BTreeMap<usize, PixelHash>,
}

impl Fingerprints for Compared<'_> {
    fn count(&self) -> usize {
        self.usable.len()
    }

    fn bytes(&self, index: usize) -> Option<u128> {
        self.usable[index].record.content.map(|content| content.get())
    }

    fn pixels(&self, index: usize) -> PixelHash {
        self.reference.get(&index).copied().unwrap_or(self.usable[index].picture.fingerprint.pixels)
    }

    fn perceptual(&self, index: usize) -> PerceptualHashes {
        self.usable[index].picture.fingerprint.perceptual
    }

    fn thumbnail(&self, index: usize) -> Cow<'_, Thumbnail> {
        Cow::Borrowed(&self.usable[index].picture.fingerprint.thumbnail)
    }
}
