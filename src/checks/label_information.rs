//! Whether a plain property of the pictures tells their classes apart.

use crate::checks::entropy::miller_madow;
use crate::checks::quantile::median;
use crate::random::{SplitMix64, ln};

/// The bins of a property, each with as many images as the others.
const BINS: usize = 16;

/// The fewest images of a bin; there are fewer bins where there are fewer images.
const IMAGES_PER_BIN: usize = 8;

/// How often the labels are shuffled, to see what chance gives.
const SHUFFLES: u32 = 199;

/// Where chance may give more than this, it is measured.
const NEGLIGIBLE: f64 = 0.02;

/// The fewest images of a class that is named as an extreme, if two classes have as many.
const IMAGES_PER_CLASS: usize = 5;

/// How much a property tells of the class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct LabelInformation {
    /// The normalised mutual information, from 0 to 1: the share of what is to be known of the class.
    pub(crate) value: f64,
    /// The class with the lowest median of the property.
    pub(crate) lowest: ClassMedian,
    /// The class with the highest.
    pub(crate) highest: ClassMedian,
}

/// A class and the median that a property has in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ClassMedian {
    /// The index of the class.
    pub(crate) class: usize,
    /// The median of the property.
    pub(crate) median: f64,
}

/// What a property tells of the label, where that is more than `threshold` (0.3) and more than chance.
///
/// The value is the mutual information of the label and of the property in 16 quantile bins, with the
/// correction of Miller and Madow, over the entropy of the labels, or over that of the bins where this is
/// smaller, as with a hundred classes. Equal values share a bin; below 128 images there are fewer bins, one
/// per 8.
///
/// With few images per bin and class, any property seems to tell much. There the mean value of 199 shuffles
/// of the labels is subtracted, as in adjusted mutual information (Vinh, Epps and Bailey, 2010), and it is no
/// finding where one of them reaches the value. Samples without a label, or with a value that is not finite,
/// are left out.
pub(crate) fn label_information(
    values: &[f64],
    labels: &[Option<usize>],
    classes: usize,
    threshold: f64,
) -> Option<LabelInformation> {
    let rows = values.iter().zip(labels).filter_map(|(&value, &label)| Some((value, label?)));
    let mut rows: Vec<(f64, usize)> =
        rows.filter(|&(value, label)| value.is_finite() && label < classes).collect();
    rows.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut table = Table::of(&rows, classes)?;
    let mut value = table.explained();
    if value > threshold && table.is_sparse() {
        value = table.above_chance(value)?;
    }
    if value <= threshold {
        return None;
    }
    let (lowest, highest) = extremes(&rows, classes)?;
    Some(LabelInformation { value, lowest, highest })
}

/// The bin and the label of every image.
struct Table {
    bins: Vec<usize>,
    labels: Vec<usize>,
    bin_count: usize,
    class_count: usize,
    /// How many classes have images.
    occupied: usize,
    /// The entropy of the bins and that of the labels, added.
    separate: f64,
    /// The most that the mutual information can be.
    most: f64,
}

impl Table {
    /// Of values in ascending order with their labels; `None` where there are fewer than two classes.
    fn of(sorted: &[(f64, usize)], class_count: usize) -> Option<Self> {
        let labels: Vec<usize> = sorted.iter().map(|row| row.1).collect();
        let of_classes = counted(labels.iter().copied(), class_count);
        let occupied = of_classes.iter().filter(|&&count| count > 0).count();
        if occupied < 2 {
            return None;
        }
        let bin_count = (sorted.len() / IMAGES_PER_BIN).clamp(2, BINS);
        let bins = quantile_bins(sorted, bin_count);
        let of_labels = miller_madow(&of_classes);
        let separate = miller_madow(&counted(bins.iter().copied(), bin_count)) + of_labels;
        let most = of_labels.min(ln(bin_count as f64));
        Some(Self { bins, labels, bin_count, class_count, occupied, separate, most })
    }

    /// The normalised mutual information.
    fn explained(&self) -> f64 {
        let cells = self.bins.iter().zip(&self.labels).map(|(bin, label)| bin * self.class_count + label);
        let joint = counted(cells, self.bin_count * self.class_count);
        ((self.separate - miller_madow(&joint)) / self.most).clamp(0.0, 1.0)
    }

    /// Whether there are so few images that chance matters: without any relation the mutual information of a
    /// sample is about `(bins - 1) (classes - 1) / (2 n)`, of which the correction takes a part.
    fn is_sparse(&self) -> bool {
        let cells = (self.bin_count - 1) * (self.occupied - 1);
        cells as f64 / (2 * self.labels.len()) as f64 > NEGLIGIBLE * self.most
    }

    /// The value without what chance gives; `None` where chance gives as much. The labels are shuffled.
    fn above_chance(&mut self, value: f64) -> Option<f64> {
        let mut numbers = SplitMix64::of_number(0);
        let mut sum = 0.0;
        for _ in 0..SHUFFLES {
            numbers.shuffle(&mut self.labels);
            let chance = self.explained();
            // The same partition in another order may differ in the last digits.
            if chance >= value - 1e-9 {
                return None;
            }
            sum += chance;
        }
        let mean = sum / f64::from(SHUFFLES);
        Some((value - mean) / (1.0 - mean))
    }
}

/// The quantile bin of each of the values, which are in ascending order. Equal values have the bin of the
/// middle one.
fn quantile_bins(sorted: &[(f64, usize)], count: usize) -> Vec<usize> {
    let mut bins = Vec::with_capacity(sorted.len());
    for equal in sorted.chunk_by(|a, b| a.0 == b.0) {
        let end = bins.len() + equal.len();
        let twice_middle = bins.len() + end - 1;
        bins.resize(end, twice_middle * count / (2 * sorted.len()));
    }
    bins
}

fn counted(numbers: impl Iterator<Item = usize>, count: usize) -> Vec<u64> {
    let mut counts = vec![0; count];
    for number in numbers {
        counts[number] += 1;
    }
    counts
}

/// The classes with the lowest and the highest median, the first of several.
fn extremes(rows: &[(f64, usize)], classes: usize) -> Option<(ClassMedian, ClassMedian)> {
    let mut by_class: Vec<Vec<f64>> = vec![Vec::new(); classes];
    for &(value, label) in rows {
        by_class[label].push(value);
    }
    let large = by_class.iter().filter(|values| values.len() >= IMAGES_PER_CLASS).count();
    let fewest = if large >= 2 { IMAGES_PER_CLASS } else { 1 };
    let mut medians = Vec::new();
    for (class, values) in by_class.iter_mut().enumerate() {
        if values.len() >= fewest {
            medians.push(ClassMedian { class, median: median(values)? });
        }
    }
    let lowest = medians.iter().min_by(|a, b| a.median.total_cmp(&b.median))?;
    let highest = medians.iter().rev().max_by(|a, b| a.median.total_cmp(&b.median))?;
    Some((*lowest, *highest))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values and labels from the row's number alone, of which the value tells much.
    fn telling(rows: usize) -> (Vec<f64>, Vec<Option<usize>>) {
        let value = |row: usize| row * 7919 % 101;
        let label = |row: usize| match value(row) {
            0..40 => 0,
            40..75 => 1,
            _ if row.is_multiple_of(5) => 1,
            _ => 2,
        };
        (0..rows).map(|row| (value(row) as f64, Some(label(row)))).unzip()
    }

    fn drawn(numbers: &mut SplitMix64, rows: usize, classes: u64) -> (Vec<f64>, Vec<Option<usize>>) {
        (0..rows).map(|_| (numbers.next() as f64, Some(numbers.below(classes) as usize))).unzip()
    }

    #[test]
    fn the_value_is_that_of_scikit_learn_corrected() {
        let (values, labels) = telling(400);
        let mut rows: Vec<_> =
            values.iter().zip(&labels).map(|(&value, label)| (value, label.unwrap())).collect();
        rows.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let table = Table::of(&rows, 3).unwrap();
        // scikit-learn 1.9.1: mutual_info_score of labels and bins is 0.8916795961164841; 16 bins, 3 classes,
        // 22 cells occur; the labels' entropy in scipy 1.17.1 is 1.0630996384589268.
        let expected = (0.891_679_596_116_484_1 + f64::from(16 + 3 - 22 - 1) / 800.0)
            / (1.063_099_638_458_926_8 + 2.0 / 800.0);
        assert!((table.explained() - expected).abs() < 1e-12, "{}", table.explained());
        assert!(table.is_sparse());

        // Without the mean of 199 shuffles, by a program in another language.
        let found = label_information(&values, &labels, 3, 0.3).unwrap();
        assert!((found.value - 0.831_295_146_582_983_2).abs() < 1e-9, "{}", found.value);
        assert_eq!(found.lowest, ClassMedian { class: 0, median: 19.5 });
        assert_eq!(found.highest, ClassMedian { class: 2, median: 88.0 });
        assert_eq!(label_information(&values, &labels, 3, 0.84), None);
    }

    #[test]
    fn a_property_that_decides_explains_all() {
        let labels: Vec<_> = (0..20).map(|row| Some(row / 10)).collect();
        let values: Vec<f64> = (0..20).map(f64::from).collect();
        let found = label_information(&values, &labels, 2, 0.3).unwrap();
        assert!((found.value - 1.0).abs() < 1e-12, "{}", found.value);
        assert_eq!((found.lowest.median, found.highest.median), (4.5, 14.5));

        // Of sixteen classes, and of more than there are bins.
        for classes in [16, 100] {
            let labels: Vec<_> = (0..16_000).map(|row| Some(row * classes / 16_000)).collect();
            let values: Vec<f64> = (0..16_000).map(f64::from).collect();
            let found = label_information(&values, &labels, classes, 0.3).unwrap();
            assert!(found.value > 0.95, "{classes}: {}", found.value);
        }
    }

    #[test]
    fn chance_is_no_finding() {
        // With 20 images of 2 classes, 60 of 20 and 300 of 100, where the value without shuffles is up to 1.
        let mut numbers = SplitMix64::of_number(1);
        for (rows, classes) in [(20, 2), (60, 5), (60, 20), (300, 100), (1000, 2), (5000, 3)] {
            for _ in 0..20 {
                let (values, labels) = drawn(&mut numbers, rows, classes);
                assert_eq!(
                    label_information(&values, &labels, classes as usize, 0.3),
                    None,
                    "{rows} {classes}"
                );
            }
        }
        let four = [Some(0), Some(0), Some(1), Some(1)];
        assert_eq!(label_information(&[1.0, 2.0, 3.0, 4.0], &four, 2, 0.3), None);
    }

    #[test]
    fn what_has_no_value_or_class_is_left_out() {
        let (mut values, mut labels) = telling(400);
        let expected = label_information(&values, &labels, 3, 0.3);
        values.extend([f64::NAN, f64::INFINITY, 7.0, 7.0]);
        labels.extend([Some(0), Some(1), None, Some(3)]);
        assert_eq!(label_information(&values, &labels, 3, 0.3), expected);
        assert_eq!(label_information(&values, &[Some(0); 404], 3, 0.3), None);
        assert_eq!(label_information(&[5.0; 404], &labels, 3, 0.3), None);
        assert_eq!(label_information(&[], &[], 0, 0.3), None);
    }

    #[test]
    fn equal_values_share_the_bin_of_their_middle() {
        let bins = |values: &[f64], count| {
            let rows: Vec<(f64, usize)> = values.iter().map(|&value| (value, 0)).collect();
            quantile_bins(&rows, count)
        };
        assert_eq!(bins(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 3), [0, 0, 1, 1, 2, 2]);
        assert_eq!(bins(&[-0.0, 0.0, 0.0, 0.0, 5.0, 6.0], 3), [0, 0, 0, 0, 2, 2]);
        assert_eq!(bins(&[1.0, 2.0, 9.0, 9.0, 9.0, 9.0], 3), [0, 0, 1, 1, 1, 1]);
        assert_eq!(bins(&[3.0; 5], 4), [1; 5]);
    }

    #[test]
    fn an_extreme_is_no_class_of_one_image() {
        let label = |row: u8| match row {
            0..5 => 1,
            5..10 => 0,
            _ => 2,
        };
        let rows: Vec<(f64, usize)> = (0..11).map(|row| (f64::from(row), label(row))).collect();
        let (lowest, highest) = extremes(&rows, 3).unwrap();
        assert_eq!(
            (lowest, highest),
            (ClassMedian { class: 1, median: 2.0 }, ClassMedian { class: 0, median: 7.0 })
        );
        let (lowest, highest) = extremes(&rows[8..], 3).unwrap();
        assert_eq!((lowest.class, highest.class), (0, 2));
    }
}
