//! What the classes, splits and properties of all pictures together tell.

use crate::checks::{
    ClassBalance, class_counts, group_leakage, label_information, missing_classes, order_dependence,
    outliers, small_classes,
};
use crate::report::{Check, Finding, Severity};
use crate::validate::findings::usable::Usable;
use crate::validate::properties::{PROPERTIES, Property};
use crate::validate::{ImageRecord, Thresholds};

/// Above this share of images that are more like the next one than like a random one, the order matters.
const ORDER_THRESHOLD: f64 = 0.6;
/// How many times the threshold of `class_imbalance` is an error.
const ERROR_FACTOR: f64 = 10.0;

/// How the classes are divided: by the images that can be used, of all classes that have any file.
pub(in crate::validate) fn balance_findings(
    records: &[ImageRecord],
    thresholds: &Thresholds,
) -> Vec<Finding> {
    let (classes, labels) = numbered(records.iter().map(|record| record.class.as_deref()));
    let (splits, of_splits) = numbered(records.iter().map(|record| record.split.as_deref()));
    let usable = |(label, record): (Option<usize>, &ImageRecord)| label.filter(|_| record.picture.is_some());
    let labels: Vec<Option<usize>> = labels.into_iter().zip(records).map(usable).collect();
    let mut findings = balance(&classes, &labels, thresholds);
    findings.extend(missing(&classes, &labels, &splits, &of_splits));
    findings
}

/// What the properties of the pictures tell of classes, groups and the order, and which pictures are far from the others.
pub(in crate::validate) fn property_findings(usable: &[Usable<'_>], thresholds: &Thresholds) -> Vec<Finding> {
    let (classes, labels) = numbered(usable.iter().map(|usable| usable.record.class.as_deref()));
    let (splits, of_splits) = numbered(usable.iter().map(|usable| usable.record.split.as_deref()));
    let columns: Vec<Vec<f64>> = PROPERTIES.iter().map(|property| column(usable, property.of)).collect();
    let mut findings = leaking_groups(usable, &splits, &of_splits);
    findings.extend(label_properties(&classes, &labels, &columns, thresholds));
    findings.extend(outlying(usable, &columns));
    let group = |at: usize| {
        let number = |of: &[Option<usize>]| of[at].map_or(0, |number| number + 1);
        number(&of_splits) * (classes.len() + 1) + number(&labels)
    };
    let groups: Vec<usize> = (0..usable.len()).map(group).collect();
    if let Some(found) = order_dependence(&columns, &groups, ORDER_THRESHOLD) {
        let share = 100.0 * found.value;
        let message = format!(
            "{share:.0} % of the images are more like the next one of their class than like a random one"
        );
        let finding = Finding::of_all(Check::OrderDependence, Vec::new(), message);
        findings.push(finding.measured(found.value, ORDER_THRESHOLD));
    }
    findings
}

/// The names in their order, and of each sample the index of its name.
fn numbered<'a>(names: impl Iterator<Item = Option<&'a str>> + Clone) -> (Vec<String>, Vec<Option<usize>>) {
    let mut all: Vec<&str> = names.clone().flatten().collect();
    all.sort_unstable();
    all.dedup();
    let indices = names.map(|name| all.binary_search(&name?).ok()).collect();
    (all.into_iter().map(str::to_owned).collect(), indices)
}

fn column(usable: &[Usable<'_>], of: fn(&crate::validate::PictureRecord) -> Option<f64>) -> Vec<f64> {
    usable.iter().map(|usable| of(usable.picture).unwrap_or(f64::NAN)).collect()
}

/// Classes of very different sizes, and small ones.
fn balance(classes: &[String], labels: &[Option<usize>], thresholds: &Thresholds) -> Vec<Finding> {
    let counts = class_counts(labels, classes.len());
    let mut findings = Vec::new();
    if let Some(balance) = ClassBalance::of(&counts) {
        let (largest, smallest) = (balance.largest, balance.smallest);
        let subjects = vec![classes[smallest.class].clone(), classes[largest.class].clone()];
        let (ratio, share) = (balance.ratio(), balance.effective_share());
        if ratio > thresholds.class_imbalance {
            let grave = ratio > ERROR_FACTOR * thresholds.class_imbalance;
            let severity = if grave { Severity::Error } else { Severity::Warning };
            let message = format!(
                "{} has {}, {} has {}: {ratio:.1} times as many",
                subjects[0],
                images(smallest.images),
                subjects[1],
                images(largest.images)
            );
            let finding = Finding::of_all(Check::ClassImbalance, subjects, message).graded(severity);
            findings.push(finding.measured(ratio, thresholds.class_imbalance));
        }
        if share < thresholds.effective_classes {
            let message = format!(
                "{} classes are as uneven as {:.1} classes of one size",
                balance.classes, balance.effective
            );
            let finding = Finding::of_all(Check::ClassImbalance, Vec::new(), message);
            findings.push(finding.measured(share, thresholds.effective_classes));
        }
    }
    for small in small_classes(&counts, thresholds.small_class) {
        let severity = if small.images < 2 { Severity::Error } else { Severity::Warning };
        let message = format!("{} usable, expected {} or more", images(small.images), thresholds.small_class);
        let finding = Finding::new(Check::SmallClass, &classes[small.class], message).graded(severity);
        findings.push(finding.measured(small.images as f64, thresholds.small_class as f64));
    }
    findings
}

/// How many images, in words.
fn images(count: u64) -> String {
    if count == 1 { "1 image".to_owned() } else { format!("{count} images") }
}

/// Classes that a split lacks.
fn missing(
    classes: &[String],
    labels: &[Option<usize>],
    splits: &[String],
    of_splits: &[Option<usize>],
) -> Vec<Finding> {
    let names =
        |indices: &[usize]| indices.iter().map(|at| splits[*at].as_str()).collect::<Vec<_>>().join(", ");
    let finding = |missing: crate::checks::MissingClass| {
        let severity = if missing.is_untrained { Severity::Error } else { Severity::Warning };
        let message = format!(
            "in {} ({}), and not in {}",
            names(&missing.having),
            images(missing.images),
            names(&missing.lacking)
        );
        Finding::new(Check::MissingClass, &classes[missing.class], message).graded(severity)
    };
    missing_classes(labels, of_splits, classes.len(), splits).into_iter().map(finding).collect()
}

/// Groups that are in several splits.
fn leaking_groups(usable: &[Usable<'_>], splits: &[String], of_splits: &[Option<usize>]) -> Vec<Finding> {
    let groups: Vec<Option<&str>> = usable.iter().map(|usable| usable.record.group.as_deref()).collect();
    if groups.iter().all(Option::is_none) {
        return Vec::new();
    }
    let finding = |leak: crate::checks::GroupLeak<'_>| {
        let of_split = |split: &crate::checks::SplitMembers| {
            let first = split.members.first().map_or("", |at| usable[*at].record.uri.as_str());
            format!("{} in {}, such as {first}", split.members.len(), splits[split.split])
        };
        let parts: Vec<String> = leak.splits.iter().map(of_split).collect();
        Finding::new(Check::GroupLeak, leak.group, parts.join("; "))
    };
    group_leakage(&groups, of_splits).into_iter().map(finding).collect()
}

/// Properties by which the classes can be told apart.
fn label_properties(
    classes: &[String],
    labels: &[Option<usize>],
    columns: &[Vec<f64>],
    thresholds: &Thresholds,
) -> Vec<Finding> {
    let finding = |(property, values): (&Property, &Vec<f64>)| {
        let found = label_information(values, labels, classes.len(), thresholds.label_property)?;
        let (lowest, highest) = (&classes[found.lowest.class], &classes[found.highest.class]);
        let message = format!(
            "{} and class share {:.0} % of their information: {lowest} has a median of {:.4}, {highest} one of {:.4}",
            property.name,
            100.0 * found.value,
            found.lowest.median,
            found.highest.median
        );
        let subjects = vec![lowest.clone(), highest.clone()];
        let finding = Finding::of_all(Check::LabelProperty, subjects, message);
        Some(finding.measured(found.value, thresholds.label_property))
    };
    PROPERTIES.iter().zip(columns).filter_map(finding).collect()
}

/// Pictures that differ from the others in several properties together.
fn outlying(usable: &[Usable<'_>], columns: &[Vec<f64>]) -> Vec<Finding> {
    let finding = |outlier: crate::checks::Outlier| {
        let parts: Vec<String> = outlier
            .properties
            .iter()
            .map(|deviation| format!("{} {:+.1}", PROPERTIES[deviation.column].name, deviation.distance))
            .collect();
        let message = format!("far from the others, in deviations from the median: {}", parts.join(", "));
        usable[outlier.index].finding(Check::Outlier, message).measured(outlier.value, outlier.threshold)
    };
    outliers(columns).into_iter().map(finding).collect()
}
