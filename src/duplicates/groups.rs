//! Things of an equal key.

use std::ops::Range;

use rayon::prelude::*;

/// Groups of numbers that share a key: the groups in the order of their first members, the members of each in ascending order.
/// Two lists hold them all, since most groups have one member.
pub(super) struct Groups {
    members: Vec<usize>,
    ranges: Vec<Range<usize>>,
}

impl Groups {
    pub(super) fn by<K: Ord>(mut members: Vec<usize>, key: impl Fn(usize) -> K + Sync) -> Self {
        members.par_sort_unstable_by_key(|&member| (key(member), member));
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for (at, &member) in members.iter().enumerate() {
            match ranges.last_mut() {
                Some(last) if key(members[last.start]) == key(member) => last.end = at + 1,
                _ => ranges.push(at..at + 1),
            }
        }
        ranges.par_sort_unstable_by_key(|range| members[range.start]);
        Self { members, ranges }
    }

    pub(super) fn len(&self) -> usize {
        self.ranges.len()
    }

    pub(super) fn get(&self, group: usize) -> &[usize] {
        &self.members[self.ranges[group].clone()]
    }

    /// The first member of a group, none of which is empty.
    pub(super) fn first(&self, group: usize) -> usize {
        self.members[self.ranges[group].start]
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[usize]> {
        (0..self.len()).map(|group| self.get(group))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_in_the_order_of_their_first_members() {
        let keys = [5, 3, 9, 3, 5, 3];
        let groups = Groups::by(vec![5, 4, 3, 1, 0, 2], |member| keys[member]);
        assert!(groups.iter().eq([&[0, 4][..], &[1, 3, 5], &[2]]));
        assert_eq!((groups.len(), groups.first(1), groups.get(2)), (3, 1, &[2][..]));
        assert_eq!(Groups::by(Vec::new(), |member| member).len(), 0);
    }
}
