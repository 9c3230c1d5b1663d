//! The same pixels in a JPEG file and in one that loses nothing.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::fingerprint::{Dihedral, PixelHash};
use crate::images::{Decoder, ImageSize};
use crate::source::{ImageFormat, Source};
use crate::validate::duplicate_checks::clusters;
use crate::validate::usable::Usable;
use crate::validate::{ImageRecord, Thresholds};

/// The least correlation of thumbnails of pictures whose pixels may be equal.
const ALIKE: f64 = 0.999;

/// Decodes again the JPEG files that look like a file without losses of the same size, such as a PNG that another program made of
/// one of them, and takes the hash of their reference pixels. The decoder that validation uses rounds a few pixels otherwise than
/// libjpeg-turbo does, so that their hashes would never agree. `indices` has the sample of each record.
pub(super) fn refine(
    records: &mut [ImageRecord],
    indices: &[usize],
    thresholds: &Thresholds,
    source: &dyn Source,
    decoder: &Decoder,
) {
    let sizes = |is_jpeg: bool| -> HashSet<ImageSize> {
        let usable = records.iter().filter_map(|record| record.picture.as_ref());
        let of_kind = usable.filter(|picture| (picture.source.format == ImageFormat::Jpeg) == is_jpeg);
        of_kind.map(|picture| picture.source.size).collect()
    };
    if sizes(true).is_disjoint(&sizes(false)) {
        return;
    }
    let mut wanted: BTreeSet<usize> = BTreeSet::new();
    let usable = Usable::of(records);
    for cluster in clusters(&usable, thresholds) {
        let mut by_size: HashMap<ImageSize, Vec<usize>> = HashMap::new();
        for member in &cluster.members {
            if member.transform == Dihedral::Identity && member.correlation >= ALIKE {
                let size = usable[member.index].picture.source.size;
                by_size.entry(size).or_default().push(member.index);
            }
        }
        let is_jpeg = |at: &usize| usable[*at].picture.source.format == ImageFormat::Jpeg;
        for alike in by_size.into_values().filter(|alike| !alike.iter().all(is_jpeg)) {
            wanted.extend(alike.iter().filter(|at| is_jpeg(at)).map(|at| usable[*at].at));
        }
    }
    for at in wanted {
        let image = indices.get(at).and_then(|index| decoder.decode_reference(source, *index).ok());
        if let (Some(image), Some(picture)) = (image, records[at].picture.as_mut()) {
            picture.fingerprint.pixels = PixelHash::of(&image);
        }
    }
}
