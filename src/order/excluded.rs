//! The samples that an order leaves out.

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::order::state::hash_of;

/// Samples that are left out. Those that are left are numbered from 0 on, by their rank; memory is held for what is excluded
/// alone.
#[derive(Debug, Clone, Default)]
pub(super) struct Excluded {
    /// For each excluded sample, by rising index, how many samples before it are left.
    left_before: Arc<[usize]>,
}

impl Excluded {
    /// # Errors
    ///
    /// The source has no sample of such an index.
    pub(super) fn new(indices: impl IntoIterator<Item = usize>, samples: usize) -> Result<Self> {
        let mut indices: Vec<usize> = indices.into_iter().collect();
        indices.sort_unstable();
        indices.dedup();
        if let Some(last) = indices.last().filter(|last| **last >= samples) {
            let found = format!("sample {last}, where there are {samples}");
            return Err(Error::parameter("SampleOrder::without", found, "samples of the source"));
        }
        for (number, index) in indices.iter_mut().enumerate() {
            *index -= number;
        }
        Ok(Self { left_before: indices.into() })
    }

    /// The indices that are left out, rising.
    pub(super) fn indices(&self) -> impl Iterator<Item = usize> + '_ {
        self.left_before.iter().enumerate().map(|(number, left)| left + number)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.left_before.is_empty()
    }

    /// How many of a number of samples are left.
    pub(super) fn left_of(&self, samples: usize) -> usize {
        samples.saturating_sub(self.left_before.len())
    }

    /// The index of the sample with this rank among those that are left.
    pub(super) fn index(&self, rank: usize) -> usize {
        rank + self.left_before.partition_point(|left| *left <= rank)
    }

    /// The list in words, for states: nothing where nothing is excluded.
    pub(super) fn identity(&self) -> String {
        match self.left_before.len() {
            0 => String::new(),
            count => {
                let hash = hash_of(self.indices().map(|index| index as u64));
                format!(", without {count} of them, FNV-1a {hash:016x}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_those_of_the_list_without_what_is_excluded() {
        for excluded in [vec![], vec![0], vec![2, 3], vec![9, 0, 9, 5], (0..10).collect()] {
            let left: Vec<usize> = (0..10).filter(|index| !excluded.contains(index)).collect();
            let list = Excluded::new(excluded.clone(), 10).unwrap();
            assert_eq!(list.left_of(10), left.len());
            let found: Vec<usize> = (0..left.len()).map(|rank| list.index(rank)).collect();
            assert_eq!(found, left, "{excluded:?}");
            assert!(list.indices().is_sorted() && list.indices().all(|index| excluded.contains(&index)));
        }
        let error = Excluded::new([3, 10], 10).unwrap_err();
        assert!(error.to_string().starts_with("SampleOrder::without is sample 10, where there are 10"));
    }
}
