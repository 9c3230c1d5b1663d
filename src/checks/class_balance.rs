//! How evenly the images are spread over the classes.

use std::cmp::Reverse;

use crate::checks::entropy::effective_number;

/// How many images each of the classes has. Samples without a label, or with one that is no class, are not
/// counted.
pub(crate) fn class_counts(labels: &[Option<usize>], classes: usize) -> Vec<u64> {
    let mut counts = vec![0; classes];
    for label in labels.iter().flatten() {
        if let Some(count) = counts.get_mut(*label) {
            *count += 1;
        }
    }
    counts
}

/// A class and how many images it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClassSize {
    /// The index of the class.
    pub(crate) class: usize,
    /// How many images it has.
    pub(crate) images: u64,
}

/// The spread of the images over the classes that have any.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ClassBalance {
    /// The class with the most images, the first of several.
    pub(crate) largest: ClassSize,
    /// The class with the fewest images, but not none; the first of several.
    pub(crate) smallest: ClassSize,
    /// How many classes have images.
    pub(crate) classes: usize,
    /// How many classes of equal size would have the entropy of these: `exp(H)`, from 1 to `classes`.
    pub(crate) effective: f64,
}

impl ClassBalance {
    /// The balance of classes with so many images each; `None` where fewer than two have any. A class without
    /// images is left to [`small_classes`]: it would make every ratio infinite.
    pub(crate) fn of(counts: &[u64]) -> Option<Self> {
        let sizes: Vec<ClassSize> = sizes(counts).filter(|size| size.images > 0).collect();
        if sizes.len() < 2 {
            return None;
        }
        let largest = *sizes.iter().min_by_key(|size| (Reverse(size.images), size.class))?;
        let smallest = *sizes.iter().min_by_key(|size| (size.images, size.class))?;
        Some(Self { largest, smallest, classes: sizes.len(), effective: effective_number(counts) })
    }

    /// How many times as many images the largest class has as the smallest: a warning above 10, an error
    /// above 100.
    pub(crate) fn ratio(&self) -> f64 {
        self.largest.images as f64 / self.smallest.images as f64
    }

    /// The effective number of classes over that of the classes: a warning below 0.5. It sees an uneven
    /// spread over many classes, where the ratio sees the extremes alone.
    pub(crate) fn effective_share(&self) -> f64 {
        self.effective / self.classes as f64
    }
}

/// The classes with fewer images than `fewest`, those without any among them: a warning below 10, an error
/// below 2.
pub(crate) fn small_classes(counts: &[u64], fewest: u64) -> Vec<ClassSize> {
    sizes(counts).filter(|size| size.images < fewest).collect()
}

fn sizes(counts: &[u64]) -> impl Iterator<Item = ClassSize> {
    counts.iter().enumerate().map(|(class, &images)| ClassSize { class, images })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_labels_that_are_classes_count() {
        let labels = [Some(1), None, Some(0), Some(1), Some(3), Some(usize::MAX)];
        assert_eq!(class_counts(&labels, 3), [1, 2, 0]);
        assert!(class_counts(&labels, 0).is_empty());
    }

    #[test]
    fn the_balance_is_of_the_classes_with_images() {
        let balance = ClassBalance::of(&[0, 100, 5, 50, 5, 100]).unwrap();
        assert_eq!(balance.largest, ClassSize { class: 1, images: 100 });
        assert_eq!(balance.smallest, ClassSize { class: 2, images: 5 });
        assert_eq!((balance.classes, balance.ratio()), (5, 20.0));
        // scipy 1.17.1: exp(entropy([100, 5, 50, 5, 100])) / 5.
        assert!((balance.effective_share() - 0.666_704_432_725_889_8).abs() < 1e-13, "{balance:?}");
        let none: [&[u64]; 4] = [&[], &[7], &[0, 7], &[0, 0]];
        assert!(none.iter().all(|counts| ClassBalance::of(counts).is_none()));
    }

    #[test]
    fn one_class_of_four_has_nearly_all_images() {
        let uneven = ClassBalance::of(&[1000, 10, 10, 10]).unwrap();
        assert!(uneven.effective_share() < 0.5 && uneven.ratio() == 100.0);
        let even = ClassBalance::of(&[7; 4]).unwrap();
        assert!((even.effective_share() - 1.0).abs() < 1e-14 && even.ratio() == 1.0);
    }

    #[test]
    fn a_class_is_small_below_the_limit() {
        let small = small_classes(&[10, 9, 0, 11], 10);
        assert_eq!(small, [ClassSize { class: 1, images: 9 }, ClassSize { class: 2, images: 0 }]);
        assert_eq!(small_classes(&[1, 2], 2), [ClassSize { class: 0, images: 1 }]);
    }
}
