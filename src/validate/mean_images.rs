//! The average picture of each class, from what the records keep of the pictures.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::fingerprint::Thumbnail;
use crate::images::Image;
use crate::validate::ImageRecord;
use crate::validate::findings::usable::Usable;

/// The largest number of classes that have images of their own.
const MOST_CLASSES: usize = 49;
/// Samples of a thumbnail.
const SAMPLES: usize = 1024;
/// The name of the images of all pictures together.
const ALL: &str = "all images";

/// Average images: the mean and the standard deviation of each pixel over all pictures, and over those of each of the 49 largest
/// classes.
///
/// Use them to see what the pictures of a class have in common: a border, a watermark, a dead pixel of the camera, or a place at
/// which the object always is. The images are gray and have 32x32 pixels, because they are computed from the [`Thumbnail`]s of the
/// records; no file is read. Pictures that are completely transparent do not count.
///
/// ```
/// use std::ops::ControlFlow;
/// use burn_prep::source::ImageFolder;
/// use burn_prep::validate::{MeanImages, Validator};
///
/// let validator = Validator::new(ImageFolder::open("assets/photos")?);
/// let records = validator.run_observed(|_, _| ControlFlow::Continue(()))?.records;
/// let images = MeanImages::of(&records);
/// let names: Vec<&str> = images.means.iter().map(|(name, _)| name.as_str()).collect();
/// assert_eq!((names[0], names.len()), ("all images", 7));
/// assert_eq!(images.means[0].1.shape(), [32, 32, 1]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MeanImages {
    /// The means, each with its name: first `all images`, then the classes, those with the most pictures first.
    pub means: Vec<(String, Image)>,
    /// The standard deviations of the population, in the same order, multiplied by 2: the largest possible one, 127.5, is white.
    pub deviations: Vec<(String, Image)>,
}

impl MeanImages {
    /// Computes the images from the records of the pictures that can be used. A dataset with one class, or with none, has only the
    /// images of all pictures; without usable pictures there are no images.
    pub fn of(records: &[ImageRecord]) -> Self {
        let mut usable = Usable::of(records);
        usable.retain(|usable| usable.picture.alpha.is_none_or(|alpha| !alpha.fully));
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for class in usable.iter().filter_map(|usable| usable.record.class.as_deref()) {
            *counts.entry(class).or_default() += 1;
        }
        let mut classes: Vec<(&str, u64)> = counts.into_iter().collect();
        // The sort keeps the order of the names where the counts are equal.
        classes.sort_by_key(|(_, count)| Reverse(*count));
        classes.truncate(MOST_CLASSES);
        let places: BTreeMap<&str, usize> =
            classes.iter().enumerate().map(|(place, (class, _))| (*class, place)).collect();
        // The last one takes what is in no class, or in a small one.
        let mut sums = vec![Sums::new(); classes.len() + 1];
        for usable in &usable {
            let place = usable.record.class.as_deref().and_then(|class| places.get(class));
            sums[place.copied().unwrap_or(classes.len())].add(&usable.picture.fingerprint.thumbnail);
        }
        let mut all = Sums::new();
        sums.iter().for_each(|sums| all.merge(sums));
        let (mut means, mut deviations) = (Vec::new(), Vec::new());
        let named = classes.iter().filter(|_| classes.len() > 1).map(|(class, _)| *class).zip(&sums);
        for (name, sums) in [(ALL, &all)].into_iter().chain(named).filter(|(_, sums)| sums.count > 0) {
            means.push((name.to_owned(), sums.mean()));
            deviations.push((name.to_owned(), sums.deviation()));
        }
        Self { means, deviations }
    }
}

/// The sums of some pictures, of each pixel.
#[derive(Clone)]
struct Sums {
    count: u64,
    sums: Vec<u64>,
    squares: Vec<u64>,
}

impl Sums {
    fn new() -> Self {
        Self { count: 0, sums: vec![0; SAMPLES], squares: vec![0; SAMPLES] }
    }

    fn add(&mut self, thumbnail: &Thumbnail) {
        self.count += 1;
        let sums = self.sums.iter_mut().zip(&mut self.squares);
        for ((sum, square), &sample) in sums.zip(thumbnail.pixels()) {
            let sample = u64::from(sample);
            *sum += sample;
            *square += sample * sample;
        }
    }

    fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.sums.iter_mut().zip(&other.sums).for_each(|(sum, other)| *sum += other);
        self.squares.iter_mut().zip(&other.squares).for_each(|(square, other)| *square += other);
    }

    fn mean(&self) -> Image {
        // At most 255, as each sample is.
        let mean = |at: usize| ((2 * self.sums[at] + self.count) / (2 * self.count)) as u8;
        Image::gray32(std::array::from_fn(mean))
    }

    fn deviation(&self) -> Image {
        let deviation = |at: usize| {
            let (sum, square) = (u128::from(self.sums[at]), u128::from(self.squares[at]));
            let count = u128::from(self.count);
            // The variance times the square of the number; never negative (Cauchy and Schwarz).
            let variance = count * square - sum * sum;
            // Up to 255: twice the deviation of samples in 0..=255.
            (2.0 * (variance as f64).sqrt() / count as f64).round() as u8
        };
        Image::gray32(std::array::from_fn(deviation))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::inspection::tests::record_of;

    fn record(name: &str, class: Option<&str>, sample: u8) -> ImageRecord {
        let mut record = record_of(name, 8, 8);
        record.class = class.map(str::to_owned);
        if let Some(picture) = &mut record.picture {
            picture.fingerprint.thumbnail = Thumbnail::from([sample; SAMPLES]);
        }
        record
    }

    fn first_samples(images: &[(String, Image)]) -> Vec<(&str, u8)> {
        images.iter().map(|(name, image)| (name.as_str(), image.pixels()[0])).collect()
    }

    #[test]
    fn means_and_deviations_are_rounded_and_the_largest_class_is_first() {
        let records = [
            record("0", Some("a"), 10),
            record("1", Some("b"), 0),
            record("2", Some("b"), 255),
            record("3", None, 20),
        ];
        let images = MeanImages::of(&records);
        // NumPy 2.4: np.mean([10, 0, 255, 20]) = 71.25, np.mean([0, 255]) = 127.5
        assert_eq!(first_samples(&images.means), [("all images", 71), ("b", 128), ("a", 10)]);
        // 2 * np.std([10, 0, 255, 20]) = 212.65, 2 * np.std([0, 255]) = 255
        assert_eq!(first_samples(&images.deviations), [("all images", 213), ("b", 255), ("a", 0)]);
    }

    #[test]
    fn small_classes_count_among_all_alone() {
        let classes: Vec<String> = (0..60).map(|class| format!("{class:02}")).collect();
        let mut records: Vec<ImageRecord> =
            classes.iter().map(|class| record(class, Some(class), 100)).collect();
        records.push(record("again", Some("59"), 100));
        let images = MeanImages::of(&records);
        assert_eq!((images.means.len(), images.deviations.len()), (50, 50));
        let names: Vec<&str> = images.means.iter().map(|(name, _)| name.as_str()).take(3).collect();
        assert_eq!(names, ["all images", "59", "00"]);
    }

    #[test]
    fn one_class_has_no_images_of_its_own_and_no_pictures_have_none() {
        let records = [record("0", Some("a"), 1), record("1", Some("a"), 2)];
        assert_eq!(first_samples(&MeanImages::of(&records).means), [("all images", 2)]);
        assert!(MeanImages::of(&[]).means.is_empty());
    }
}
