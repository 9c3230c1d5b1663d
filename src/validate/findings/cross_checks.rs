//! Pictures that are in another dataset too.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::duplicates::DuplicateCluster;
use crate::fingerprint::PixelHash;
use crate::report::{Check, Finding, Severity};
use crate::validate::findings::duplicate_checks::{likeness, listed};
use crate::validate::findings::reference_pixels::kept_clusters;
use crate::validate::findings::usable::Usable;
use crate::validate::{ImageRecord, OtherDataset, Thresholds, Validator};

impl Validator {
    /// The findings of [`cross_findings`], and the places of the records of which reference pixels were decoded for them: none where
    /// `decodes` is false.
    pub(in crate::validate) fn cross_leaks(
        &self,
        records: &mut [ImageRecord],
        indices: &[usize],
        decodes: bool,
    ) -> (Vec<Finding>, Vec<usize>) {
        let (findings, decoded) = cross_findings(records, &self.others, &self.thresholds, |other, usable| {
            let image = match other {
                _ if !decodes => return None,
                Some(other) => other.decode_reference(usable, &self.decoder)?,
                None => self.decoder.decode_reference(&*self.source, *indices.get(usable.at)?).ok()?,
            };
            Some(PixelHash::of(&image))
        });
        for (at, pixels) in &decoded {
            if let Some(picture) = records[*at].picture.as_mut() {
                picture.reference_pixels = Some(*pixels);
            }
        }
        (findings, decoded.into_iter().map(|(at, _)| at).collect())
    }
}

/// A finding for each cluster of pictures that has some of the dataset at hand and some of the others; its subjects are those of the
/// dataset at hand. `decode` gives reference pixels of a picture, of the dataset at hand where no other one is named; all threads call
/// it. What it gave of the dataset at hand comes back with the places of the records.
pub(in crate::validate) fn cross_findings(
    records: &[ImageRecord],
    others: &[OtherDataset],
    thresholds: &Thresholds,
    decode: impl Fn(Option<&OtherDataset>, &Usable<'_>) -> Option<PixelHash> + Sync,
) -> (Vec<Finding>, Vec<(usize, PixelHash)>) {
    if others.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let pool = Pool::of(records, others);
    let is_shared = |cluster: &DuplicateCluster| {
        let own = cluster.members.iter().filter(|member| pool.is_own(member.index)).count();
        own > 0 && own < cluster.members.len()
    };
    let mut of_own: Vec<(usize, PixelHash)> = Vec::new();
    let decode_all = |places: Vec<usize>| {
        let decode = |at: usize| Some((at, decode(pool.other(at), &pool.usable[at])?));
        let decoded: Vec<(usize, PixelHash)> = places.into_par_iter().filter_map(decode).collect();
        let own = decoded.iter().filter(|(at, _)| pool.is_own(*at));
        of_own.extend(own.map(|(at, pixels)| (pool.usable[*at].at, *pixels)));
        decoded
    };
    let clusters = kept_clusters(&pool.usable, thresholds, None, is_shared, decode_all);
    (clusters.into_iter().map(|cluster| pool.finding(cluster)).collect(), of_own)
}

/// The usable pictures of the dataset at hand, followed by those of the others.
struct Pool<'a> {
    usable: Vec<Usable<'a>>,
    /// How many are of the dataset at hand.
    own: usize,
    /// The dataset of each of the others.
    datasets: Vec<&'a OtherDataset>,
}

impl<'a> Pool<'a> {
    fn of(records: &'a [ImageRecord], others: &'a [OtherDataset]) -> Self {
        let mut usable = Usable::seen(records);
        let own = usable.len();
        let mut datasets = Vec::new();
        for other in others {
            usable.extend(Usable::seen(other.records()));
            datasets.resize(usable.len() - own, other);
        }
        Self { usable, own, datasets }
    }

    fn is_own(&self, at: usize) -> bool {
        at < self.own
    }

    /// The other dataset that a picture is of.
    fn other(&self, at: usize) -> Option<&'a OtherDataset> {
        self.datasets.get(at.checked_sub(self.own)?).copied()
    }

    /// The name of a picture, with that of the other dataset where it is of one.
    fn name(&self, at: usize) -> String {
        let uri = &self.usable[at].record.uri;
        self.other(at).map_or_else(|| uri.clone(), |other| format!("{uri} of {}", other.name()))
    }

    fn finding(&self, mut cluster: DuplicateCluster) -> Finding {
        // Not all members of a large cluster are named: first come those of the other side than the medoid's.
        let side = self.is_own(cluster.medoid);
        cluster.members.sort_by_key(|member| self.is_own(member.index) == side);
        let indices = |own: bool| {
            let all = cluster.members.iter().map(|member| member.index);
            all.filter(move |at| self.is_own(*at) == own)
        };
        let mut message = likeness(&cluster, |at| self.name(at));
        if cluster.kind.is_exact() {
            let others: Vec<String> = indices(false).map(|at| self.name(at)).collect();
            message += &format!(" as {}", listed(&others));
        }
        let classes = |own: bool| -> BTreeSet<&str> {
            indices(own).filter_map(|at| self.usable[at].record.class.as_deref()).collect()
        };
        let (here, there) = (classes(true), classes(false));
        let joined = |names: &BTreeSet<&str>| names.iter().copied().collect::<Vec<_>>().join(", ");
        if !here.is_empty() && !there.is_empty() && here.union(&there).count() > 1 {
            message += &format!("; of class {} here, of class {} there", joined(&here), joined(&there));
        }
        let subjects = indices(true).map(|at| self.usable[at].record.uri.clone()).collect();
        let severity = if cluster.kind.is_exact() { Severity::Error } else { Severity::Warning };
        Finding::of_all(Check::CrossDatasetLeak, subjects, message).graded(severity)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::fingerprint::Fingerprint;
    use crate::images::{ColorMode, Image, ImageSize};
    use crate::random::SplitMix64;
    use crate::source::ImageFormat;
    use crate::validate::inspection::tests::record_of;

    /// The record of a PNG file: those of one look are alike, and equal where their pixels have the same number.
    fn picture(uri: &str, class: Option<&str>, look: u64, pixels: u128) -> ImageRecord {
        let mut numbers = SplitMix64::of_epoch(look, 0);
        let samples = (0..64).map(|_| numbers.below(256) as u8).collect();
        let image = Image::new(ImageSize::square(8), ColorMode::L, samples).unwrap();
        let mut record = record_of(uri, 8, 8);
        record.class = class.map(str::to_owned);
        let picture = record.picture.as_mut().unwrap();
        picture.fingerprint = Fingerprint::of(&image);
        picture.fingerprint.pixels = pixels.into();
        record
    }

    fn found(own: &[ImageRecord], others: &[OtherDataset]) -> Vec<(Vec<String>, Severity, String)> {
        let (findings, _) = cross_findings(own, others, &Thresholds::default(), |_, _| None);
        findings.into_iter().map(|finding| (finding.subjects, finding.severity, finding.message)).collect()
    }

    #[test]
    fn what_another_dataset_has_too_is_found_and_what_it_has_twice_is_not() {
        let own = [picture("a", Some("cat"), 1, 1), picture("b", None, 2, 2), picture("c", None, 3, 3)];
        let old = vec![
            picture("x", Some("dog"), 1, 1),
            picture("y", None, 4, 4),
            picture("z", None, 4, 4),
            picture("w", None, 4, 5),
        ];
        let late = vec![picture("v", Some("cat"), 3, 6)];
        let others = [OtherDataset::new("old", old), OtherDataset::new("late", late)];
        let exact = "the same pixels as x of old; of class cat here, of class dog there";
        let near = "another encoding or size of c: v of late (correlation 1.000, 0 of 64 bits differ)";
        let expected = [
            (vec!["a".to_owned()], Severity::Error, exact.to_owned()),
            (vec!["c".to_owned()], Severity::Warning, near.to_owned()),
        ];
        assert_eq!(found(&own, &others), expected);
        assert!(found(&own, &[]).is_empty() && found(&[], &others).is_empty());
    }

    /// A message has five pictures of a cluster at most.
    #[test]
    fn the_other_dataset_is_named_however_many_pictures_are_alike() {
        let own: Vec<ImageRecord> =
            (0..8).map(|number| picture(&format!("a{number}"), None, 1, number)).collect();
        let others = [OtherDataset::new("old", vec![picture("x", None, 1, 99)])];
        let found = found(&own, &others);
        assert_eq!((found.len(), found[0].0.len()), (1, 8));
        assert!(
            found[0].2.starts_with("another encoding or size of a0: x of old (correlation 1.000, "),
            "{}",
            found[0].2
        );
        assert!(found[0].2.ends_with("; and 3 more"), "{}", found[0].2);
    }

    /// Of two JPEG files with the same pixels one cannot be read again, as its dataset is known by its records alone.
    #[test]
    fn a_lossless_copy_of_a_jpeg_file_is_equal_by_its_reference_pixels() {
        let jpeg = |uri: &str| {
            let mut record = picture(uri, None, 1, 60);
            record.picture.as_mut().unwrap().source.format = ImageFormat::Jpeg;
            record
        };
        let own = [picture("copy.png", None, 1, 50)];
        let others = ["1.jpg", "2.jpg"].map(|name| OtherDataset::new(&name[..1], vec![jpeg(name)]));
        let asked = Mutex::new(BTreeSet::new());
        let (findings, of_own) = cross_findings(&own, &others, &Thresholds::default(), |other, usable| {
            asked.lock().unwrap().insert((other.map(|other| other.name().to_owned()), usable.at));
            (usable.record.uri == "2.jpg").then(|| PixelHash::from(50))
        });
        let expected = BTreeSet::from([(Some("1".to_owned()), 0), (Some("2".to_owned()), 0)]);
        assert_eq!(asked.into_inner().unwrap(), expected);
        assert!(of_own.is_empty());
        let messages: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(messages, ["the same pixels as 1.jpg of 1; 2.jpg of 2"]);
    }

    /// They are kept in the records, in whatever order the threads decode.
    #[test]
    fn reference_pixels_of_the_dataset_at_hand_come_back_in_its_order() {
        let own: Vec<ImageRecord> = (0..40)
            .map(|number| {
                let mut record = picture(&format!("{number}.jpg"), None, 1, number);
                record.picture.as_mut().unwrap().source.format = ImageFormat::Jpeg;
                record
            })
            .collect();
        let others = [OtherDataset::new("old", vec![picture("copy.png", None, 1, 77)])];
        let (_, of_own) = cross_findings(&own, &others, &Thresholds::default(), |other, usable| {
            (other.is_none() && usable.at.is_multiple_of(2)).then(|| PixelHash::from(77))
        });
        let expected = (0..40).step_by(2).map(|at| (at, PixelHash::from(77)));
        assert_eq!(of_own, expected.collect::<Vec<(usize, PixelHash)>>());
    }
}
