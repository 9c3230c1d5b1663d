//! Classes that one split has and another does not.

/// A class that is not in all splits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MissingClass {
    /// The index of the class.
    pub(crate) class: usize,
    /// The splits that have no image of it and should.
    pub(crate) lacking: Vec<usize>,
    /// The splits that have images of it.
    pub(crate) having: Vec<usize>,
    /// How many images the splits in `having` have of it.
    pub(crate) images: u64,
    /// Whether no split to train on has images of it, so that a model never sees what it is tested for: an
    /// error. Otherwise a warning.
    pub(crate) is_untrained: bool,
}

/// Compares the classes of the splits. `labels` and `splits` are of the samples, `names` of the splits;
/// splits to train on are those whose name begins with `train` in any case. A class must be in one of them,
/// and in each of the others.
///
/// Splits without any label are passed over, such as a `test` folder whose classes are secret, and so are
/// classes without images. Where no name says which split is to train on, a class must be in every split.
pub(crate) fn missing_classes<S: AsRef<str>>(
    labels: &[Option<usize>],
    splits: &[Option<usize>],
    classes: usize,
    names: &[S],
) -> Vec<MissingClass> {
    let mut counts = vec![vec![0_u64; names.len()]; classes];
    for (label, split) in labels.iter().zip(splits) {
        let (Some(label), Some(split)) = (*label, *split) else { continue };
        if let Some(count) = counts.get_mut(label).and_then(|of_class| of_class.get_mut(split)) {
            *count += 1;
        }
    }
    let labelled = (0..names.len()).filter(|&split| counts.iter().any(|of_class| of_class[split] > 0));
    let (training, others): (Vec<usize>, Vec<usize>) =
        labelled.partition(|&split| is_training(names[split].as_ref()));
    let missing = counts.iter().enumerate().filter_map(|(class, of_class)| {
        let is_in = |split: &usize| of_class[*split] > 0;
        let images: u64 = of_class.iter().sum();
        let is_untrained = images > 0 && !training.is_empty() && !training.iter().any(is_in);
        let lacking: Vec<usize> = if is_untrained {
            training.clone()
        } else {
            others.iter().copied().filter(|split| !is_in(split)).collect()
        };
        if images == 0 || lacking.is_empty() {
            return None;
        }
        let having = (0..names.len()).filter(is_in).collect();
        Some(MissingClass { class, lacking, having, images, is_untrained })
    });
    missing.collect()
}

/// Whether a split is one to train on: its name begins with `train` in any case.
pub(crate) fn is_training(split: &str) -> bool {
    split.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("train"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sample of each class in each of the splits that are named.
    fn missing(names: &[&str], samples: &[(usize, usize)]) -> Vec<MissingClass> {
        let labels: Vec<_> = samples.iter().map(|&(label, _)| Some(label)).collect();
        let splits: Vec<_> = samples.iter().map(|&(_, split)| Some(split)).collect();
        missing_classes(&labels, &splits, 3, names)
    }

    #[test]
    fn a_class_to_train_on_is_not_tested_or_the_other_way_round() {
        let found =
            missing(&["Train", "val", "test"], &[(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (2, 2), (2, 2)]);
        let untested =
            MissingClass { class: 1, lacking: vec![2], having: vec![0, 1], images: 2, is_untrained: false };
        let untrained =
            MissingClass { class: 2, lacking: vec![0], having: vec![2], images: 2, is_untrained: true };
        assert_eq!(found, [untested, untrained]);
    }

    #[test]
    fn one_of_several_splits_to_train_on_is_enough() {
        let names = ["train2014", "train2017", "val"];
        assert!(missing(&names, &[(0, 0), (0, 2), (1, 1), (1, 2)]).is_empty());
        let found = missing(&names, &[(0, 0), (0, 2), (1, 1), (2, 2)]);
        assert_eq!(
            found.iter().map(|class| class.lacking.clone()).collect::<Vec<_>>(),
            [vec![2], vec![0, 1]]
        );
    }

    #[test]
    fn without_names_that_tell_every_split_needs_every_class() {
        let found = missing(&["a", "b"], &[(0, 0), (0, 1), (1, 0), (2, 1)]);
        let told: Vec<_> =
            found.iter().map(|class| (class.class, class.lacking[0], class.is_untrained)).collect();
        assert_eq!(told, [(1, 1, false), (2, 0, false)]);
    }

    #[test]
    fn a_split_without_labels_lacks_nothing() {
        let labels = [Some(0), Some(0), None, Some(9), Some(0)];
        let splits = [Some(0), Some(1), Some(2), Some(2), None];
        assert!(missing_classes(&labels, &splits, 2, &["train", "val", "test"]).is_empty());
        assert!(missing_classes(&labels, &[None; 5], 2, &["train"; 0]).is_empty());
    }

    #[test]
    fn names_are_compared_by_letters() {
        let names = ["train", "TRAINING", "train_2", "trai", "trainé", "été", "val", "pretrain"];
        assert_eq!(names.map(is_training), [true, true, true, false, true, false, false, false]);
    }
}
