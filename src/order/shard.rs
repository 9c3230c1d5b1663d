//! The part of an epoch that one of several processes works on.

use crate::error::{Error, Result};

/// What happens where the batches cannot be divided equally among the ranks.
///
/// ```
/// use burn_prep::order::{Shard, UnevenShards};
/// let last = Shard::new(1, 2)?;
/// assert_eq!(last.of(&['a', 'b', 'c']), ['b']);
/// assert_eq!(last.uneven(UnevenShards::Repeat).of(&['a', 'b', 'c']), ['b', 'a']);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "drop_last")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum UnevenShards {
    /// The last batches, fewer than there are ranks, are left out.
    #[default]
    Drop,
    /// The first batches are repeated.
    Repeat,
}

/// One rank among several processes that train together, and its share of the work.
///
/// [`Shard::of`] and [`LengthSampler::shard`](crate::order::length::LengthSampler::shard) divide a list of batches: a rank takes
/// every `ranks`-th batch, from the `rank`-th on, and as many as every other rank, because a rank with one batch more would wait
/// for the others for ever. A [`SampleOrder`](crate::order::SampleOrder) and the loaders divide each batch instead: a rank takes
/// one contiguous part of it, and [`UnevenShards`] does not apply. All ranks need the same seed and epoch.
///
/// ```
/// use burn_prep::order::Shard;
///
/// let batches = [10, 11, 12, 13, 14];
/// assert_eq!(Shard::new(0, 2)?.of(&batches), [10, 12]);
/// assert_eq!(Shard::new(1, 2)?.of(&batches), [11, 13]);
/// assert!(Shard::new(2, 2).is_err());
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "num_shards")]
#[doc(alias = "DistributedSampler")]
#[doc(alias = "num_replicas")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Shard {
    rank: usize,
    ranks: usize,
    uneven: UnevenShards,
}

impl Shard {
    /// Creates the share of rank `rank` of `ranks`, counted from 0; batches that cannot be divided equally are dropped.
    ///
    /// # Errors
    ///
    /// The rank is not below the number of ranks.
    pub fn new(rank: usize, ranks: usize) -> Result<Self> {
        match rank < ranks {
            true => Ok(Self { rank, ranks, uneven: UnevenShards::default() }),
            false => Err(Error::parameter("shard.rank", rank, "less than the number of ranks")),
        }
    }

    /// Sets what happens where the batches cannot be divided equally among the ranks.
    #[must_use]
    pub fn uneven(mut self, uneven: UnevenShards) -> Self {
        self.uneven = uneven;
        self
    }

    /// Among how many ranks a list is dealt out, and how.
    pub(crate) fn ranks(&self) -> usize {
        self.ranks
    }

    /// This rank, counted from 0.
    pub(crate) fn rank(&self) -> usize {
        self.rank
    }

    /// This rank's part of so many items, in their order: parts differ by at most one item.
    pub(super) fn part_of(&self, count: usize) -> std::ops::Range<usize> {
        let bound = |rank: usize| (count as u128 * rank as u128 / self.ranks as u128) as usize;
        bound(self.rank)..bound(self.rank + 1)
    }

    pub(super) fn ranks_text(&self) -> String {
        format!("{}, {:?}", self.ranks, self.uneven)
    }

    /// The rank's share of a list; empty for every rank if the list is empty.
    pub fn of<T: Clone>(&self, all: &[T]) -> Vec<T> {
        let each = match self.uneven {
            _ if all.is_empty() => 0,
            UnevenShards::Drop => all.len() / self.ranks,
            UnevenShards::Repeat => all.len().div_ceil(self.ranks),
        };
        let (start, step) = (self.rank.checked_rem(all.len()), self.ranks.checked_rem(all.len()));
        let (mut at, step) = (start.unwrap_or(0), step.unwrap_or(0));
        let mut own = Vec::with_capacity(each);
        while let Some(item) = all.get(at).filter(|_| own.len() < each) {
            own.push(item.clone());
            // Both are below the length of a list in memory: the sum does not overflow.
            at = (at + step) % all.len();
        }
        own
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rank_gets_as_many_and_more_ranks_than_batches_share_them() {
        let of = |rank, uneven| Shard::new(rank, 5).unwrap().uneven(uneven).of(&[7, 8]);
        for rank in 0..5 {
            assert!(of(rank, UnevenShards::Drop).is_empty());
            assert_eq!(of(rank, UnevenShards::Repeat), [[7, 8][rank % 2]]);
        }
        assert!(Shard::new(1, 2).unwrap().uneven(UnevenShards::Repeat).of::<u8>(&[]).is_empty());
        assert!(Shard::new(usize::MAX - 1, usize::MAX).unwrap().of(&[1, 2]).is_empty());
        assert!(Shard::new(0, 0).is_err());
    }
}
