//! Groups of images, such as those of a patient or a video, that several splits share.

/// A group of which several splits have images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GroupLeak<'a> {
    /// The name of the group.
    pub(crate) group: &'a str,
    /// The splits that have images of it, two at least, and the images, in ascending order.
    pub(crate) splits: Vec<SplitMembers>,
}

/// The images of a group in one split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SplitMembers {
    /// The index of the split.
    pub(crate) split: usize,
    /// The indices of the images.
    pub(crate) members: Vec<usize>,
}

/// Finds the groups that span splits. `groups` has what the user's pattern captured of each image's path,
/// `splits` the index of its split; images without a split are passed over. The groups are sorted by name.
pub(crate) fn group_leakage<'a, S: AsRef<str>>(
    groups: &'a [Option<S>],
    splits: &[Option<usize>],
) -> Vec<GroupLeak<'a>> {
    let place = |(index, (group, split)): (usize, (&'a Option<S>, &Option<usize>))| {
        let group: &'a str = group.as_ref()?.as_ref();
        Some((group, (*split)?, index))
    };
    let mut placed: Vec<_> = groups.iter().zip(splits).enumerate().filter_map(place).collect();
    placed.sort_unstable();
    let mut leaks = Vec::new();
    for of_group in placed.chunk_by(|a, b| a.0 == b.0) {
        let by_split = of_group.chunk_by(|a, b| a.1 == b.1).map(|of_split| SplitMembers {
            split: of_split[0].1,
            members: of_split.iter().map(|placed| placed.2).collect(),
        });
        let splits: Vec<SplitMembers> = by_split.collect();
        if splits.len() > 1 {
            leaks.push(GroupLeak { group: of_group[0].0, splits });
        }
    }
    leaks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_in_two_splits_is_named_with_its_images() {
        let groups = [Some("b"), Some("a"), None, Some("b"), Some("a"), Some("b"), Some("c"), Some("c")];
        let splits = [Some(1), Some(0), Some(0), Some(0), Some(0), Some(1), None, Some(1)];
        let found = group_leakage(&groups, &splits);
        let members = |split, members: &[usize]| SplitMembers { split, members: members.to_vec() };
        let expected = GroupLeak { group: "b", splits: vec![members(0, &[3]), members(1, &[0, 5])] };
        assert_eq!(found, [expected]);
    }

    #[test]
    fn the_leaks_are_sorted_by_name() {
        let groups: Vec<Option<String>> = (0..40).map(|index| Some((100 - index % 20).to_string())).collect();
        let splits: Vec<Option<usize>> = (0..40).map(|index| Some(index / 20)).collect();
        let found = group_leakage(&groups, &splits);
        assert_eq!(found.len(), 20);
        assert!(found.is_sorted_by_key(|leak| leak.group));
        assert_eq!((found[0].group, found[0].splits[1].members.as_slice()), ("100", &[20][..]));
    }
}
